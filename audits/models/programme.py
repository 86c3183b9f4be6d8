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

from audits.models.audits import Audit
from audits.models.cases import Case
from audits.models.forms import AuditType
from audits.models.schedule import Expectation
from qaf.fields import EncryptedTextField
from qaf.people.models import Agency, Team


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


class WorkNote(models.Model):
    """What was said at a step, by whom: the minute, the reason, the chair's words. Free text may name somebody."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="notes")
    # The state that the step led to, or "changed".
    step = models.CharField(max_length=20)
    text = EncryptedTextField(blank=True, default="")
    minute = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.work}, {self.step}"


class WorkAgency(models.Model):
    """An agency that takes part, who answers for it, and the team in which its audits are kept."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="agencies")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Who audits for it, unless a child's own row says somebody else.
    auditor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["agency__name", "pk"]
        verbose_name_plural = "work agencies"
        constraints = [models.UniqueConstraint(fields=["work", "agency"], name="work_agency_once")]

    def __str__(self) -> str:
        return f"{self.agency}, {self.work}"


class WorkPerson(models.Model):
    """Somebody whose time a piece of work asks, and how many hours of it in all."""

    class Part(models.TextChoices):
        AUDITOR = "auditor", "Auditor"
        FOCUS_GROUP = "focus_group", "Focus group"
        VISITOR = "visitor", "Visiting team"
        ANALYST = "analyst", "Analysis and report"
        SELF_ASSESSMENT = "self_assessment", "Self-assessment"

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="work_parts")
    part = models.CharField(max_length=20, choices=Part.choices)
    hours = models.DecimalField(max_digits=6, decimal_places=1)

    class Meta:
        ordering = ["person__name", "part", "pk"]
        verbose_name_plural = "work people"
        constraints = [
            models.UniqueConstraint(fields=["work", "person", "part"], name="work_person_part_once"),
            models.CheckConstraint(condition=Q(hours__gt=0) & Q(hours__lte=1000), name="work_hours_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_part_display()}"


class WorkCase(models.Model):
    """A child whose records the agencies audit."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="works")
    number = models.PositiveSmallIntegerField()
    # Why this child, in a sentence of no child, as an audit's selection is.
    selection = models.TextField(blank=True)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["work", "case"], name="work_case_once"),
            models.UniqueConstraint(fields=["work", "number"], name="work_case_number_once"),
        ]

    def __str__(self) -> str:
        return f"Child {self.number}, {self.work}"


class WorkAudit(models.Model):
    """One agency's own audit of one child: a cell of the matrix of children and agencies."""

    work_case = models.ForeignKey(WorkCase, on_delete=models.CASCADE, related_name="audits")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    auditor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    audit = models.OneToOneField(Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="work_cell")
    # The agency does not know this child: an honest gap, not a missing audit.
    not_known = models.BooleanField(default=False)

    class Meta:
        ordering = ["work_case__number", "agency__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["work_case", "agency"], name="work_audit_once"),
            models.CheckConstraint(condition=Q(not_known=False) | Q(audit=None), name="work_audit_or_not_known"),
        ]

    def __str__(self) -> str:
        return f"{self.agency}, {self.work_case}"


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
