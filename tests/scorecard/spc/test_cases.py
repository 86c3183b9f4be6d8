"""Series whose limits are known: worked by hand, or published with the tests of NHSRplotthedots."""

import pytest

from scorecard.spc import Assurance, Cause, Settings, Variation, analyse

# Twenty numbers of R's generator begun with 123, which that package's own tests use (test-ptd_spc_standard.R).
PUBLISHED = [
    -0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285,
    -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716,
    0.70135590, -0.47279141,
]  # fmt: skip


def test_small_case_without_special_cause() -> None:
    verdict = analyse([10, 12, 11, 13, 12, 14, 13], direction="up")
    last = verdict.points[-1]
    # 85 ÷ 7; moving ranges 2, 1, 2, 1, 2, 1 have the mean 1.5, and 2.66 × 1.5 = 3.99.
    assert last.mean == pytest.approx(12.143, abs=5e-4)
    assert (last.lower, last.upper) == pytest.approx((8.153, 16.133), abs=5e-4)
    # Two thirds of 3.99 are 2.66.
    assert (last.near_lower, last.near_upper) == pytest.approx((9.483, 14.803), abs=5e-4)
    assert {point.cause for point in verdict.points} == {Cause.COMMON}
    assert verdict.variation == Variation.COMMON
    assert verdict.trial
    assert not verdict.too_few


def test_small_case_of_six_rises() -> None:
    verdict = analyse([1, 2, 3, 4, 5, 6, 7], direction="up")
    first = verdict.points[0]
    assert (first.mean, first.lower, first.upper) == pytest.approx((4, 1.34, 6.66))
    assert [point.cause for point in verdict.points] == [Cause.BELOW, *[Cause.RISING] * 5, Cause.ABOVE]
    assert verdict.variation == Variation.IMPROVING_HIGH


@pytest.mark.parametrize(
    ("values", "mean", "lower", "upper"),
    [(PUBLISHED, 0.142, -3.01, 3.29), (PUBLISHED[:10], 0.0746, -2.60, 2.75), (PUBLISHED[10:], 0.209, -3.28, 3.70)],
    ids=["all", "first ten", "last ten"],
)
def test_published_series(values: list[float], mean: float, lower: float, upper: float) -> None:
    verdict = analyse(values, direction="up")
    last = verdict.points[-1]
    # Published to three figures.
    assert last.mean == pytest.approx(mean, abs=5e-4)
    assert (last.lower, last.upper) == pytest.approx((lower, upper), abs=5e-3)
    assert {point.cause for point in verdict.points} == {Cause.COMMON}


def test_published_series_rebased_has_the_limits_of_its_halves() -> None:
    verdict = analyse(PUBLISHED, direction="up", rebases=[10])
    assert [point.mean for point in verdict.points] == pytest.approx([0.0746] * 10 + [0.209] * 10, abs=5e-4)


def test_screening_narrows_the_limits_of_the_published_series_with_an_outlier() -> None:
    values = [*PUBLISHED[:14], 10.0, *PUBLISHED[15:]]
    screened = analyse(values, direction="up").points[0]
    unscreened = analyse(values, direction="up", settings=Settings(screen=False)).points[0]
    assert screened.mean == unscreened.mean
    assert _width(screened) < _width(unscreened)


def _width(point: object) -> float:
    return point.upper - point.lower  # type: ignore[attr-defined, no-any-return]


def test_two_points_near_opposite_limits_are_no_special_cause() -> None:
    # Published: sixteen symmetrical points whose last two lie near the limits, one on each side.
    values = [1.0, -1.0] * 7 + [5.5, -5.5]
    assert [point.cause for point in analyse(values, direction="up").points[-2:]] == [Cause.COMMON, Cause.COMMON]


@pytest.mark.parametrize(
    ("direction", "target", "assurance"),
    [
        ("up", 8.0, Assurance.PASSES),
        ("up", 12.0, Assurance.HIT_AND_MISS),
        ("up", 17.0, Assurance.FAILS),
        ("down", 8.0, Assurance.FAILS),
        ("down", 12.0, Assurance.HIT_AND_MISS),
        ("down", 17.0, Assurance.PASSES),
        ("neutral", 8.0, Assurance.NONE),
        ("up", None, Assurance.NONE),
    ],
)
def test_assurance_of_the_small_case(direction: str, target: float | None, assurance: Assurance) -> None:
    verdict = analyse([10, 12, 11, 13, 12, 14, 13], direction=direction, targets=target)
    assert verdict.assurance == assurance
