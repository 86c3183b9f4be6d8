"""The rules on the patterns that NHSRplotthedots publishes with its tests (test-ptd_calculate_point_type.R)."""

import numpy as np
import pytest

from scorecard.spc_rules import shifts, trends, two_of_three


def _one_group(length: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.zeros((1, length), dtype=np.int64)


@pytest.mark.parametrize(
    ("side", "places"),
    [
        ([], []),
        ([1] * 6, []),
        ([1] * 6 + [-1], []),
        ([1] * 8 + [-1], range(8)),
        ([-1] * 8 + [1], range(8)),
        ([-1] + [1] * 8 + [-1], range(1, 9)),
        ([1] + [-1] * 8 + [1], range(1, 9)),
    ],
)
def test_seven_on_one_side(side: list[int], places: range) -> None:
    above, below = shifts(np.array([side], dtype=np.int64), _one_group(len(side)), 7)
    assert np.flatnonzero((above | below)[0]).tolist() == list(places)


@pytest.mark.parametrize(
    ("values", "rising", "falling"),
    [
        ([], [], []),
        ([1, 2, 3, 4, 5, 6], [], []),
        ([1, 2, 3, 3, 4, 5, 6], [], []),
        ([1, 2, 3, 4, 5, 6, 7], range(7), []),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], range(1, 8), []),
        ([7, 6, 5, 4, 3, 2, 1], [], range(7)),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], [], range(1, 8)),
    ],
)
def test_seven_in_a_trend(values: list[float], rising: range, falling: range) -> None:
    up, down = trends(np.array([values], dtype=float), _one_group(len(values)), np.zeros((1, 1)), 7)
    assert np.flatnonzero(up[0]).tolist() == list(rising)
    assert np.flatnonzero(down[0]).tolist() == list(falling)


@pytest.mark.parametrize(
    ("near", "places"),
    [
        ([], []),
        ([0, 0, 0], []),
        ([1, 0, 1], [0, 2]),
        ([0, 1, 1], [1, 2]),
        ([1, 1, 0], [0, 1]),
        ([0, 0, 1, 0, 1, 0, 0], [2, 4]),
        ([0, 0, 1, 1, 0, 0, 0], [2, 3]),
        ([1, 0, 0, 1], []),
        ([1, 0, 0, 1, 1], [3, 4]),
    ],
)
def test_two_in_three(near: list[int], places: list[int]) -> None:
    length = len(near)
    side = np.ones((1, length), dtype=np.int64)
    found = two_of_three(np.array([near], dtype=bool), side, _one_group(length))
    assert np.flatnonzero(found[0]).tolist() == places
