"""What belongs to work of the programme: notes, agencies, people, and the matrix of children and agencies."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audits.models.audits import Audit
from audits.models.cases import Case
from audits.models.programme import Work
from qaf.fields import EncryptedTextField
from qaf.people.models import Agency, Team


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
