"""What a partner agency sends each quarter: figures and the required narrative, queried and accepted.

Coventry QA framework 2025-27, 6.1: partners send a brief narrative alongside their data.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from qaf.fields import EncryptedJSONField, EncryptedTextField
from qaf.people.models import Agency
from scorecard.models.indicators import IndicatorVersion


class ReturnState(models.TextChoices):
    REQUESTED = "requested", "Requested"
    SENT = "sent", "Sent"
    QUERIED = "queried", "Queried"
    ACCEPTED = "accepted", "Accepted"
    # A correction that was begun and is not wanted after all.
    WITHDRAWN = "withdrawn", "Withdrawn"


# The agency can write.
FILLABLE = (ReturnState.REQUESTED, ReturnState.QUERIED)
RETURN_OPEN = (ReturnState.REQUESTED, ReturnState.SENT, ReturnState.QUERIED)


def is_correction(one: Any) -> bool:
    """Guard: only a correction can be called off."""
    return one.corrects_id is not None


class Return(FSMModelMixin, models.Model):
    """One agency's return for one quarter. After acceptance it stands; a correction is another version of it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="returns")
    period_from = models.DateField()
    period_to = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    correction_reason = EncryptedTextField(blank=True, default="")
    state = FSMField(default=ReturnState.REQUESTED, choices=ReturnState.choices, protected=True)
    due_on = models.DateField()
    # The agency's words on the quarter as a whole.
    summary = EncryptedTextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    requested_at = models.DateTimeField(default=timezone.now)
    # None: the schedule asked for it.
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The last time it was sent, and the first.
    sent_at = models.DateTimeField(null=True, blank=True)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-period_from", "agency__name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "period_from", "version"], name="return_once"),
            # One at a time is open: a second correction waits for the first.
            models.UniqueConstraint(
                fields=["agency", "period_from"],
                condition=Q(state__in=["requested", "sent", "queried"]),
                name="return_one_open",
            ),
            models.CheckConstraint(condition=Q(state__in=ReturnState.values), name="return_state_known"),
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="return_period_in_order"),
            models.CheckConstraint(
                condition=Q(version=1, corrects=None) | Q(version__gt=1, corrects__isnull=False),
                name="return_version_corrects",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="return_due")]

    def __str__(self) -> str:
        return f"{self.agency}, from {self.period_from:%-d %B %Y}, version {self.version}"

    @property
    def is_open(self) -> bool:
        return self.state in RETURN_OPEN

    @property
    def is_fillable(self) -> bool:
        return self.state in FILLABLE

    # Transitions: called by workflow/ alone, in a transaction with the row locked.

    @transition(field=state, source=list(FILLABLE), target=ReturnState.SENT)
    def send(self) -> None:
        """The agency has sent it."""

    @transition(field=state, source=ReturnState.SENT, target=ReturnState.QUERIED)
    def query(self) -> None:
        """QA asks something back."""

    @transition(field=state, source=ReturnState.SENT, target=ReturnState.ACCEPTED)
    def accept(self) -> None:
        """QA takes it into the scorecard."""

    @transition(field=state, source=list(RETURN_OPEN), target=ReturnState.WITHDRAWN, conditions=[is_correction])
    def withdraw(self) -> None:
        """A correction is not wanted after all."""


class ReturnLine(models.Model):
    """One indicator in a return: its narrative, and why there is no figure or why it jumped."""

    part_of = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    definition = models.ForeignKey(IndicatorVersion, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)
    narrative = EncryptedTextField(blank=True, default="")
    # Asked for when a figure jumps against the history.
    explanation = EncryptedTextField(blank=True, default="")
    # Why there is no figure: an honest gap in the series.
    no_figure = EncryptedTextField(blank=True, default="")
    # Grows by one with each accepted save; a save names the revision it saw.
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["part_of_id", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["part_of", "definition"], name="return_line_once")]

    def __str__(self) -> str:
        return f"{self.definition}, {self.part_of_id}"


class ReturnFigure(models.Model):
    """What an agency entered for one period of a line: the quarter, or one of its months."""

    line = models.ForeignKey(ReturnLine, on_delete=models.CASCADE, related_name="figures")
    period_from = models.DateField()
    period_to = models.DateField()
    # For a plain number, the number itself; its denominator stays empty.
    numerator = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering = ["line_id", "period_from"]
        constraints = [models.UniqueConstraint(fields=["line", "period_from"], name="return_figure_once")]

    def __str__(self) -> str:
        return f"{self.line_id}, from {self.period_from:%-d %B %Y}"


class ReturnLineRevision(models.Model):
    """A line as it stood before the save that replaced it."""

    line = models.ForeignKey(ReturnLine, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    # narrative, explanation, no_figure, and figures as [period, numerator, denominator].
    document = EncryptedJSONField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["line_id", "revision"]
        constraints = [models.UniqueConstraint(fields=["line", "revision"], name="return_line_revision_once")]

    def __str__(self) -> str:
        return f"{self.line_id}, revision {self.revision}"


class ReturnQuery(models.Model):
    """Something QA asks about a return or one line of it, and the agency's answer."""

    part_of = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="queries")
    line = models.ForeignKey(ReturnLine, null=True, blank=True, on_delete=models.CASCADE, related_name="queries")
    text = EncryptedTextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = EncryptedTextField(blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["part_of_id", "asked_at", "pk"]
        verbose_name_plural = "return queries"

    def __str__(self) -> str:
        return f"Query on {self.part_of_id}"
