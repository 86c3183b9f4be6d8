"""Messages to people: the inbox, the outbox of e-mails, and each person's choices."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from qaf.people.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> NoticeQuerySet:
        """A person's own notices; nobody reads another's inbox."""
        return self.filter(person_id=user.pk)

    def unread_by(self, user: User) -> NoticeQuerySet:
        return self.filter(person_id=user.pk, read_at=None)


class Notice(models.Model):
    """One message in a person's inbox: a sentence, a reference and a path to open. Never a child's data."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    # What makes this notice itself: telling the same twice gives one notice.
    key = models.CharField(max_length=120, unique=True)
    text = models.CharField(max_length=300)
    path = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    # Waiting for the person's digest; e-mailed at once otherwise.
    for_digest = models.BooleanField(default=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-created_at"]),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=["person"],
                condition=Q(for_digest=True),
                name="notice_for_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class OutboxEmail(models.Model):
    """An e-mail that was promised. The row is written with the event itself; a worker sends it afterwards."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Given up"

    key = models.CharField(max_length=140, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=Q(state__in=["waiting", "sending"]),
                name="outbox_unsent",
            )
        ]

    def __str__(self) -> str:
        return self.subject


class Preference(models.Model):
    """How a person wants e-mail: at once, or one digest a day. Urgent notices are always e-mailed at once."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notice_preference",
        primary_key=True,
    )
    daily_digest = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "one e-mail a day" if self.daily_digest else "each e-mail at once"


class CalendarFeed(models.Model):
    """A revocable address under which a calendar programme reads one person's deadlines."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="calendar_feeds",
    )
    # Only the hash is kept: whoever reads the database cannot open the feed.
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(revoked_at=None),
                name="one_live_calendar_feed_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"calendar feed of {self.created_at:%-d %B %Y}"
