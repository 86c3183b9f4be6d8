"""The lines of the scorecard: an indicator's figures as one reader may see them, and what they tell. Pure.

The pages and the packs read figures differently, and make the same lines of them here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from scorecard.quarters import Quarter
from scorecard.reports.document import HIDDEN
from scorecard.shown import is_small
from scorecard.spc import Settings, Variation, Verdict, analyse_many
from scorecard.value_words import value_words


class Why(StrEnum):
    """Why a period has no point in the chart."""

    NOTHING = ""
    GAP = "gap"
    HIDDEN = "hidden"
    # Measured in another unit or over longer periods, so that the two are not one series.
    OTHER = "other"


class Given(NamedTuple):
    """A figure as it is kept, with what its definition says of it."""

    first: date
    last: date
    value: float | None
    numerator: float | None
    denominator: float | None
    gap: str
    unit: str
    frequency: str
    counts_people: bool
    target: float | None


class Spot(NamedTuple):
    """A period as a reader sees it; a hidden one holds no number at all."""

    first: date
    last: date
    value: float | None
    numerator: float | None
    denominator: float | None
    target: float | None
    unit: str
    why: str = ""
    gap: str = ""

    @property
    def words(self) -> str:
        """The value as it is printed."""
        if self.why == Why.HIDDEN:
            return HIDDEN
        return "No figure" if self.value is None else value_words(self.value, self.unit)


@dataclass(frozen=True)
class About:
    """What an indicator means at the end of a quarter. ``agency`` is empty when QAF counts it itself."""

    code: str
    name: str
    definition: str
    numerator_label: str
    denominator_label: str
    unit: str
    frequency: str
    direction: str
    # The lens by its key and in words.
    lens_key: str
    lens: str
    agency: str
    priority: int
    tolerance: float
    retired_on: date | None = None


@dataclass(frozen=True)
class Line:
    """One indicator of the scorecard as a reader sees it. ``rebases``: days from which limits are worked out anew."""

    about: About
    spots: list[Spot]
    verdict: Verdict
    rebases: Sequence[date] = ()
    narrative: str = ""
    # The agency wrote one, and it may name the small number that is hidden.
    narrative_hidden: bool = False
    comment: str = ""

    @property
    def latest(self) -> Spot | None:
        """The last period there is anything about."""
        return self.spots[-1] if self.spots else None

    @property
    def judged(self) -> Spot | None:
        """The period that the verdicts are about: the last one in the chart."""
        return self.spots[self.verdict.points[-1].place] if self.verdict.points else None

    @property
    def hides(self) -> bool:
        return any(spot.why == Why.HIDDEN for spot in self.spots)

    @property
    def retired_in(self) -> Quarter | None:
        """The quarter in which it was retired, if it was."""
        day = self.about.retired_on
        return Quarter(day.year, (day.month + 2) // 3) if day else None

    @property
    def standing(self) -> str:
        """How the latest value stands to its target: "met", "near", "missed", or empty without either."""
        latest = self.latest
        if latest is None or latest.why or latest.value is None or latest.target is None:
            return ""
        return standing(latest.value, latest.target, self.about.direction, self.about.tolerance)


def standing(value: float, target: float, direction: str, tolerance: float) -> str:
    """How a value stands to a target, by the wanted direction; within the tolerance a miss is called near."""
    if direction == "neutral":
        return ""
    short_by = target - value if direction == "up" else value - target
    if short_by <= 0:
        return "met"
    # Both are kept with four places, so a difference below the fifth comes from binary fractions.
    return "near" if short_by <= tolerance + 1e-5 else "missed"


def as_seen(
    figures: Sequence[Given],
    *,
    unit: str,
    frequency: str,
    sees_small: bool,
    below: int,
    given_away: Collection[date] = (),
) -> list[Spot]:
    """The figures of one indicator in date order as somebody sees them.

    ``unit`` and ``frequency`` are those of the chart; ``sees_small``: the reader is of QA; fewer than ``below`` people
    are too few for anybody else, and so are periods (by their first days) whose figure would give such a one away.
    """
    spots = []
    for first, last, value, numerator, denominator, gap, measured, period, counts_people, target in figures:
        if not sees_small and (
            first in given_away
            or is_small(value, numerator, denominator, unit=measured, counts_people=counts_people, below=below)
        ):
            spots.append(Spot(first, last, None, None, None, target, measured, Why.HIDDEN))
            continue
        why = Why.OTHER if (measured, period) != (unit, frequency) else Why.GAP if value is None else Why.NOTHING
        spots.append(Spot(first, last, value, numerator, denominator, target, measured, why, gap))
    return spots


def judge(series: Sequence[tuple[Sequence[Spot], str, Sequence[date]]], settings: Settings) -> list[Verdict]:
    """The verdicts of many series at once, each given as spots, wanted direction and days of its rebases."""
    if not series:
        return []
    longest = max(len(spots) for spots, _, _ in series)
    values = np.full((len(series), longest), np.nan)
    targets = np.full((len(series), longest), np.nan)
    for row, (spots, _, _) in enumerate(series):
        for place, spot in enumerate(spots):
            if not spot.why and spot.value is not None:
                values[row, place] = spot.value
                targets[row, place] = np.nan if spot.target is None else spot.target
    found = analyse_many(
        values,
        directions=[direction for _, direction, _ in series],
        targets=targets,
        rebases=[begins(spots, days) for spots, _, days in series],
        settings=settings,
    )
    return [found.verdict(row) for row in range(len(series))]


def begins(spots: Sequence[Spot], days: Sequence[date]) -> list[int]:
    """The places of the first spots from each day on: where a new group of limits starts."""
    firsts = [spot.first for spot in spots]
    return sorted({bisect_left(firsts, day) for day in days})


def along(
    published: Iterable[tuple[str, date, date, float]], spots: Sequence[Spot]
) -> list[tuple[str, list[float | None]]]:
    """Benchmarks beside a series: each by its name, with the value that was published for each spot's last day.

    ``published`` holds name, first day, last day and value; names without a value at any spot are left out.
    """
    found: dict[str, list[float | None]] = {}
    for name, first, last, value in published:
        values = found.setdefault(name, [None] * len(spots))
        for place, spot in enumerate(spots):
            if first <= spot.last <= last:
                values[place] = value
    return [(name, values) for name, values in found.items() if any(value is not None for value in values)]


# What the scorecard is narrowed to: several verdicts of one meaning each.
MEANINGS: dict[str, tuple[str, frozenset[Variation]]] = {
    "improving": ("Improving", frozenset({Variation.IMPROVING_HIGH, Variation.IMPROVING_LOW})),
    "concerning": ("Concerning", frozenset({Variation.CONCERNING_HIGH, Variation.CONCERNING_LOW})),
    "neutral": ("Higher or lower than usual", frozenset({Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW})),
    "common": ("No real change", frozenset({Variation.COMMON})),
    "too_few": ("Too few points", frozenset({Variation.TOO_FEW})),
}


def meaning_of(variation: Variation) -> str:
    """The key of ``MEANINGS`` that a verdict belongs to."""
    return next(key for key, (_, verdicts) in MEANINGS.items() if variation in verdicts)
