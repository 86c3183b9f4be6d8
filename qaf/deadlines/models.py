"""Deadlines of anything, their extensions and the reminders that were sent for them."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ClosureDay(models.Model):
    """A day on which the organisation itself is closed, besides England's bank holidays."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.name}, {self.day:%-d %B %Y}"


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def open(self) -> DeadlineQuerySet:
        return self.filter(met_at=None, dropped_at=None)

    def about(self, thing: models.Model) -> DeadlineQuerySet:
        return self.filter(subject_type=ContentType.objects.get_for_model(thing), subject_id=thing.pk)

    def overdue(self, today: date) -> DeadlineQuerySet:
        return self.open().filter(due_on__lt=today)


class Deadline(models.Model):
    """Somebody must do something about a thing by a day."""

    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    # What has to be done, as a code of the app that set it, such as "audit" or "moderation".
    kind = models.CharField(max_length=40)
    # How reminders name it: "Audit BCF-2026-00012: finish and submit the audit". No child's data.
    title = models.CharField(max_length=200)
    path = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deadlines")
    starts_on = models.DateField()
    due_on = models.DateField()
    first_due_on = models.DateField()
    # Working days from the due date: [-3, 0, 2], then every `reminder_repeat`.
    reminder_steps = models.JSONField(default=list)
    reminder_repeat = models.PositiveSmallIntegerField(default=5)
    copy_manager_from = models.SmallIntegerField(default=2)
    # The day on which the next reminder step is due; the sweep's index. None: no more.
    next_reminder_on = models.DateField(null=True, db_index=True)
    met_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind", "owner"],
                condition=Q(met_at=None, dropped_at=None),
                name="one_open_deadline_a_kind_and_owner",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on"],
                condition=Q(met_at=None, dropped_at=None),
                name="deadline_open",
            ),
            models.Index(fields=["subject_type", "subject_id"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.dropped_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()


class Extension(models.Model):
    """A deadline was moved: from when to when, by whom and why."""

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="extensions")
    from_day = models.DateField()
    to_day = models.DateField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"from {self.from_day:%-d %B %Y} to {self.to_day:%-d %B %Y}"


class Reminder(models.Model):
    """A reminder step of a deadline that was reached: the unique pair is what keeps it from being sent twice."""

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="reminders")
    # Working days from the due date the step stands for: -3, 0, 2, 7, 12 …
    step = models.SmallIntegerField()
    due_on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    # A later step was already due when the sweep came to this one, so only the later was told.
    superseded = models.BooleanField(default=False)

    class Meta:
        ordering = ["deadline", "step"]
        constraints = [
            # An extension starts the steps anew, so the date the step was counted for belongs to the key.
            models.UniqueConstraint(fields=["deadline", "step", "due_on"], name="reminder_step_once"),
        ]

    def __str__(self) -> str:
        return f"step {self.step} of {self.due_on:%-d %B %Y}"
