"""The programme's year, its quarters and cycles."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.cycles import LENGTHS, cycle_of, cycles_between, days_of_year, programme_year, quarter_of
from audits.models.schedule import CYCLES

days = st.dates(date(2015, 1, 1), date(2045, 12, 31))
months = st.integers(1, 12)
lengths = st.sampled_from(LENGTHS)


def test_the_lengths_are_those_the_database_takes() -> None:
    assert LENGTHS == CYCLES


@pytest.mark.parametrize(
    ("day", "starts_month", "year", "quarter"),
    [
        (date(2026, 4, 1), 4, 2026, 1),
        (date(2026, 11, 24), 4, 2026, 3),
        (date(2027, 3, 31), 4, 2026, 4),
        (date(2026, 3, 31), 4, 2025, 4),
        (date(2026, 1, 1), 1, 2026, 1),
        (date(2026, 12, 31), 1, 2026, 4),
        (date(2026, 8, 31), 9, 2025, 4),
    ],
)
def test_a_day_has_its_year_and_its_quarter(day: date, starts_month: int, year: int, quarter: int) -> None:
    assert programme_year(day, starts_month=starts_month) == year
    assert quarter_of(day, starts_month=starts_month) == quarter


def test_a_year_from_april_ends_in_march() -> None:
    assert days_of_year(2026) == (date(2026, 4, 1), date(2027, 3, 31))


def test_a_cycle_of_two_months_ends_with_a_leap_day() -> None:
    assert cycle_of(date(2028, 1, 5), every_months=2, starts_month=1) == (date(2028, 1, 1), date(2028, 2, 29))


def test_the_four_monthly_cycles_of_a_year_from_april() -> None:
    assert cycles_between(date(2026, 4, 1), date(2027, 3, 31), every_months=4) == [
        (date(2026, 4, 1), date(2026, 7, 31)),
        (date(2026, 8, 1), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2027, 3, 31)),
    ]


def test_a_span_in_the_middle_of_a_cycle_has_that_cycle() -> None:
    assert cycles_between(date(2026, 5, 3), date(2026, 5, 3), every_months=12) == [
        (date(2026, 4, 1), date(2027, 3, 31))
    ]


def test_a_span_that_ends_before_it_starts_has_none() -> None:
    assert cycles_between(date(2026, 5, 3), date(2026, 5, 2), every_months=1) == []


@pytest.mark.parametrize("every_months", [0, 5, 7, 24, -1])
def test_a_frequency_that_does_not_divide_the_year_is_refused(every_months: int) -> None:
    with pytest.raises(ValueError, match="1, 2, 3, 4, 6 or 12 months"):
        cycle_of(date(2026, 5, 3), every_months=every_months)


@pytest.mark.parametrize("month", [0, 13])
def test_a_year_starts_in_a_month(month: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 12"):
        programme_year(date(2026, 5, 3), starts_month=month)


@given(days, lengths, months)
def test_a_day_lies_in_its_cycle_and_the_cycle_in_its_year(day: date, length: int, month: int) -> None:
    first, last = cycle_of(day, every_months=length, starts_month=month)
    begins, ends = days_of_year(programme_year(day, starts_month=month), starts_month=month)
    assert begins <= first <= day <= last <= ends
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1


@given(days, lengths, months)
def test_every_day_of_a_cycle_has_the_same_cycle(day: date, length: int, month: int) -> None:
    cycle = cycle_of(day, every_months=length, starts_month=month)
    assert {cycle_of(one, every_months=length, starts_month=month) for one in cycle} == {cycle}


@given(st.integers(2015, 2045), lengths, months)
def test_the_cycles_of_a_year_fill_it_without_gap(year: int, length: int, month: int) -> None:
    start, end = days_of_year(year, starts_month=month)
    cycles = cycles_between(start, end, every_months=length, starts_month=month)
    assert len(cycles) == 12 // length
    assert (cycles[0][0], cycles[-1][1]) == (start, end)
    assert all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(cycles))


@given(days, st.integers(0, 900), lengths, months)
def test_cycles_between_are_exactly_those_of_the_days_between(day: date, span: int, length: int, month: int) -> None:
    end = day + timedelta(days=span)
    wanted = {
        cycle_of(day + timedelta(days=one), every_months=length, starts_month=month) for one in range(0, span + 1, 20)
    }
    wanted.add(cycle_of(end, every_months=length, starts_month=month))
    assert cycles_between(day, end, every_months=length, starts_month=month) == sorted(wanted)


@given(days, months)
def test_a_quarter_is_the_cycle_of_three_months(day: date, month: int) -> None:
    first, _ = cycle_of(day, every_months=3, starts_month=month)
    start, _ = days_of_year(programme_year(day, starts_month=month), starts_month=month)
    quarters = (first.year - start.year) * 4 + (first.month - start.month) // 3 + 1
    assert quarter_of(day, starts_month=month) == quarters
