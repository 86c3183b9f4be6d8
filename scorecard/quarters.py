"""Calendar quarters. Pure: the clock is not read and holidays are given."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta

from qaf.deadlines.working_days import add_working_days


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a calendar year; ``number`` is 1 to 4. Raises ValueError for any other number."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise ValueError(f"A year has quarters 1 to 4, not {self.number}.")

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def label(self) -> str:
        """The quarter in words, such as "July to September 2026"."""
        return f"{self.first_day:%B} to {self.last_day:%B} {self.year}"

    @property
    def code(self) -> str:
        """The quarter as forms send it, such as "2026-3"."""
        return f"{self.year}-{self.number}"

    def making_day(self, working_days: int, holidays: Set[date] = frozenset()) -> date:
        """The day its report is made: so many working days after its last day."""
        return add_working_days(self.last_day, working_days, holidays)


def quarter_of(day: date) -> Quarter:
    """The quarter that a day lies in."""
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def last_finished(today: date) -> Quarter:
    """The latest quarter that is over on ``today``."""
    return quarter_of(today).previous


def from_code(code: str) -> Quarter:
    """Read what ``Quarter.code`` wrote. Raises ValueError for anything else."""
    year, _, number = code.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and number in ("1", "2", "3", "4")):
        raise ValueError(f"“{code}” is not a quarter; write the year and the number, such as 2026-3.")
    if year in ("0000", "9999"):
        raise ValueError(f"“{code}” is not a quarter with a first and a last day; write another year.")
    return Quarter(int(year), int(number))


def recent(today: date, count: int) -> list[Quarter]:
    """The quarter that is running and the ones before it, newest first, ``count`` in all."""
    quarters = [quarter_of(today)]
    while len(quarters) < count:
        quarters.append(quarters[-1].previous)
    return quarters


def period_words(first: date, last: date) -> str:
    """A period in words: a day, a month, a quarter, a year of twelve whole months, or the two days."""
    if first == last:
        return f"{first:%-d %B %Y}"
    whole_months = first.day == 1 and (last + timedelta(days=1)).day == 1
    if whole_months and (first.year, first.month) == (last.year, last.month):
        return f"{first:%B %Y}"
    if whole_months and first.year == last.year:
        return f"{first:%B} to {last:%B %Y}"
    if whole_months:
        return f"{first:%B %Y} to {last:%B %Y}"
    return f"{first:%-d %B %Y} to {last:%-d %B %Y}"
