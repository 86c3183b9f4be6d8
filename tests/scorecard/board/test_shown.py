"""Which figures must not leave QA."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf.suppression import known
from scorecard.shown import REST, WHOLE, given_away, is_small

BELOW = 5


def small(numerator: float | None, denominator: float | None, unit: str = "percentage", **more: object) -> bool:
    return is_small(more.get("value"), numerator, denominator, unit=unit, counts_people=True, below=BELOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("numerator", [1, 2, 3, 4])
def test_a_few_people_are_hidden(numerator: int) -> None:
    assert small(numerator, 100)
    assert small(numerator, None, unit="count")
    assert small(numerator, 90_000, unit="rate")


def test_nobody_and_five_people_are_shown() -> None:
    assert not small(0, 100)
    assert not small(5, 100)
    assert not small(0, None, unit="count")


def test_a_few_people_altogether_are_hidden_even_if_none_of_them_counts() -> None:
    assert small(0, 4)
    assert not small(0, 5)


def test_of_a_share_the_few_who_do_not_count_are_hidden_too() -> None:
    assert small(98, 100)
    assert not small(100, 100)
    assert not small(95, 100)
    # Of a rate the rest is the population, of an average it is nothing at all.
    assert not small(98, 100, unit="rate")
    assert not small(98, 100, unit="average")


def test_what_counts_no_people_is_shown() -> None:
    assert not is_small(1, 1, 2, unit="percentage", counts_people=False, below=BELOW)


def test_a_plain_number_without_a_numerator_is_its_own() -> None:
    assert small(None, None, unit="count", value=3)
    assert not small(None, None, unit="count", value=12)
    # Of a share alone nobody knows of how many.
    assert not small(None, None, value=3)


@given(st.integers(0, 50), st.integers(0, 50))
def test_of_a_share_that_is_shown_no_part_is_of_a_few(part: int, rest: int) -> None:
    if not small(part, part + rest):
        assert all(count == 0 or count >= BELOW for count in (part, rest, part + rest))


def test_the_rest_that_is_small_is_not_worked_out_from_the_whole() -> None:
    # 38 audits in all, 36 of one agency: two are the others'.
    assert given_away((30, 38), (("council", (29, 36)),), BELOW) == {"council"}
    assert given_away((26, 48), (("council", (20, 36)),), BELOW) == frozenset()


def test_a_hidden_agency_is_not_worked_out_from_the_others() -> None:
    hidden = given_away((40, 60), (("council", (30, 42)), ("police", (2, 8)), ("health", (8, 10))), BELOW)
    assert "police" in hidden
    assert len(hidden) > 1


def test_one_small_agency_beside_a_rest_that_nobody_knows_hides_nothing_else() -> None:
    assert given_away((40, 60), (("police", (2, 8)),), BELOW) == {"police"}


def test_figures_of_different_times_are_no_sum() -> None:
    assert given_away((10, 20), (("council", (12, 22)),), BELOW) == frozenset()


few_or_many = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda pair: (pair[0], sum(pair)))


@given(st.lists(few_or_many, min_size=1, max_size=4), few_or_many)
def test_nothing_small_follows_from_the_shares_that_are_shown(
    agencies: list[tuple[int, int]], rest: tuple[int, int]
) -> None:
    every = [*agencies, rest]
    whole = (sum(met for met, _ in every), sum(of for _, of in every))
    parts = tuple((f"agency {number}", share) for number, share in enumerate(agencies))
    hidden = given_away(whole, parts, BELOW)
    shares = {WHOLE: whole, REST: rest, **dict(parts)}
    values = {
        (key, kind): count
        for key, (met, of) in shares.items()
        for kind, count in (("met", met), ("unmet", of - met), ("of", of))
    }
    sums = [((key, "of"), [(key, "met"), (key, "unmet")]) for key in shares]
    sums += [((WHOLE, kind), [(key, kind) for key in shares if key != WHOLE]) for kind in ("met", "unmet", "of")]
    away = {key for key in values if key[0] in hidden or key[0] == REST}
    small_ones = {key for key, count in values.items() if 0 < count < BELOW}
    assert {key for key in small_ones if key[0] != REST} <= away
    assert not known(values, sums, away) & small_ones
