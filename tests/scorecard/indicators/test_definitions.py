"""What fits in an indicator's definition, and what one changes in another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.definitions import (
    CHOICES,
    FIELDS,
    TAKEN_WORDS,
    changed,
    decimal_text,
    decode,
    encode,
    fault_of_code,
    faults,
    tidy,
)
from scorecard.urls import board, indicators

GOOD = {
    "code": "plans",
    "name": "Plans reviewed in time",
    "definition": "Reviews held by the day they were due.",
    "numerator_label": "Reviews in time",
    "denominator_label": "Reviews due",
    "unit": "percentage",
    "direction": "up",
    "lens": "provider",
    "agency": 1,
    "priority": 1,
}
numbers = st.decimals(min_value=-1000, max_value=1000, places=4)
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
definitions = st.fixed_dictionaries(
    {
        "name": st.text(min_size=1, max_size=20),
        "target": st.none() | numbers,
        "target_from": st.none() | days,
        "target_until": st.none() | days,
        "tolerance": numbers,
        "counts_people": st.booleans(),
        "jump_percent": st.integers(1, 100),
        "unit": st.sampled_from(sorted(CHOICES["unit"])),
    }
)


def fields_with_faults(**values: Any) -> list[str]:
    return [field for field, _ in faults(tidy({**GOOD, **values}))]


def test_a_whole_definition_has_no_fault() -> None:
    assert fields_with_faults() == []
    assert fields_with_faults(unit="count", denominator_label="") == []
    assert fields_with_faults(agency=None, measure="good") == []
    assert fields_with_faults(measure="good_domain", measure_domain="supervision") == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"definition": ""}, "definition"),
        ({"unit": "share"}, "unit"),
        ({"lens": ""}, "lens"),
        ({"denominator_label": ""}, "denominator_label"),
        ({"target": Decimal(101)}, "target"),
        ({"target": Decimal("NaN")}, "target"),
        ({"target": Decimal("1.00001")}, "target"),
        ({"target": Decimal(10) ** 11}, "target"),
        ({"target": Decimal(50), "lowest": Decimal(60)}, "target"),
        ({"lowest": Decimal(60), "highest": Decimal(50)}, "highest"),
        ({"tolerance": Decimal(-1)}, "tolerance"),
        ({"target": 5, "target_from": date(2026, 4, 1), "target_until": date(2026, 3, 1)}, "target_until"),
        ({"jump_percent": 0}, "jump_percent"),
        ({"agency": None}, "agency"),
        ({"measure": "good", "unit": "rate"}, "unit"),
        ({"measure": "good", "frequency": "monthly"}, "frequency"),
        ({"measure": "good_domain"}, "measure_domain"),
        ({"measure": "good", "measure_domain": "supervision"}, "measure_domain"),
    ],
)
def test_each_fault_is_named_at_its_field(values: dict[str, Any], field: str) -> None:
    assert fields_with_faults(**values) == [field]


@pytest.mark.parametrize("code", ["", "Plans", "a b", "-a", "a--b", "ä", "x" * 21, *sorted(TAKEN_WORDS)])
def test_a_code_is_short_plain_and_no_word_of_an_address(code: str) -> None:
    assert fault_of_code(code)


def test_no_code_takes_the_place_of_a_page() -> None:
    patterns = [*board.urlpatterns, *indicators.urlpatterns]
    words = {str(one.pattern).partition("/")[0] for one in patterns} | {"indicators", "returns", "lenses"}
    assert {word for word in words if word and not word.startswith("<")} == TAKEN_WORDS


@pytest.mark.parametrize("code", ["a", "cp-reviews", "2026-plans"])
def test_a_plain_code_is_one(code: str) -> None:
    assert fault_of_code(code) == ""


@given(definitions)
def test_what_is_kept_as_json_is_read_as_it_was(values: dict[str, Any]) -> None:
    assert decode(encode(values)) == values


@given(definitions, definitions)
def test_the_same_two_differ_in_the_same_fields_either_way(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert changed(one, other) == changed(other, one)
    assert changed(one, one) == []
    merged = {**one, **{name: other[name] for name in changed(one, other)}}
    assert {name: merged[name] for name in FIELDS.keys() & merged.keys()} == {
        name: other[name] for name in FIELDS.keys() & other.keys()
    }


@given(definitions)
def test_tidying_twice_is_tidying_once(values: dict[str, Any]) -> None:
    assert tidy(tidy(values)) == tidy(values)


@pytest.mark.parametrize(("number", "text"), [("90.0000", "90"), ("0", "0"), ("12.50", "12.5"), ("100", "100")])
def test_numbers_have_no_needless_noughts(number: str, text: str) -> None:
    assert decimal_text(Decimal(number)) == text
