"""A form as one YAML file that holds all it needs, and back.

The file is written here and not by a library, because it has to come back exactly as it was from the reader in
``yaml_lines``, which follows YAML 1.2 and has limits of its own, and because people read it: long texts are folded,
properties stand in the order of docs/forms.md, and signs that cannot be seen are written as escapes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from audits.kloe.definition import BadDefinition, from_json, to_json
from audits.kloe.fields import Fields, Problem, Problems
from audits.kloe.packs import PackError, PackErrors
from audits.kloe.reading import descriptor_from
from audits.kloe.yaml_lines import UnreadableYaml, is_text, line_of, read_yaml

WIDTH = 100
ORDER = (
    "form", "key", "value", "code", "question", "kind", "title", "name", "label", "source", "scale", "part",
    "introduction", "hint", "guidance", "required", "prefill", "when", "is", "not", "in", "answered", "all", "any",
    "max_length", "past_only", "minimum", "maximum", "decimals", "options", "comment", "not_applicable", "low_label",
    "high_label", "left", "right", "domain", "overall", "oversight", "columns", "minimum_rows", "maximum_rows",
    "row_name", "becomes", "meets_standard", "raises_alert", "grades", "questions", "sections", "descriptors",
)  # fmt: skip
_PLACES = {name: place for place, name in enumerate(ORDER)}
# Signs that are safe without quotes in the middle of a text, beside letters and digits of any script.
_PLAIN_SIGNS = frozenset(" _-/.,;()'’‘“”–—?!+=&%£€…")
# Texts here, and something else to many other programs that read YAML.
_MISREAD = frozenset({"y", "n", "yes", "no", "on", "off"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def to_yaml(definition: dict[str, Any]) -> str:
    """A definition as one self-contained file, in the order of docs/forms.md. Drafts with problems can be written too.

    ``from_yaml`` gives the same definition again, provided that it has no problems.
    """
    scale = definition.get("scale")
    grades = scale.get("grades") if isinstance(scale, dict) else None
    codes = [grade.get("code") for grade in grades if isinstance(grade, dict)] if isinstance(grades, list) else []
    return "\n".join(_mapping(definition, 0, codes)) + "\n"


def _ordered(mapping: dict[str, Any], codes: list[Any]) -> list[str]:
    """Known properties in their order; what stands under grade codes best grade first; anything else by name."""
    places = {code: place for place, code in enumerate(codes) if isinstance(code, str)}
    return sorted(mapping, key=lambda name: (_PLACES.get(name, len(ORDER)), places.get(name, len(places)), name))


def _mapping(mapping: dict[str, Any], indent: int, codes: list[Any]) -> Iterator[str]:
    for name in _ordered(mapping, codes):
        value = mapping[name]
        head = " " * indent + (name if _plain(name) else _quoted(name)) + ":"
        if isinstance(value, dict) and value:
            yield head
            yield from _mapping(value, indent + 2, codes)
        elif isinstance(value, list) and value:
            yield head
            yield from _items(value, indent + 2, codes)
        else:
            yield from _scalar(head, value, indent + 2)


def _items(items: list[Any], indent: int, codes: list[Any]) -> Iterator[str]:
    for item in items:
        dash = " " * indent + "-"
        if isinstance(item, dict | list) and item:
            inner = _mapping(item, 0, codes) if isinstance(item, dict) else _items(item, 0, codes)
            first, *rest = inner
            yield f"{dash} {first}"
            # Blank lines within a block of text stay without blanks.
            yield from (" " * (indent + 2) + line if line else line for line in rest)
        else:
            yield from _scalar(dash, item, indent + 2)


def _scalar(head: str, value: Any, indent: int) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{head} {_other(value)}"
    elif _plain(value) and len(head) + len(value) <= WIDTH + 20:
        yield f"{head} {value}"
    elif _fits_block(value) and ("\n" in value or len(value) > WIDTH - 20):
        lines = value.split("\n")
        yield head + (" |-" if len(lines) > 1 else " >-")
        for line in lines if len(lines) > 1 else _folded(value):
            yield " " * indent + line if line else ""
    else:
        yield f"{head} {_quoted(value)}"


def _other(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    return "{}" if value == {} else "[]" if value == [] else repr(value)


def _is_visible(sign: str) -> bool:
    return sign == " " or unicodedata.category(sign)[0] in "LMNPS"


def _plain(text: str) -> bool:
    """Whether a text can stand without quotes and comes back as the same text."""
    return (
        text[:1].isalpha()
        and text[-1:] != " "
        and all(sign.isalnum() or sign in _PLAIN_SIGNS for sign in text)
        and all(_is_visible(sign) for sign in text)
        and is_text(text)
        and text.lower() not in _MISREAD
    )


def _fits_block(text: str) -> bool:
    """Whether a text can stand as a block: nothing invisible, and no blanks where a block would lose them."""
    lines = text.split("\n")
    return (
        all(_is_visible(sign) or sign == "\n" for sign in text)
        and not text.startswith((" ", "\n"))
        and all(line == line.rstrip(" ") for line in lines)
        and bool(lines[-1])
    )


def _folded(text: str) -> Iterator[str]:
    """One line as several, broken only at single blanks between words."""
    line = ""
    for word in re.split(r"(?<! ) (?! )", text):
        if line and len(line) + 1 + len(word) > WIDTH:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(sign) or (sign if _is_visible(sign) else _escape(sign)) for sign in text) + '"'


def _escape(sign: str) -> str:
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _reason(problem: Problem, read: Any) -> str:
    if problem.path == ("scale",) and isinstance(read["scale"], str):
        return "write out the grading scale with key, title and grades; its name alone will do only within a pack"
    return problem.reason


def from_yaml(data: bytes, *, name: str = "form.yaml") -> dict[str, Any]:
    """The definition in a file with its scale and descriptors in it. Raises PackErrors with every mistake and its line.

    Reads what ``to_yaml`` writes, and the forms of packs once their scale and descriptors are written out in them.
    ``name`` is what the errors call the file.
    """
    try:
        document = read_yaml(data)
    except UnreadableYaml as error:
        raise PackErrors([PackError(name, error.line, "", error.reason)]) from None
    errors = [PackError(name, line, "", reason) for line, reason in document.duplicates]
    read = document.data
    try:
        form = from_json(read)
    except BadDefinition as bad:
        errors += [
            PackError(name, line_of(read, found.path), found.where, _reason(found, read)) for found in bad.problems
        ]
    if errors:
        raise PackErrors(sorted(set(errors)))
    # The engine keeps the descriptors that a judgement names; a file being worked on may hold some for later.
    scales = {form.scale.key: form.scale} if form.scale else {}
    listed = [descriptor_from(Fields(item, Problems()), scales) for item in read.get("descriptors") or ()]
    return to_json(replace(form, descriptors=tuple(one for one in listed if one)))
