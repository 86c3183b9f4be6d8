"""YAML from strangers: lines are known, and nothing in it can do harm."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.kloe.yaml_lines import UnreadableYaml, line_of, read_yaml


def test_every_value_knows_its_line() -> None:
    data = read_yaml(b"a: 1\nb:\n  - x\n  - c: 2\n    d: [1,\n      2]\n").data
    assert data == {"a": 1, "b": ["x", {"c": 2, "d": [1, 2]}]}
    assert [line_of(data, path) for path in [(), ("a",), ("b", 1, "c"), ("b", 1, "d", 1), ("b", 9), ("z",)]] == [
        1, 1, 4, 6, 2, 1,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("'true'", "true"),
        ("2024-01-01", "2024-01-01"),
        ("010", 10),
        ("1e3", 1000.0),
        ("1.5", 1.5),
        (".5", 0.5),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1:30", "1:30"),
        ("~", None),
        ("", None),
        ("9999999999999999999999", "9999999999999999999999"),
        ("0x10", "0x10"),
    ],
)
def test_plain_values_follow_yaml_1_2(text, value) -> None:
    read = read_yaml(f"a: {text}".encode()).data["a"]
    assert (read, type(read)) == (value, type(value))


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = [
    (BOMB, "more than 100,000 values"),
    ("a: &a [x]\nb: [" + "*a, " * 60 + "]", "more than 50 aliases"),
    ("a: &a [" + "x, " * 20000 + "]\nb: [*a, *a, *a, *a, *a, *a]", "more than 100,000 values"),
    ("a: &a [*a]", "stands within its own"),
    ("a: *b", "stands within its own"),
    ("a: !!python/object/apply:os.system ['echo']", "is not allowed"),
    ("a: !!binary aGk=", "is not allowed"),
    ("a: !custom {b: 1}", "is not allowed"),
    ("!!map {a: 1}", "is not allowed"),
    ("[" * 5000, "nest"),
    ("- " * 400 + "x", "deeper than 30"),
    ("{a: " * 3000, "deeper than 30"),
    ("? [a, b]\n: c", "a key must be a plain text"),
    ("a: 1\n---\nb: 2", "one document"),
    ("a: 'x", "this is not YAML"),
    ("a:\n\t- b", "this is not YAML"),
    ("a: \x00", "a character that YAML does not allow"),
    ("a: \x1b[31m", "a character that YAML does not allow"),
    ("%YAML 3.0\n---\na: 1", "this is not YAML"),
    ("# " + "x" * 1024 * 1024, "larger than 1 MB"),
]


@pytest.mark.parametrize(("text", "reason"), HOSTILE)
def test_what_could_do_harm_is_refused_at_once(text, reason) -> None:
    began = time.process_time()
    with pytest.raises(UnreadableYaml) as caught:
        read_yaml(text.encode())
    assert reason in caught.value.reason
    assert caught.value.line >= 1
    assert time.process_time() - began < 5


def test_other_encodings_are_refused_with_the_line() -> None:
    with pytest.raises(UnreadableYaml) as caught:
        read_yaml("a: 1\nb: Zoë".encode("latin-1"))
    assert (caught.value.line, caught.value.reason) == (2, "the file is not in UTF-8")


def test_a_key_that_stands_twice_is_noted_and_the_first_one_stands() -> None:
    document = read_yaml(b"a: 1\nb: 2\na: 3\n")
    assert document.data == {"a": 1, "b": 2}
    assert document.duplicates == [(3, "the key ‘a’ is there twice (first on line 1)")]


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_is_nothing(text) -> None:
    assert read_yaml(text.encode()).data is None


def test_few_aliases_are_welcome() -> None:
    assert read_yaml(b"a: &x [1, 2]\nb: *x\n").data == {"a": [1, 2], "b": [1, 2]}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(st.sampled_from("ab:-[]{}&*!?|>'\"#\n\t %,0.~")).map(str.encode))
def test_whatever_it_is_it_is_read_or_refused(content) -> None:
    # Anything but UnreadableYaml would come up here as an error.
    with suppress(UnreadableYaml):
        assert isinstance(read_yaml(content).data, dict | list | str | int | float | None)
