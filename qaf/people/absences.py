"""When people are away, so that nobody is given work that they cannot do. Why they are away is not asked."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def touching(self, start: date, end: date) -> AbsenceQuerySet:
        """Absences of which at least one day lies from ``start`` to ``end``, both included."""
        return self.filter(starts_on__lte=end).filter(Q(ends_on=None) | Q(ends_on__gte=start))


class Absence(models.Model):
    """A person is away from one day to another, both included; without a last day, until further notice."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="absence_ends_after_start",
                violation_error_message="The last day cannot be before the first day.",
            ),
        ]

    def __str__(self) -> str:
        until = f"to {self.ends_on:%-d %B %Y}" if self.ends_on else "until further notice"
        return f"from {self.starts_on:%-d %B %Y} {until}"
