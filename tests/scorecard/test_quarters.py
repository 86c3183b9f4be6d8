"""Quarters and the working day on which a quarter's report is made."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf.deadlines.working_days import is_working_day, working_days_between
from scorecard.quarters import Quarter, from_code, last_finished, period_words, quarter_of, recent

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_a_quarter_is_named_by_its_months() -> None:
    assert Quarter(2026, 3).label == "July to September 2026"
    assert (Quarter(2026, 3).first_day, Quarter(2026, 3).last_day) == (date(2026, 7, 1), date(2026, 9, 30))


def test_the_report_is_made_five_working_days_after_the_end_of_the_quarter() -> None:
    # 31 December 2025 was a Wednesday; 1 January is a bank holiday.
    assert Quarter(2025, 4).making_day(5, {date(2026, 1, 1)}) == date(2026, 1, 8)


@pytest.mark.parametrize(
    "code", ["", "2026", "2026-5", "2026-0", "26-1", "2026-1-1", "２０２６-1", "x-1", "0000-1", "9999-4"]
)
def test_a_wrong_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not a quarter"):
        from_code(code)


def test_a_fifth_quarter_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 4"):
        Quarter(2026, 5)


@given(days)
def test_every_day_lies_in_exactly_one_quarter(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert not quarter.previous.last_day >= day
    assert not quarter.next.first_day <= day


@given(days)
def test_quarters_follow_each_other_without_a_gap(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter.last_day + timedelta(days=1) == quarter.next.first_day
    assert quarter.next.previous == quarter
    assert quarter < quarter.next
    assert from_code(quarter.code) == quarter


@given(days)
def test_the_last_finished_quarter_is_over_and_the_next_one_is_not(day: date) -> None:
    assert last_finished(day).last_day < day <= last_finished(day).next.last_day


@given(days, st.integers(1, 30), st.sets(days, max_size=20))
def test_the_making_day_is_a_working_day_after_the_quarter(day: date, count: int, holidays: set[date]) -> None:
    quarter = quarter_of(day)
    made = quarter.making_day(count, holidays)
    assert made > quarter.last_day
    assert is_working_day(made, holidays)
    assert working_days_between(quarter.last_day, made, holidays) == count


@given(days, st.integers(1, 12))
def test_recent_quarters_begin_with_the_running_one(day: date, count: int) -> None:
    quarters = recent(day, count)
    assert quarters[0] == quarter_of(day)
    assert quarters == sorted(quarters, reverse=True)
    assert len(set(quarters)) == count


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 26), date(2026, 11, 26), "26 November 2026"),
        (date(2026, 10, 1), date(2026, 10, 31), "October 2026"),
        (date(2026, 7, 1), date(2026, 9, 30), "July to September 2026"),
        (date(2026, 4, 1), date(2027, 3, 31), "April 2026 to March 2027"),
        (date(2026, 4, 2), date(2026, 9, 30), "2 April 2026 to 30 September 2026"),
        (date(2028, 2, 1), date(2028, 2, 29), "February 2028"),
    ],
)
def test_a_period_is_said_as_people_say_it(first: date, last: date, words: str) -> None:
    assert period_words(first, last) == words
