"""Evidence of the four lenses: what is known about a priority, and through whose eyes.

Coventry QA framework 2025-27, section 4 and Appendix 1 (Professional Lens Information List).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audits.models import Work
from qaf.fields import EncryptedTextField
from qaf.people.models import Agency
from scorecard.models.priorities import Lens, Priority
from scorecard.models.reports import Report


class EvidenceKind(models.TextChoices):
    """Kinds of evidence, each with the lens it usually belongs to in ``USUAL_LENS``."""

    INSPECTION = "inspection", "Inspection"
    BENCHMARKING = "benchmarking", "Benchmarking and contextual data"
    LADO = "lado", "LADO annual report"
    CONTRACT = "contract", "Contract monitoring"
    PRACTICE_REVIEW = "practice_review", "Child Safeguarding Practice Review"
    DEATH_REVIEW = "death_review", "Child Death Review"
    THEMATIC = "thematic", "Multi-Agency Thematic Audit"
    SINGLE_AGENCY = "single_agency", "Single-Agency Audit"
    SECTION_11 = "section_11", "Section 11 Audit"
    SECTION_175 = "section_175", "Section 175/157"
    VISIT = "visit", "Quality Assurance Visits"
    RESEARCH = "research", "National research, SPRs, etc"
    LEARNING = "learning", "Dissemination of learning"
    ACTIONS = "actions", "Actions to improve practice"
    TRAINING = "training", "Training evaluation"
    STAG = "stag", "Safeguarding Together Action Group"
    STAFF_SURVEY = "staff_survey", "Staff survey"
    YOUNG_PEOPLE = "young_people", "Your Voice Matters"
    PARENTS = "parents", "Parents Voice Survey"
    FAMILIES = "families", "Feedback from families"
    OTHER = "other", "Other"


USUAL_LENS = {
    EvidenceKind.INSPECTION: Lens.INDEPENDENT,
    EvidenceKind.BENCHMARKING: Lens.INDEPENDENT,
    EvidenceKind.LADO: Lens.PROVIDER,
    EvidenceKind.CONTRACT: Lens.PROVIDER,
    EvidenceKind.YOUNG_PEOPLE: Lens.CITIZEN,
    EvidenceKind.PARENTS: Lens.CITIZEN,
    EvidenceKind.FAMILIES: Lens.CITIZEN,
}


class Evidence(models.Model):
    """One source of assurance: what it is about, through which lens, and what it tells. Taken out, not deleted."""

    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="evidence")
    lens = models.CharField(max_length=12, choices=Lens.choices)
    kind = models.CharField(max_length=20, choices=EvidenceKind.choices)
    title = models.CharField(max_length=200)
    # What it tells about the priority.
    summary = EncryptedTextField(blank=True, default="")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dated_on = models.DateField()
    # The last day on which it is counted as evidence.
    counts_until = models.DateField()
    work = models.ForeignKey(Work, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-dated_on", "-pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(condition=Q(counts_until__gte=F("dated_on")), name="evidence_counts_from_its_day")
        ]

    def __str__(self) -> str:
        return self.title
