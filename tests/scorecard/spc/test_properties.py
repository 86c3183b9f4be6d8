"""What holds for every series."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.spc import Cause, Settings, Variation, Verdict, analyse, analyse_many
from tests.scorecard.spc.plain import plain_points

# Few different numbers, so that ties, points on the mean and constant stretches come up; some with gaps.
TENTHS = st.integers(-12, 12).map(lambda tenths: str(Decimal(tenths) / 10))
WIDE = st.decimals(min_value=-1000, max_value=1000, places=2, allow_nan=False).map(str)
VALUES = st.one_of(
    st.lists(st.one_of(TENTHS, st.none()), max_size=40), st.lists(st.one_of(WIDE, st.none()), max_size=40)
)
REBASES = st.sets(st.integers(0, 40), max_size=3)
SETTINGS = st.builds(Settings, run=st.integers(2, 8), trend=st.integers(3, 8), screen=st.booleans())
MIRRORED = {
    Cause.COMMON: Cause.COMMON,
    Cause.ABOVE: Cause.BELOW,
    Cause.BELOW: Cause.ABOVE,
    Cause.RISING: Cause.FALLING,
    Cause.FALLING: Cause.RISING,
    Cause.NEAR_UPPER: Cause.NEAR_LOWER,
    Cause.NEAR_LOWER: Cause.NEAR_UPPER,
    Cause.SHIFT_UP: Cause.SHIFT_DOWN,
    Cause.SHIFT_DOWN: Cause.SHIFT_UP,
}


def _floats(values: list[str | None], *, times: str = "1", plus: str = "0") -> list[float | None]:
    return [None if value is None else float(Decimal(value) * Decimal(times) + Decimal(plus)) for value in values]


def _causes(verdict: Verdict) -> list[Cause]:
    return [point.cause for point in verdict.points]


@given(VALUES, REBASES, SETTINGS)
def test_rules_agree_with_exact_arithmetic(values: list[str | None], rebases: set[int], settings: Settings) -> None:
    found = analyse(_floats(values), direction="up", rebases=rebases, settings=settings).points
    plain = plain_points(values, rebases=rebases, run=settings.run, trend=settings.trend, screen=settings.screen)
    assert [(point.place, point.group, point.cause) for point in found] == [
        (point.place, point.group, point.cause) for point in plain
    ]
    for point, exact in zip(found, plain, strict=True):
        if exact.mean is None or exact.reach is None:
            assert point.mean is None
            assert point.upper is None
        else:
            expected = (float(exact.mean), float(exact.mean - exact.reach), float(exact.mean + exact.reach))
            assert (point.mean, point.lower, point.upper) == pytest.approx(expected, abs=1e-9)


@given(VALUES, st.sampled_from(["0.1", "3", "0.0007", "1000000"]), REBASES)
def test_another_unit_changes_no_verdict(values: list[str | None], times: str, rebases: set[int]) -> None:
    one = analyse(_floats(values), direction="down", rebases=rebases)
    other = analyse(_floats(values, times=times), direction="down", rebases=rebases)
    assert _causes(one) == _causes(other)
    assert one.variation == other.variation


@given(VALUES, st.sampled_from(["0.1", "-7.3", "1000"]))
def test_adding_a_constant_changes_no_verdict(values: list[str | None], plus: str) -> None:
    one, other = (analyse(_floats(values, plus=added), direction="up") for added in ("0", plus))
    assert _causes(one) == _causes(other)


@given(VALUES, REBASES, TENTHS)
def test_a_mirrored_series_has_the_mirrored_verdict(values: list[str | None], rebases: set[int], target: str) -> None:
    one = analyse(_floats(values), direction="up", rebases=rebases, targets=float(target))
    other = analyse(_floats(values, times="-1"), direction="down", rebases=rebases, targets=-float(target))
    assert [MIRRORED[cause] for cause in _causes(one)] == _causes(other)
    assert one.assurance == other.assurance
    assert _opposite(one.variation) == other.variation


def _opposite(variation: Variation) -> Variation:
    opposite = {
        Variation.IMPROVING_HIGH: Variation.IMPROVING_LOW,
        Variation.CONCERNING_LOW: Variation.CONCERNING_HIGH,
    }
    return opposite.get(variation, variation)


@given(VALUES, st.sets(st.integers(0, 60)))
def test_gaps_change_no_verdict(values: list[str | None], gaps: set[int]) -> None:
    dense = _floats([value for value in values if value is not None])
    holed = list(dense)
    for place in sorted(gaps):
        holed.insert(place, None)
    one, other = analyse(dense, direction="up"), analyse(holed, direction="up")
    assert [(point.value, point.cause, point.mean) for point in one.points] == [
        (point.value, point.cause, point.mean) for point in other.points
    ]
    assert one.variation == other.variation


@given(st.lists(st.tuples(VALUES, REBASES, st.sampled_from(["up", "down", "neutral"])), min_size=1, max_size=6))
def test_many_series_at_once_are_each_as_alone(series: list[tuple[list[str | None], set[int], str]]) -> None:
    longest = max(len(values) for values, _, _ in series)
    rows = [_floats([*values, *[None] * (longest - len(values))]) for values, _, _ in series]
    together = analyse_many(
        np.array(rows, dtype=float),
        directions=[direction for _, _, direction in series],
        targets=0.5,
        rebases=[rebases for _, rebases, _ in series],
    )
    assert len(together) == len(series)
    for row, (values, rebases, direction) in enumerate(series):
        alone = analyse(_floats(values), direction=direction, targets=0.5, rebases=rebases)
        whole = together.verdict(row)
        assert (whole.variation, whole.assurance, whole.trial, whole.too_few) == (
            alone.variation,
            alone.assurance,
            alone.trial,
            alone.too_few,
        )
        assert [(point.place, point.cause, point.variation) for point in whole.points] == [
            (point.place, point.cause, point.variation) for point in alone.points
        ]
        for point, expected in zip(whole.points, alone.points, strict=True):
            assert point.mean == pytest.approx(expected.mean, abs=1e-9)
            assert point.upper == pytest.approx(expected.upper, abs=1e-9)
