"""Whom a concern goes to, whatever people there are."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.addressees import Addressees, choose

people = st.lists(st.integers(1, 8), unique=True, max_size=5)
some = st.frozensets(st.integers(1, 8), max_size=4)


def test_nearest_of_each_and_the_service_manager_deals_with_it() -> None:
    chosen = choose(service_managers=[3, 4], qa_managers=[5, 6], elsewhere=[7], barred={3}, helpers={5}, raised_by=1)
    assert chosen == Addressees(service_manager=4, qa_manager=6)
    assert chosen.keys == [4, 6]


def test_one_person_in_both_posts_is_told_once() -> None:
    chosen = choose(service_managers=[2], qa_managers=[2], elsewhere=[], barred=set(), helpers=set(), raised_by=1)
    assert chosen.keys == [2]


@given(people, people, people, some, some, st.integers(1, 8))
def test_never_to_the_barred_and_to_the_raiser_only_when_nobody_else_is_there(
    service_managers: list[int],
    qa_managers: list[int],
    elsewhere: list[int],
    barred: frozenset[int],
    helpers: frozenset[int],
    raised_by: int,
) -> None:
    chosen = choose(
        service_managers=service_managers,
        qa_managers=qa_managers,
        elsewhere=elsewhere,
        barred=barred,
        helpers=helpers,
        raised_by=raised_by,
    )
    over, anybody = {*service_managers, *qa_managers} - barred, {*service_managers, *qa_managers, *elsewhere} - barred
    assert not set(chosen.keys) & barred
    assert set(chosen.keys) <= anybody
    # Somebody is told whenever there is somebody.
    assert bool(chosen.keys) == bool(anybody - {raised_by} or over)
    if raised_by in chosen.keys:
        assert not anybody - {raised_by}
    if over - helpers - {raised_by}:
        assert not set(chosen.keys) & helpers
        assert set(chosen.keys) <= over
