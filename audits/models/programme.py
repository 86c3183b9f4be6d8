"""The audit programme of a year: themes with their terms of reference, visits, statutory audits.

Coventry QA framework 2025-27, 6.2 to 6.5; Bristol QAF, *Thematic Audits*, *Visits*.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from audits.models.forms import AuditType
from audits.models.schedule import Expectation
from qaf.fields import EncryptedTextField


class WorkKind(models.TextChoices):
    """What a piece of work in the programme is."""

    THEMATIC = "thematic", "Thematic multi-agency audit"
    SINGLE_AGENCY = "single_agency", "Thematic audit"
    IMPROMPTU = "impromptu", "Impromptu audit"
    SUPERVISION = "supervision", "Supervision file audit"
    SECTION_11 = "section_11", "Section 11 audit"
    SECTION_175 = "section_175", "Section 175/157 audit"
    ASSURANCE_VISIT = "assurance_visit", "Safeguarding assurance visit"
    DEEP_DIVE = "deep_dive", "Deep dive"
    QA_VISIT = "qa_visit", "Quality assurance visit"


VISITS = (WorkKind.ASSURANCE_VISIT, WorkKind.DEEP_DIVE, WorkKind.QA_VISIT)
# Several agencies audit the same children.
MULTI_AGENCY = (WorkKind.THEMATIC, WorkKind.IMPROMPTU)
# Audits that begin only with terms of reference agreed by the subgroup. An impromptu audit is a theme out of turn.
THEMES = (WorkKind.THEMATIC, WorkKind.SINGLE_AGENCY, WorkKind.IMPROMPTU, WorkKind.SUPERVISION)
# Coventry: a maximum of four multi-agency thematic audits each year, one a quarter.
MOST_THEMES_A_YEAR = 4


class WorkState(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed"
    FIELDWORK = "fieldwork", "Fieldwork"
    ANALYSIS = "analysis", "Analysis"
    SIGNED_OFF = "signed_off", "Signed off"
    CONSIDERED = "considered", "Considered"
    PRESENTED = "presented", "Presented"
    # A visit goes its own way.
    PLANNED = "planned", "Planned"
    PREPARED = "prepared", "Prepared"
    HELD = "held", "Held"
    REPORTED = "reported", "Reported"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


WORK_ENDED = (WorkState.CLOSED, WorkState.WITHDRAWN)
# The seven points that the terms of reference specify (Bristol QAF, *Thematic Audits*), in their order.
TERMS = ("why", "scope", "auditors", "focus_groups", "criteria", "timescale", "action_plan")


def goes_as_visit(work: Any) -> bool:
    return work.kind in VISITS


def goes_as_audit(work: Any) -> bool:
    return work.kind not in VISITS


def terms_are_complete(work: Any) -> bool:
    """Guard: a theme says all seven points before it is agreed."""
    return work.kind not in THEMES or all(getattr(work, name).strip() for name in TERMS)


class WorkQuerySet(models.QuerySet["Work"]):
    def standing(self) -> WorkQuerySet:
        """Not withdrawn."""
        return self.exclude(state=WorkState.WITHDRAWN)

    def open(self) -> WorkQuerySet:
        return self.exclude(state__in=WORK_ENDED)


class Work(FSMModelMixin, models.Model):
    """One piece of work in the programme: an audit of a theme, a statutory audit, or a visit."""

    reference = models.CharField(max_length=24, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=WorkKind.choices)
    title = models.CharField(max_length=200)
    # The year in which the programme's year begins, and the quarter within it (1 to 4).
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    state = FSMField(default=WorkState.PROPOSED, choices=WorkState.choices, protected=True)

    # The seven points of the terms of reference, and who commissioned the audit (part of the first).
    why = models.TextField("why it is commissioned, and why now", blank=True)
    commissioned_by = models.CharField("who commissioned it", max_length=200, blank=True)
    scope = models.TextField("the scope of the audit", blank=True)
    auditors = models.TextField("who will undertake the audits", blank=True)
    focus_groups = models.TextField("who will be part of the focus groups", blank=True)
    criteria = models.TextField("the audit criteria", blank=True)
    timescale = models.TextField("the timescale for completion and reporting", blank=True)
    action_plan = models.TextField("who leads on the action plan", blank=True)
    # A visit's lines of enquiry, agreed beforehand, and its main findings.
    lines_of_enquiry = models.TextField(blank=True)
    findings = EncryptedTextField(blank=True, default="")

    type = models.ForeignKey(AuditType, null=True, blank=True, on_delete=models.PROTECT, related_name="works")
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Signs the report off.
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fieldwork_from = models.DateField()
    fieldwork_until = models.DateField()
    reports_on = models.DateField(null=True, blank=True)
    # The row of the schedule that asks for it, such as a deep dive three times a year.
    expectation = models.ForeignKey(Expectation, null=True, blank=True, on_delete=models.PROTECT, related_name="works")

    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    # The subgroup's decision and where it is minuted.
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_on = models.DateField(null=True, blank=True)
    agreed_minute = models.CharField(max_length=120, blank=True)
    # Who went past "four a year, one a quarter", knowing it.
    past_the_most = models.CharField(max_length=300, blank=True)
    fieldwork_closed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering = ["fieldwork_from", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WorkState.values), name="work_state_known"),
            models.CheckConstraint(condition=Q(quarter__gte=1) & Q(quarter__lte=4), name="work_quarter_known"),
            models.CheckConstraint(
                condition=Q(fieldwork_until__gte=F("fieldwork_from")), name="work_fieldwork_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "planned", "withdrawn"])
                | Q(kind__in=[kind.value for kind in VISITS])
                | (Q(agreed_on__isnull=False) & ~Q(agreed_minute="")),
                name="work_agreed_before_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["year", "quarter"], name="work_year")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state not in WORK_ENDED

    @property
    def is_visit(self) -> bool:
        return goes_as_visit(self)

    @property
    def is_multi_agency(self) -> bool:
        return self.kind in MULTI_AGENCY

    @property
    def is_theme(self) -> bool:
        return self.kind in THEMES

    # Transitions: called by workflow/ alone, in a transaction with the row locked.

    @transition(
        field=state, source=WorkState.PROPOSED, target=WorkState.AGREED, conditions=[goes_as_audit, terms_are_complete]
    )
    def agree(self) -> None:
        """The subgroup has agreed it, and its minutes say so."""

    @transition(field=state, source=WorkState.AGREED, target=WorkState.FIELDWORK, conditions=[goes_as_audit])
    def open_fieldwork(self) -> None:
        """The audits begin."""

    @transition(field=state, source=WorkState.FIELDWORK, target=WorkState.ANALYSIS)
    def close_fieldwork(self) -> None:
        self.fieldwork_closed_at = timezone.now()

    @transition(field=state, source=WorkState.ANALYSIS, target=WorkState.SIGNED_OFF)
    def sign_off(self) -> None:
        """The chair of the audit signs the report off."""

    @transition(field=state, source=WorkState.SIGNED_OFF, target=WorkState.CONSIDERED)
    def consider(self) -> None:
        """The subgroup has considered it and made its final amendments."""

    @transition(field=state, source=WorkState.CONSIDERED, target=WorkState.PRESENTED)
    def present(self) -> None:
        """Presented to the board."""

    @transition(field=state, source=[WorkState.PRESENTED, WorkState.REPORTED], target=WorkState.CLOSED)
    def close(self) -> None:
        """Nothing is left to do."""

    @transition(field=state, source=WorkState.PROPOSED, target=WorkState.PLANNED, conditions=[goes_as_visit])
    def plan(self) -> None:
        """The visit has its day."""

    @transition(field=state, source=WorkState.PLANNED, target=WorkState.PREPARED)
    def prepare(self) -> None:
        """The team has agreed its lines of enquiry."""

    @transition(field=state, source=WorkState.PREPARED, target=WorkState.HELD)
    def hold(self) -> None:
        """The day on site is over."""

    @transition(field=state, source=WorkState.HELD, target=WorkState.REPORTED)
    def report(self) -> None:
        """The main findings went to the head of service."""

    @transition(
        field=state, source=[state for state in WorkState if state not in WORK_ENDED], target=WorkState.WITHDRAWN
    )
    def withdraw(self) -> None:
        """Not done after all."""
