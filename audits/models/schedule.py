"""The schedule of expectations: who audits what, when; and what of it is due from whom.

Bristol QAF, Appendix 1, *Who audits what, when*: service, type of audit, minimum frequency, auditor, form, moderation,
case selection.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audits.models.audits import Audit
from audits.models.forms import AuditType, Pack
from qaf.people.models import Service, Team
from qaf.people.roles import Role

# A cycle that does not divide the year would drift through it.
CYCLES = (1, 2, 3, 4, 6, 12)


class Selection(models.TextChoices):
    """Who selects what is audited (Appendix 1, *Case selection*)."""

    DRAWN = "drawn", "Drawn at random by QA"
    MANAGER = "manager", "Selected by the manager"
    WORKER_OR_MANAGER = "worker_or_manager", "Selected by the worker or the manager"
    PROGRAMME = "programme", "Placed in the audit programme"
    UNDECIDED = "undecided", "To be confirmed"


class ExpectationQuerySet(models.QuerySet["Expectation"]):
    def valid_on(self, day: date) -> ExpectationQuerySet:
        return self.filter(valid_from__lte=day).filter(Q(valid_until=None) | Q(valid_until__gte=day))

    def valid_between(self, start: date, end: date) -> ExpectationQuerySet:
        """Rows in force on at least one day from ``start`` to ``end``."""
        return self.filter(valid_from__lte=end).filter(Q(valid_until=None) | Q(valid_until__gte=start))


class Expectation(models.Model):
    """One row of the schedule. The ``…_name`` fields keep the framework's own words beside what they mean here."""

    # The row of the pack that brought it; empty for a row made here.
    pack = models.ForeignKey(Pack, null=True, blank=True, on_delete=models.PROTECT, related_name="expectations")
    key = models.SlugField(max_length=80, blank=True)
    position = models.PositiveIntegerField(default=0)

    service_name = models.CharField(max_length=120)
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="expectations")
    every_service = models.BooleanField("holds for every service", default=False)

    type_name = models.CharField(max_length=120)
    type = models.ForeignKey(AuditType, null=True, blank=True, on_delete=models.PROTECT, related_name="expectations")
    # A row that asks for either of two (peer audit or observation).
    other_type = models.ForeignKey(AuditType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    frequency_name = models.CharField(max_length=60, blank=True)
    every_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Months from one cycle to the next: 1, 2, 3, 4, 6 or 12. Empty: not yet said."
    )
    each = models.PositiveSmallIntegerField("audits from each auditor a cycle", default=1)

    auditor_name = models.CharField(max_length=120, blank=True)
    auditor_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    form_name = models.CharField(max_length=120, blank=True)
    moderation_name = models.CharField(max_length=120, blank=True)
    selection_name = models.CharField(max_length=120, blank=True)
    selection = models.CharField(max_length=20, choices=Selection.choices, default=Selection.UNDECIDED)

    valid_from = models.DateField(default=timezone.localdate)
    valid_until = models.DateField(null=True, blank=True)
    # Off until somebody has seen the dry run: a pack that is loaded must not begin to send out work.
    opens_itself = models.BooleanField("cycles open by themselves", default=False)
    # Grows by one with each change, so that an old page is known.
    revision = models.PositiveIntegerField(default=0)

    objects = ExpectationQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "key"], condition=~Q(key=""), name="expectation_of_pack_once"),
            models.CheckConstraint(
                condition=Q(every_months=None) | Q(every_months__in=CYCLES), name="expectation_divides_the_year"
            ),
            models.CheckConstraint(condition=Q(each__gte=1) & Q(each__lte=10), name="expectation_asks_for_some"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="expectation_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(service=None) | Q(every_service=False), name="expectation_one_or_every_service"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_name}: {self.type_name}"


class Cycle(models.Model):
    """One round of a row, from its first to its last day: what is due from whom was settled when it was opened."""

    expectation = models.ForeignKey(Expectation, on_delete=models.PROTECT, related_name="cycles")
    starts_on = models.DateField()
    ends_on = models.DateField()
    opened_at = models.DateTimeField(default=timezone.now)
    # None: the system, on the first day.
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The lot that spreads the auditors over the cycle and draws their cases.
    seed = models.CharField(max_length=64)

    class Meta:
        ordering = ["-starts_on", "expectation__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["expectation", "starts_on"], name="cycle_opened_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="cycle_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.expectation}, {self.starts_on:%-d %B %Y} to {self.ends_on:%-d %B %Y}"


class Expected(models.Model):
    """One audit that is due from one person in a cycle, and what became of it."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        AWAITING = "awaiting", "Awaiting selection"
        ALLOCATED = "allocated", "Allocated"
        SKIPPED = "skipped", "Skipped"

    class Why(models.TextChoices):
        """Why somebody was passed over."""

        AWAY = "away", "Away"
        NEW_IN_POST = "new_in_post", "New in post"
        LOAD = "load", "Has as many open audits as anybody may have"
        NO_POST = "no_post", "Has no auditor's post over these teams"
        NO_CASE = "no_case", "No case can be drawn"
        NO_TYPE = "no_type", "The row has no type of audit that can be allocated"
        BY_HAND = "by_hand", "Excused"

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="expected")
    auditor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="expected_audits")
    # First, second … of the cycle for this person.
    number = models.PositiveSmallIntegerField(default=1)
    # Where the person audits: one team, or None for several.
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opens_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    audit = models.OneToOneField(
        Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="expected", db_index=True
    )
    why = models.CharField(max_length=20, choices=Why.choices, blank=True)
    # In plain words, of no child: "away until 4 January 2027", "Of 12 cases of East: …".
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["opens_on", "pk"]
        verbose_name_plural = "expected audits"
        constraints = [
            models.UniqueConstraint(fields=["cycle", "auditor", "number"], name="expected_once"),
            models.CheckConstraint(
                condition=Q(state="allocated", audit__isnull=False) | (~Q(state="allocated") & Q(audit=None)),
                name="expected_has_audit_when_allocated",
            ),
            models.CheckConstraint(
                condition=Q(state="skipped") & ~Q(why="") | ~Q(state="skipped") & Q(why=""),
                name="expected_says_why_skipped",
            ),
        ]
        indexes = [models.Index(fields=["state", "opens_on"], name="expected_open")]

    def __str__(self) -> str:
        return f"{self.auditor}, {self.cycle}"
