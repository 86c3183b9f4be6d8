"""The lines of the scorecard in words and drawings, for its pages and files. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.charts import assurance_icon, sparkline, variation_icon
from scorecard.lines import MEANINGS, Line, Spot, Why, meaning_of
from scorecard.quarters import Quarter, period_words
from scorecard.reports.reading import long_date
from scorecard.spc import Assurance, Variation
from scorecard.spc_words import assurance_words, variation_words
from scorecard.value_words import change_words, parts_words, value_words

STANDING = {"met": "Target met", "near": "Near the target", "missed": "Target missed", "": ""}
VARIATION_ICONS = {variation: variation_icon(variation) for variation in Variation}
ASSURANCE_ICONS = {assurance: assurance_icon(assurance) for assurance in Assurance}
FILE_HEADERS = (
    "Priority",
    "Code",
    "Indicator",
    "Agency",
    "Lens",
    "Period",
    "Value",
    "Numerator",
    "Denominator",
    "Target",
    "Value and target",
    "Variation",
    "Target over time",
    "Why there is no figure",
    "Agency’s narrative",
    "QA comment",
)
POINT_HEADERS = (
    "From",
    "To",
    "Value",
    "Numerator",
    "Denominator",
    "Target",
    "Mean",
    "Lower limit",
    "Upper limit",
    "What it is",
    "Why there is no figure",
)


def short_period(first: date, last: date) -> str:
    """A period where there is little room, such as on an axis: "Jul to Sep 2026", "Jul 2026"."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{last:%b %Y}"
    return f"{first:%b} to {last:%b %Y}" if first.year == last.year else f"{first:%b %Y} to {last:%b %Y}"


@dataclass(frozen=True)
class Row:
    """One indicator as the scorecard prints it."""

    line: Line
    value: str
    parts: str
    # The period of the value, where it is not the whole quarter that the scorecard is about.
    period: str
    target: str
    standing: str
    spark: str
    variation: str
    assurance: str
    variation_icon: str
    assurance_icon: str
    # What the verdicts rest on, where that is not the value beside them or too few points.
    caution: str
    # Why there is no value, or that the indicator was retired.
    note: str


def row_of(line: Line, quarter: Quarter, *, waits: bool = False) -> Row:
    """A line as it is printed on the scorecard of a quarter; ``waits``: this reader sees the quarter once it was
    presented, so that nobody can say whether there is a figure."""
    latest, verdict, about = line.latest, line.verdict, line.about
    target = latest.target if latest else None
    percent = about.unit == "percentage"
    return Row(
        line,
        value=latest.words if latest else "Not presented yet" if waits else "No figure yet",
        parts=parts_words(latest.numerator, latest.denominator) if latest else "",
        period=_period(latest, quarter),
        target=value_words(target, latest.unit) if latest and target is not None else "",
        standing=STANDING[line.standing],
        spark=sparkline(f"{about.name} over time", verdict, places=len(line.spots), target=target, percent=percent),
        variation=variation_words(verdict.variation),
        assurance=assurance_words(verdict.assurance),
        variation_icon=VARIATION_ICONS[verdict.variation],
        assurance_icon=ASSURANCE_ICONS[verdict.assurance],
        caution=_caution(line),
        note=_note(line, quarter, waits=waits),
    )


def _period(latest: Spot | None, quarter: Quarter) -> str:
    if latest is None or (latest.first, latest.last) == (quarter.first_day, quarter.last_day):
        return ""
    return period_words(latest.first, latest.last)


def _caution(line: Line) -> str:
    verdict, judged = line.verdict, line.judged
    if judged is None or verdict.too_few:
        return ""
    if judged is not line.latest:
        return f"Judged at {period_words(judged.first, judged.last)}"
    return "Trial limits: few points" if verdict.trial else ""


def _note(line: Line, quarter: Quarter, *, waits: bool) -> str:
    notes = []
    latest = line.latest
    if line.about.retired_on and line.retired_in == quarter:
        notes.append(f"Retired on {long_date(line.about.retired_on)}")
    if latest is not None and latest.last < quarter.first_day:
        notes.append("This quarter was not presented yet" if waits else "No figure for this quarter yet")
    elif latest is not None and latest.why == Why.GAP:
        notes.append(latest.gap)
    elif latest is not None and latest.why == Why.OTHER:
        notes.append("Measured differently since")
    return ". ".join(notes)


def file_row(priority: str, line: Line) -> list[str | float | None]:
    """A line of the scorecard as a row of a file, under ``FILE_HEADERS``."""
    latest, about = line.latest, line.about
    return [
        priority,
        about.code,
        about.name,
        about.agency or "QAF",
        about.lens,
        period_words(latest.first, latest.last) if latest else "",
        *numbers_of(latest),
        latest.target if latest else None,
        STANDING[line.standing],
        variation_words(line.verdict.variation),
        assurance_words(line.verdict.assurance),
        latest.gap if latest else "No figure yet",
        "Not shown: it may name a small number" if line.narrative_hidden else line.narrative,
        line.comment,
    ]


def numbers_of(spot: Spot | None) -> list[str | float | None]:
    """Value, numerator and denominator for a file; the mark of a hidden one in their place."""
    if spot is None:
        return [None, None, None]
    return [spot.words] * 3 if spot.why == Why.HIDDEN else [spot.value, spot.numerator, spot.denominator]


@dataclass(frozen=True)
class Change:
    """An indicator in two quarters side by side; a quarter in which it was not in use has no row."""

    line: Line
    before: Row | None
    now: Row | None
    change: str


def change_of(
    before: Line | None,
    now: Line | None,
    quarters: tuple[Quarter, Quarter],
    waits: tuple[bool, bool] = (False, False),
) -> Change:
    """One indicator in two quarters; one of the lines may be missing, not both. ``waits`` as in ``row_of``."""
    rows = [
        row_of(line, quarter, waits=wait) if line else None
        for line, quarter, wait in zip((before, now), quarters, waits, strict=True)
    ]
    line = now or before
    if line is None:
        raise ValueError("There is nothing to compare: the indicator was in use in neither quarter.")
    return Change(line, rows[0], rows[1], _change(before, now, quarters))


def _change(before: Line | None, now: Line | None, quarters: tuple[Quarter, Quarter]) -> str:
    spots = [line.latest if line else None for line in (before, now)]
    for spot, quarter in zip(spots, quarters, strict=True):
        if spot is None or spot.value is None or spot.why or spot.last < quarter.first_day:
            return "–"
    first, last = spots
    if first is None or last is None or first.value is None or last.value is None or first.unit != last.unit:
        return "–"
    return change_words(first.value, last.value, last.unit)


def counts(lines: Sequence[Line]) -> list[tuple[str, str, int]]:
    """How many lines have verdicts of each meaning: its key, words and number; those that none has are left out."""
    found = [meaning_of(line.verdict.variation) for line in lines]
    return [(key, words, found.count(key)) for key, (words, _) in MEANINGS.items() if key in found]
