"""Every rule alone."""

import pytest

from scorecard.spc import Assurance, Cause, Settings, Variation, analyse

# Mean 50, moving ranges of 4: limits 39.36 and 60.64, near limits 42.91 and 57.09.
CALM = [48.0, 52.0] * 10
FIXED = Settings(fix_after=20)


def _causes(values: list[float | None], **kwargs: object) -> list[Cause]:
    return [point.cause for point in analyse(values, direction="up", **kwargs).points]  # type: ignore[arg-type]


def test_outlying_moving_ranges_are_left_out_once() -> None:
    # Ranges 2, 2, 2, 20, 20, 2, 2, 2: mean 6.5, and nothing reaches 3.267 × 6.5 = 21.2.
    kept = analyse([0, 2, 0, 2, 22, 2, 0, 2, 0], direction="up").points[0]
    assert kept.upper - kept.mean == pytest.approx(2.66 * 6.5)  # type: ignore[operator]
    # Sixteen ranges of 2 and two of 20: mean 4, and 20 is beyond 13.07.
    screened = analyse([0, 2] * 4 + [22] + [2, 0] * 4 + [2], direction="up").points[0]
    assert screened.upper - screened.mean == pytest.approx(2.66 * 2)  # type: ignore[operator]


def test_a_range_just_at_the_threshold_is_left_out() -> None:
    # Mean range m with one range of 3.267 m: (n − 1) a + b = n m. With a = 1 and n = 10: b = 9 × 3.267 ÷ 6.733.
    outlying = 9 * 3.267 / 6.733
    values = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0 + outlying]
    point = analyse(values, direction="up").points[0]
    assert point.upper - point.mean == pytest.approx(2.66)  # type: ignore[operator]


def test_a_series_that_never_moves_has_limits_on_its_mean_and_no_special_cause() -> None:
    verdict = analyse([0.1 + 0.2, 0.3] * 8, direction="up", targets=0.3)
    last = verdict.points[-1]
    assert last.lower == pytest.approx(0.3) == last.upper
    assert {point.cause for point in verdict.points} == {Cause.COMMON}
    assert verdict.assurance == Assurance.HIT_AND_MISS


def test_a_point_on_a_limit_is_not_outside_it() -> None:
    # 0 and 2 nine times, then c: mean (18 + c) ÷ 19, range (32 + c) ÷ 18; c = mean + 2.66 × range.
    limit = (18 / 19 + 2.66 * 32 / 18) / (1 - 1 / 19 - 2.66 / 18)
    assert _causes([0.0, 2.0] * 9 + [limit])[-1] != Cause.ABOVE
    assert _causes([0.0, 2.0] * 9 + [limit + 0.0001])[-1] == Cause.ABOVE


def test_points_beyond_the_limits() -> None:
    assert _causes([*CALM, 75.0])[-1] == Cause.ABOVE
    assert _causes([*CALM, 25.0])[-1] == Cause.BELOW


def test_equal_neighbours_break_a_trend() -> None:
    assert _causes([48, 52, 48, 52, 46, 47, 48, 49, 50, 51, 52, 48, 52])[4:11] == [Cause.RISING] * 7
    assert Cause.RISING not in _causes([48, 52, 48, 52, 46, 47, 48, 48, 50, 51, 52, 48, 52])


def test_the_turn_between_two_trends_belongs_to_the_later() -> None:
    causes = _causes([44, 46, 48, 50, 52, 54, 56, 54, 52, 50, 48, 46, 44, 50, 40, 60, 40, 60])
    assert causes[:13] == [Cause.RISING] * 6 + [Cause.FALLING] * 7


def test_two_of_three_near_a_limit_marks_the_near_ones_only() -> None:
    causes = _causes([*CALM, 58.0, 51.0, 58.0, *CALM], settings=FIXED)
    assert causes[20:23] == [Cause.NEAR_UPPER, Cause.COMMON, Cause.NEAR_UPPER]
    causes = _causes([*CALM, 42.0, 42.0, 48.0, *CALM], settings=FIXED)
    assert causes[20:23] == [Cause.NEAR_LOWER, Cause.NEAR_LOWER, Cause.COMMON]


def test_two_of_three_need_one_side() -> None:
    causes = _causes([*CALM, 58.0, 49.0, 58.0, *CALM], settings=FIXED)
    assert causes[20:23] == [Cause.COMMON] * 3


def test_seven_on_one_side_of_the_mean_are_a_shift() -> None:
    calm = [48.0, 52.0] * 6
    assert _causes([*calm, 52, 53, 52, 53, 52, 53, *calm])[11:18] == [Cause.SHIFT_UP] * 7
    assert Cause.SHIFT_UP not in _causes([*calm, 52, 53, 52, 53, 52, *calm])


def test_a_point_on_the_mean_breaks_a_shift() -> None:
    # Mean 1, exactly: the tenths below and above it cancel out.
    values = [1.1, 1.4, 1.1, 1.0, 1.4, 1.1, 1.4, 0.6, 0.9, 0.6, 0.9, 0.6, 0.9]
    assert set(_causes(values)) == {Cause.COMMON}
    values[3] = 1.1
    assert _causes(values)[:7] == [Cause.SHIFT_UP] * 7


@pytest.mark.parametrize(
    ("direction", "up", "down"),
    [
        ("up", Variation.IMPROVING_HIGH, Variation.CONCERNING_LOW),
        ("down", Variation.CONCERNING_HIGH, Variation.IMPROVING_LOW),
        ("neutral", Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW),
    ],
)
def test_verdict_by_the_wanted_direction(direction: str, up: Variation, down: Variation) -> None:
    assert analyse([*CALM, 75.0], direction=direction).variation == up
    assert analyse([*CALM, 25.0], direction=direction).variation == down
    assert analyse(CALM, direction=direction).variation == Variation.COMMON


def test_a_rising_trend_improves_where_higher_is_better_even_below_the_mean() -> None:
    values = [*[60.0, 62.0] * 8, 55, 56, 57, 58, 59, 60, 60.5]
    verdict = analyse(values, direction="up", settings=Settings(trial_below=3))
    assert verdict.points[-1].cause == Cause.RISING
    assert verdict.variation == Variation.IMPROVING_HIGH


def test_limits_begin_anew_at_a_rebase() -> None:
    verdict = analyse([*CALM, *(value + 30 for value in CALM)], direction="up", rebases=[20])
    assert [point.group for point in verdict.points] == [0] * 20 + [1] * 20
    assert (verdict.points[0].mean, verdict.points[-1].mean) == pytest.approx((50, 80))
    assert {point.cause for point in verdict.points} == {Cause.COMMON}


def test_no_run_reaches_over_a_rebase() -> None:
    values = [48.0, 52.0, 48.0, 52.0, 48, 49, 50, 51, 52, 53, 54, 52.0, 55.0, 52.0]
    assert Cause.RISING in _causes(values)
    assert Cause.RISING not in _causes(values, rebases=[7])


def test_a_rebase_in_a_gap_begins_with_the_next_point() -> None:
    verdict = analyse([1, 2, 1, None, None, 5, 6, 5], direction="up", rebases=[3])
    assert [point.group for point in verdict.points] == [0, 0, 0, 1, 1, 1]
    assert [point.place for point in verdict.points] == [0, 1, 2, 5, 6, 7]


def test_rebases_without_points_between_them_are_one() -> None:
    verdict = analyse([1, 2, 1, None, None, 5, 6, 5], direction="up", rebases=[0, 3, 4, 5])
    assert [point.group for point in verdict.points] == [0, 0, 0, 1, 1, 1]


def test_the_last_target_counts() -> None:
    targets = [None] * 19 + [70.0]
    assert analyse(CALM, direction="up", targets=targets).assurance == Assurance.FAILS
    assert analyse(CALM, direction="up", targets=[70.0] * 19 + [None]).assurance == Assurance.NONE
    # The last point decides, not the last place.
    assert analyse([*CALM, None], direction="up", targets=[*targets, 10.0]).assurance == Assurance.FAILS


def test_a_target_on_a_limit_is_hit_and_miss() -> None:
    # 50 − 2.66 × 4.
    assert analyse(CALM, direction="up", targets=39.36).assurance == Assurance.HIT_AND_MISS
    assert analyse(CALM, direction="up", targets=39.3599).assurance == Assurance.PASSES


def test_fewer_than_thirteen_points_give_trial_limits() -> None:
    assert analyse(CALM[:12], direction="up").trial
    assert not analyse(CALM[:13], direction="up").trial
    # Points of the last group count.
    assert analyse(CALM, direction="up", rebases=[10]).trial


def test_fewer_than_three_points_give_no_limits() -> None:
    verdict = analyse([1.0, 2.0], direction="up", targets=1.0)
    assert verdict.too_few
    assert not verdict.trial
    assert (verdict.variation, verdict.assurance) == (Variation.TOO_FEW, Assurance.NONE)
    assert verdict.points[0].mean is None
    assert verdict.points[0].upper is None
    assert not analyse([1.0, 2.0, 1.0], direction="up").too_few


def test_a_last_group_of_two_points_has_no_verdict_whatever_came_before() -> None:
    verdict = analyse([*CALM, 75.0], direction="up", rebases=[19])
    assert verdict.variation == Variation.TOO_FEW
    assert verdict.points[-1].mean is None
    assert verdict.points[0].mean is not None


@pytest.mark.parametrize("values", [[], [None], [None] * 40])
def test_nothing_gives_no_points(values: list[float | None]) -> None:
    verdict = analyse(values, direction="up", targets=5.0)
    assert verdict.points == ()
    assert verdict.too_few
    assert (verdict.variation, verdict.assurance) == (Variation.TOO_FEW, Assurance.NONE)


def test_limits_can_be_fixed_on_the_first_points() -> None:
    settings = Settings(fix_after=10)
    verdict = analyse([*CALM, 75.0, 75.0], direction="up", settings=settings)
    assert verdict.points[-1].mean == pytest.approx(50)
    assert verdict.points[-1].cause == Cause.ABOVE


def test_length_of_runs_and_trends_are_settings() -> None:
    assert Cause.RISING in _causes([50, 51, 52, 53, 50, 51, 50], settings=Settings(trend=4))
    assert Cause.SHIFT_UP in _causes([51, 51.5, 51, 51.5, 48, 49, 48], settings=Settings(run=4))


@pytest.mark.parametrize("fields", [{"run": 1}, {"trend": 2}, {"fewest": 1}, {"fix_after": 1}])
def test_senseless_settings_are_refused(fields: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"two|three"):
        Settings(**fields)  # type: ignore[arg-type]


def test_what_is_no_series_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        analyse([1.0, float("inf")], direction="up")
    with pytest.raises(ValueError, match="direction"):
        analyse([1.0], direction="higher")
    with pytest.raises(ValueError, match="broadcast"):
        analyse([1.0, 2.0, 3.0], direction="up", targets=[1.0, 2.0])
