"""The lines of the scorecard: what a reader sees of a series, and what it is judged by."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scorecard.lines import Given, Spot, Why, as_seen, begins, judge, standing
from scorecard.quarters import Quarter
from scorecard.spc import Assurance, Settings, Variation, analyse

LAST = Quarter(2026, 3)


def figures(counts: list[tuple[int, int]], **fields: Any) -> list[Given]:
    """One share a quarter, the last of them in ``LAST``."""
    quarters = [LAST]
    while len(quarters) < len(counts):
        quarters.insert(0, quarters[0].previous)
    return [
        Given(
            quarter.first_day,
            quarter.last_day,
            100 * part / of if of else None,
            part,
            of,
            "" if of else "Nothing to divide by",
            fields.get("unit", "percentage"),
            "quarterly",
            fields.get("counts_people", True),
            fields.get("target"),
        )
        for quarter, (part, of) in zip(quarters, counts, strict=True)
    ]


def seen(given_: list[Given], *, sees_small: bool = False) -> list[Spot]:
    return as_seen(given_, unit="percentage", frequency="quarterly", sees_small=sees_small, below=5)


def verdict(spots: list[Spot]) -> Any:
    return judge([(spots, "up", ())], Settings())[0]


def test_a_hidden_figure_holds_no_number() -> None:
    spots = seen(figures([(50, 100), (3, 100)]))
    assert [spot.why for spot in spots] == [Why.NOTHING, Why.HIDDEN]
    assert (spots[1].value, spots[1].numerator, spots[1].denominator) == (None, None, None)
    assert spots[1].words == "[c]"


def test_qa_sees_small_numbers() -> None:
    assert seen(figures([(3, 100)]), sees_small=True)[0].value == 3


def test_a_gap_stays_a_gap_with_its_words() -> None:
    spot = seen(figures([(0, 0)]))[0]
    assert (spot.why, spot.gap, spot.words) == (Why.GAP, "Nothing to divide by", "No figure")


def test_what_was_measured_in_another_unit_is_in_no_chart() -> None:
    spots = as_seen(figures([(50, 100)] * 3), unit="rate", frequency="quarterly", sees_small=True, below=5)
    assert {spot.why for spot in spots} == {Why.OTHER}
    assert verdict(spots).points == ()


shares = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda parts: (parts[0], parts[0] + parts[1]))


@given(st.lists(shares, min_size=1, max_size=20), st.data())
def test_nothing_that_is_shown_depends_on_a_hidden_number(counts: list[tuple[int, int]], data: st.DataObject) -> None:
    """Another hidden number in its place changes neither mean nor limits nor verdicts."""
    before = seen(figures(counts))
    changed = [
        (data.draw(st.integers(1, 4)), 100) if spot.why == Why.HIDDEN else pair
        for spot, pair in zip(before, counts, strict=True)
    ]
    after = seen(figures(changed))
    assert after == before
    assert verdict(after) == verdict(before)


@given(st.lists(st.one_of(st.none(), st.integers(5, 95)), min_size=1, max_size=40))
def test_series_judged_together_are_judged_as_each_alone(values: list[int | None]) -> None:
    spots = seen(figures([(value, 100) if value is not None else (0, 0) for value in values]))
    short = spots[: max(len(spots) // 2, 1)]
    together = judge([(short, "down", ()), (spots, "up", [spots[-1].first])], Settings())
    alone = analyse([spot.value for spot in spots], direction="up", rebases=[len(spots) - 1])
    assert together[1] == alone
    assert together[0] == analyse([spot.value for spot in short], direction="down")


def test_no_series_is_judged_without_harm() -> None:
    assert judge([], Settings()) == []
    assert judge([([], "up", ())], Settings())[0].variation == Variation.TOO_FEW


def test_a_rebase_begins_at_the_first_figure_from_its_day_on() -> None:
    spots = seen(figures([(50, 100)] * 4))
    middle = spots[2].first
    assert begins(spots, [middle]) == [2]
    assert begins(spots, [middle - timedelta(days=10)]) == [2]
    assert begins(spots, [middle + timedelta(days=10)]) == [3]
    assert begins(spots, [date(2000, 1, 1)]) == [0]


def test_the_target_that_counts_is_the_last_points() -> None:
    spots = seen(figures([(50, 100), (51, 100), (50, 100), (52, 100)], target=20))
    assert verdict(spots).assurance == Assurance.PASSES


def test_a_value_stands_to_its_target_by_the_wanted_direction() -> None:
    assert standing(90, 85, "up", 0) == "met"
    assert standing(84, 85, "up", 1) == "near"
    assert standing(83.9, 85, "up", 1) == "missed"
    assert standing(9, 10, "down", 0) == "met"
    assert standing(11, 10, "down", 1) == "near"
    assert standing(11, 10, "neutral", 1) == ""
    # 0.1 + 0.2 is 0.3.
    assert standing(0.3, 0.1 + 0.2, "up", 0) in ("met", "near")
