"""Load by week, clashes, the start with the least clash, and what an inspection makes slip."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.capacity import (
    Calendar,
    Inspection,
    Task,
    clashes,
    finished,
    limit_in,
    load_of,
    monday,
    moved,
    proposals,
    slips,
    weeks_between,
)

MONDAY = date(2026, 11, 2)
TUESDAY_AFTER = MONDAY + timedelta(days=8)
CALENDAR = Calendar(hours=5, days_off=frozenset(), away={})


def task(key: str = "a", person: int = 1, *, start: date = MONDAY, days: int = 4, hours: float = 5) -> Task:
    return Task(key, person, f"Task {key}", start, start + timedelta(days=days), hours)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
tasks = st.lists(
    st.builds(
        lambda n, person, start, length, hours: Task(f"{n}", person, "", start, start + timedelta(days=length), hours),
        st.integers(0, 10**9),
        st.integers(1, 4),
        days,
        st.integers(0, 60),
        st.floats(0.5, 40),
    ),
    max_size=12,
    unique_by=lambda one: one.key,
)
holidays = st.sets(days, max_size=20).map(frozenset)


def test_hours_are_spread_over_the_working_days_of_a_task() -> None:
    # Wednesday to the Tuesday after: five working days, three of them in the first week.
    spread = load_of([task(start=MONDAY + timedelta(days=2), days=6, hours=10)], today=MONDAY, days_off=frozenset())
    assert spread == {1: {MONDAY: pytest.approx(6), MONDAY + timedelta(weeks=1): pytest.approx(4)}}


def test_what_is_overdue_weighs_on_this_week() -> None:
    spread = load_of([task()], today=TUESDAY_AFTER, days_off=frozenset())
    assert spread == {1: {monday(TUESDAY_AFTER): pytest.approx(5)}}


def test_a_holiday_takes_no_work_and_a_fifth_of_the_limit() -> None:
    off = frozenset({MONDAY})
    assert limit_in(MONDAY, hours=5, days_off=off) == pytest.approx(4)
    assert limit_in(MONDAY, hours=5, days_off=off, away={MONDAY, MONDAY + timedelta(days=1)}) == pytest.approx(3)
    assert load_of([task()], today=MONDAY, days_off=off) == {1: {MONDAY: pytest.approx(5)}}


@given(tasks, days, holidays)
def test_no_hour_is_lost_or_made(of: list[Task], today: date, off: frozenset[date]) -> None:
    load = load_of(of, today=today, days_off=off)
    assert sum(sum(weeks.values()) for weeks in load.values()) == pytest.approx(sum(one.hours for one in of))
    assert all(week.weekday() == 0 for weeks in load.values() for week in weeks)


def test_a_clash_is_a_week_over_the_limit_and_says_what_the_new_work_brings() -> None:
    before = load_of([task("old", hours=4)], today=MONDAY, days_off=frozenset())
    new = load_of([task("new", hours=3)], today=MONDAY, days_off=frozenset())
    (clash,) = clashes(before, new, CALENDAR)
    assert (clash.person, clash.week) == (1, MONDAY)
    assert clash.over == pytest.approx(2)
    assert clash.added_over == pytest.approx(2)


def test_who_was_over_before_is_named_with_what_is_added_alone() -> None:
    before = load_of([task("old", hours=9)], today=MONDAY, days_off=frozenset())
    (clash,) = clashes(before, load_of([task("new", hours=3)], today=MONDAY, days_off=frozenset()), CALENDAR)
    assert clash.over == pytest.approx(7)
    assert clash.added_over == pytest.approx(3)


def test_the_start_with_the_least_clash_is_proposed_first() -> None:
    busy = load_of([task("old", hours=5)], today=MONDAY, days_off=frozenset())
    starts = weeks_between(MONDAY, MONDAY + timedelta(weeks=3))
    best, *others = proposals(busy, [task("new", hours=4)], starts=starts, today=MONDAY, calendar=CALENDAR)
    assert best.starts_on == MONDAY + timedelta(weeks=1)
    assert best.hours_over == 0
    assert others[-1].starts_on == MONDAY
    assert others[-1].hours_over == pytest.approx(4)
    assert (others[-1].weeks_over, others[-1].people_over) == (1, 1)


@given(tasks.filter(bool), tasks, holidays)
def test_no_day_has_less_clash_than_the_one_proposed(
    existing: list[Task], new: list[Task], off: frozenset[date]
) -> None:
    today = date(2026, 1, 1)
    calendar = Calendar(hours=5, days_off=off, away={})
    load = load_of(existing, today=today, days_off=off)
    starts = weeks_between(date(2026, 3, 2), date(2026, 5, 4))
    found = proposals(load, new, starts=starts, today=today, calendar=calendar)
    assert len(found) == (len(starts) if new else 0)
    first = min((one.starts_on for one in new), default=today)
    for one in found:
        again = load_of(moved(new, (one.starts_on - first).days), today=today, days_off=off)
        over = sum(max(clash.added_over, 0) for clash in clashes(load, again, calendar))
        assert over == pytest.approx(one.hours_over, abs=1e-4)
        assert one.hours_over >= found[0].hours_over - 1e-3


def test_work_is_done_in_the_order_of_its_due_days_an_hour_a_day() -> None:
    early, late = task("early", hours=3), task("late", days=11, hours=4)
    assert finished([late, early], today=MONDAY, calendar=CALENDAR) == {
        "early": MONDAY + timedelta(days=2),
        "late": MONDAY + timedelta(days=8),
    }


def test_an_inspection_makes_slip_what_its_people_had_to_do() -> None:
    inspection = Inspection.notified(MONDAY, weeks=3, hours={1: 5}, days_off=frozenset())
    assert (inspection.starts_on, inspection.ends_on) == (MONDAY, MONDAY + timedelta(days=20))
    (slip,) = slips([task(hours=5), task("other", person=2)], inspection, today=MONDAY, calendar=CALENDAR)
    assert slip.task.key == "a"
    assert slip.without == MONDAY + timedelta(days=4)
    # Three weeks in which nothing is done, then the same five days.
    assert slip.with_it == MONDAY + timedelta(days=25)
    assert (slip.days, slip.late) == (15, 15)


def test_what_still_comes_in_time_does_not_slip() -> None:
    inspection = Inspection.notified(MONDAY, weeks=1, hours={1: 5}, days_off=frozenset())
    assert slips([task(days=18, hours=5)], inspection, today=MONDAY, calendar=CALENDAR) == []


def test_what_is_late_anyway_slips_only_if_the_inspection_makes_it_later() -> None:
    inspection = Inspection.notified(MONDAY + timedelta(weeks=8), weeks=3, hours={1: 5}, days_off=frozenset())
    assert slips([task(days=0, hours=9)], inspection, today=MONDAY, calendar=CALENDAR) == []


@given(tasks, st.integers(1, 4), days)
def test_an_inspection_never_makes_anything_earlier(of: list[Task], weeks: int, notified: date) -> None:
    today = date(2026, 6, 1)
    inspection = Inspection.notified(notified, weeks=weeks, hours={1: 3, 2: 9}, days_off=frozenset())
    without = finished(of, today=today, calendar=CALENDAR)
    with_it = finished(of, today=today, calendar=CALENDAR, inspection=inspection)
    total = {person: sum(one.hours for one in of if one.person == person) for person in (1, 2, 3, 4)}
    # Whoever the inspection does not ask for is not delayed, and the last thing a person does is never earlier.
    for one in of:
        if one.person in (3, 4):
            assert with_it[one.key] == without[one.key]
    for person in total:
        own = [one.key for one in of if one.person == person]
        if own:
            assert max(with_it[key] for key in own) >= max(without[key] for key in own)


def test_somebody_who_can_give_nothing_is_followed_no_further_than_three_years() -> None:
    never = Calendar(hours=0, days_off=frozenset(), away={})
    assert finished([task()], today=MONDAY, calendar=never)["a"] > MONDAY + timedelta(days=1000)
