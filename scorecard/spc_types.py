"""What is said of a series: its points, their causes, and the verdicts on the last of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from scorecard.spc_rules import Limits, Numbers, Whole


class Cause(StrEnum):
    """What a point is: common cause, or the first special cause that applies."""

    COMMON = "common"
    ABOVE = "above"
    BELOW = "below"
    RISING = "rising"
    FALLING = "falling"
    NEAR_UPPER = "near_upper"
    NEAR_LOWER = "near_lower"
    SHIFT_UP = "shift_up"
    SHIFT_DOWN = "shift_down"


class Variation(StrEnum):
    """The verdict on the last point, by the wanted direction."""

    IMPROVING_HIGH = "improving_high"
    IMPROVING_LOW = "improving_low"
    CONCERNING_HIGH = "concerning_high"
    CONCERNING_LOW = "concerning_low"
    NEUTRAL_HIGH = "neutral_high"
    NEUTRAL_LOW = "neutral_low"
    COMMON = "common"
    TOO_FEW = "too_few"


class Assurance(StrEnum):
    """Whether the target is met as a matter of course, at the last point's limits."""

    PASSES = "passes"
    HIT_AND_MISS = "hit_and_miss"
    FAILS = "fails"
    NONE = "none"


@dataclass(frozen=True)
class Settings:
    """``run`` and ``trend``: points in a row; fewer than ``trial_below`` in a group give trial limits, fewer than
    ``fewest`` none; ``screen``: outlying moving ranges are left out of the limits."""

    run: int = 7
    trend: int = 7
    trial_below: int = 13
    fewest: int = 3
    screen: bool = True
    # Limits from the first so many points of a group; None: from all of them.
    fix_after: int | None = None

    def __post_init__(self) -> None:
        if self.run < 2 or self.trend < 3 or self.fewest < 2:
            raise ValueError("A run needs two points or more, a trend three, and limits two.")
        if self.fix_after is not None and self.fix_after < 2:
            raise ValueError("Limits can be fixed after two points or more.")


USUAL = Settings()


@dataclass(frozen=True)
class Point:
    """One point with the limits of its group; None where the group has too few points for any.

    ``place`` is its place in what was given, so that gaps can be drawn.
    """

    place: int
    value: float
    group: int
    cause: Cause
    variation: Variation
    mean: float | None
    lower: float | None
    upper: float | None
    near_lower: float | None
    near_upper: float | None


@dataclass(frozen=True)
class Verdict:
    """A whole series: its points, and the two verdicts on the last of them.

    ``trial``: the last group has too few points for firm limits; ``too_few``: for any.
    """

    points: tuple[Point, ...]
    variation: Variation
    assurance: Assurance
    trial: bool
    too_few: bool


CAUSES = tuple(Cause)
# Towards high (1) or low (-1), in the order of ``CAUSES``.
SIGNS = (0, 1, -1, 1, -1, 1, -1, 1, -1)
# What high and low mean by the wanted direction.
HIGH_AND_LOW = {
    "up": (Variation.IMPROVING_HIGH, Variation.CONCERNING_LOW),
    "down": (Variation.CONCERNING_HIGH, Variation.IMPROVING_LOW),
    "neutral": (Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW),
}


def meaning(sign: int, pair: tuple[Variation, Variation]) -> Variation:
    """What a special cause towards high (1) or low (-1) means, or none (0)."""
    return pair[0] if sign > 0 else pair[1] if sign < 0 else Variation.COMMON


@dataclass(frozen=True)
class Verdicts:
    """Many series of equal length, a row each: columns of numbers, and the verdicts on the last points.

    Where a point is missing ``group`` and ``cause`` are -1 and the numbers are not a number. ``cause`` is a place in
    ``CAUSES``; ``verdict`` gives one row as objects.
    """

    values: Numbers
    group: Whole
    cause: Whole
    mean: Numbers
    reach: Numbers
    high_and_low: tuple[tuple[Variation, Variation], ...]
    variation: tuple[Variation, ...]
    assurance: tuple[Assurance, ...]
    trial: NDArray[np.bool_]
    too_few: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.values)

    def verdict(self, row: int) -> Verdict:
        """One series with its points; IndexError when there is no such row."""
        return Verdict(
            points=self._points(row),
            variation=self.variation[row],
            assurance=self.assurance[row],
            trial=bool(self.trial[row]),
            too_few=bool(self.too_few[row]),
        )

    def _points(self, row: int) -> tuple[Point, ...]:
        places = np.flatnonzero(self.group[row] >= 0)
        mean, reach = self.mean[row, places], self.reach[row, places]
        line = Limits(mean, reach, places)
        columns = (line.lower, line.upper, line.near_lower, line.near_upper)
        found = zip(
            places.tolist(),
            self.values[row, places].tolist(),
            self.group[row, places].tolist(),
            self.cause[row, places].tolist(),
            mean.tolist(),
            *(column.tolist() for column in columns),
            strict=True,
        )
        pair = self.high_and_low[row]
        return tuple(
            Point(place, value, group, CAUSES[cause], Variation.TOO_FEW, None, None, None, None, None)
            if middle != middle
            else Point(place, value, group, CAUSES[cause], meaning(SIGNS[cause], pair), middle, *limits)
            for place, value, group, cause, middle, *limits in found
        )
