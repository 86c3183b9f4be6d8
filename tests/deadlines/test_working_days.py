"""Counting in working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf.deadlines.calendar import bank_holidays
from qaf.deadlines.working_days import add_working_days, is_working_day, working_days_between

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
counts = st.integers(-60, 60)
holidays = st.frozensets(st.integers(0, 90)).map(
    lambda offsets: frozenset(date(2026, 1, 1) + timedelta(days=offset) for offset in offsets)
)
near = st.integers(0, 90).map(lambda offset: date(2026, 1, 1) + timedelta(days=offset))


def test_ten_working_days_after_4_november_2024_is_18_november() -> None:
    # Bristol QAF, case file audit process map.
    assert add_working_days(date(2024, 11, 4), 10) == date(2024, 11, 18)


def test_bank_holidays_and_closure_days_do_not_count() -> None:
    assert date(2026, 12, 25) in bank_holidays()
    assert date(2026, 12, 28) in bank_holidays()  # Boxing Day falls on a Saturday
    closed = bank_holidays() | {date(2026, 12, 29)}

    assert add_working_days(date(2026, 12, 24), 1, bank_holidays()) == date(2026, 12, 29)
    assert add_working_days(date(2026, 12, 24), 1, closed) == date(2026, 12, 30)
    assert working_days_between(date(2026, 12, 24), date(2026, 12, 30), closed) == 1


def test_none_from_a_weekend_is_the_next_working_day() -> None:
    assert add_working_days(date(2026, 11, 28), 0) == date(2026, 11, 30)


@given(near, counts.filter(bool), holidays)
def test_the_day_found_is_a_working_day_and_lies_on_the_right_side(
    start: date, count: int, off: frozenset[date]
) -> None:
    found = add_working_days(start, count, off)

    assert is_working_day(found, off)
    assert (found > start) == (count > 0)


@given(near, st.integers(1, 60), holidays)
def test_counting_back_what_was_counted_on_gives_the_number(start: date, count: int, off: frozenset[date]) -> None:
    assert working_days_between(start, add_working_days(start, count, off), off) == count


@given(near, st.integers(1, 30), st.integers(1, 30), holidays)
def test_counting_on_in_two_goes_is_counting_on_in_one(start: date, a: int, b: int, off: frozenset[date]) -> None:
    assert add_working_days(add_working_days(start, a, off), b, off) == add_working_days(start, a + b, off)


@given(days, days)
def test_between_is_antisymmetric(a: date, b: date) -> None:
    assert working_days_between(a, b) == -working_days_between(b, a)


@given(days, st.integers(0, 60))
def test_more_holidays_never_make_it_earlier(start: date, count: int) -> None:
    assert add_working_days(start, count, bank_holidays()) >= add_working_days(start, count)


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_the_packaged_bank_holidays_cover_the_years_that_are_worked_with(year: int) -> None:
    assert sum(day.year == year for day in bank_holidays()) >= 8
