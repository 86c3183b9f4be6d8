"""The audit, its judgements, and the people who hold a part in it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from audits.models.cases import Case, Draw
from audits.models.forms import AuditType, FormVersion
from qaf.fields import EncryptedTextField
from qaf.people.models import Agency, Service, Team

if TYPE_CHECKING:
    from audits.kloe.definition import FormDefinition
    from audits.models.forms import ProcessMap


class State(models.TextChoices):
    ALLOCATED = "allocated", "Allocated"
    IN_PROGRESS = "in_progress", "In progress"
    SUBMITTED = "submitted", "Submitted"
    CHECKED = "checked", "Checked"
    MODERATING = "moderating", "Being moderated"
    MODERATED = "moderated", "Moderated"
    DISTRIBUTED = "distributed", "Distributed"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


WITH_THE_AUDITOR = (State.ALLOCATED, State.IN_PROGRESS)
ENDED = (State.CLOSED, State.CANCELLED)
OPEN = tuple(state for state in State if state not in ENDED)

# When the current step is due, and a day after all others for an audit that waits for nothing: a key without gaps
# to sort and page by. The day is written out, so that SQLite knows the index by it as well.
NEVER = date(9999, 12, 31)
DUE_OR_NEVER = models.Func(
    models.F("due_on"),
    function="COALESCE",
    template="%(function)s(%(expressions)s, '9999-12-31')",
    output_field=models.DateField(),
)


def wants_qa_check(audit: Any) -> bool:
    """Guard: the process map of the type has a QA check."""
    return bool(audit.process.qa_check)


def wants_moderation(audit: Any) -> bool:
    """Guard: the type is moderated."""
    return bool(audit.process.moderation)


def wants_no_moderation(audit: Any) -> bool:
    """Guard: the type is not moderated, so the auditor's grades stand."""
    return not audit.process.moderation


# The columns that who may do what with an audit depends on.
TO_DECIDE_ON = (
    "reference",
    "state",
    "form_version",
    "auditor",
    "case_holder",
    "team",
    "service",
    "agency",
    "confidential",
    "work",
    "type__part",
)


class AuditQuerySet(models.QuerySet["Audit"]):
    def open(self) -> AuditQuerySet:
        return self.exclude(state__in=ENDED)

    def to_decide_on(self) -> AuditQuerySet:
        """With no more of each row than who may do what with it depends on; the rest is read when it is asked for."""
        return self.select_related("type").only(*TO_DECIDE_ON)

    def overdue(self, today: date) -> AuditQuerySet:
        """Whose current step should have been done before ``today``."""
        return self.open().filter(due_on__lt=today)


class Audit(FSMModelMixin, models.Model):
    """One audit of one case on one form version, from allocation to closing."""

    reference = models.CharField(max_length=24, unique=True, editable=False)
    type = models.ForeignKey(AuditType, on_delete=models.PROTECT, related_name="audits")
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="audits")
    # The child's case; an audit about something else has none, and says in words what it is about.
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="audits")
    subject = EncryptedTextField(blank=True, default="")
    # As the type was on the day of allocation: read by those who hold a part in it and by QA managers alone.
    confidential = models.BooleanField(default=False)
    auditor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="audits")
    state = FSMField(default=State.ALLOCATED, choices=State.choices, protected=True)

    # As they were on the day of allocation: a case that moves later does not move past audits in the figures.
    case_holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    legal_status = models.CharField(max_length=20, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    # Why this case: the draw and a sentence, or who chose it.
    draw = models.ForeignKey(Draw, null=True, blank=True, on_delete=models.PROTECT, related_name="audits")
    selection = models.TextField(blank=True)
    # The piece of work of the programme that it belongs to; its cell says for which agency.
    work = models.ForeignKey("audits.Work", null=True, blank=True, on_delete=models.PROTECT, related_name="audits")
    reaudit_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reaudits")

    # The current step: what, who, by when. The deadlines themselves are in qaf.deadlines; these are for lists.
    step = models.CharField(max_length=40, blank=True)
    step_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)

    # Overall grades as codes of the form's scale.
    auditor_grade = models.CharField(max_length=10, blank=True)
    final_grade = models.CharField(max_length=10, blank=True)
    # What the scale says of the grade that stands; None until there is one.
    meets_standard = models.BooleanField(null=True)
    raises_alert = models.BooleanField(default=False)

    allocated_on = models.DateField(default=timezone.localdate)
    # The day it was due to be submitted, extensions included; for timeliness.
    audit_due_on = models.DateField(null=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    moderated_at = models.DateTimeField(null=True, blank=True)
    distributed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # Free text of people: it may name a child.
    return_reasons = EncryptedTextField(blank=True, default="")
    cancel_reason = EncryptedTextField(blank=True, default="")

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        permissions = [
            ("fill_audit", "Fill the form as its auditor"),
            ("moderate_audit", "Moderate"),
            ("read_audit", "Read"),
            ("answer_audit", "Give feedback as its practitioner"),
            ("direct_audit", "Write the case direction and review the actions"),
            ("contribute_audit", "Fill some sections of the form for its auditor"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="audit_state_known"),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(case_holder__isnull=False) | ~Q(subject=""),
                name="audit_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(case_holder=None) | ~Q(case_holder=F("auditor")), name="auditor_not_case_holder"
            ),
            # A re-audit that was cancelled can be opened anew.
            models.UniqueConstraint(
                fields=["reaudit_of"], condition=~Q(state=State.CANCELLED.value), name="one_standing_reaudit"
            ),
            # One running audit of a type for a case; in the programme each agency has its own.
            models.UniqueConstraint(
                fields=["case", "type"],
                condition=Q(state__in=[state.value for state in OPEN], work=None),
                name="one_open_audit_a_case_and_type",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="audit_due"),
            models.Index(fields=["state", "id"], name="audit_state"),
            # The tracker's order, for everybody and within each scope that a post can have.
            # Most people see only what is not confidential: with that in the index, counting reads no table.
            models.Index(DUE_OR_NEVER, "id", include=["confidential"], name="audit_tracker"),
            models.Index("agency", DUE_OR_NEVER, "id", include=["confidential"], name="audit_tracker_agency"),
            models.Index("service", DUE_OR_NEVER, "id", include=["confidential"], name="audit_tracker_service"),
            models.Index("team", DUE_OR_NEVER, "id", include=["confidential"], name="audit_tracker_team"),
            models.Index(fields=["auditor", "id"], name="audit_auditor"),
            models.Index(fields=["type", "id"], name="audit_type"),
            models.Index(fields=["submitted_at"], name="audit_submitted"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def form(self) -> FormDefinition:
        return FormVersion.parsed_by_pk(self.form_version_id)

    @property
    def part(self) -> str:
        """The part of the form that its auditor fills."""
        return self.type.part

    @property
    def process(self) -> ProcessMap:
        return self.type.process

    @property
    def reaudit(self) -> Audit | None:
        """The re-audit that stands, if one was opened."""
        return Audit.objects.exclude(state=State.CANCELLED).filter(reaudit_of=self).first()

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def standing_grade(self) -> str:
        """The grade that counts now: the final one, else the auditor's."""
        return self.final_grade or self.auditor_grade

    @property
    def standing_grade_name(self) -> str:
        grade = self.form.scale.grade(self.standing_grade) if self.form.scale else None
        return grade.name if grade else ""

    # Transitions: called by workflow/ alone, in a transaction with the row locked. The permission is the part
    # that a person must hold; workflow asks access.may() for it.

    @transition(field=state, source=State.ALLOCATED, target=State.IN_PROGRESS, permission="audits.fill_audit")
    def begin(self) -> None:
        """The auditor's first words are saved."""

    @transition(field=state, source=WITH_THE_AUDITOR, target=State.SUBMITTED, permission="audits.fill_audit")
    def hand_in(self) -> None:
        self.submitted_at = timezone.now()
        self.return_reasons = ""

    @transition(
        field=state,
        source=State.SUBMITTED,
        target=State.CHECKED,
        conditions=[wants_qa_check],
    )
    def pass_check(self) -> None:
        """Complete, and evidence present."""

    @transition(field=state, source=[State.SUBMITTED, State.CHECKED], target=State.IN_PROGRESS)
    def send_back(self) -> None:
        self.submitted_at = None

    @transition(
        field=state,
        source=[State.SUBMITTED, State.CHECKED],
        target=State.MODERATING,
        conditions=[wants_moderation],
    )
    def open_moderation(self) -> None:
        """A moderator's turn."""

    @transition(field=state, source=State.MODERATED, target=State.MODERATING)
    def reopen_moderation(self) -> None:
        self.moderated_at = None

    @transition(field=state, source=State.MODERATING, target=State.MODERATED, permission="audits.moderate_audit")
    def settle(self) -> None:
        self.moderated_at = timezone.now()

    @transition(
        field=state,
        source=[State.SUBMITTED, State.CHECKED],
        target=State.MODERATED,
        conditions=[wants_no_moderation],
    )
    def settle_unmoderated(self) -> None:
        """This type is not moderated: the auditor's grades stand."""
        self.moderated_at = timezone.now()

    @transition(field=state, source=State.MODERATED, target=State.DISTRIBUTED)
    def send_out(self) -> None:
        self.distributed_at = timezone.now()

    @transition(field=state, source=[State.MODERATED, State.DISTRIBUTED], target=State.CLOSED)
    def finish(self) -> None:
        self.closed_at = timezone.now()

    @transition(field=state, source=list(OPEN), target=State.CANCELLED)
    def call_off(self) -> None:
        self.cancelled_at = timezone.now()
