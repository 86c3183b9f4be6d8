# ruff: noqa: E501 - one mistake a line reads best
"""Files that were made to do harm, or made badly: refused whole, every mistake named, and at once.

What the reader of YAML itself refuses is in test_yaml_lines; here a whole form comes in by a file or as JSON.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings

from audits.kloe import filling
from audits.kloe.definition import BadDefinition, from_json, to_json
from audits.kloe.editing import parse_leniently, problems
from audits.kloe.packs import PackErrors
from audits.kloe.writing import from_yaml, to_yaml
from tests.audits.kloe.pages import Page, render_section
from tests.audits.kloe.strategies import filled_forms

HEAD = "form: bad\ntitle: Bad\nsections:\n  - key: one\n    title: One\n    questions:\n"
GOOD = "      - {key: a, kind: yes_no, label: A}\n"


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """At most so many seconds of the processor's time; how long one waits beside, the machine decides."""
    began = time.process_time()
    yield
    took = time.process_time() - began
    assert took < seconds, f"took {took:.1f} s"


def refused(text: str | bytes) -> list[str]:
    """The mistakes for which a file is refused, without anybody having to wait."""
    with within(3), pytest.raises(PackErrors) as caught:
        from_yaml(text if isinstance(text, bytes) else text.encode())
    return str(caught.value).splitlines()


def bomb(width: int, depth: int) -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, depth)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (bomb(9, 9), "more than"),
        (bomb(2, 25), "100,000 values"),
        ("a: &a [*a]", "alias"),
        (HEAD + GOOD + "title2: !!python/object/apply:os.system [id]\n", "tag"),
        (HEAD + "      - {key: a, kind: !!str yes_no, label: A}\n", "tag"),
        ("[" * 40 + "]" * 40, "nested deeper"),
        ("[" * 5000, "maximum nesting depth"),
        ("a: " * 3000, "not YAML"),
        ("x: " + "y" * 1024 * 1024, "larger than 1 MB"),
        ("- \n" * 200_000, "100,000 values"),
        (HEAD.encode() + "      - {key: a, kind: yes_no, label: Ä}\n".encode("latin-1"), "UTF-8"),
        ((HEAD + GOOD).encode("utf-16"), "UTF-8"),
        ((HEAD + '      - {key: a, kind: yes_no, label: "A').encode() + b"\x00", "character that YAML does not allow"),
        (HEAD.encode() + b'      - {key: a, kind: yes_no, label: "\xed\xa0\x80"}\n', "UTF-8"),
        (HEAD + GOOD + "---\n" + HEAD + GOOD, "one document"),
    ],
    ids=lambda value: str(value)[:25].replace("\n", " "),
)
def test_what_is_no_plain_file_is_refused(text: str | bytes, reason: str) -> None:
    (mistake,) = refused(text)
    assert reason in mistake


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ('{key: a, kind: date, label: "A\\0"}', "label contains a control character"),
        ('{key: a, kind: date, label: "A\\ud800"}', "invalid Unicode character escape code"),
        ('{key: a, kind: date, label: "A\\x1b[31m"}', "label contains a control character"),
        ("{key: __class__, kind: date, label: A}", "may have only lower case letters"),
        ("{key: a, kind: eval, label: A}", "unknown kind ‘eval’"),
        ("{key: a, kind: [date], label: A}", "kind must be text"),
        ("{key: a, kind: date, label: {x: y}}", "label must be text"),
        ("{key: a, kind: date, label: A, required: yes}", "required must be true or false"),
        ("{key: a, kind: date, label: A, label: B}", "the key ‘label’ is there twice"),
        ("{key: a, kind: date, label: A, colour: red}", "unknown key ‘colour’"),
        ("{key: a, kind: date, label: A, when: {question: b, is: x}}", "there is no question one.b"),
        ("{key: a, kind: yes_no, label: A, when: {question: a, is: 'yes'}}", "circle of conditions"),
        ("{key: a, kind: judgement, label: A, domain: a}", "a judgement needs a form with a scale"),
        ("{key: a, kind: number, label: A, maximum: 1e300}", "maximum must be a number"),
        ("{key: a, kind: number, label: A, when: {question: a, is: 1e300}}", "is must be a text or a number"),
        ('{key: a, kind: short_text, label: A, when: {question: b, is: "a\\0"}}', "is contains a control character"),
        ('{key: a, kind: short_text, label: A, when: {question: b, in: [a, "\\x1b"]}}', "in contains a control character"),
        ("{key: a, kind: short_text, label: A, max_length: 999999999}", "max_length"),
        ("{key: a, kind: rows, label: A, maximum_rows: 1000000, columns: [{key: b, kind: date, label: B}]}", "maximum_rows"),
        ("{key: a, kind: rows, label: A, columns: [{key: b, kind: rows, label: B}]}", "unknown kind ‘rows’"),
        ("5", "must be a mapping"),
    ],
)  # fmt: skip
def test_a_question_that_could_do_harm_is_refused(question: str, reason: str) -> None:
    mistakes = refused(HEAD + f"      - {question}\n")
    assert any(reason in mistake for mistake in mistakes), mistakes
    assert all(mistake.startswith("form.yaml:") for mistake in mistakes)


def test_descriptors_of_another_scale_are_refused() -> None:
    text = """form: bad
title: Bad
scale: {key: two, title: Two, grades: [{code: A, name: A}, {code: B, name: B}]}
descriptors: [{key: d, title: D, scale: three, grades: {A: [x]}}, {key: e, title: E, scale: two, grades: {C: [x]}}]
sections: [{key: one, title: One, questions: [{key: a, kind: yes_no, label: A}]}]
"""
    assert [mistake.split(": ", 1)[1] for mistake in refused(text)] == [
        "descriptor 1: there is no scale ‘three’",
        "descriptor 2: ‘C’ is not a grade of the scale two: A, B",
    ]


def test_text_that_turns_its_direction_is_only_text() -> None:
    """Such signs are part of real languages. They stay, and a file shows them as escapes, never as themselves."""
    definition = from_yaml((HEAD + '      - {key: a, kind: yes_no, label: "A\\u202e\\u2066 B"}\n').encode())
    assert definition["sections"][0]["questions"][0]["label"] == "A\u202e\u2066 B"
    assert not set(to_yaml(definition)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")


# Very many mistakes, where each one looks at all the others


# A second is the aim; more is allowed, since the machine of the tests does other things as well.
def many(count: int, question: str) -> str:
    return HEAD + "".join(f"      - {question.replace('N', str(n))}\n" for n in range(count))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(many(10_000, "{key: qN, kind: date, label: A}"), id="questions"),
        pytest.param(many(8_000, "{key: qN, kind: date, label: A, when: {question: pN, is: x}}"), id="dangling"),
        pytest.param(many(8_000, "{key: qN, kind: dateN, label: A}"), id="kinds"),
        pytest.param(many(10_000, "{key: q, kind: date, label: A}"), id="the same key"),
        pytest.param(HEAD + "      - {key: a, kind: one_choice, label: A, options: [" + "".join(f"o{n}, " for n in range(90_000)) + "]}\n", id="options"),
        pytest.param(HEAD + "      - {key: a, kind: rows, label: A, columns: [" + "".join(f"{{key: c{n}, kind: date, label: A}}, " for n in range(12_000)) + "]}\n", id="columns"),
        pytest.param("form: bad\ntitle: Bad\nsections:\n" + "".join(f"  - {{key: s{n}, title: S, questions: [{{key: a, kind: date, label: A}}]}}\n" for n in range(9_000)), id="sections"),
        pytest.param("form: bad\ntitle: Bad\nscale: {key: s, title: S, grades: [" + "".join(f"{{code: g{n}, name: G}}, " for n in range(18_000)) + "]}\nsections: []\n", id="grades"),
        pytest.param(HEAD + GOOD + "".join(f"x{n}: 1\n" for n in range(45_000)), id="unknown keys"),
        pytest.param(HEAD + "      - {key: a, kind: date, label: A, when: {any: [" + "".join(f"{{question: q{n}, is: x}}, " for n in range(15_000)) + "]}}\n", id="conditions"),
    ],
)  # fmt: skip
def test_ten_thousand_of_anything_are_refused_at_once(text: str) -> None:
    assert len(text.encode()) <= 1024 * 1024
    with within(3), pytest.raises(PackErrors):
        from_yaml(text.encode())


def test_a_form_as_large_as_allowed_is_read_and_criticised_in_time() -> None:
    asked = [{"key": f"q{n}", "kind": "date", "label": "When?"} for n in range(150)]
    for n in range(1, 150):
        asked[n]["when"] = {"question": f"q{n - 1}", "answered": True}  # type: ignore[assignment]
    parts = [{"key": f"s{n}", "title": "S", "questions": asked} for n in range(20)]
    document = to_json(from_json({"form": "large", "title": "Large", "sections": parts}))
    with within(3):
        assert problems(document) == []
    with within(3):
        assert parse_leniently(document) == from_json(document)
    with within(3):
        written = to_yaml(document)
    assert from_yaml(written.encode()) == document
    # Everything dangles once the first question is gone.
    for section in document["sections"]:
        del section["questions"][0]
    with within(3):
        assert len(problems(document)) == 20
    with within(3):
        shown = parse_leniently(document)
    assert shown is not None
    assert [len(section.questions) for section in shown.sections] == [149] * 20


# And what is accepted goes through everything unchanged


@settings(max_examples=40)
@given(filled_forms())
def test_whatever_is_accepted_is_saved_written_read_and_drawn_alike(filled: Any) -> None:
    form, answers = filled
    stored = json.loads(json.dumps(to_json(form)))
    copy = from_json(from_yaml(to_yaml(stored).encode()))
    assert copy == form
    assert to_json(copy) == stored
    assert problems(stored) == []
    assert parse_leniently(stored) == form
    for section in copy.sections:
        own = answers[section.key]
        assert filling.check_answers(copy, section, own) == []
        page = Page(render_section(copy, section, {"answers": own, "raw": {}}))
        assert filling.read_section(copy, section, page.submitted()).answers == own


@pytest.mark.parametrize("data", [None, 5, "form", [], {}, {"sections": {}}, {"sections": [None, 5, []]}])
def test_json_of_another_shape_is_refused(data: Any) -> None:
    with pytest.raises(BadDefinition):
        from_json(data)
