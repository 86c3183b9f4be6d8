"""Open cases as imported, kept to the minimum a fair draw needs, and the draws made from them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from qaf.fields import EncryptedJSONField, EncryptedTextField, keyed_hash
from qaf.people.models import Team


class LegalStatus(models.TextChoices):
    """The statuses of the Bristol child case audit form, and a contact that is no case yet."""

    CIN = "cin", "CIN"
    CP = "cp", "CP"
    PLO = "plo", "PLO"
    CIC = "cic", "CiC"
    CARE_LEAVER = "care_leaver", "Care Leaver"
    CONTACT = "contact", "Contact"


class CaseList(models.Model):
    """One import of a list of open cases."""

    source = models.CharField(max_length=120)
    # Where the columns were remembered; empty for lists imported before sources were.
    list_source = models.ForeignKey(
        "audits.ListSource", null=True, blank=True, on_delete=models.PROTECT, related_name="lists"
    )
    kind = models.CharField(max_length=20, default="mixed")
    imported_at = models.DateTimeField(default=timezone.now)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return f"{self.source}, {timezone.localtime(self.imported_at):%-d %B %Y}"


class CaseQuerySet(models.QuerySet["Case"]):
    def open_since(self, day: date) -> CaseQuerySet:
        """Cases that were open at some time from ``day`` on (Bristol: within the last four weeks)."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gte=day))

    def with_identifier(self, identifier: str) -> CaseQuerySet:
        return self.filter(identifier_hash=keyed_hash(identifier))


class Case(models.Model):
    """A child's case as the case system lists it. Shown by initials and age; the identifier is encrypted."""

    identifier = EncryptedTextField()
    identifier_hash = models.CharField(max_length=64, unique=True, editable=False)
    initials = EncryptedTextField(blank=True, default="")
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    # For the sample's balance alone; shown in no list of cases.
    gender = EncryptedTextField(blank=True, default="")
    ethnicity = EncryptedTextField(blank=True, default="")
    # That of the list that counts most of those the child is on.
    legal_status = models.CharField(max_length=20, choices=LegalStatus.choices)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="cases")
    # The practitioner when they are known here; the list's own word for them in any case.
    case_holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    case_holder_name = models.CharField(max_length=150, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    # The day of the last list that named the child: what was never drawn is erased some time after it.
    listed_on = models.DateField(default=timezone.localdate)
    listed_in = models.ForeignKey(CaseList, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "legal_status"])]

    def __str__(self) -> str:
        # Said in admin pages and logs of errors, so it names nobody.
        return f"Case {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.identifier_hash = keyed_hash(self.identifier)
        super().save(*args, **kwargs)

    @property
    def initials_and_age(self) -> str:
        """As the form's field wants it: "AB, 7"."""
        parts = [self.initials, "" if self.age is None else str(self.age)]
        return ", ".join(part for part in parts if part)


class Draw(models.Model):
    """A random draw: everything needed to make it again and to explain each pick."""

    seed = models.CharField(max_length=64)
    # None: the system, for a cycle of the schedule that opened by itself.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    type = models.ForeignKey("audits.AuditType", on_delete=models.PROTECT, related_name="+")
    # Which teams and auditors, how many, the window in weeks; primary keys and numbers only.
    parameters = models.JSONField(default=dict)
    eligible = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"Draw {self.pk}"


def an_hour_from_now() -> datetime:
    return timezone.now() + timedelta(hours=1)


class PendingImport(models.Model):
    """A list that was uploaded and looked over, waiting for its own person to import it; gone within the hour.

    What it holds of children stays here, encrypted, between the dry run and the import, and never travels through
    pages or addresses.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=120)
    rows = EncryptedJSONField()
    kind = models.CharField(max_length=20, default="mixed")
    # Which column was taken for what, and the team of a list that names none; remembered when it is imported.
    mapping = models.JSONField(default=dict)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    close_missing = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=an_hour_from_now)

    def __str__(self) -> str:
        return f"Pending import {self.pk}"
