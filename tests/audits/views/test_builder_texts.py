"""Lists typed into one box."""

from hashlib import sha256
from time import process_time
from typing import Any

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from audits.forms.builder_texts import Paragraphs, lines_of, options_from_lines, paragraphs_of
from audits.kloe.kinds.options import value_of

LABELS = st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=12), min_size=1, unique=True)


def test_a_line_with_other_words_in_the_same_place_is_the_same_option() -> None:
    before = [{"value": "good", "label": "Good"}, {"value": "bad", "label": "Bad"}]
    assert options_from_lines("Good enough\nBad", before)[0] == {"value": "good", "label": "Good enough"}


def test_a_line_that_is_moved_keeps_its_value() -> None:
    before = [{"value": "x1", "label": "Good"}, {"value": "x2", "label": "Bad"}]
    assert options_from_lines("Bad\nGood", before) == before[::-1]


def test_a_new_line_never_takes_the_value_of_another() -> None:
    before = [{"value": "good", "label": "Fine"}, {"value": "bad", "label": "Bad"}]
    made = options_from_lines("Fine\nBad\nGood", before)
    assert made[2] == {"value": "good_2", "label": "Good"}


def test_a_removed_line_takes_its_value_along() -> None:
    before = [{"value": value_of(label), "label": label} for label in ("Alpha", "Beta", "Gamma")]
    assert options_from_lines("Alpha\nGamma", before) == [before[0], before[2]]


@given(LABELS, st.randoms())
def test_options_are_unique_and_lines_that_stay_keep_their_values(labels: list[str], random: object) -> None:
    before = options_from_lines("\n".join(labels), [])
    assert len({one["value"] for one in before}) == len(before)
    assert options_from_lines(lines_of(before), before) == before
    mixed = [*labels, "Something new"]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    after = options_from_lines("\n".join(mixed), before)
    assert len({one["value"] for one in after}) == len(after)
    values = {one["label"]: one["value"] for one in after}
    assert all(values[one["label"]] == one["value"] for one in before)


def test_many_lines_in_other_words_take_no_time() -> None:
    lines = [f"Reason number {number} of the list, {sha256(str(number).encode()).hexdigest()}" for number in range(399)]
    before: list[Any] = [{"value": f"reason_{number}", "label": line} for number, line in enumerate(lines[:200])]
    began = process_time()
    assert len(options_from_lines("\n".join(lines[200:]), before)) == 199
    # The slow way took more than half a minute.
    assert process_time() - began < 10


def test_paragraphs_are_split_at_empty_lines_and_come_back() -> None:
    field = Paragraphs()
    assert field.clean("One\r\ntwo\r\n \r\n\r\nThree ") == ["One\ntwo", "Three"]
    assert field.clean(paragraphs_of(["One\ntwo", "Three"])) == ["One\ntwo", "Three"]
    with pytest.raises(forms.ValidationError, match="4,000"):
        field.clean("x" * 4001)
