"""What was written: one document a section, every text that it replaced, and every save that lost."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from audits.models.audits import Audit
from qaf.fields import EncryptedJSONField, EncryptedTextField


def empty_document() -> dict[str, Any]:
    return {"answers": {}, "raw": {}}


class SectionAnswers(models.Model):
    """The answers to one section of one audit, as docs/forms.md describes the document."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="sections")
    section = models.CharField(max_length=60)
    document = EncryptedJSONField(default=empty_document)
    # Grows by one with each accepted save; a save names the revision it saw.
    revision = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["audit_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["audit", "section"], name="section_answers_once")]

    def __str__(self) -> str:
        return f"{self.section}, revision {self.revision}"


class SectionRevision(models.Model):
    """An earlier text of a section, as it was before the save that replaced it."""

    answers = models.ForeignKey(SectionAnswers, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    document = EncryptedJSONField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["answers_id", "revision"]
        constraints = [models.UniqueConstraint(fields=["answers", "revision"], name="section_revision_once")]

    def __str__(self) -> str:
        return f"Revision {self.revision}"


class RejectedSave(models.Model):
    """A save that came too late: somebody else, or another tab, had saved first. Kept until it is dealt with."""

    answers = models.ForeignKey(SectionAnswers, on_delete=models.CASCADE, related_name="rejected")
    seen_revision = models.PositiveIntegerField()
    document = EncryptedJSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"A save that saw revision {self.seen_revision}"


class Contribution(models.Model):
    """A section that the auditor asked a colleague to fill."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="contributions")
    section = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contributions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    # Free text of people: it may name a child.
    note = EncryptedTextField(blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["audit_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["audit", "section", "person"], name="contribution_once")]

    def __str__(self) -> str:
        return f"{self.section}: {self.person}"


class PaperAnswers(models.Model):
    """The answers of a filled document that was uploaded, waiting to be looked over before they are saved."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="paper_answers")
    # What would be saved: {"section key": {"document": …, "revision": the revision it would replace}}.
    sections = EncryptedJSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["audit_id", "pk"]

    def __str__(self) -> str:
        return f"Document of {self.by}"
