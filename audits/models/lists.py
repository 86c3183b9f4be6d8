"""Lists of children as case systems export them: which list a child is on, where lists come from, what they changed.

The lists are those that inspectors ask for (Annex A). A child can be on several at once, in need and on a protection
plan; the case's own status is that of the list that counts most.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audits.models.audits import Audit
from audits.models.cases import Case, CaseList, Draw, LegalStatus
from qaf.fields import EncryptedTextField
from qaf.people.models import Team


class ListKind(models.TextChoices):
    """Which list it is."""

    MIXED = "mixed", "Open cases, with a column for the status"
    CONTACTS = "contacts", "First-response contacts (list 1)"
    CHILDREN_IN_NEED = "cin", "Children in need (list 6)"
    CHILD_PROTECTION = "cp", "Child protection plans (list 7)"
    LOOKED_AFTER = "cic", "Looked-after children (list 8)"
    CARE_LEAVERS = "care_leaver", "Care leavers (list 9)"


class ListSource(models.Model):
    """Where lists of one kind come from, and which of its columns is what: remembered from one list to the next."""

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=ListKind.choices, default=ListKind.MIXED)
    # Field → heading, as its person confirmed it; only of fields that QAF keeps.
    mapping = models.JSONField(default=dict)
    # Of a list that names no team: all its rows belong to this one.
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    close_missing = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Listing(models.Model):
    """A child is, or was, on the list of one status."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="listings")
    status = models.CharField(max_length=20, choices=LegalStatus.choices)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    # What the list adds: the category of abuse, the legal status in care, the source of a contact.
    detail = models.CharField(max_length=120, blank=True)
    seen_in = models.ForeignKey(CaseList, null=True, blank=True, on_delete=models.PROTECT, related_name="listings")

    class Meta:
        ordering = ["case_id", "status"]
        constraints = [models.UniqueConstraint(fields=["case", "status"], name="listing_once")]

    def __str__(self) -> str:
        return f"{self.case}, {self.get_status_display()}"


class ListChange(models.Model):
    """What one import did to one case: new, changed, moved to another team, closed, or open again."""

    class Change(models.TextChoices):
        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        MOVED = "moved", "Moved to another team"
        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Open again"

    case_list = models.ForeignKey(CaseList, on_delete=models.CASCADE, related_name="changes")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    change = models.CharField(max_length=10, choices=Change.choices)
    # Names of the fields that changed, never what stands in them.
    fields = models.JSONField(default=list)

    class Meta:
        ordering = ["case_list_id", "change", "pk"]
        constraints = [models.UniqueConstraint(fields=["case_list", "case"], name="list_change_once")]

    def __str__(self) -> str:
        return f"{self.get_change_display()}: {self.case}"


class Replacement(models.Model):
    """A case turned out unsuitable for audit, was it agreed, and which audit took its place."""

    class Reason(models.TextChoices):
        CLOSED = "closed", "The case has closed"
        NOT_WORKED = "not_worked", "There was too little work in the last twelve months to audit"
        KNOWN = "known", "The auditor has worked with the family"
        COURT = "court", "Proceedings or a review make an audit unfitting now"
        WRONG = "wrong", "The list was wrong about the case"
        OTHER = "other", "Another reason"

    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="replacement")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    text = EncryptedTextField(blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    # None until it is answered.
    agreed = models.BooleanField(null=True)
    answer = EncryptedTextField(blank=True, default="")
    replaced_by = models.OneToOneField(Audit, null=True, blank=True, on_delete=models.PROTECT, related_name="replaces")
    draw = models.ForeignKey(Draw, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed=None, answered_at=None) | Q(agreed__isnull=False, answered_at__isnull=False),
                name="replacement_answered_whole",
            ),
            models.CheckConstraint(condition=Q(replaced_by=None) | Q(agreed=True), name="replacement_only_agreed"),
        ]

    def __str__(self) -> str:
        return f"Replacement of {self.audit}"
