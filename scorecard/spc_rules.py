"""The rules of XmR charts on many series at once, as columns of numbers. Pure.

A row is a series, its points moved to the left; where a series is shorter than its neighbours, ``group`` is -1. Only
``scorecard.spc`` calls these: it says what the rules are for, and from where.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

# Two numbers closer than this part of the largest of their series are the same number: 0.1 + 0.2 is 0.3.
SAME = 1e-12
LIMIT = 2.66
NEAR = 2 / 3
OUTLYING = 3.267


@dataclass(frozen=True)
class Limits:
    """For each point the mean and the limits of its group; not a number where the group has too few points."""

    mean: Numbers
    reach: Numbers
    size: Whole

    @property
    def lower(self) -> Numbers:
        return self.mean - self.reach

    @property
    def upper(self) -> Numbers:
        return self.mean + self.reach

    @property
    def near_lower(self) -> Numbers:
        return self.mean - NEAR * self.reach

    @property
    def near_upper(self) -> Numbers:
        return self.mean + NEAR * self.reach


def tolerance(values: Numbers) -> Numbers:
    """How far apart two numbers of a row may be and still be the same: a column of one number a row."""
    if not values.shape[1]:
        return np.zeros((len(values), 1))
    largest: Numbers = np.nan_to_num(np.abs(values)).max(axis=1, keepdims=True)
    return largest * SAME


def limits(values: Numbers, group: Whole, *, fewest: int, screen: bool, fix_after: int | None) -> Limits:
    """Mean and limits of each group, from its first ``fix_after`` points or from all of them."""
    rows = len(values)
    slack = tolerance(values)
    # Every group of every row is one segment; what is beyond a row's end falls into the last one, which is not read.
    groups = int(group.max(initial=-1)) + 1
    outside = rows * groups
    segment = np.where(group < 0, outside, np.arange(rows)[:, None] * groups + group)
    size = np.bincount(segment.ravel(), minlength=outside + 1)
    counts = group >= 0
    if fix_after is not None:
        counts &= _place_in_group(group) < fix_after
    moving = np.abs(np.diff(values, axis=1))
    moves = counts[:, 1:] & (group[:, 1:] == group[:, :-1])
    mean = _means(values, segment, counts, outside)
    range_ = _means(moving, segment[:, 1:], moves, outside)
    if screen:
        threshold = OUTLYING * range_[segment[:, 1:]]
        # Where nothing ever moved there is nothing outlying either.
        moves &= (moving < threshold - slack) | (threshold <= slack)
        range_ = _means(moving, segment[:, 1:], moves, outside)
    too_few = (size < fewest) | (np.arange(outside + 1) == outside)
    mean[too_few] = np.nan
    range_[too_few] = np.nan
    return Limits(mean[segment], LIMIT * range_[segment], size[segment])


def _means(numbers: Numbers, segment: Whole, counts: Flags, outside: int) -> Numbers:
    """The mean of what counts in each segment; not a number where nothing does."""
    chosen = segment[counts]
    total = np.bincount(chosen, weights=numbers[counts], minlength=outside + 1)
    number = np.bincount(chosen, minlength=outside + 1)
    with np.errstate(invalid="ignore"):
        mean: Numbers = total / number
    return mean


def _place_in_group(group: Whole) -> Whole:
    places = np.broadcast_to(np.arange(group.shape[1]), group.shape)
    begins = np.ones(group.shape, dtype=bool)
    begins[:, 1:] = group[:, 1:] != group[:, :-1]
    first: Whole = np.maximum.accumulate(np.where(begins, places, 0), axis=1)
    return places - first


def side_of_mean(values: Numbers, mean: Numbers, slack: Numbers) -> Whole:
    """1 above the mean, -1 below, 0 on it and where there is none."""
    side: Whole = (values > mean + slack).astype(np.int64) - (values < mean - slack)
    return side


def trends(values: Numbers, group: Whole, slack: Numbers, length: int) -> tuple[Flags, Flags]:
    """Points of a rising and of a falling trend: so many in a row, each beyond the one before it.

    The turning point between two trends belongs to the later.
    """
    step = np.diff(values, axis=1, prepend=np.nan)
    within = np.zeros(group.shape, dtype=bool)
    within[:, 1:] = group[:, 1:] == group[:, :-1]
    rising = _back(_row_of(within & (step > slack), length - 1), length)
    falling = _back(_row_of(within & (step < -slack), length - 1), length)
    both = rising & falling
    if both.any():
        goes_down = np.zeros(group.shape, dtype=bool)
        goes_down[:, :-1] = step[:, 1:] < 0
        rising &= ~(both & goes_down)
        falling &= ~(both & ~goes_down)
    return rising, falling


def shifts(side: Whole, group: Whole, length: int) -> tuple[Flags, Flags]:
    """Points of a run above and of a run below the mean."""
    one_group = _same_group(group, length)
    above = _back(_row_of(side > 0, length) & one_group, length)
    below = _back(_row_of(side < 0, length) & one_group, length)
    return above, below


def two_of_three(near: Flags, side: Whole, group: Whole) -> Flags:
    """Points near a limit, of which two are among three in a row that all lie on one side."""
    if near.shape[1] < 3:
        return np.zeros(near.shape, dtype=bool)
    enough = np.zeros(near.shape, dtype=bool)
    number = near.astype(np.int8)
    enough[:, 2:] = number[:, 2:] + number[:, 1:-1] + number[:, :-2] >= 2
    one_side = _row_of(side > 0, 3) | _row_of(side < 0, 3)
    return near & _back(enough & one_side & _same_group(group, 3), 3)


def _row_of(flags: Flags, length: int) -> Flags:
    """Where a row of ``length`` flags ends, all of them up."""
    ends = flags.copy()
    for back in range(1, length):
        ends[:, back:] &= flags[:, :-back]
        ends[:, :back] = False
    return ends


def _same_group(group: Whole, length: int) -> Flags:
    """Where ``length`` points of one group end."""
    same = np.zeros(group.shape, dtype=bool)
    if group.shape[1] >= length:
        last, first = group[:, length - 1 :], group[:, : group.shape[1] - length + 1]
        same[:, length - 1 :] = (last == first) & (last >= 0)
    return same


def _back(ends: Flags, length: int) -> Flags:
    """The points of every row of ``length`` that ends where ``ends`` says."""
    marked = ends.copy()
    for back in range(1, length):
        marked[:, :-back] |= ends[:, back:]
    return marked
