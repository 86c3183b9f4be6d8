"""Which figures must not leave QA."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.shown import is_small

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
