"""Signal and noise: XmR charts and their verdicts, by the method of NHS England's *Making Data Count*. Pure.

The rules are those of the public R package NHSRplotthedots 0.2. Values are in the indicator's own unit; missing points
are left out before anything is worked out. Numbers that differ by less than a millionth of a millionth of the largest
in their series are the same number, so that decimals written in binary put no point off the mean or outside a limit
that it lies on. Limits are never cut here: a share's may lie below 0 or above 100.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard import spc_rules as rules
from scorecard.spc_rules import Limits, Numbers, Whole
from scorecard.spc_types import (
    CAUSES,
    HIGH_AND_LOW,
    SIGNS,
    USUAL,
    Assurance,
    Cause,
    Point,
    Settings,
    Variation,
    Verdict,
    Verdicts,
    meaning,
)

__all__ = [
    "CAUSES",
    "USUAL",
    "Assurance",
    "Cause",
    "Point",
    "Settings",
    "Variation",
    "Verdict",
    "Verdicts",
    "analyse",
    "analyse_many",
]


def analyse(
    values: Sequence[float | None],
    *,
    direction: str,
    targets: Sequence[float | None] | float | None = None,
    rebases: Collection[int] = (),
    settings: Settings = USUAL,
) -> Verdict:
    """One series in date order, None where a point is missing, with the verdicts on its last point.

    ``direction``: "up", "down" or "neutral", what is wanted. ``targets``: one for all, or one a place. ``rebases``:
    places from which limits are worked out anew. Raises ValueError for infinite values, another direction, or targets
    that are not as many as the values.
    """
    row = np.array([[np.nan if value is None else float(value) for value in values]], dtype=float)
    aims: ArrayLike | None = None
    if isinstance(targets, Sequence):
        aims = [[np.nan if target is None else float(target) for target in targets]]
    elif targets is not None:
        # A Decimal as well.
        aims = float(targets)
    found = analyse_many(row, directions=(direction,), targets=aims, rebases=(rebases,), settings=settings)
    return found.verdict(0)


def analyse_many(
    values: ArrayLike,
    *,
    directions: Sequence[str] | str,
    targets: ArrayLike | None = None,
    rebases: Sequence[Collection[int]] = (),
    settings: Settings = USUAL,
) -> Verdicts:
    """Many series of equal length at once: a row a series, not a number where a point is missing.

    ``directions``: one for all or one a row. ``targets``: one for all, a column (one a row) or one for every place;
    not a number where there is none. ``rebases``: for each row the places where a new group starts, or none at all.
    Raises ValueError as ``analyse`` does.
    """
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim != 2 or np.isinf(numbers).any():
        raise ValueError("Give a row of finite numbers for each series, and nothing else.")
    rows, places = numbers.shape
    pairs = _pairs(directions, rows)
    aims = np.broadcast_to(np.asarray(np.nan if targets is None else targets, dtype=float), numbers.shape)
    # The points of each row in front, in their order; -1 as their group behind them.
    missing = np.isnan(numbers)
    order = np.argsort(missing, axis=1, kind="stable")
    size = places - missing.sum(axis=1)
    group = np.take_along_axis(_groups(rebases, numbers.shape), order, axis=1)
    group = np.where(np.arange(places) < size[:, None], _numbered(group), -1)
    points = np.take_along_axis(numbers, order, axis=1)
    limits = rules.limits(points, group, fewest=settings.fewest, screen=settings.screen, fix_after=settings.fix_after)
    cause = _causes(points, group, limits, settings)
    last = _Last.of(points, np.take_along_axis(aims, order, axis=1), cause, limits, size)
    return Verdicts(
        values=numbers,
        group=_put_back(group, order, -1),
        cause=_put_back(np.where(group < 0, -1, cause), order, -1),
        mean=_put_back(limits.mean, order, np.nan),
        reach=_put_back(limits.reach, order, np.nan),
        high_and_low=pairs,
        variation=last.variations(pairs, settings.fewest),
        assurance=last.assurances(pairs),
        trial=(last.size >= settings.fewest) & (last.size < settings.trial_below),
        too_few=last.size < settings.fewest,
    )


def _pairs(directions: Sequence[str] | str, rows: int) -> tuple[tuple[Variation, Variation], ...]:
    wanted = [directions] * rows if isinstance(directions, str) else list(directions)
    if len(wanted) != rows or not set(wanted) <= set(HIGH_AND_LOW):
        raise ValueError("Give the wanted direction of each series: up, down or neutral.")
    return tuple(HIGH_AND_LOW[direction] for direction in wanted)


def _groups(rebases: Sequence[Collection[int]], shape: tuple[int, ...]) -> Whole:
    """How many groups have begun by each place."""
    if rebases and len(rebases) != shape[0]:
        raise ValueError("Give the rebases of each series, or none at all.")
    begins = np.zeros(shape, dtype=np.int64)
    for row, starts in enumerate(rebases):
        begins[row, [start for start in starts if 0 <= start < shape[1]]] = 1
    return np.cumsum(begins, axis=1)


def _numbered(group: Whole) -> Whole:
    """The groups that hold a point, numbered from 0."""
    begins = np.zeros(group.shape, dtype=np.int64)
    begins[:, 1:] = group[:, 1:] != group[:, :-1]
    return np.cumsum(begins, axis=1)


def _put_back(column: NDArray[np.generic], order: Whole, fill: float) -> NDArray[Any]:
    """A column with each point at the place that it was given at."""
    whole = np.full(column.shape, fill, dtype=column.dtype)
    np.put_along_axis(whole, order, column, axis=1)
    return whole


def _causes(points: Numbers, group: Whole, limits: Limits, settings: Settings) -> Whole:
    """For each point the first special cause that applies, as a place in ``CAUSES``."""
    slack = rules.tolerance(points)
    known = ~np.isnan(limits.mean)
    above, below = points > limits.upper + slack, points < limits.lower - slack
    inside = ~(above | below)
    near_upper = inside & (points > limits.near_upper + slack)
    near_lower = inside & (points < limits.near_lower - slack)
    side = rules.side_of_mean(points, limits.mean, slack)
    rising, falling = rules.trends(points, group, slack, settings.trend)
    near = rules.two_of_three(near_upper | near_lower, side, group)
    shift_up, shift_down = rules.shifts(side, group, settings.run)
    found: Whole = np.zeros(points.shape, dtype=np.int64)
    # From the last to the first that applies, each over the ones before it.
    for cause, flags in (
        (Cause.SHIFT_DOWN, shift_down),
        (Cause.SHIFT_UP, shift_up),
        (Cause.NEAR_LOWER, near & near_lower),
        (Cause.NEAR_UPPER, near & near_upper),
        (Cause.FALLING, falling),
        (Cause.RISING, rising),
        (Cause.BELOW, below),
        (Cause.ABOVE, above),
    ):
        found[flags & known] = CAUSES.index(cause)
    return found


@dataclass(frozen=True)
class _Last:
    """The last point of each row: how it stands to its limits and its target. ``size``: points in its group."""

    size: Whole
    cause: Whole
    target: Numbers
    lower: Numbers
    upper: Numbers
    slack: Numbers

    @classmethod
    def of(cls, points: Numbers, aims: Numbers, cause: Whole, limits: Limits, size: Whole) -> _Last:
        if not points.shape[1]:
            nothing, unknown = np.zeros(len(points), dtype=np.int64), np.full(len(points), np.nan)
            return cls(nothing, nothing, unknown, unknown, unknown, unknown)
        at = (np.arange(len(points)), np.maximum(size - 1, 0))
        group_size = np.where(size > 0, limits.size[at], 0)
        slack = rules.tolerance(points)[:, 0]
        return cls(group_size, cause[at], aims[at], limits.lower[at], limits.upper[at], slack)

    def variations(self, pairs: Sequence[tuple[Variation, Variation]], fewest: int) -> tuple[Variation, ...]:
        return tuple(
            meaning(SIGNS[cause], pair) if size >= fewest else Variation.TOO_FEW
            for cause, size, pair in zip(self.cause.tolist(), self.size.tolist(), pairs, strict=True)
        )

    def assurances(self, pairs: Sequence[tuple[Variation, Variation]]) -> tuple[Assurance, ...]:
        beneath = (self.target < self.lower - self.slack).tolist()
        beyond = (self.target > self.upper + self.slack).tolist()
        judged = (~np.isnan(self.target) & ~np.isnan(self.lower)).tolist()
        return tuple(
            _assurance(pair, *found) if can_be_judged else Assurance.NONE
            for pair, can_be_judged, *found in zip(pairs, judged, beneath, beyond, strict=True)
        )


def _assurance(pair: tuple[Variation, Variation], beneath: bool, beyond: bool) -> Assurance:
    """By the wanted direction, with the target beneath the lower limit, beyond the upper one, or between them."""
    if pair == HIGH_AND_LOW["neutral"]:
        return Assurance.NONE
    wanted_up = pair == HIGH_AND_LOW["up"]
    if beneath:
        return Assurance.PASSES if wanted_up else Assurance.FAILS
    if beyond:
        return Assurance.FAILS if wanted_up else Assurance.PASSES
    return Assurance.HIT_AND_MISS
