"""A concern that a moderator raises about a child's safety or about practice (deep dive: the audit worry form)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from audits.models import Audit
from qaf.fields import EncryptedTextField
from qaf.people.models import User


class ConcernQuerySet(models.QuerySet["Concern"]):
    def open(self) -> ConcernQuerySet:
        return self.exclude(state=Concern.State.RESOLVED)


class Concern(FSMModelMixin, models.Model):
    """Raised to the service manager and the QA manager; acknowledged, then resolved, each by its deadline."""

    class State(models.TextChoices):
        RAISED = "raised", "Raised"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        RESOLVED = "resolved", "Resolved"

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="concerns")
    state = FSMField(default=State.RAISED, choices=State.choices, protected=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    # What worries, and what was done at once to keep the child safe.
    worry = EncryptedTextField()
    done_at_once = EncryptedTextField(blank=True, default="")
    # Whom it was raised to; either may be missing where nobody holds the role.
    service_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    qa_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    # What is going to be done, said when it is acknowledged; what came of it, when it is resolved.
    response = EncryptedTextField(blank=True, default="")
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    outcome = EncryptedTextField(blank=True, default="")
    # When the present step is due: for lists; the deadline itself is in qaf.deadlines.
    due_on = models.DateField(null=True, blank=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["raised", "acknowledged", "resolved"]), name="concern_state_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="concern_state_due")]

    def __str__(self) -> str:
        return f"Concern {self.pk} about {self.audit}"

    @property
    def is_open(self) -> bool:
        return self.state != self.State.RESOLVED

    @property
    def owner(self) -> User | None:
        """Who has to deal with it: the service manager it was raised to, else the QA manager."""
        return self.service_manager or self.qa_manager

    @property
    def owner_id(self) -> int | None:
        return self.service_manager_id or self.qa_manager_id

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()

    @transition(field=state, source=State.RAISED, target=State.ACKNOWLEDGED)
    def acknowledge(self) -> None:
        self.acknowledged_at = timezone.now()

    @transition(field=state, source=State.ACKNOWLEDGED, target=State.RESOLVED)
    def resolve(self) -> None:
        self.resolved_at = timezone.now()


class Reassignment(models.Model):
    """A concern was given to somebody else to deal with (absence): from whom, to whom, and why."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="reassignments")
    before = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    after = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedTextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["concern_id", "pk"]

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"
