"""The dates of rows that date themselves by the true clock, put back to the moment that the demonstration plays."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from audits.demo.lives import Life
from scorecard.models import (
    Benchmark,
    Evidence,
    Figure,
    ImprovementAction,
    IndicatorChange,
    PriorityReset,
    Publication,
    QaComment,
    Quotation,
    Recommendation,
    Report,
    ReportText,
    ReportVersion,
    Return,
    ReturnLineRevision,
    ReturnQuery,
)

DATED: tuple[tuple[Any, str], ...] = (
    (Benchmark, "entered_at"),
    (Evidence, "added_at"),
    (Figure, "accepted_at"),
    (ImprovementAction, "created_at"),
    (IndicatorChange, "requested_at"),
    (PriorityReset, "at"),
    (Publication, "at"),
    (QaComment, "at"),
    (Quotation, "chosen_at"),
    (Recommendation, "added_at"),
    (Report, "requested_at"),
    (ReportText, "at"),
    (ReportVersion, "at"),
    (Return, "requested_at"),
    (ReturnLineRevision, "saved_at"),
    (ReturnQuery, "asked_at"),
)


def dated(life: Life) -> Life:
    """The same life; what each of its steps made is of that step's moment."""
    for moment in life:
        _date_back()
        yield moment
    _date_back()


def _date_back() -> None:
    """Moments are played in their order, so whatever lies after the present one was made in it."""
    now = timezone.now()
    for model, field in DATED:
        model.objects.filter(**{f"{field}__gt": now}).update(**{field: now})
