"""What people add to a report's figures: commentary, themes, quotations, recommendations, and the versions kept."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from audits.models import Audit
from qaf.fields import EncryptedJSONField, EncryptedTextField
from qaf.people.models import Agency
from scorecard.models.reports import Report, SnapshotIsFrozen, Stage


class ReportText(models.Model):
    """The commentary of one section of a report, as it stands."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="texts")
    section = models.CharField(max_length=80)
    text = EncryptedTextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["report_id", "section"]
        constraints = [models.UniqueConstraint(fields=["report", "section"], name="report_text_once")]

    def __str__(self) -> str:
        return f"{self.section}, revision {self.revision}"


class ReportTextRevision(models.Model):
    """A commentary as it stood before the save that replaced it."""

    text_of = models.ForeignKey(ReportText, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    text = EncryptedTextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["text_of_id", "revision"]
        constraints = [models.UniqueConstraint(fields=["text_of", "revision"], name="report_text_revision_once")]

    def __str__(self) -> str:
        return f"{self.text_of_id}, revision {self.revision}"


class ReportTheme(models.Model):
    """A theme that QA draws from what was found: a strength, an area for improvement, or neither."""

    class Kind(models.TextChoices):
        THEME = "theme", "Theme"
        STRENGTH = "strength", "Strength"
        IMPROVEMENT = "improvement", "Area for improvement"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="themes")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    text = EncryptedTextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["report_id", "kind", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class Quotation(models.Model):
    """Words of an audit that QA chose as evidence of a theme, made free of personal data, and looked at again."""

    class Voice(models.TextChoices):
        AUDITOR = "auditor", "An auditor"
        PRACTITIONER = "practitioner", "A practitioner"
        FAMILY = "family", "A child, parent or carer"
        PROFESSIONAL = "professional", "Another professional"

    theme = models.ForeignKey(ReportTheme, on_delete=models.CASCADE, related_name="quotations")
    voice = models.CharField(max_length=12, choices=Voice.choices)
    text = EncryptedTextField()
    # Where it comes from: for QA alone, in no snapshot.
    audit = models.ForeignKey(Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["theme_id", "position", "pk"]

    def __str__(self) -> str:
        return f"Quotation {self.position}"


class Recommendation(models.Model):
    """What a report recommends; it becomes one or more SMART actions."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    text = EncryptedTextField()
    # Who should act; None: the partnership as a whole.
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["report_id", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="recommendation_number_once")]

    def __str__(self) -> str:
        return f"Recommendation {self.number}"


class ImprovementAction(FSMModelMixin, models.Model):
    """A SMART action that follows from a recommendation: specific, measurable, achievable, relevant, by a day.

    Coventry QA framework 2025-27, 6.6: recommendations are made into a SMART Action Plan, which the subgroup monitors
    until completion.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        VERIFIED = "verified", "Verified"
        WITHDRAWN = "withdrawn", "Withdrawn"

    reference = models.CharField(max_length=24, unique=True, editable=False)
    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="actions")
    specific = EncryptedTextField("what will be done")
    measurable = EncryptedTextField("how it will be measured")
    achievable = EncryptedTextField("what makes it achievable", blank=True, default="")
    relevant = EncryptedTextField("what difference it should make", blank=True, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="improvement_actions")
    due_on = models.DateField()
    state = FSMField(default=State.OPEN, choices=State.choices, protected=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "verified", "withdrawn"]),
                name="improvement_action_state_known",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("improvement:action", args=[self.reference])

    @property
    def is_overdue(self) -> bool:
        return self.state == self.State.OPEN and self.due_on < timezone.localdate()

    # Transitions: called by workflow/ alone, in a transaction with the row locked.

    @transition(field=state, source=State.OPEN, target=State.DONE)
    def complete(self) -> None:
        self.done_on = timezone.localdate()

    @transition(field=state, source=State.DONE, target=State.VERIFIED)
    def verify(self) -> None:
        """Somebody else has seen that it was done."""

    @transition(field=state, source=State.DONE, target=State.OPEN)
    def reject(self) -> None:
        self.done_on = None

    @transition(field=state, source=State.OPEN, target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """No longer to be done."""


class ImprovementUpdate(models.Model):
    """What was said of an action: progress, evidence, or why it changed its state."""

    action = models.ForeignKey(ImprovementAction, on_delete=models.CASCADE, related_name="updates")
    text = EncryptedTextField(blank=True, default="")
    # The state it led to; empty for progress alone.
    state = models.CharField(max_length=10, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["action_id", "at", "pk"]

    def __str__(self) -> str:
        return f"Update of {self.action_id}"


class ReportVersion(models.Model):
    """A report as it stood when it reached a stage: figures, texts and all, frozen for ever."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=12, choices=Stage.choices)
    # The snapshot with its texts: what every page and file of this version is made from.
    content = EncryptedJSONField()
    digest = models.CharField(max_length=64)
    # What was said at this step, and where it is minuted.
    note = EncryptedTextField(blank=True, default="")
    minute = models.CharField("minute reference", max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["report_id", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_version_once")]

    def __str__(self) -> str:
        return f"Version {self.number}, {self.get_stage_display().lower()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise SnapshotIsFrozen(f"“{self}” is kept as it stood; it does not change. Take the report a step on.")
        super().save(*args, **kwargs)


class Publication(models.Model):
    """To whom a presented report was given, and when: an entry of the publication list."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="publications")
    version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="+")
    forum = models.CharField(max_length=120)
    on = models.DateField()
    minute = models.CharField("minute reference", max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["report", "forum"], name="publication_once_a_forum")]

    def __str__(self) -> str:
        return f"{self.forum}, {self.on:%-d %B %Y}"
