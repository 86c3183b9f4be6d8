"""The coming twelve months as the schedule would have them, before anything is sent. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.conf import settings
from django.db.models import Prefetch

from audits.cycles import cycles_between
from audits.models import Audit, Cycle, Expectation, Expected
from audits.models.audits import WITH_THE_AUDITOR
from audits.queries.due import Staff, due_after, expected_in, opens_in_time, rows_in_force, staff_between, why_no_cycles
from qaf.deadlines.coverage_of_calendar import holidays_end_on, months_after
from qaf.people.models import Team, User

MONTHS = 12


@dataclass(frozen=True)
class Line:
    """One audit that would open, or that somebody would be passed over for; ``cycle`` when that one is open already."""

    row: Expectation
    cycle_starts_on: date
    cycle_ends_on: date
    person: User
    number: int
    team: Team | None
    opens_on: date
    due_on: date
    why: str = ""
    note: str = ""
    cycle: Cycle | None = None

    @property
    def is_skipped(self) -> bool:
        return bool(self.why)

    @property
    def why_words(self) -> str:
        return Expected.Why(self.why).label if self.why else ""


@dataclass
class Day:
    """One opening day, and what opens on it."""

    day: date
    lines: list[Line] = field(default_factory=list)


@dataclass
class Month:
    """A month: what opens on which day, and who is passed over."""

    first: date
    # False when its bank holidays are not in the calendar yet.
    holidays_known: bool
    lines: list[Line] = field(default_factory=list)
    skipped: list[Line] = field(default_factory=list)

    @property
    def days(self) -> list[Day]:
        found: dict[date, Day] = {}
        for line in self.lines:
            found.setdefault(line.opens_on, Day(line.opens_on)).lines.append(line)
        return [found[day] for day in sorted(found)]

    @property
    def people(self) -> int:
        return len({line.person.pk for line in self.lines})


@dataclass(frozen=True)
class Counts:
    """A row of the schedule with how many audits open in each month, in the order of the months."""

    row: Expectation
    months: Sequence[int]
    skipped: int

    @property
    def total(self) -> int:
        return sum(self.months)


@dataclass(frozen=True)
class DryRun:
    """Twelve months of the schedule, seen from a day."""

    day: date
    until: date
    months: Sequence[Month]
    counts: Sequence[Counts]
    # Rows that open no cycles, each with the sentence that says why.
    without_cycles: Sequence[tuple[Expectation, str]]

    @property
    def lines(self) -> list[Line]:
        """Everything, skipped or not, by day."""
        every = [line for month in self.months for line in (*month.lines, *month.skipped)]
        return sorted(every, key=lambda line: (line.opens_on, line.row.position, line.row.pk, line.person.name))

    @property
    def totals(self) -> list[int]:
        return [len(month.lines) for month in self.months]

    @property
    def total(self) -> int:
        return sum(self.totals)


def dry_run(*, day: date) -> DryRun:
    """What opens from ``day`` on in twelve months, whether its row opens by itself or not. A fixed number of queries.

    Cycles that are open already are shown as they were settled; those to come as `expected_in` gives them, which is
    what opening them will give unless posts, absences or the calendar change. A limit of audits in hand is foreseen
    as if every audit were done on the day it is due, and no earlier.
    """
    until = months_after(day.replace(day=1), MONTHS)
    rows = rows_in_force(day, until)
    staff = staff_between(day, until)
    opened = _opened(rows, day)
    lines: list[Line] = []
    for row in rows:
        if why_no_cycles(row):
            continue
        lines += _lines_of(row, staff, opened, day, until)
    lines = _with_limit(lines, day)
    months = _months(lines, day)
    return DryRun(
        day=day,
        until=until,
        months=months,
        counts=[_counts(row, months) for row in rows if not why_no_cycles(row)],
        without_cycles=[(row, reason) for row in rows if (reason := why_no_cycles(row))],
    )


def _opened(rows: Iterable[Expectation], day: date) -> dict[tuple[int, date], Cycle]:
    """The cycles that are open already, by row and first day, with what was settled."""
    expected = Expected.objects.select_related("auditor", "team").order_by("opens_on", "pk")
    cycles = Cycle.objects.filter(expectation__in=list(rows), ends_on__gte=day)
    found = cycles.prefetch_related(Prefetch("expected", queryset=expected))
    return {(cycle.expectation_id, cycle.starts_on): cycle for cycle in found}


def _lines_of(
    row: Expectation, staff: Staff, opened: dict[tuple[int, date], Cycle], day: date, until: date
) -> list[Line]:
    due_of = due_after(row.type, staff.days_off)
    lines: list[Line] = []
    starts_month = settings.SCHEDULE_YEAR_STARTS_MONTH
    for first, last in cycles_between(day, until, every_months=row.every_months or 12, starts_month=starts_month):
        cycle = opened.get((row.pk, first))
        if cycle is not None:
            lines += [
                Line(row, first, last, one.auditor, one.number, one.team, one.opens_on, due_of(one.opens_on),
                     one.why, one.note, cycle)
                for one in cycle.expected.all()
            ]  # fmt: skip
            continue
        if not opens_in_time(row, first, last, day=day, staff=staff):
            # So late in its cycle the row begins with the next one.
            continue
        lines += [
            Line(
                row,
                first,
                last,
                one.person,
                one.number,
                one.team,
                one.opens_on,
                due_of(one.opens_on),
                one.why,
                one.note,
            )
            for one in expected_in(row, first, last, day=day, staff=staff)
        ]
    return [line for line in lines if day <= line.opens_on < until]


def _with_limit(lines: list[Line], day: date) -> list[Line]:
    """The same with those marked as passed over who would have as many audits in hand as anybody may have."""
    limit = settings.SCHEDULE_MOST_OPEN_AUDITS
    if not limit:
        return lines
    in_hand: dict[int, list[date]] = {}
    now = Audit.objects.filter(state__in=WITH_THE_AUDITOR, auditor__in={line.person.pk for line in lines})
    for auditor, due_on in now.values_list("auditor_id", "audit_due_on"):
        # What is overdue already is still to be done.
        in_hand.setdefault(auditor, []).append(max(due_on or day, day))
    found = []
    for line in sorted(lines, key=lambda one: (one.opens_on, one.row.position, one.row.pk, one.number)):
        held = in_hand.setdefault(line.person.pk, [])
        if line.is_skipped or (line.cycle is not None and line.opens_on < day):
            found.append(line)
            continue
        load = sum(due_on >= line.opens_on for due_on in held)
        if load >= limit:
            note = f"Would have {load} audits to do on {line.opens_on:%-d %B %Y}, of {limit} at most."
            found.append(replace(line, why=Expected.Why.LOAD, note=note))
        else:
            held.append(line.due_on)
            found.append(line)
    return found


def _months(lines: Iterable[Line], day: date) -> list[Month]:
    known_until = holidays_end_on() or date.min
    firsts = [months_after(day.replace(day=1), number) for number in range(MONTHS)]
    months = {first: Month(first, first <= known_until) for first in firsts}
    for line in lines:
        month = months[line.opens_on.replace(day=1)]
        (month.skipped if line.is_skipped else month.lines).append(line)
    return list(months.values())


def _counts(row: Expectation, months: Iterable[Month]) -> Counts:
    months = list(months)
    return Counts(
        row=row,
        months=[sum(line.row.pk == row.pk for line in month.lines) for month in months],
        skipped=sum(line.row.pk == row.pk for month in months for line in month.skipped),
    )
