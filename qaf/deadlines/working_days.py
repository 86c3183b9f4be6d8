"""Counting in working days. Pure: holidays are given, the clock is not read."""

from collections.abc import Set
from datetime import date, timedelta


def is_working_day(day: date, holidays: Set[date] = frozenset()) -> bool:
    """Monday to Friday, and neither a bank holiday nor a closure day."""
    return day.weekday() < 5 and day not in holidays


def add_working_days(start: date, days: int, holidays: Set[date] = frozenset()) -> date:
    """The day that is so many working days after ``start`` (before it, for a negative number).

    Day 1 of a process is its start, so ten working days after Monday 4 November 2024 is Monday 18 November
    2024 (Bristol QAF, case file audit process map). For 0 the start itself, moved on to a working day.
    """
    step = timedelta(days=-1 if days < 0 else 1)
    day = start
    if days == 0:
        while not is_working_day(day, holidays):
            day += step
        return day
    left = abs(days)
    while left:
        day += step
        if is_working_day(day, holidays):
            left -= 1
    return day


def working_days_between(start: date, end: date, holidays: Set[date] = frozenset()) -> int:
    """How many working days after ``start`` the day ``end`` is; negative if it lies before."""
    if end < start:
        return -working_days_between(end, start, holidays)
    count, day = 0, start
    while day < end:
        day += timedelta(days=1)
        if is_working_day(day, holidays):
            count += 1
    return count
