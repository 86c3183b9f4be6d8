"""How long tasks take in this organisation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class EffortKind(models.TextChoices):
    """What takes people's time."""

    AUDIT = "audit", "An audit"
    MODERATION = "moderation", "A moderation"
    QA_CHECK = "qa_check", "A QA check"
    DISTRIBUTION = "distribution", "Distributing an audit"
    FEEDBACK = "feedback", "A practitioner's feedback"
    SELECTION = "selection", "Selecting a case"
    OTHER = "other", "Anything else that is due"
    WEEK = "week", "What somebody can give in a week"
    INSPECTION = "inspection", "An inspection, each week for each person"


class Effort(models.Model):
    """How many hours a kind of task takes here; what has no row takes what the product assumes."""

    kind = models.CharField(max_length=20, choices=EffortKind.choices, unique=True)
    hours = models.DecimalField(max_digits=5, decimal_places=1)

    class Meta:
        ordering = ["kind"]
        constraints = [models.CheckConstraint(condition=Q(hours__gte=0) & Q(hours__lte=100), name="effort_sensible")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.hours} hours"
