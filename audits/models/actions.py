"""Actions that follow from an audit, and the case direction of a service manager."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from audits.models.audits import Audit
from qaf.fields import EncryptedTextField


class Action(FSMModelMixin, models.Model):
    """Something to be done about a case, by somebody, by a day; followed until it is verified."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        VERIFIED = "verified", "Verified"
        WITHDRAWN = "withdrawn", "Withdrawn"

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="actions")
    position = models.PositiveSmallIntegerField()
    # People's own words about a child's case.
    text = EncryptedTextField()
    owner_name = EncryptedTextField(blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="actions"
    )
    due_on = models.DateField(null=True, blank=True)
    state = FSMField(default=State.OPEN, choices=State.choices, protected=True)
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["audit_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "position"], name="action_position_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "verified", "withdrawn"]), name="action_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Action {self.position} of {self.audit}"

    @property
    def is_overdue(self) -> bool:
        return self.state == self.State.OPEN and self.due_on is not None and self.due_on < timezone.localdate()

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


class ActionUpdate(models.Model):
    """A note on an action's progress, and the state it led to."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="updates")
    text = EncryptedTextField(blank=True, default="")
    state = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"Update of action {self.action_id}"


class CaseDirection(models.Model):
    """What a service manager directs after the lowest grade, and the review of the actions within a month.

    Bristol QAF, *Collaborative Case File Audit*: actions of an audit graded Inadequate are reviewed by the
    Service Manager within one month and the update is added as a case direction.
    """

    audit = models.OneToOneField(Audit, on_delete=models.CASCADE, related_name="case_direction")
    text = EncryptedTextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    review = EncryptedTextField(blank=True, default="")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"Case direction of {self.audit}"


class CaseDirectionRevision(models.Model):
    """A case direction, or the review of its actions, as it stood before it was written anew."""

    direction = models.ForeignKey(CaseDirection, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    text = EncryptedTextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    review = EncryptedTextField(blank=True, default="")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["direction_id", "revision"]
        constraints = [models.UniqueConstraint(fields=["direction", "revision"], name="direction_revision_once")]

    def __str__(self) -> str:
        return f"{self.direction_id}, revision {self.revision}"
