"""How much work asks whose time in which week, where work clashes, and what an inspection would make slip. Pure.

Coventry QA framework 2025-27, 6.3: timings are considered in relation to other audits, so that staff are not asked to
complete too much audit activity simultaneously; 6.5: an inspection (JTAI) is expected to be completed in three weeks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qaf.deadlines.working_days import add_working_days, is_working_day, working_days_between

Person = int
Load = dict[Person, dict[date, float]]
DAYS_A_WEEK = 5
# Less than this is a rounding error, not work.
NOTHING = 1e-6
# How far ahead work is followed day by day, for somebody who never catches up.
FURTHEST_DAYS = 3 * 366


@dataclass(frozen=True)
class Task:
    """Hours of one person's time, to be given between two days. ``key`` tells tasks apart; ``label`` is for people."""

    key: str
    person: Person
    label: str
    starts_on: date
    due_on: date
    hours: float


@dataclass(frozen=True)
class Clash:
    """A week in which more is asked of somebody than they can give. Hours; ``before``: without the new work."""

    person: Person
    week: date
    before: float
    after: float
    limit: float

    @property
    def over(self) -> float:
        return self.after - self.limit

    @property
    def added_over(self) -> float:
        """Of the hours over the limit, those that the new work brings."""
        return self.after - max(self.before, self.limit)


@dataclass(frozen=True)
class Proposal:
    """What it would mean to begin on a day: hours over people's limits that the work adds, and in how many weeks."""

    starts_on: date
    hours_over: float
    weeks_over: int
    people_over: int

    @property
    def order(self) -> tuple[float, int, date]:
        """The least clash first; of equals, fewer weeks, then the earlier day."""
        return round(self.hours_over, 3), self.weeks_over, self.starts_on


@dataclass(frozen=True)
class Slip:
    """A task that an inspection makes late: the days on which it would be done without, and with it."""

    task: Task
    without: date
    with_it: date
    # Working days from one to the other.
    days: int
    # Working days after its due day; never less than one.
    late: int


def monday(day: date) -> date:
    """The Monday of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def weeks_between(start: date, end: date) -> list[date]:
    """The Mondays of all weeks from that of ``start`` to that of ``end``."""
    first = monday(start)
    return [first + timedelta(weeks=n) for n in range((monday(end) - first).days // 7 + 1)]


def working_days_in(start: date, end: date, days_off: Set[date]) -> list[date]:
    """The working days from ``start`` to ``end``, both included."""
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if is_working_day(day, days_off)]


def load_of(tasks: Iterable[Task], *, today: date, days_off: Set[date]) -> Load:
    """Hours by person and week (its Monday). Each task's hours are spread evenly over its remaining working days.

    What should have been done before ``today`` weighs on this week, whole; what has no working day, on its last one's.
    """
    load: Load = defaultdict(lambda: defaultdict(float))
    for task in tasks:
        end = max(task.due_on, today)
        days = working_days_in(max(task.starts_on, today) if task.starts_on <= end else end, end, days_off) or [end]
        for day in days:
            load[task.person][monday(day)] += task.hours / len(days)
    return {person: dict(weeks) for person, weeks in load.items()}


def limit_in(week: date, *, hours: float, days_off: Set[date], away: Set[date] = frozenset()) -> float:
    """What somebody can give in a week (its Monday): their weekly hours, less a fifth for each day off or away."""
    days = [week + timedelta(days=n) for n in range(DAYS_A_WEEK)]
    return hours * sum(1 for day in days if is_working_day(day, days_off) and day not in away) / DAYS_A_WEEK


@dataclass(frozen=True)
class Calendar:
    """When people can work: the organisation's days off, each person's days away, and the hours of a whole week."""

    hours: float
    days_off: Set[date]
    away: Mapping[Person, Set[date]]

    def limit(self, person: Person, week: date) -> float:
        return limit_in(week, hours=self.hours, days_off=self.days_off, away=self.away.get(person, frozenset()))

    def works(self, person: Person, day: date) -> bool:
        return is_working_day(day, self.days_off) and day not in self.away.get(person, frozenset())


def clashes(before: Load, new: Load, calendar: Calendar) -> list[Clash]:
    """Every week in which the new work leaves, or puts, somebody over their limit; by person, then week."""
    found = []
    for person in sorted(new):
        for week in sorted(new[person]):
            was = before.get(person, {}).get(week, 0.0)
            clash = Clash(person, week, was, was + new[person][week], calendar.limit(person, week))
            if clash.over > NOTHING:
                found.append(clash)
    return found


def moved(tasks: Iterable[Task], days: int) -> list[Task]:
    """The same tasks so many calendar days later."""
    by = timedelta(days=days)
    return [replace(task, starts_on=task.starts_on + by, due_on=task.due_on + by) for task in tasks]


def proposals(
    existing: Load, tasks: Sequence[Task], *, starts: Iterable[date], today: date, calendar: Calendar
) -> list[Proposal]:
    """What each of the days would mean as the first day of the new work, the one with the least clash first.

    ``tasks`` as they lie now; the earliest of their first days is moved to the day in question.
    """
    if not tasks:
        return []
    first = min(task.starts_on for task in tasks)
    found = []
    for start in starts:
        load = load_of(moved(tasks, (start - first).days), today=today, days_off=calendar.days_off)
        over = [clash for clash in clashes(existing, load, calendar) if clash.added_over > NOTHING]
        found.append(
            Proposal(
                start,
                sum(clash.added_over for clash in over),
                len({clash.week for clash in over}),
                len({clash.person for clash in over}),
            )
        )
    return sorted(found, key=lambda one: one.order)


@dataclass(frozen=True)
class Inspection:
    """An inspection from its first day to its last, and the hours of each week that it takes from each person."""

    starts_on: date
    ends_on: date
    hours: Mapping[Person, float]

    @classmethod
    def notified(cls, day: date, *, weeks: int, hours: Mapping[Person, float], days_off: Set[date]) -> Inspection:
        """It begins on the day of the notice (or the next working day) and takes so many weeks of five days."""
        first = add_working_days(day, 0, days_off)
        return cls(first, first + timedelta(weeks=weeks, days=-1), hours)

    def takes(self, person: Person, day: date) -> float:
        """The hours of one working day that it takes from somebody."""
        return self.hours.get(person, 0.0) / DAYS_A_WEEK if self.starts_on <= day <= self.ends_on else 0.0


def finished(
    tasks: Iterable[Task], *, today: date, calendar: Calendar, inspection: Inspection | None = None
) -> dict[str, date]:
    """When each task would be done, by its key, if everybody worked what a week allows, what is due first coming first.

    Whatever somebody cannot finish within three years is done on the last day of them.
    """
    by_person: dict[Person, list[Task]] = defaultdict(list)
    for task in tasks:
        by_person[task.person].append(task)
    done: dict[str, date] = {}
    for person, own in by_person.items():
        done.update(_finished_by(person, own, today, calendar, inspection))
    return done


def _finished_by(
    person: Person, tasks: list[Task], today: date, calendar: Calendar, inspection: Inspection | None
) -> dict[str, date]:
    left = {task.key: task.hours for task in tasks}
    order = sorted(tasks, key=lambda task: (task.due_on, task.starts_on, task.key))
    done: dict[str, date] = {task.key: max(today, task.starts_on) for task in order if task.hours <= NOTHING}
    day, last = today, today + timedelta(days=FURTHEST_DAYS)
    while len(done) < len(order) and day < last:
        if calendar.works(person, day):
            taken = inspection.takes(person, day) if inspection else 0.0
            free = max(calendar.hours / DAYS_A_WEEK - taken, 0.0)
            for task in order:
                if free <= NOTHING:
                    break
                if task.key in done or task.starts_on > day:
                    continue
                spent = min(free, left[task.key])
                left[task.key] -= spent
                free -= spent
                if left[task.key] <= NOTHING:
                    done[task.key] = day
        day += timedelta(days=1)
    return {task.key: done.get(task.key, last) for task in order}


def slips(tasks: Sequence[Task], inspection: Inspection, *, today: date, calendar: Calendar) -> list[Slip]:
    """What the inspection makes late: done after its due day with it, and earlier without it. The latest first."""
    without = finished(tasks, today=today, calendar=calendar)
    with_it = finished(tasks, today=today, calendar=calendar, inspection=inspection)
    found = []
    for task in tasks:
        then, now = without[task.key], with_it[task.key]
        if now > then and now > task.due_on:
            found.append(
                Slip(
                    task,
                    then,
                    now,
                    working_days_between(then, now, calendar.days_off),
                    max(1, working_days_between(task.due_on, now, calendar.days_off)),
                )
            )
    return sorted(found, key=lambda slip: (-slip.late, slip.task.due_on, slip.task.key))
