"""What an agency may enter, and what value follows: each rule alone, then properties that always hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.return_checks import (
    Counts,
    Rule,
    gap_of,
    jumps,
    months_of,
    number_words,
    problems_of_line,
    read_number,
    value_of,
    value_words,
)

D = Decimal
SHARE = Rule("percentage", numerator_label="Plans in time", denominator_label="Plans")
NUMBER = Rule("count", numerator_label="Visits")


def problems(rule: Rule, *periods: Counts, **texts: str) -> list[str]:
    said = {"narrative": "As planned.", "explanation": "", "no_figure": ""} | texts
    return [problem.text for problem in problems_of_line(rule, periods, **said)]


@pytest.mark.parametrize(
    ("text", "number"),
    [("", None), (" 42 ", D(42)), ("1,250", D(1250)), ("1,234,567.5", D("1234567.5")), ("-3", D(-3)), ("0", D(0))],
)
def test_numbers_are_read_as_people_type_them(text: str, number: Decimal | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text", ["about 40", "12a", "1,5", "4 2", "12%", "1e5", "NaN", "Infinity", "²", "٣", "=1+1", "--1", "9" * 400, "1."]
)
def test_all_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        read_number(text)


def test_numbers_that_the_series_cannot_keep_are_refused_with_the_bound() -> None:
    with pytest.raises(ValueError, match="too large"):
        read_number("10,000,000,000")
    with pytest.raises(ValueError, match="more than four decimal places"):
        read_number("0.12345")


@pytest.mark.parametrize(
    ("unit", "value"), [("percentage", "33.3333"), ("rate", "3333.3333"), ("average", "0.3333"), ("count", "1")]
)
def test_the_unit_says_how_a_value_follows(unit: str, value: str) -> None:
    assert value_of(Rule(unit), Counts(D(1), D(3))) == D(value)


def test_nothing_to_divide_by_is_no_value() -> None:
    nothing = Counts(D(0), D(0))
    assert (value_of(SHARE, nothing), gap_of(SHARE, nothing)) == (None, "Nothing to divide by")
    assert problems(SHARE, nothing) == []
    assert problems(SHARE, Counts(D(1), D(0))) == ["Plans in time cannot be more than plans"]
    assert problems(Rule("rate"), Counts(D(1), D(0))) == ["Numerator must be 0 when denominator is 0"]
    assert gap_of(SHARE, Counts(None, None)) == "Not available"


def test_people_are_counted_whole_and_nothing_is_less_than_nought() -> None:
    assert problems(SHARE, Counts(D("1.5"), D(2))) == ["Plans in time must be a whole number, because it counts people"]
    assert problems(Rule("percentage", counts_people=False), Counts(D("1.5"), D(2))) == []
    assert problems(SHARE, Counts(D(-1), D(2))) == ["Plans in time cannot be less than 0"]


def test_a_share_is_at_most_the_whole() -> None:
    assert problems(SHARE, Counts(D(5), D(4))) == ["Plans in time cannot be more than plans"]
    assert problems(Rule("rate"), Counts(D(5), D(4))) == []


def test_values_keep_within_the_bounds_of_the_indicator() -> None:
    bounded = Rule("percentage", lowest=D(10), highest=D(90))
    assert problems(bounded, Counts(D(5), D(100))) == ["This gives 5%, below the lowest possible, 10%"]
    assert problems(bounded, Counts(D(95), D(100))) == ["This gives 95%, above the highest possible, 90%"]
    assert problems(bounded, Counts(D(10), D(100))) == []
    far = problems(Rule("rate", counts_people=False), Counts(D("9999999999"), D("0.0001")))
    assert far == ["These two numbers give a value that is far too large. Check both"]


def test_both_numbers_are_needed_or_a_reason_why_there_is_none() -> None:
    assert problems(SHARE, Counts(D(1), None)) == ["Enter plans too"]
    assert problems(SHARE, Counts(None, D(1))) == ["Enter plans in time too"]
    assert problems(SHARE, Counts(None, None)) == ["Enter the figure, or say below why there is none"]
    assert problems(SHARE, Counts(None, None), no_figure="New system.") == []
    assert problems(SHARE, Counts(D(1), D(2)), no_figure="New system.") == [
        "There is a figure and a reason why there is none. Take one of them out"
    ]
    # One reason stands for the months that are empty.
    assert problems(NUMBER, Counts(D(1)), Counts(None), no_figure="New system.") == []


@pytest.mark.parametrize("narrative", [" ", "-", ".", "\u200b", "\u2060\ufeff"])
def test_the_narrative_is_required(narrative: str) -> None:
    assert problems(NUMBER, Counts(D(1)), narrative=narrative) == [
        "Write the narrative: what lies behind the figure, and what is being done"
    ]


def test_a_jump_against_the_mean_of_the_last_four_is_explained() -> None:
    history = (D(10), D(10), D(10), D(10), D(1000))
    assert jumps(NUMBER, Counts(D(14), history=history))
    assert not jumps(NUMBER, Counts(D(13), history=history)), "30% is still allowed"
    assert not jumps(NUMBER, Counts(D(14))), "without a history nothing jumps"
    assert jumps(NUMBER, Counts(D(1), history=(D(0),)))
    assert problems(NUMBER, Counts(D(14), history=history)) == [
        "Explain the change: a figure differs by more than 30% from the mean of those before"
    ]
    assert problems(NUMBER, Counts(D(14), history=history), explanation="A new team.") == []


def test_values_and_numbers_in_words() -> None:
    assert [value_words(unit, D("82.45")) for unit in ("percentage", "rate", "average", "count")] == [
        "82.5%", "82.5 per 10,000", "82.5", "82.5"
    ]  # fmt: skip
    assert value_words("count", D(1250)) == "1,250"
    assert [number_words(number) for number in (None, D("100.0000"), D("0.5"), D("1E+3"))] == ["", "100", "0.5", "1000"]


def test_months_of_a_quarter() -> None:
    months = months_of(date(2026, 1, 1), date(2026, 3, 31))
    assert [(first.month, last.day) for first, last in months] == [(1, 31), (2, 28), (3, 31)]


numbers = st.decimals(min_value=0, max_value=10**6, places=0)


@given(numerator=numbers, denominator=numbers)
def test_a_share_that_passes_lies_between_nought_and_a_hundred(numerator: Decimal, denominator: Decimal) -> None:
    counts = Counts(numerator, denominator)
    value = value_of(SHARE, counts)
    if not problems(SHARE, counts) and value is not None:
        assert 0 <= value <= 100
    assert (value is None) == bool(gap_of(SHARE, counts))


@given(number=st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_what_is_put_into_a_box_is_read_back_as_the_same_number(number: Decimal) -> None:
    assert read_number(number_words(number)) == number
    assert read_number(f"{number:,}") == number


@given(value=numbers, history=st.lists(numbers, min_size=1, max_size=8), times=st.integers(1, 1000))
def test_whether_it_jumps_does_not_hang_on_the_scale(value: Decimal, history: list[Decimal], times: int) -> None:
    scaled = Counts(value * times, history=tuple(one * times for one in history))
    assert jumps(NUMBER, Counts(value, history=tuple(history))) == jumps(NUMBER, scaled)


@given(text=st.text(max_size=60))
def test_any_text_is_a_number_or_refused_with_a_sentence(text: str) -> None:
    try:
        number = read_number(text)
    except ValueError as error:
        assert "“" in str(error) or "too" in str(error) or "decimal" in str(error)  # noqa: PT017
    else:
        assert number is None or abs(number) < 10**10
