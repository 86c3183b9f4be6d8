"""Which days of a cycle its audits open on: even, in time, far apart, seeded, and not while somebody is away."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.spreading import Absence, Person, days_to_spread_over, next_day_free, opening_days, spread
from qaf.deadlines.working_days import add_working_days, is_working_day

FIRST, LAST = date(2026, 10, 1), date(2026, 11, 30)
OFF = frozenset({date(2026, 10, 16)})


def due_of(day: date) -> date:
    return add_working_days(day, 10, OFF)


DAYS = days_to_spread_over(FIRST, LAST, due_of=due_of, days_off=OFF)
absences = st.builds(
    lambda start, length: Absence(FIRST + timedelta(days=start), FIRST + timedelta(days=start + length)),
    st.integers(-10, 70),
    st.integers(0, 30),
)
people = st.lists(st.integers(1, 500), min_size=1, max_size=40, unique=True)


def test_every_audit_is_due_within_the_cycle() -> None:
    assert DAYS[0] == FIRST
    assert due_of(DAYS[-1]) <= LAST < due_of(DAYS[-1] + timedelta(days=1))
    assert all(is_working_day(day, OFF) for day in DAYS)


def test_a_cycle_too_short_for_an_audit_opens_in_its_first_half() -> None:
    last = FIRST + timedelta(days=6)
    assert opening_days(FIRST, last, due_of=due_of, days_off=OFF) == []
    days = days_to_spread_over(FIRST, last, due_of=due_of, days_off=OFF)
    assert days == [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5)]


def test_a_cycle_without_a_working_day_opens_on_its_first() -> None:
    saturday = date(2026, 10, 3)
    assert days_to_spread_over(saturday, saturday, due_of=due_of, days_off=OFF) == [saturday]


def test_a_cycle_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        days_to_spread_over(LAST, FIRST, due_of=due_of, days_off=OFF)
    with pytest.raises(ValueError, match="no day"):
        spread([Person(1)], each=1, days=[], due_of=due_of, seed="s")


@given(people, st.integers(1, 5), st.text(max_size=8))
def test_no_day_has_two_more_than_another(keys: list[int], each: int, seed: str) -> None:
    openings = spread([Person(key) for key in keys], each=each, days=DAYS, due_of=due_of, seed=seed)
    load = Counter(one.day for one in openings)
    assert sum(load.values()) == len(keys) * each
    assert max(load[day] for day in DAYS) - min(load[day] for day in DAYS) <= 1


@given(people, st.integers(1, 5), st.text(max_size=8))
def test_a_persons_audits_lie_far_apart(keys: list[int], each: int, seed: str) -> None:
    openings = spread([Person(key) for key in keys], each=each, days=DAYS, due_of=due_of, seed=seed)
    for key in keys:
        own = [DAYS.index(one.day) for one in openings if one.person == key and one.day]
        assert all(later - earlier >= len(DAYS) // each for earlier, later in pairwise(own))


@given(people, st.integers(1, 3), st.text(max_size=8), st.randoms())
def test_the_same_seed_gives_the_same_days_in_whatever_order(
    keys: list[int], each: int, seed: str, random: object
) -> None:
    mixed = sorted(keys)
    first = spread([Person(key) for key in keys], each=each, days=DAYS, due_of=due_of, seed=seed)
    again = spread([Person(key) for key in mixed], each=each, days=DAYS, due_of=due_of, seed=seed)
    assert {(one.person, one.number): one.day for one in first} == {(one.person, one.number): one.day for one in again}


def test_another_seed_gives_other_days() -> None:
    everybody = [Person(key) for key in range(20)]
    days = {seed: [o.day for o in spread(everybody, each=1, days=DAYS, due_of=due_of, seed=seed)] for seed in "ab"}
    assert days["a"] != days["b"]


@given(people, st.integers(1, 3), st.lists(absences, max_size=3), st.text(max_size=8))
def test_nothing_opens_while_somebody_is_away(keys: list[int], each: int, away: list[Absence], seed: str) -> None:
    everybody = [Person(key, tuple(away)) for key in keys]
    for one in spread(everybody, each=each, days=DAYS, due_of=due_of, seed=seed):
        if one.day is None:
            assert one.hindrance == "away"
            assert all(everybody[0].is_away(day) for day in DAYS)
        else:
            assert one.day in DAYS
            assert not everybody[0].is_away(one.day)


@given(people, st.integers(2, 4), st.lists(absences, max_size=2), st.text(max_size=8))
def test_nobody_has_two_on_one_day_where_days_are_left(
    keys: list[int], each: int, away: list[Absence], seed: str
) -> None:
    everybody = [Person(key, tuple(away)) for key in keys]
    free = sum(not everybody[0].is_away(day) for day in DAYS)
    for key in keys:
        own = [o.day for o in spread(everybody, each=each, days=DAYS, due_of=due_of, seed=seed) if o.person == key]
        if free >= each:
            assert len(set(own)) == each
        assert own == sorted(own, key=str)


def test_whoever_is_away_begins_on_the_nearest_day() -> None:
    [usual] = spread([Person(7)], each=1, days=DAYS, due_of=due_of, seed="x")
    assert usual.day is not None
    away = Absence(usual.day, usual.day)
    [moved] = spread([Person(7, (away,))], each=1, days=DAYS, due_of=due_of, seed="x")
    assert moved.is_moved
    assert moved.day is not None
    assert abs(DAYS.index(moved.day) - DAYS.index(usual.day)) == 1


def test_nobody_new_begins_before_their_day() -> None:
    soon, never = FIRST + timedelta(days=20), LAST
    [one] = spread([Person(7, from_day=soon)], each=1, days=DAYS, due_of=due_of, seed="x")
    assert one.day is not None
    assert one.day >= soon
    [passed_over] = spread([Person(7, from_day=never)], each=1, days=DAYS, due_of=due_of, seed="x")
    assert (passed_over.day, passed_over.hindrance) == (None, "new")


def test_whoever_leaves_is_done_before() -> None:
    leaves = FIRST + timedelta(days=25)
    [one] = spread([Person(7, until=leaves)], each=1, days=DAYS, due_of=due_of, seed="x")
    assert one.day is not None
    assert due_of(one.day) <= leaves
    [gone] = spread([Person(7, until=FIRST + timedelta(days=5))], each=1, days=DAYS, due_of=due_of, seed="x")
    assert (gone.day, gone.hindrance) == (None, "leaving")


def test_the_next_free_day_comes_after_the_absence() -> None:
    person = Person(7, (Absence(FIRST, FIRST + timedelta(days=6)),))
    assert next_day_free(person, FIRST, days=DAYS, due_of=due_of) == date(2026, 10, 8)
    gone = Person(7, (Absence(FIRST, None),))
    assert next_day_free(gone, FIRST, days=DAYS, due_of=due_of) is None
