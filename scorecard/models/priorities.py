"""What the partnership has set out to improve, and the four lenses through which it looks.

Coventry QA framework 2025-27, section 4 (four lenses) and 6.1 (the scorecard follows each re-set of the priorities).
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Lens(models.TextChoices):
    INDEPENDENT = "independent", "Independent"
    PROVIDER = "provider", "Provider"
    PROFESSIONAL = "professional", "Professional"
    CITIZEN = "citizen", "Citizen"


class PriorityReset(models.Model):
    """One decision on which priorities hold from a day on, and where it is minuted."""

    on = models.DateField("from")
    minute = models.CharField("minute reference", max_length=120)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"Priorities from {self.on:%-d %B %Y}"


class PriorityQuerySet(models.QuerySet["Priority"]):
    def standing(self, day: date) -> PriorityQuerySet:
        """The priorities that hold on a day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


class Priority(models.Model):
    """Something the partnership has set out to improve, from a day until it is re-set."""

    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    # The last day on which it holds.
    ends_on = models.DateField(null=True, blank=True)
    set_by = models.ForeignKey(PriorityReset, on_delete=models.PROTECT, related_name="begun")
    ended_by = models.ForeignKey(PriorityReset, null=True, blank=True, on_delete=models.PROTECT, related_name="ended")

    objects = PriorityQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name", "pk"]
        verbose_name_plural = "priorities"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="priority_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.name
