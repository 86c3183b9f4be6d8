"""The programme's year, its quarters, and the cycles of a row of the schedule: pure, without the database.

Cycles are counted in whole calendar months from the first day of the programme's year, so that those of one frequency
fit into the year exactly and the same day always falls into the same cycle. Bristol QAF, Appendix 1, *Minimum
Frequency*, gives frequencies in months or times a year.
"""

from __future__ import annotations

from datetime import date, timedelta

# How many months a cycle may last: those that divide the year, so that no cycle drifts through it.
LENGTHS = (1, 2, 3, 4, 6, 12)


def programme_year(day: date, *, starts_month: int = 4) -> int:
    """The year in which the programme's year that holds ``day`` began: 2026 for 24 November 2026 and 3 March 2027.

    ValueError when ``starts_month`` is no month.
    """
    _check_month(starts_month)
    return day.year if day.month >= starts_month else day.year - 1


def days_of_year(year: int, *, starts_month: int = 4) -> tuple[date, date]:
    """The first and the last day of the programme's year that began in ``year``."""
    _check_month(starts_month)
    return _months_after(year, starts_month, 0), _months_after(year, starts_month, 12) - timedelta(days=1)


def quarter_of(day: date, *, starts_month: int = 4) -> int:
    """Which quarter of the programme's year a day falls into, 1 to 4; `cycle_of` by three months gives its days."""
    return _month_of_year(day, starts_month) // 3 + 1


def cycle_of(day: date, *, every_months: int, starts_month: int = 4) -> tuple[date, date]:
    """The first and the last day of the cycle that a day falls into.

    ValueError when the frequency does not divide the year (`LENGTHS`).
    """
    _check_length(every_months)
    year = programme_year(day, starts_month=starts_month)
    begins = _month_of_year(day, starts_month) // every_months * every_months
    first = _months_after(year, starts_month, begins)
    return first, _months_after(year, starts_month, begins + every_months) - timedelta(days=1)


def cycles_between(start: date, end: date, *, every_months: int, starts_month: int = 4) -> list[tuple[date, date]]:
    """The cycles that have at least one day from ``start`` to ``end``, in order, each with its first and last day.

    The first may have begun before ``start`` and the last may go on after ``end``; none when ``end`` is before
    ``start``. ValueError when the frequency does not divide the year.
    """
    _check_length(every_months)
    _check_month(starts_month)
    found: list[tuple[date, date]] = []
    day = start
    while day <= end:
        first, last = cycle_of(day, every_months=every_months, starts_month=starts_month)
        found.append((first, last))
        day = last + timedelta(days=1)
    return found


def _month_of_year(day: date, starts_month: int) -> int:
    """How many whole months of the programme's year lie before the month of a day, 0 to 11."""
    _check_month(starts_month)
    return (day.month - starts_month) % 12


def _months_after(year: int, starts_month: int, months: int) -> date:
    count = starts_month - 1 + months
    return date(year + count // 12, count % 12 + 1, 1)


def _check_month(starts_month: int) -> None:
    if not 1 <= starts_month <= 12:
        raise ValueError(f"the programme's year starts in a month from 1 to 12, not {starts_month}")


def _check_length(every_months: int) -> None:
    if every_months not in LENGTHS:
        raise ValueError(f"a cycle lasts 1, 2, 3, 4, 6 or 12 months, not {every_months}")
