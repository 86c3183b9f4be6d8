"""When reminders fall due. Pure: dates in, dates out.

By default three working days before the due date, on the day, two after, and then every five (product
design, *The life of one audit*).
"""

from collections.abc import Iterator, Sequence, Set
from datetime import date
from itertools import count

from qaf.deadlines.working_days import add_working_days

DEFAULT_STEPS: tuple[int, ...] = (-3, 0, 2)


def all_steps(first: Sequence[int], repeat: int) -> Iterator[int]:
    """All reminder steps in order, working days from the due date: the first ones, then every ``repeat``."""
    ordered = sorted(first)
    yield from ordered
    if repeat and ordered:
        yield from count(ordered[-1] + repeat, repeat)


def step_day(due_on: date, step: int, days_off: Set[date]) -> date:
    """The day a step falls on. The due date itself counts as step 0, whatever day it is."""
    return due_on if step == 0 else add_working_days(due_on, step, days_off)


def next_reminder_day(
    due_on: date, *, steps: Sequence[int], repeat: int, after: date, days_off: Set[date]
) -> date | None:
    """The first step's day that is later than ``after``; None when no step is left."""
    for _, day in reminder_days(due_on, steps=steps, repeat=repeat, days_off=days_off):
        if day > after:
            return day
    return None


def due_steps(
    due_on: date,
    *,
    steps: Sequence[int],
    repeat: int,
    after: date,
    until: date,
    days_off: Set[date],
) -> list[tuple[int, date]]:
    """The steps whose day is later than ``after`` and not later than ``until``, with their days."""
    found = []
    for step, day in reminder_days(due_on, steps=steps, repeat=repeat, days_off=days_off):
        if day > until:
            break
        if day > after:
            found.append((step, day))
    return found


def reminder_days(
    due_on: date, *, steps: Sequence[int], repeat: int, days_off: Set[date]
) -> Iterator[tuple[int, date]]:
    """Every step with its day, without end when there is a repeat."""
    for step in all_steps(steps, repeat):
        yield step, step_day(due_on, step, days_off)
