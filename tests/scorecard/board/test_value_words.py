"""Values of indicators in words."""

from decimal import Decimal

import pytest

from scorecard.value_words import change_words, parts_words, value_words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (83.3333, "percentage", "83.3%"),
        (100, "percentage", "100%"),
        (12.5, "rate", "12.5 per 10,000"),
        (1204, "count", "1,204"),
        (0.25, "average", "0.3"),
        (-0.04, "average", "0"),
        (-2.5, "average", "−2.5"),
        (Decimal("14.2000"), "average", "14.2"),
    ],
)
def test_a_value_is_in_its_own_unit(value: float, unit: str, words: str) -> None:
    assert value_words(value, unit) == words


def test_a_value_says_what_it_is_made_of_where_that_is_known() -> None:
    assert parts_words(30, 36) == "30 of 36"
    assert parts_words(30, None) == ""


def test_a_change_says_which_way_and_how_far() -> None:
    assert change_words(80, 83.2, "percentage") == "up 3.2 points"
    assert change_words(14, 12, "count") == "down 2"
    assert change_words(14, 14, "count") == "no change"
