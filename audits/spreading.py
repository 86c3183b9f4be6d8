"""On which days of a cycle its audits are opened: spread evenly, seeded, and not while somebody is away. Pure.

Audits are opened on the working days from which each can still be finished before the cycle ends. Everybody has a
place in an order by lot; the first audits of all follow one another in the first part of these days, the second ones
in the next, so that a person's own lie as far apart as the days allow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from qaf.deadlines.working_days import is_working_day

Hindrance = Literal["", "away", "new", "leaving"]
# A lot is a whole number below this.
_LOTS = 2**32


@dataclass(frozen=True)
class Absence:
    """Away from one day to another, both included; without a last day, until further notice."""

    starts_on: date
    ends_on: date | None = None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Person:
    """Somebody audits are due from; none opens before ``from_day``, and each must be done by ``until``."""

    id: int
    away: tuple[Absence, ...] = ()
    from_day: date | None = None
    until: date | None = None

    def is_away(self, day: date) -> bool:
        return any(one.covers(day) for one in self.away)


@dataclass(frozen=True)
class Opening:
    """The day on which a person's audit of this number opens; None, and what stands in the way.

    ``wished`` is the day that would be theirs if nothing stood in the way.
    """

    person: int
    number: int
    day: date | None
    wished: date
    hindrance: Hindrance = ""

    @property
    def is_moved(self) -> bool:
        return self.day is not None and self.day != self.wished


def opening_days(first: date, last: date, *, due_of: Callable[[date], date], days_off: Set[date]) -> list[date]:
    """The working days from ``first`` to ``last`` on which an audit can open and still be due by ``last``.

    ``due_of`` gives the day an audit is due that opens on a day. Empty when the cycle is too short for that.
    """
    return [day for day in _working_days(first, last, days_off) if due_of(day) <= last]


def days_to_spread_over(first: date, last: date, *, due_of: Callable[[date], date], days_off: Set[date]) -> list[date]:
    """The same, and where no audit could be due in time the first half of the working days; never empty.

    ValueError when ``last`` lies before ``first``.
    """
    if last < first:
        raise ValueError(f"a cycle cannot end on {last}, before it begins on {first}")
    found = opening_days(first, last, due_of=due_of, days_off=days_off)
    if found:
        return found
    working = _working_days(first, last, days_off)
    return working[: (len(working) + 1) // 2] or [first]


def spread(
    people: Sequence[Person],
    *,
    each: int,
    days: Sequence[date],
    due_of: Callable[[date], date],
    seed: str,
) -> list[Opening]:
    """Give each person ``each`` opening days out of ``days``; the same seed gives the same days.

    Whoever cannot begin on the day that is theirs gets the nearest of ``days`` on which they can, a later one rather
    than an earlier. Openings come in the order of ``people``, then of numbers. ValueError without days.
    """
    if not days:
        raise ValueError("there is no day to spread over")
    order = sorted({person.id for person in people}, key=lambda key: (_lot(seed, key), key))
    rank = {key: place for place, key in enumerate(order)}
    phase = _lot(seed, "phase")
    found: list[Opening] = []
    for person in people:
        # Whole numbers, so that no machine rounds a day away.
        wished = [
            ((number * len(order) + rank[person.id]) * _LOTS + phase) * len(days) // (len(order) * each * _LOTS)
            for number in range(each)
        ]
        found += _openings(person, wished, days, due_of)
    return found


def _openings(
    person: Person, wished: Sequence[int], days: Sequence[date], due_of: Callable[[date], date]
) -> list[Opening]:
    possible = [place for place, day in enumerate(days) if not _hindered(person, day, due_of)]
    if not possible:
        why = _why_never(person, days, due_of)
        return [
            Opening(person.id, number, None, days[place], _hindered(person, days[place], due_of) or why)
            for number, place in enumerate(wished, start=1)
        ]
    taken: list[int] = []
    for place in wished:
        left = [one for one in possible if one not in taken] or possible
        taken.append(min(left, key=lambda one: (abs(one - place), -one)))
    taken.sort()
    return [
        Opening(person.id, number, days[place], days[wish])
        for number, (place, wish) in enumerate(zip(taken, wished, strict=True), start=1)
    ]


def _hindered(person: Person, day: date, due_of: Callable[[date], date]) -> Hindrance:
    if person.from_day is not None and day < person.from_day:
        return "new"
    if person.until is not None and due_of(day) > person.until:
        return "leaving"
    return "away" if person.is_away(day) else ""


def _why_never(person: Person, days: Sequence[date], due_of: Callable[[date], date]) -> Hindrance:
    """What keeps somebody from all of these days, where the one that was theirs is free."""
    return next((why for day in days if (why := _hindered(person, day, due_of))), "away")


def next_day_free(person: Person, after: date, *, days: Sequence[date], due_of: Callable[[date], date]) -> date | None:
    """The first of ``days`` after a day on which this person can begin; None when there is none left."""
    return next((day for day in days if day > after and not _hindered(person, day, due_of)), None)


def _working_days(first: date, last: date, days_off: Set[date]) -> list[date]:
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in every if is_working_day(day, days_off)]


def _lot(seed: str, *parts: object) -> int:
    text = "\x1f".join([seed, *map(str, parts)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
