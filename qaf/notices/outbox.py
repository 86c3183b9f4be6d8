"""Telling a person something: in the inbox, and by e-mail through the outbox."""

from django.conf import settings
from django.db import transaction

from qaf.notices.models import Notice, OutboxEmail, Preference
from qaf.people.models import User


def tell(person: User, *, key: str, text: str, path: str = "", urgent: bool = False) -> Notice | None:
    """Put a notice into a person's inbox and, unless they chose a digest, an e-mail into the outbox.

    ``key`` names the event and the person's part in it; telling the same key twice gives None and changes
    nothing. ``text`` is one sentence without any child's data; ``path`` is the page to open. Runs in the
    caller's transaction, so that the notice exists exactly if the event does.
    """
    text = shortened(text, 300)
    digest = not urgent and Preference.objects.filter(person=person, daily_digest=True).exists()
    with transaction.atomic():
        notice, created = Notice.objects.get_or_create(
            key=key[:120],
            defaults={
                "person": person,
                "text": text,
                "path": path,
                "urgent": urgent,
                "for_digest": digest,
            },
        )
        if not created:
            return None
        if not digest and person.is_active:
            OutboxEmail.objects.create(
                key=f"notice:{notice.pk}",
                person=person,
                subject=shortened(text, 200),
                body=email_body(person, [notice]),
            )
    return notice


def shortened(text: str, length: int) -> str:
    """One line of at most so many characters; what is cut off is marked by an ellipsis."""
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1]}…"


def email_body(person: User, notices: list[Notice]) -> str:
    """The plain text of an e-mail: the sentences, each with its link. Nothing else is known to it."""
    lines = [f"Dear {person.name},", ""]
    for notice in notices:
        lines.append(notice.text)
        if notice.path:
            lines.append(f"{settings.SITE_URL}{notice.path}")
        lines.append("")
    lines.append(f"Choose how you get these messages: {settings.SITE_URL}/notices/preferences/")
    return "\n".join(lines)
