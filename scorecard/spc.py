"""Signal and noise: XmR charts and their verdicts, by the method of NHS England's *Making Data Count*. Pure.

The rules are those of the public R package NHSRplotthedots 0.2. Values are in the indicator's own unit; missing points
are left out before anything is worked out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
