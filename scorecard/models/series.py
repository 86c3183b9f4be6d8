"""The figures of the scorecard: one row a period and version, never overwritten; and what QA says of a quarter."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from qaf.fields import EncryptedTextField
from scorecard.models.indicators import Indicator, IndicatorVersion
from scorecard.models.returns import ReturnLine


class FigureQuerySet(models.QuerySet["Figure"]):
    def standing(self) -> FigureQuerySet:
        """The latest version of each period."""
        return self.filter(superseded_at=None)


class Figure(models.Model):
    """An indicator's figure of one period (a month or a quarter), accepted or counted by QAF. A correction is a new
    version beside it."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="figures")
    # What the indicator meant then.
    definition = models.ForeignKey(IndicatorVersion, on_delete=models.PROTECT, related_name="+")
    period_from = models.DateField()
    period_to = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    numerator = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    # In the indicator's own unit. None: a gap, and ``gap`` says why (nothing to divide by, not available).
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    gap = models.CharField(max_length=200, blank=True)
    # None: counted by QAF, or brought in from before.
    line = models.ForeignKey(ReturnLine, null=True, blank=True, on_delete=models.PROTECT, related_name="series")
    # Where a figure from before QAF comes from, or why it was counted anew.
    source = models.CharField(max_length=200, blank=True)
    accepted_at = models.DateTimeField(default=timezone.now)
    # None: QAF itself.
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        ordering = ["indicator_id", "period_from", "version"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "period_from", "version"], name="figure_version_once"),
            models.UniqueConstraint(
                fields=["indicator", "period_from"], condition=Q(superseded_at=None), name="figure_one_stands"
            ),
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="figure_period_in_order"),
            models.CheckConstraint(
                condition=Q(value__isnull=False, gap="") | (Q(value__isnull=True) & ~Q(gap="")),
                name="figure_value_or_gap",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}, from {self.period_from:%-d %B %Y}, version {self.version}"


class QaComment(models.Model):
    """What QA says of an indicator in a quarter."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="comments")
    period_from = models.DateField()
    text = EncryptedTextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["indicator_id", "period_from"]
        constraints = [models.UniqueConstraint(fields=["indicator", "period_from"], name="comment_once_a_quarter")]

    def __str__(self) -> str:
        return f"{self.indicator}, from {self.period_from:%-d %B %Y}"


class QaCommentRevision(models.Model):
    """A comment as it stood before it was written anew."""

    comment = models.ForeignKey(QaComment, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    text = EncryptedTextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["comment_id", "revision"]
        constraints = [models.UniqueConstraint(fields=["comment", "revision"], name="comment_revision_once")]

    def __str__(self) -> str:
        return f"{self.comment_id}, revision {self.revision}"
