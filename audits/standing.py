"""Which of the lists a child is on counts most, and from when to when their case is open. Pure.

A child in need can be on a child protection plan as well, and a young person of seventeen in care be listed with the
care leavers. The case's own status is that of the open list that counts most.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ADULT = 18
# From the one that counts most.
ORDER = ("cic", "plo", "cp", "cin", "care_leaver", "contact")


@dataclass(frozen=True)
class Stay:
    """A time on a list: its status, its first day and its last; without a last day it goes on."""

    status: str
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True)
class Standing:
    """What the lists together say of a case. ``opened_on`` is None when none of them says."""

    status: str
    opened_on: date | None
    closed_on: date | None


def rank(status: str, age: int | None) -> int:
    """The place of a status among those that count most; 0 counts most. From 18 on leaving care counts before all."""
    if status == "care_leaver" and age is not None and age >= ADULT:
        return 0
    return 1 + ORDER.index(status)


def standing(stays: Iterable[Stay], *, age: int | None) -> Standing:
    """The status, opening and closing of a case on these lists, of which there is at least one.

    It is closed only when it has ended on each: on the day of the last end, with the status it then had. It is open
    since the earliest start among the lists that go on.
    """
    every = list(stays)
    going = [stay for stay in every if stay.ended_on is None]
    counted = going or every
    starts = [stay.started_on for stay in counted if stay.started_on is not None]
    opened = min(starts, default=None)
    if going:
        return Standing(min(going, key=lambda stay: rank(stay.status, age)).status, opened, None)
    last = max(stay.ended_on for stay in every if stay.ended_on is not None)
    at_the_end = [stay for stay in every if stay.ended_on == last]
    return Standing(min(at_the_end, key=lambda stay: rank(stay.status, age)).status, opened, last)
