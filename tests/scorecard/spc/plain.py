"""The rules written down a second time: point by point, in exact fractions, as slow as they are plain."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scorecard.spc import Cause

LIMIT, NEAR, OUTLYING = Fraction("2.66"), Fraction(2, 3), Fraction("3.267")


@dataclass
class PlainPoint:
    place: int
    value: Fraction
    group: int
    mean: Fraction | None = None
    reach: Fraction | None = None
    cause: Cause = Cause.COMMON


def plain_points(
    values: Sequence[str | None], *, rebases: Collection[int] = (), run: int = 7, trend: int = 7, screen: bool = True
) -> list[PlainPoint]:
    """The points of a series of decimals as people write them, with limits and causes, in exact arithmetic."""
    groups: list[list[PlainPoint]] = [[]]
    for place, value in enumerate(values):
        if place in rebases and groups[-1]:
            groups.append([])
        if value is not None:
            groups[-1].append(PlainPoint(place, Fraction(value), len(groups) - 1))
    for group in groups:
        if len(group) >= 3:
            _limits(group, screen)
            _causes(group, run, trend)
    return [point for group in groups for point in group]


def _limits(group: list[PlainPoint], screen: bool) -> None:
    moves = [abs(after.value - before.value) for before, after in itertools.pairwise(group)]
    average = sum(moves, Fraction()) / len(moves)
    if screen and average:
        moves = [move for move in moves if move < OUTLYING * average]
        average = sum(moves, Fraction()) / len(moves)
    mean = sum((point.value for point in group), Fraction()) / len(group)
    for point in group:
        point.mean, point.reach = mean, LIMIT * average


def _causes(group: list[PlainPoint], run: int, trend: int) -> None:
    off = [point.value - point.mean for point in group]  # type: ignore[operator]
    reach = group[0].reach
    assert reach is not None
    near = [abs(one) <= reach and abs(one) > NEAR * reach for one in off]
    direction = _trends([point.value for point in group], trend)
    for place, point in enumerate(group):
        if abs(off[place]) > reach:
            point.cause = Cause.ABOVE if off[place] > 0 else Cause.BELOW
        elif direction[place]:
            point.cause = Cause.RISING if direction[place] > 0 else Cause.FALLING
        elif near[place] and any(
            sum(near[first : first + 3]) >= 2 and _one_side(off[first : first + 3])
            for first in range(max(0, place - 2), min(place, len(group) - 3) + 1)
        ):
            point.cause = Cause.NEAR_UPPER if off[place] > 0 else Cause.NEAR_LOWER
        elif any(
            _one_side(off[first : first + run])
            for first in range(max(0, place - run + 1), min(place, len(group) - run) + 1)
        ):
            point.cause = Cause.SHIFT_UP if off[place] > 0 else Cause.SHIFT_DOWN


def _trends(values: list[Fraction], trend: int) -> list[int]:
    """For each point 1 in a rising trend, -1 in a falling one; later trends over earlier ones."""
    found = [0] * len(values)
    for first in range(len(values) - trend + 1):
        window = values[first : first + trend]
        pairs = list(itertools.pairwise(window))
        if all(before < after for before, after in pairs):
            found[first : first + trend] = [1] * trend
        elif all(before > after for before, after in pairs):
            found[first : first + trend] = [-1] * trend
    return found


def _one_side(off: list[Fraction]) -> bool:
    return all(one > 0 for one in off) or all(one < 0 for one in off)
