# ruff: noqa: E501 - a line of the file in a line reads best
"""A form as one YAML file: it comes back exactly as it was, reads well, and tells every mistake with its line."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audits.kloe.definition import from_json, to_json
from audits.kloe.packs import PackErrors, read_pack
from audits.kloe.writing import from_yaml, to_yaml
from audits.kloe.yaml_lines import read_yaml
from tests.audits.kloe.strategies import forms

PACKS = sorted(path.parent for path in (Path(__file__).parents[3] / "fixtures" / "packs").glob("*/pack.yaml"))


def small(**question: Any) -> dict[str, Any]:
    """A form of one question, as it is stored."""
    asked = {"key": "why", "kind": "long_text", "label": "Why?", **question}
    return to_json(
        from_json(
            {"form": "small", "title": "Small", "sections": [{"key": "one", "title": "One", "questions": [asked]}]}
        )
    )


def back(definition: dict[str, Any]) -> dict[str, Any]:
    return from_yaml(to_yaml(definition).encode())


@given(forms())
def test_any_form_comes_back_as_it_was(form: Any) -> None:
    definition = to_json(form)
    written = to_yaml(definition)
    assert from_yaml(written.encode()) == definition
    assert to_yaml(from_yaml(written.encode())) == written


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=300))
@example("yes")
@example("1.0")
@example("1e5")
@example("0.1234567890123456789")
@example("2024-02-29")
@example("null")
@example("~")
@example("key: value # no comment")
@example("- item")
@example("🙂 \u202eabc\u2066 👩‍👧")
@example("a\x85b\u2028c\ufeffd\ufffee")
@example("word " * 60 + "end")
@example("first line\n\n  indented\n \nlast line")
@example("double  blanks  " * 20 + "end")
@example("%TAG ! x")
def test_any_text_comes_back_as_it_was(text: str) -> None:
    # Not every one of these is allowed in a form, so look at what the reader itself makes of it.
    document = {"title": text, "introduction": [text, {"label": text}]}
    assert read_yaml(to_yaml(document).encode()).data == document


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e11, max_value=1e11) | st.integers(-(10**11), 10**11)
)
@example(0.1 + 0.2)
@example(5e-324)
@example(-0.00012345678901234567)
def test_any_number_comes_back_as_it_was(number: float) -> None:
    definition = small(kind="number", minimum=number)
    assert back(definition) == definition


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_every_form_of_every_pack_comes_back_as_it_was(folder: Path) -> None:
    for form in read_pack(folder).forms:
        definition = json.loads(json.dumps(to_json(form)))
        assert back(definition) == definition
        # Whatever order a database gives the properties in, the file is the same.
        assert to_yaml(_shuffled(definition)) == to_yaml(definition)


def _shuffled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shuffled(value[key]) for key in sorted(value, key=lambda key: (len(key), key))}
    return [_shuffled(item) for item in value] if isinstance(value, list) else value


def test_a_file_reads_well() -> None:
    long = "Some sentence that goes on and on. " * 4
    definition = small(hint="yes", guidance=[long.strip(), "First.\nSecond."], required=True)
    assert to_yaml(definition).splitlines() == [
        "form: small",
        "title: Small",
        "sections:",
        "  - key: one",
        "    title: One",
        "    part: audit",
        "    questions:",
        "      - key: why",
        "        kind: long_text",
        "        label: Why?",
        '        hint: "yes"',
        "        guidance:",
        "          - >-",
        "            Some sentence that goes on and on. Some sentence that goes on and on. Some sentence that goes on and",
        "            on. Some sentence that goes on and on.",
        "          - |-",
        "            First.",
        "            Second.",
        "        required: true",
    ]


def test_signs_that_cannot_be_seen_are_written_as_escapes() -> None:
    assert '"Why\\u202e?"' in to_yaml(small(label="Why\u202e?"))


def test_the_short_ways_of_writing_are_understood() -> None:
    text = """
form: small
title: Small
scale: {key: two, title: Two, grades: [{code: G, name: Good, meets_standard: true}, {code: I, name: Inadequate}]}
descriptors:
  - {key: plans, title: Plans, scale: two, grades: {G: Sound., I: [None.]}}
  - {key: later, title: For later, scale: two, grades: {G: [Sound.]}}
sections:
  - key: details
    title: Details
    introduction: One paragraph.
    questions:
      - {key: status, kind: one_choice, label: Status, options: [CIN, CP]}
      - {key: why, kind: long_text, label: Why?, when: {question: status, is: cin}}
      - {key: grade, kind: judgement, label: Grade, domain: all, overall: true, required: true, descriptors: [plans]}
"""
    read = from_yaml(text.encode())
    status, why, _ = read["sections"][0]["questions"]
    assert status["options"] == [{"value": "cin", "label": "CIN"}, {"value": "cp", "label": "CP"}]
    assert why["when"] == {"question": "details.status", "is": "cin"}
    assert read["sections"][0]["introduction"] == ["One paragraph."]
    assert [one["key"] for one in read["descriptors"]] == ["plans", "later"]
    assert from_yaml(to_yaml(read).encode()) == read


def test_every_mistake_is_named_with_its_line() -> None:
    text = """form: small
title: Small
title: Twice
scale: ofsted
sections:
  - key: One
    title: One
    questions:
      - {key: why, kind: long_texts, label: Why?}
      - {key: who, kind: person}
"""
    with pytest.raises(PackErrors) as caught:
        from_yaml(text.encode(), name="mine.yaml")
    assert str(caught.value).splitlines() == [
        "mine.yaml:3: the key ‘title’ is there twice (first on line 2)",
        "mine.yaml:4: scale: write out the grading scale with key, title and grades; its name alone will do only "
        "within a pack",
        "mine.yaml:6: section One: key ‘One’ may have only lower case letters, digits and hyphens",
        "mine.yaml:9: section One, question why: unknown kind ‘long_texts’; did you mean long_text?",
        "mine.yaml:10: section One, question who: label is missing",
    ]


def test_a_draft_with_problems_can_be_written_and_is_refused_when_it_is_read() -> None:
    draft = deepcopy(small())
    draft["sections"].append({"key": "two", "title": "Two", "part": "audit", "questions": []})
    written = to_yaml(draft)
    assert "questions: []" in written
    with pytest.raises(PackErrors, match="section two: questions is missing or empty"):
        from_yaml(written.encode())
