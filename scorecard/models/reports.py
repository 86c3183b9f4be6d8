"""A report: what it is about, the work of making it, the snapshot it is made from for ever, its way to the board."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from audits.models import Work
from qaf.people.models import Agency, Service
from scorecard.quarters import period_words


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    MAKING = "making", "Being made"
    MADE = "made", "Made"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


UNFINISHED = (State.WAITING, State.MAKING)


class Stage(models.TextChoices):
    """How far a report that was made has come on its way to the board (Coventry QA framework 2025-27, 6.2)."""

    DRAFTING = "drafting", "Being drafted"
    DRAFTED = "drafted", "With the chair"
    SIGNED_OFF = "signed_off", "Signed off"
    CONSIDERED = "considered", "Considered"
    AMENDED = "amended", "Amended"
    PRESENTED = "presented", "Presented"


# QA can write: first drafts, and the final amendments the subgroup asks for.
WRITABLE = (Stage.DRAFTING, Stage.CONSIDERED)


class SnapshotIsFrozen(Exception):
    """The snapshot of a report that was made was about to be changed."""


def has_chair(report: Any) -> bool:
    """Guard: somebody signs it off."""
    return report.chair_id is not None


class ReportQuerySet(models.QuerySet["Report"]):
    def made(self) -> ReportQuerySet:
        return self.filter(state=State.MADE)

    def unfinished(self) -> ReportQuerySet:
        return self.filter(state__in=UNFINISHED)


class Report(FSMModelMixin, models.Model):
    """A report on a period. Once made, its snapshot never changes, so it can be made again to the letter."""

    class Kind(models.TextChoices):
        QUARTERLY = "quarterly", "Quarterly report"
        THEMATIC = "thematic", "Thematic report"
        PROGRAMME = "programme", "Programme report"
        OBSERVATION = "observation", "Observation report"
        AGENCY = "agency", "Agency report"
        CLINIC = "clinic", "Performance clinic"
        ANNUAL = "annual", "Annual review of the framework"
        SCORECARD = "scorecard", "Scorecard pack"

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.QUARTERLY)
    period_from = models.DateField()
    period_to = models.DateField()
    # None: the whole organisation.
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # What else some kinds are about: a clinic's service, a thematic report's piece of work.
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    work = models.ForeignKey(Work, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    # What the title says it is about, as it was called when the report was asked for.
    subject = models.CharField(max_length=200, blank=True)
    state = FSMField(default=State.WAITING, choices=State.choices, protected=True)
    # None: the schedule asked for it.
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(default=timezone.now)
    # One scheduled report for a kind, period and scope: the database refuses a second. None: asked for by a person.
    # A plain text, since SQLite takes two empty agencies for different ones.
    schedule_key = models.CharField(max_length=80, null=True, unique=True, editable=False)

    # Who is making it now (a fresh token with each claim) and when it last gave a sign of life.
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    heartbeat_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    step = models.CharField(max_length=200, blank=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_total = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    snapshot = models.JSONField(null=True, editable=False)
    snapshot_digest = models.CharField(max_length=64, blank=True, editable=False)
    made_at = models.DateTimeField(null=True, editable=False)

    stage = FSMField(default=Stage.DRAFTING, choices=Stage.choices, protected=True)
    # Signs the report off. None until it is sent to somebody.
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stage_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-period_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="report_state_known"),
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="report_period_in_order"),
            models.CheckConstraint(
                condition=~Q(state="made") | (Q(snapshot__isnull=False) & ~Q(snapshot_digest="")),
                name="made_report_has_snapshot",
            ),
            models.CheckConstraint(
                condition=Q(requested_by__isnull=False) | Q(schedule_key__isnull=False),
                name="report_asked_for_by_somebody",
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="report_stage_known"),
            models.CheckConstraint(
                condition=Q(stage="drafting") | Q(state="made"), name="report_made_before_its_stages"
            ),
        ]
        indexes = [
            models.Index(
                fields=["heartbeat_at"], condition=Q(state__in=["waiting", "making"]), name="report_unfinished"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and self.state == State.MADE:
            before = Report.objects.filter(pk=self.pk).values_list("state", "snapshot_digest", "snapshot").first()
            if before and before[0] == State.MADE and before[1:] != (self.snapshot_digest, self.snapshot):
                raise SnapshotIsFrozen(f"“{self}” was made; its snapshot does not change. Make a new report instead.")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("scorecard:report", args=[self.pk])

    @property
    def period_label(self) -> str:
        return period_words(self.period_from, self.period_to)

    @property
    def title(self) -> str:
        about = f": {self.subject}" if self.subject else ""
        return f"{self.get_kind_display()}{about}, {self.period_label}"

    @property
    def scope_name(self) -> str:
        if self.service:
            return self.service.name
        return self.agency.name if self.agency else "Whole organisation"

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def is_made(self) -> bool:
        return self.state == State.MADE

    @property
    def is_writable(self) -> bool:
        """Whether QA can still change its texts."""
        return self.is_made and self.stage in WRITABLE

    @property
    def frozen(self) -> dict[str, Any]:
        """The snapshot of a report that was made. Raises ValueError before it is."""
        if self.snapshot is None:
            raise ValueError(f"“{self}” is not made yet.")
        return dict(self.snapshot)

    # Transitions: called by workflow/ alone, in a transaction with the row locked; access.may() guards them. Only
    # the claim (waiting or making, to making) is a conditional UPDATE in workflow, so that two workers cannot win.

    @transition(field=state, source=State.MAKING, target=State.MADE, permission="make")
    def finish(self, snapshot: dict[str, Any], digest: str) -> None:
        self.snapshot, self.snapshot_digest = snapshot, digest
        self.made_at = timezone.now()
        self.claim, self.step, self.error = None, "", ""
        self.steps_done = self.steps_total

    @transition(field=state, source=list(UNFINISHED), target=State.CANCELLED, permission="cancel")
    def call_off(self) -> None:
        self.claim, self.step = None, ""

    @transition(field=state, source=list(UNFINISHED), target=State.FAILED, permission="make")
    def give_up(self, error: str) -> None:
        self.claim, self.step, self.error = None, "", error

    @transition(field=state, source=[State.FAILED, State.CANCELLED], target=State.WAITING, permission="retry")
    def wait_again(self) -> None:
        self.attempts, self.steps_done, self.error = 0, 0, ""

    # The way to the board. Each step keeps a version (ReportVersion).

    @transition(field=stage, source=Stage.DRAFTING, target=Stage.DRAFTED, conditions=[has_chair])
    def submit_draft(self) -> None:
        """QA has drafted it; the chair reads it."""

    @transition(field=stage, source=Stage.DRAFTED, target=Stage.DRAFTING)
    def send_back(self) -> None:
        """The chair wants something changed."""

    @transition(field=stage, source=Stage.DRAFTED, target=Stage.SIGNED_OFF)
    def sign_off(self) -> None:
        """The chair has signed it off."""

    @transition(field=stage, source=Stage.SIGNED_OFF, target=Stage.CONSIDERED)
    def consider(self) -> None:
        """The subgroup has considered it."""

    @transition(field=stage, source=Stage.CONSIDERED, target=Stage.AMENDED)
    def amend(self) -> None:
        """The final amendments that the subgroup asked for are made."""

    @transition(field=stage, source=[Stage.CONSIDERED, Stage.AMENDED], target=Stage.PRESENTED)
    def present(self) -> None:
        """Presented to the board: from here on it is published."""


class ReportFile(models.Model):
    """A file made from a report's snapshot, kept so that it need not be made twice."""

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "Spreadsheet"
        DOCX = "docx", "Word document"
        PPTX = "pptx", "Slides"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    format = models.CharField(max_length=8, choices=Format.choices)
    # Of the snapshot it was made from.
    snapshot_digest = models.CharField(max_length=64)
    content = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "format", "snapshot_digest"], name="report_file_once_a_snapshot")
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.get_format_display()}"
