"""What is late, due and done, for people who join, move, leave and come back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.coverage import (
    BREAK_DAYS,
    Duty,
    Spell,
    Standing,
    Status,
    Terms,
    joined_on,
    months_after,
    standings,
    status_of,
)

DAY = date(2026, 11, 25)
TERMS = Terms(first_weeks=6, probation_months=6)
days = st.dates(date(2022, 1, 1), date(2027, 12, 31))
day_lists = st.lists(days, max_size=6)


def spells() -> st.SearchStrategy[list[Spell]]:
    lengths = st.none() | st.integers(0, 900)
    one = st.builds(lambda start, length: Spell(start, start + timedelta(length) if length is not None else None),
                    days, lengths)  # fmt: skip
    return st.lists(one, min_size=1, max_size=4)


def of(
    posts: list[Spell],
    observed: list[date] | None = None,
    chaired: list[date] | None = None,
    *,
    since: date | None = date(2020, 1, 1),
    chair_since: date | None = None,
    day: date = DAY,
) -> dict[Duty, Standing]:
    found = standings(
        posts,
        observed=observed or [],
        chaired=chaired or [],
        observed_since=since,
        chaired_since=chair_since,
        day=day,
        terms=TERMS,
    )
    assert len({one.duty for one in found}) == len(found)
    return {one.duty: one for one in found}


@pytest.mark.parametrize(
    ("done", "status"),
    [
        (None, Status.DUE),
        (date(2026, 11, 25), Status.IN_TIME),
        # What is done tomorrow is not done today.
        (date(2026, 11, 26), Status.DUE),
    ],
)
def test_the_last_day_is_still_in_time(done: date | None, status: Status) -> None:
    assert status_of(DAY, done, DAY) is status


def test_the_day_after_is_late_and_stays_done_late() -> None:
    assert status_of(DAY, None, DAY + timedelta(1)) is Status.LATE
    assert status_of(DAY, DAY + timedelta(1), DAY + timedelta(30)) is Status.DONE_LATE


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_end_where_the_month_does(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_somebody_new_is_observed_in_six_weeks_and_twice_in_probation() -> None:
    found = of([Spell(date(2026, 10, 20))])
    assert found[Duty.FIRST].due_on == date(2026, 12, 1)
    assert found[Duty.SECOND].due_on == date(2027, 4, 20)
    assert {one.status for one in found.values()} == {Status.DUE}
    assert of([Spell(date(2026, 10, 14))])[Duty.FIRST].status is Status.DUE
    assert of([Spell(date(2026, 10, 13))])[Duty.FIRST].status is Status.LATE


def test_the_first_can_be_done_late_while_the_second_is_in_time() -> None:
    found = of([Spell(date(2026, 6, 1))], [date(2026, 8, 1), date(2026, 11, 20)])
    assert (found[Duty.FIRST].status, found[Duty.FIRST].done_on) == (Status.DONE_LATE, date(2026, 8, 1))
    assert (found[Duty.SECOND].status, found[Duty.SECOND].done_on) == (Status.IN_TIME, date(2026, 11, 20))
    assert found[Duty.YEARLY].status is Status.IN_TIME


def test_after_a_year_only_the_yearly_duty_is_left() -> None:
    assert set(of([Spell(date(2025, 11, 26))])) == {Duty.FIRST, Duty.SECOND, Duty.YEARLY}
    assert set(of([Spell(date(2025, 11, 25))])) == {Duty.YEARLY}


def test_who_was_never_observed_is_late_a_year_after_joining() -> None:
    found = of([Spell(date(2025, 11, 24))])[Duty.YEARLY]
    assert (found.due_on, found.status, found.in_year) == (date(2026, 11, 24), Status.LATE, False)


def test_a_schedule_that_asks_since_lately_makes_nobody_late_at_once() -> None:
    found = of([Spell(date(2020, 3, 1))], [date(2024, 5, 1)], since=date(2026, 10, 1))[Duty.YEARLY]
    assert (found.due_on, found.status, found.in_year) == (date(2027, 10, 1), Status.DUE, False)


def test_who_moves_to_another_team_does_not_join_again() -> None:
    moved = [Spell(date(2024, 1, 1), date(2026, 10, 30)), Spell(date(2026, 11, 2))]
    assert joined_on(moved, DAY) == date(2024, 1, 1)
    assert set(of(moved)) == {Duty.YEARLY}


def test_who_left_and_came_back_joins_anew() -> None:
    back = [Spell(date(2020, 1, 1), date(2024, 12, 31)), Spell(date(2026, 11, 2))]
    assert joined_on(back, DAY) == date(2026, 11, 2)
    found = of(back, [date(2024, 6, 1)])
    # What was observed before they left fulfils nothing now.
    assert found[Duty.FIRST].status is Status.DUE
    assert found[Duty.FIRST].done_on is None


def test_a_second_post_beside_the_first_changes_nothing() -> None:
    two = [Spell(date(2024, 1, 1)), Spell(date(2026, 11, 2))]
    assert joined_on(two, DAY) == date(2024, 1, 1)


@pytest.mark.parametrize("ends_on", [date(2026, 11, 24), date(2025, 1, 1)])
def test_of_a_leaver_nothing_is_due(ends_on: date) -> None:
    assert of([Spell(date(2022, 1, 1), ends_on)]) == {}


def test_nothing_is_due_of_somebody_of_whom_the_schedule_asks_nothing() -> None:
    assert of([Spell(date(2026, 10, 1))], since=None) == {}


def test_a_chair_owes_the_yearly_audit_in_place_of_the_observation() -> None:
    found = of([Spell(date(2020, 1, 1))], [date(2026, 9, 1)], [date(2025, 9, 1)], chair_since=date(2020, 1, 1))
    assert set(found) == {Duty.CHAIR}
    # An observation alone is not the combined audit.
    assert (found[Duty.CHAIR].status, found[Duty.CHAIR].due_on) == (Status.LATE, date(2026, 9, 1))


def test_the_audit_of_a_chair_is_an_observation_too() -> None:
    found = of([Spell(date(2026, 10, 1))], [], [date(2026, 10, 20)], chair_since=date(2020, 1, 1))
    assert found[Duty.FIRST].status is Status.IN_TIME
    assert found[Duty.CHAIR].status is Status.IN_TIME


@given(spells(), days)
def test_joining_lies_in_a_post_and_before_the_day(posts: list[Spell], day: date) -> None:
    joined = joined_on(posts, day)
    assert (joined is not None) == any(post.holds_on(day) for post in posts)
    if joined is not None:
        assert joined <= day
        assert joined in {post.starts_on for post in posts}


@given(spells(), days, st.randoms())
def test_the_order_of_posts_says_nothing(posts: list[Spell], day: date, chance: object) -> None:
    shuffled = list(posts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert joined_on(shuffled, day) == joined_on(posts, day)


@given(days, st.integers(1, 900), st.integers(0, BREAK_DAYS), days)
def test_a_post_in_two_parts_is_one(start: date, length: int, gap: int, day: date) -> None:
    cut = start + timedelta(length)
    parts = [Spell(start, cut), Spell(cut + timedelta(gap + 1))]
    if parts[1].starts_on <= day:
        assert joined_on(parts, day) == joined_on([Spell(start)], day) == start


@given(spells(), day_lists, day_lists, days, days, st.booleans())
def test_late_means_past_its_day_and_not_done(
    posts: list[Spell], observed: list[date], chaired: list[date], since: date, day: date, chairs: bool
) -> None:
    found = of(posts, observed, chaired, since=since, chair_since=since if chairs else None, day=day)
    for one in found.values():
        assert one.done_on is None or one.done_on <= day
        if one.duty in (Duty.FIRST, Duty.SECOND):
            assert (one.status is Status.LATE) == (one.done_on is None and day > one.due_on)
        else:
            assert (one.status is Status.LATE) == (day > one.due_on)
            assert one.in_year == any(months_after(day, -12) < seen <= day for seen in
                                      (chaired if chairs else [*observed, *chaired]))  # fmt: skip


WORSE = [Status.IN_TIME, Status.DUE, Status.DONE_LATE, Status.LATE]


@given(spells(), day_lists, days, days, days)
def test_one_more_observation_never_makes_anything_late(
    posts: list[Spell], observed: list[date], more: date, since: date, day: date
) -> None:
    before = of(posts, observed, since=since, day=day)
    after = of(posts, [*observed, more], since=since, day=day)
    assert before.keys() == after.keys()
    for duty, one in after.items():
        if before[duty].status is not Status.LATE:
            assert one.status is not Status.LATE
        assert WORSE.index(one.status) <= WORSE.index(before[duty].status) or one.status.is_done


@given(spells(), day_lists, days)
def test_what_is_observed_later_changes_nothing_today(posts: list[Spell], observed: list[date], day: date) -> None:
    past = [one for one in observed if one <= day]
    assert of(posts, observed, day=day) == of(posts, past, day=day)
