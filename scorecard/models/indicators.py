"""Indicators of the scorecard: what each measures, version by version, and the requests that change them.

Coventry QA framework 2025-27, 6.1: indicators follow the priorities, and are amended only when a quorate subgroup
has approved it and its minutes say so.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from qaf.people.models import Agency
from scorecard.models.priorities import Lens, Priority


class Unit(models.TextChoices):
    """How a value follows from numerator and denominator."""

    PERCENTAGE = "percentage", "Percentage"
    RATE = "rate", "Rate per 10,000"
    AVERAGE = "average", "Average (numerator ÷ denominator)"
    COUNT = "count", "Number (no denominator)"


class Frequency(models.TextChoices):
    MONTHLY = "monthly", "Monthly"
    QUARTERLY = "quarterly", "Quarterly"


class Direction(models.TextChoices):
    UP = "up", "Higher is better"
    DOWN = "down", "Lower is better"
    NEUTRAL = "neutral", "Neither is better"


class Measure(models.TextChoices):
    """What QAF itself counts from its audits, every quarter."""

    GOOD = "good", "Share of audits at the standard"
    GOOD_DOMAIN = "good_domain", "Share of judgements of a domain at the standard"
    AUDITED_IN_TIME = "audited_in_time", "Share of audits submitted in time"
    MODERATED_IN_TIME = "moderated_in_time", "Share of audits moderated in time"
    REGRADED = "regraded", "Share of audits whose overall grade moderation changed"
    ACTIONS_IN_TIME = "actions_in_time", "Share of actions completed in time"


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def in_use(self, day: date) -> IndicatorQuerySet:
        """Not retired by that day, and defined by then."""
        return self.filter(Q(retired_on=None) | Q(retired_on__gte=day)).filter(versions__valid_from__lte=day).distinct()


class Indicator(models.Model):
    """One line of the scorecard. What it means is in its versions; its figures keep the version they were made by."""

    code = models.SlugField("code", max_length=20, unique=True)
    # Empty: partners return it.
    measure = models.CharField(max_length=20, choices=Measure.choices, blank=True)
    # The key of the domain that the measure is about.
    measure_domain = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # The last day it is in use. A quarter in which it was retired is still reported, and says so.
    retired_on = models.DateField(null=True, blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(measure="good_domain") | Q(measure_domain=""), name="indicator_domain_of_its_measure"
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_computed(self) -> bool:
        """Whether QAF fills it from its own audits."""
        return bool(self.measure)


class IndicatorVersion(models.Model):
    """What an indicator means from a day until the next version. Never changed once it is there, but for its end."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    # The last day it holds.
    valid_until = models.DateField(null=True, blank=True)
    name = models.CharField(max_length=200)
    definition = models.TextField()
    numerator_label = models.CharField("numerator", max_length=200)
    denominator_label = models.CharField("denominator", max_length=200, blank=True)
    unit = models.CharField(max_length=12, choices=Unit.choices)
    frequency = models.CharField(max_length=12, choices=Frequency.choices, default=Frequency.QUARTERLY)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    target = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    target_from = models.DateField(null=True, blank=True)
    target_until = models.DateField(null=True, blank=True)
    # So far from the target, in the indicator's own unit, is still called near it.
    tolerance = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    # None: counted by QAF itself.
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lens = models.CharField(max_length=12, choices=Lens.choices)
    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="indicator_versions")
    # Values outside are refused; None: no bound.
    lowest = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    highest = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    # A value that differs by more than so many per cent from the mean of the last four asks for an explanation.
    jump_percent = models.PositiveSmallIntegerField(default=30)
    # Whether numerator and denominator count people, so that small ones must not leave QA.
    counts_people = models.BooleanField(default=True)
    change = models.ForeignKey(
        "scorecard.IndicatorChange", null=True, blank=True, on_delete=models.PROTECT, related_name="versions"
    )

    class Meta:
        ordering = ["indicator_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "number"], name="indicator_version_once"),
            models.UniqueConstraint(
                fields=["indicator"], condition=Q(valid_until=None), name="indicator_one_open_version"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="indicator_version_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(unit="count") | ~Q(denominator_label=""), name="indicator_has_denominator"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_denominator(self) -> bool:
        return self.unit != Unit.COUNT

    def target_on(self, day: date) -> Any:
        """The target that holds on a day (a Decimal), or None."""
        if self.target is None or (self.target_from and day < self.target_from):
            return None
        return None if self.target_until and day > self.target_until else self.target


class Benchmark(models.Model):
    """What an indicator was elsewhere in a period. A corrected value replaces the earlier one, which is kept."""

    class Series(models.TextChoices):
        NEIGHBOURS = "neighbours", "Statistical neighbours"
        ENGLAND = "england", "England"

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="benchmarks")
    series = models.CharField(max_length=12, choices=Series.choices)
    period_from = models.DateField()
    period_to = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=4)
    source = models.CharField("where it is published", max_length=200)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["indicator_id", "series", "period_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "series", "period_from"],
                condition=Q(superseded_at=None),
                name="benchmark_once_a_period",
            ),
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="benchmark_period_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_series_display()}, {self.indicator}"


class ChangeKind(models.TextChoices):
    ADD = "add", "Add an indicator"
    ALTER = "alter", "Change an indicator"
    RETIRE = "retire", "Retire an indicator"
    REBASE = "rebase", "Begin new limits (rebase)"


class ChangeState(models.TextChoices):
    REQUESTED = "requested", "Requested"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


def is_quorate_and_minuted(change: Any) -> bool:
    """Guard: enough members of the subgroup were there, and its minutes say so."""
    return bool(change.minute.strip()) and change.meeting_on is not None and change.present >= change.quorum > 0


class IndicatorChange(FSMModelMixin, models.Model):
    """A request to add, change, retire or rebase an indicator, and what the subgroup made of it."""

    kind = models.CharField(max_length=8, choices=ChangeKind.choices)
    # None while an addition is not approved.
    indicator = models.ForeignKey(Indicator, null=True, blank=True, on_delete=models.PROTECT, related_name="changes")
    # The fields that are asked for, by their names in IndicatorVersion (and code, measure, measure_domain to add).
    proposed = models.JSONField(default=dict)
    reason = models.TextField()
    effective_from = models.DateField()
    # The version it was asked on: a later change makes the request stale.
    seen_version = models.PositiveSmallIntegerField(default=0)
    state = FSMField(default=ChangeState.REQUESTED, choices=ChangeState.choices, protected=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)

    meeting_on = models.DateField(null=True, blank=True)
    minute = models.CharField("minute reference", max_length=120, blank=True)
    # Members of the subgroup who were there, and how many had to be.
    present = models.PositiveSmallIntegerField(default=0)
    quorum = models.PositiveSmallIntegerField(default=0)
    decision_note = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="change_state_known"),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | (~Q(minute="") & Q(meeting_on__isnull=False) & Q(present__gte=F("quorum")) & Q(quorum__gt=0)),
                name="change_approved_by_a_quorum",
            ),
            models.CheckConstraint(condition=Q(kind="add") | Q(indicator__isnull=False), name="change_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.requested_at:%-d %B %Y}"

    # Transitions: called by workflow/ alone, in a transaction with the row locked.

    @transition(
        field=state, source=ChangeState.REQUESTED, target=ChangeState.APPROVED, conditions=[is_quorate_and_minuted]
    )
    def approve(self) -> None:
        """A quorate subgroup has approved it."""

    @transition(field=state, source=ChangeState.REQUESTED, target=ChangeState.REFUSED)
    def refuse(self) -> None:
        """The subgroup does not want it."""

    @transition(field=state, source=ChangeState.REQUESTED, target=ChangeState.WITHDRAWN)
    def withdraw(self) -> None:
        """Whoever asked no longer does."""


class ChangeAttendee(models.Model):
    """A member of the subgroup who was at the meeting that decided a request."""

    change = models.ForeignKey(IndicatorChange, on_delete=models.CASCADE, related_name="attendees")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["change_id", "person__name"]
        constraints = [models.UniqueConstraint(fields=["change", "person"], name="change_attendee_once")]

    def __str__(self) -> str:
        return f"{self.person}"


class Rebase(models.Model):
    """A day from which an indicator's limits are worked out anew, and why (an approved request)."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="rebases")
    on = models.DateField()
    reason = models.TextField()
    change = models.ForeignKey(IndicatorChange, on_delete=models.PROTECT, related_name="rebases")

    class Meta:
        ordering = ["indicator_id", "on"]
        constraints = [models.UniqueConstraint(fields=["indicator", "on"], name="rebase_once_a_day")]

    def __str__(self) -> str:
        return f"{self.indicator} from {self.on:%-d %B %Y}"
