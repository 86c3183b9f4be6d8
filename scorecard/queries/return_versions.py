"""The versions of a return, and what its lines were before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType

from qaf.deadlines.models import Extension
from qaf.people.models import User
from scorecard.models import Return, ReturnLineRevision, ReturnState
from scorecard.quarters import period_words

LABELS = {"narrative": "Narrative", "explanation": "Explanation", "no_figure": "Why there is no figure"}
SHOWN = 200


@dataclass(frozen=True)
class EarlierLine:
    """A line as it stood until somebody saved something else: its texts and figures in words."""

    indicator: str
    saved_by: User | None
    saved_at: datetime
    lines: list[tuple[str, str]]


def versions_of(one: Return) -> list[Return]:
    """All versions of this agency's return for the quarter, the latest first. One query."""
    return list(
        Return.objects.filter(agency=one.agency_id, period_from=one.period_from)
        .select_related("accepted_by")
        .order_by("-version")
    )


def latest_of(versions: Iterable[Return]) -> Return:
    """The latest version that was not called off; ``versions`` are the latest first."""
    return next(version for version in versions if version.state != ReturnState.WITHDRAWN)


def extensions_of(one: Return) -> list[Extension]:
    """Each time the agency was given more time, the latest first: from when to when, by whom and why."""
    kind = ContentType.objects.get_for_model(Return)
    found = Extension.objects.filter(deadline__subject_type=kind, deadline__subject_id=one.pk)
    return list(found.select_related("by").order_by("-at", "-pk"))


def earlier_lines(one: Return) -> list[EarlierLine]:
    """What the lines of a return were before they were saved anew, the latest first; empty ones are left out."""
    found = ReturnLineRevision.objects.filter(line__part_of=one).select_related("line__definition", "saved_by")
    earlier = []
    for revision in found.order_by("-saved_at", "-pk")[:SHOWN]:
        lines = list(_in_words(revision.document))
        if lines:
            earlier.append(EarlierLine(revision.line.definition.name, revision.saved_by, revision.saved_at, lines))
    return earlier


def _in_words(document: dict[str, object]) -> Iterable[tuple[str, str]]:
    for name, label in LABELS.items():
        if text := str(document.get(name, "")):
            yield label, text
    figures: list[list[str]] = document.get("figures", [])  # type: ignore[assignment]
    for first, numerator, denominator in figures:
        if numerator or denominator:
            of = f" of {denominator}" if denominator else ""
            yield f"Figure from {_day(first)}", f"{numerator or 'nothing'}{of}"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return period_words(day, day).partition(" to ")[0]
