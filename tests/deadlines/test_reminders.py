"""When reminders fall due."""

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf.deadlines.checks import missing_years
from qaf.deadlines.reminders import DEFAULT_STEPS, all_steps, due_steps, next_reminder_day, reminder_days
from qaf.deadlines.sweep import due_in_words

dues = st.dates(date(2020, 1, 1), date(2030, 1, 1))
first_steps = st.lists(st.integers(-20, 20), min_size=1, max_size=5, unique=True)
repeats = st.integers(0, 10)
offsets = st.integers(-60, 60)


def test_by_default_three_before_on_the_day_two_after_then_every_five() -> None:
    assert list(islice(all_steps(DEFAULT_STEPS, 5), 6)) == [-3, 0, 2, 7, 12, 17]


def test_without_a_repeat_the_steps_end() -> None:
    assert list(all_steps([2, -3], 0)) == [-3, 2]


def test_steps_fall_on_working_days_around_the_due_date() -> None:
    days = dict(islice(reminder_days(date(2026, 12, 24), steps=DEFAULT_STEPS, repeat=5, days_off=frozenset()), 4))

    assert days == {
        -3: date(2026, 12, 21), 0: date(2026, 12, 24), 2: date(2026, 12, 28), 7: date(2027, 1, 4),
    }  # fmt: skip


@given(dues, first_steps, repeats, offsets)
def test_the_next_reminder_is_later_and_none_lies_between(
    due: date, steps: list[int], repeat: int, offset: int
) -> None:
    after = due + timedelta(days=offset)
    found = next_reminder_day(due, steps=steps, repeat=repeat, after=after, days_off=frozenset())

    if found is None:
        assert repeat == 0
        return
    assert found > after
    between = due_steps(
        due, steps=steps, repeat=repeat, after=after, until=found - timedelta(days=1), days_off=frozenset()
    )
    assert between == []


@given(dues, first_steps, repeats, st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_however_often_one_looks_every_step_comes_once(
    due: date, steps: list[int], repeat: int, gaps: list[int]
) -> None:
    start = day = due - timedelta(days=60)
    seen = []
    for gap in gaps:
        until = day + timedelta(days=gap)
        seen += due_steps(due, steps=steps, repeat=repeat, after=day, until=until, days_off=frozenset())
        day = until

    assert seen == due_steps(due, steps=steps, repeat=repeat, after=start, until=day, days_off=frozenset())
    assert len({step for step, _ in seen}) == len(seen)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 11, 24), "Due on 27 November 2026, in 3 working days."),
        (date(2026, 11, 26), "Due on 27 November 2026, in 1 working day."),
        (date(2026, 11, 27), "Due today."),
        (date(2026, 11, 28), "It was due on 27 November 2026."),
        (date(2026, 12, 1), "It was due on 27 November 2026, 2 working days ago."),
    ],
)
def test_a_due_date_is_put_in_words(today: date, words: str) -> None:
    assert due_in_words(date(2026, 11, 27), today) == words


def test_the_next_years_bank_holidays_are_asked_for_three_months_before() -> None:
    known = frozenset({date(2026, 12, 25)})

    assert missing_years(date(2026, 9, 30), known) == []
    assert missing_years(date(2026, 10, 1), known) == [2027]
    assert missing_years(date(2027, 1, 1), known) == [2027]
