"""Emptying the outbox and making the daily digests.

Exactly once, as far as e-mail allows: see docs/decisions/0001-exactly-once-reminders.md.
"""

import hashlib
import logging
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from qaf.notices.models import Notice, OutboxEmail
from qaf.notices.outbox import email_body, tell
from qaf.people.models import User, people_with_role
from qaf.people.roles import Role

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=6)
State = OutboxEmail.State


def send_outbox(limit: int = 500) -> int:
    """Send up to ``limit`` e-mails that are due; gives how many went.

    For each: 1. claim it by an UPDATE that says whether it was still free; 2. send it under a Message-ID that
    is always the same for this row; 3. mark it sent. After a crash between 1 and 3 the claim grows old, and
    the e-mail is sent again under the same Message-ID, by which the spool or a mail server knows the repeat.
    """
    sent = 0
    connection = None
    for pk in list(_due().order_by("not_before", "pk").values_list("pk", flat=True)[:limit]):
        email = claim(pk)
        if email is None:
            continue
        if not email.person.is_active:
            _finish(email, State.FAILED, last_error="The person may no longer sign in.")
            continue
        connection = connection or get_connection()
        sent += _send(email, connection)
    if connection is not None:
        connection.close()
    return sent


def _due() -> QuerySet[OutboxEmail]:
    """What may be claimed now: waiting and its time has come, or claimed so long ago that its sender must be dead."""
    now = timezone.now()
    dead = now - timedelta(seconds=settings.OUTBOX_CLAIM_SECONDS)
    return OutboxEmail.objects.filter(
        Q(state=State.WAITING, not_before__lte=now) | Q(state=State.SENDING, claimed_at__lt=dead)
    )


def claim(pk: int) -> OutboxEmail | None:
    """Take one e-mail for sending; None when another worker was quicker."""
    now = timezone.now()
    taken = _due().filter(pk=pk).update(state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1)
    return OutboxEmail.objects.select_related("person").get(pk=pk) if taken else None


def message_id(email: OutboxEmail) -> str:
    """The Message-ID of an e-mail: the same however often it is sent, and of no other."""
    host = urlsplit(settings.SITE_URL).hostname or "qaf.invalid"
    digest = hashlib.sha256(f"{email.key}|{email.created_at.timestamp():.6f}".encode()).hexdigest()
    return f"<qaf.{digest[:40]}@{host}>"


def _send(email: OutboxEmail, connection: BaseEmailBackend) -> int:
    message = EmailMessage(
        subject=" ".join(email.subject.split()),
        body=email.body,
        to=[email.person.email],
        connection=connection,
        # Auto-Submitted keeps out-of-office programmes from answering (RFC 3834).
        headers={"Message-ID": message_id(email), "Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except Exception as error:  # a mail server can fail in any way; the row keeps what was said
        log.warning("E-mail %s could not be sent: %s", email.pk, error)
        connection.close()
        _put_off(email, error)
        return 0
    return _finish(email, State.SENT, sent_at=timezone.now(), last_error="")


def _put_off(email: OutboxEmail, error: Exception) -> None:
    """Try again later, each time twice as late; after the last attempt give up and tell the administrators."""
    reason = f"{type(error).__name__}: {error}"[:300]
    if email.attempts < MAX_ATTEMPTS:
        wait = min(timedelta(minutes=2 ** (email.attempts - 1)), LONGEST_WAIT)
        _finish(email, State.WAITING, not_before=timezone.now() + wait, last_error=reason)
        return
    with transaction.atomic():
        if _finish(email, State.FAILED, last_error=reason):
            _tell_administrators()


def _tell_administrators() -> None:
    today = timezone.localdate()
    for person in people_with_role(Role.ADMIN, day=today):
        tell(
            person,
            # Once a day: when the mail server is down, every e-mail fails, this one's too.
            key=f"outbox-failed:{person.pk}:{today.isoformat()}",
            text="E-mails could not be sent and were given up. See the outbox in Administration for the reasons.",
            path="/administration/notices/outboxemail/?state__exact=failed",
        )


def _finish(email: OutboxEmail, state: str, **fields: str | datetime) -> int:
    """End our claim; changes nothing when the claim had grown old and another worker took over."""
    return OutboxEmail.objects.filter(pk=email.pk, state=State.SENDING, claimed_at=email.claimed_at).update(
        state=state, **fields
    )


def make_digests(today: date | None = None) -> int:
    """Make today's digest for each person with notices waiting for one; gives how many were made.

    A person's digest of a day has one key, and its notices stop waiting in the same transaction, so that
    however often this runs, a person gets one a day and a notice stands in one digest.
    """
    today = today or timezone.localdate()
    Notice.objects.filter(for_digest=True).exclude(read_at=None).update(for_digest=False)
    waiting = User.objects.filter(notices__for_digest=True).distinct()
    return sum(_make_digest(person, today) for person in waiting)


@transaction.atomic
def _make_digest(person: User, today: date) -> int:
    notices = list(Notice.objects.filter(person=person, for_digest=True).order_by("created_at", "pk"))
    if not notices:
        return 0
    if person.is_active:
        count = "1 notice" if len(notices) == 1 else f"{len(notices)} notices"
        _, made = OutboxEmail.objects.get_or_create(
            key=f"digest:{person.pk}:{today.isoformat()}",
            defaults={
                "person": person,
                "subject": f"{settings.SITE_NAME}: {count}, {today:%-d %B %Y}",
                "body": email_body(person, notices),
            },
        )
        if not made:
            return 0  # today's has gone; these wait for tomorrow's
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(for_digest=False)
    return int(person.is_active)
