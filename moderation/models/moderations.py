"""The second, more senior look at an audit's grades."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from audits.models import Audit
from qaf.fields import EncryptedJSONField, EncryptedTextField
from qaf.people.models import User


class ModerationQuerySet(models.QuerySet["Moderation"]):
    def undecided(self) -> ModerationQuerySet:
        return self.exclude(state=Moderation.State.DECIDED).exclude(audit__state="cancelled")

    def of(self, moderator: User) -> ModerationQuerySet:
        return self.filter(moderator=moderator)


class Moderation(FSMModelMixin, models.Model):
    """One audit's moderation: whose it is, what they found, what they decided."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        REVIEWING = "reviewing", "Being reviewed"
        DECIDED = "decided", "Decided"

    audit = models.OneToOneField(Audit, on_delete=models.CASCADE, related_name="moderation")
    # Nobody yet: no eligible moderator was found, and the QA manager has to name one.
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="moderations"
    )
    state = FSMField(default=State.WAITING, choices=State.choices, protected=True)
    # The auditor manages the case-holder: look hard at the evidence on management oversight.
    oversight_needs_care = models.BooleanField(default=False)
    # About the write-up, for the auditor.
    comment = EncryptedTextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    reopen_reason = EncryptedTextField(blank=True, default="")
    # Practice that is new or innovative, for the panel to look at (Bristol QAF, *Moderation*), and what is new in it.
    innovative = models.BooleanField(default=False)
    innovative_why = EncryptedTextField(blank=True, default="")

    objects = ModerationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "reviewing", "decided"]), name="moderation_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Moderation of {self.audit}"

    @transition(field=state, source=State.WAITING, target=State.REVIEWING)
    def begin(self) -> None:
        """The moderator has saved a first finding."""

    @transition(field=state, source=[State.WAITING, State.REVIEWING], target=State.DECIDED)
    def decide(self) -> None:
        self.decided_at = timezone.now()

    @transition(field=state, source=State.DECIDED, target=State.REVIEWING)
    def reopen(self) -> None:
        self.decided_at = None


class Regrade(models.Model):
    """What the moderator found on one domain: is the evidence enough, and does the grade stand?"""

    class Evidence(models.TextChoices):
        SUFFICIENT = "sufficient", "Yes, the evidence is enough"
        INSUFFICIENT = "insufficient", "No, the evidence is not enough"

    moderation = models.ForeignKey(Moderation, on_delete=models.CASCADE, related_name="regrades")
    domain = models.CharField(max_length=60)
    evidence = models.CharField(max_length=12, choices=Evidence.choices, blank=True)
    # What was looked at in the child's record.
    sampled = EncryptedTextField(blank=True, default="")
    # Empty: not decided yet. Equal to the auditor's: confirmed.
    grade = models.CharField(max_length=10, blank=True)
    reason = EncryptedTextField(blank=True, default="")
    # The moderator's own analysis, where the type's process map asks for one (deep dive: auditor and moderator).
    analysis = EncryptedTextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["moderation_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["moderation", "domain"], name="regrade_once_a_domain")]

    def __str__(self) -> str:
        return f"{self.domain}: {self.grade}"


class RegradeRevision(models.Model):
    """A regrade as it stood before a save: what was found, by whom and when."""

    regrade = models.ForeignKey(Regrade, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    # {"evidence", "sampled", "analysis", "grade", "reason"}
    values = EncryptedJSONField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["regrade_id", "revision"]
        constraints = [models.UniqueConstraint(fields=["regrade", "revision"], name="regrade_revision_once")]

    def __str__(self) -> str:
        return f"{self.regrade_id}, revision {self.revision}"


class HandOver(models.Model):
    """A moderation changed hands: from whom (nobody yet: None) to whom, and why."""

    moderation = models.ForeignKey(Moderation, on_delete=models.CASCADE, related_name="hand_overs")
    before = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    after = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedTextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["moderation_id", "pk"]

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"
