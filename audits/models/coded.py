"""Answers that are a choice or a point on a scale, kept beside the encrypted text so that they can be counted."""

from __future__ import annotations

from django.db import models

from audits.models.audits import Audit


class CodedAnswer(models.Model):
    """One answer to a closed question about feedback: what families and practitioners said, as a code.

    Only the questions that ``audits.coding`` names are kept so: scales and yes/no about feedback, nothing that
    describes a child. Written when the part is handed in, and anew when it is handed in again.
    """

    class Voice(models.TextChoices):
        FAMILY = "family", "Families"
        PRACTITIONER = "practitioner", "Practitioners"

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="coded_answers")
    voice = models.CharField(max_length=12, choices=Voice.choices)
    # Section and question of the audit's own form version, as "section.question".
    question = models.CharField(max_length=130)
    value = models.CharField(max_length=60)

    class Meta:
        ordering = ["audit_id", "question"]
        constraints = [models.UniqueConstraint(fields=["audit", "question"], name="coded_answer_once")]

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"
