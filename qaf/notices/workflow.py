"""Reading one's notices, choosing how to get them, and one's calendar feed."""

import hashlib
import hmac
import secrets

from django.db import transaction
from django.utils import timezone

from qaf.notices.models import CalendarFeed, Notice, Preference
from qaf.people.models import User


def open_notice(notice: Notice) -> Notice:
    """Mark a notice as read, keeping the first time it was."""
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(person: User) -> int:
    """Mark all of a person's notices as read; gives how many were not."""
    return Notice.objects.unread_by(person).update(read_at=timezone.now())


def choose_email(person: User, *, daily_digest: bool) -> Preference:
    """Choose one e-mail a day, or each at once. Notices already waiting for a digest still come in the next one."""
    preference, _ = Preference.objects.update_or_create(person=person, defaults={"daily_digest": daily_digest})
    return preference


def live_feed(person: User) -> CalendarFeed | None:
    """The person's calendar feed that is not revoked."""
    return CalendarFeed.objects.filter(person=person, revoked_at=None).first()


@transaction.atomic
def create_feed(person: User) -> str:
    """Make a calendar feed and give its token, which is shown this once; a feed there was stops working."""
    # The person's row is locked so that two presses of the button at the same moment leave one live feed.
    User.objects.select_for_update().get(pk=person.pk)
    revoke_feed(person)
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(person=person, token_hash=hash_of(token))
    return token


def revoke_feed(person: User) -> int:
    """Make the person's feed stop working at once; gives how many there were."""
    return CalendarFeed.objects.filter(person=person, revoked_at=None).update(revoked_at=timezone.now())


def person_of_feed(token: str) -> User | None:
    """Whose feed this token opens; None when it is unknown or revoked, or the person may no longer sign in.

    The token is looked up by its hash, so the time it takes tells nothing about how near a guess came; the last
    comparison is in constant time too, should the database's be case-blind.
    """
    wanted = hash_of(token)
    feed = CalendarFeed.objects.select_related("person").filter(token_hash=wanted, revoked_at=None).first()
    if feed is None or not hmac.compare_digest(feed.token_hash, wanted) or not feed.person.is_active:
        return None
    CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=timezone.now())
    return feed.person


def hash_of(token: str) -> str:
    """A token is long and random, so a plain hash is enough to keep it from whoever reads the database."""
    return hashlib.sha256(token.encode()).hexdigest()
