"""How a Word document names its fields, and finds them again.

A content control bears the field's name as its tag; a check box adds its option (``section__question=value``).
Word refuses tags of more than 64 signs, so longer ones are shortened to something that is still their own. Not every
program keeps tags (LibreOffice before 7.5 drops them), so each control has a bookmark around it as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from audits.documents.layout import Field, LaidSection, Layout
from audits.kloe.filling import prefix_of

MAX_TAG = 64


def tag_of(name: str, value: str = "") -> str:
    """The tag of a field, or of one option of a field that takes several."""
    tag = f"{name}={value}" if value else name
    if len(tag) <= MAX_TAG:
        return tag
    return f"{tag[:43]}~{hashlib.sha256(tag.encode()).hexdigest()[:20]}"


def mark_of(tag: str) -> str:
    """The name of the bookmark around the control with this tag."""
    return f"qaf_{hashlib.sha256(tag.encode()).hexdigest()[:24]}"


@dataclass(frozen=True)
class Place:
    """Where a control belongs. ``rest`` is the field's name after the question's, or after the row's number."""

    section: str
    question: str
    field: Field
    rest: str = ""
    value: str = ""
    row: int | None = None
    column: int = 0


def places(layout: Layout) -> dict[str, Place]:
    """Every control that a document of this layout can have, by its tag and by its bookmark; every row it may have."""
    found: dict[str, Place] = {}
    for laid in layout.sections:
        for tag, place in _places(laid):
            found[tag] = found[mark_of(tag)] = place
    return found


def _places(laid: LaidSection) -> Iterator[tuple[str, Place]]:
    for item in laid.items:
        own = prefix_of(laid.section) + item.question.key
        for field in item.fields:
            rest = field.name.removeprefix(own)
            yield from _tags(field.name, Place(laid.section.key, item.question.key, field, rest))
        if not item.rows:
            continue
        for column, cell in enumerate(item.rows[0].cells):
            for field in cell:
                rest = field.name.removeprefix(f"{own}-0-")
                for row in range(item.question.maximum_rows):
                    place = Place(laid.section.key, item.question.key, field, rest, row=row, column=column)
                    yield from _tags(f"{own}-{row}-{rest}", place)


def _tags(name: str, place: Place) -> Iterator[tuple[str, Place]]:
    if place.field.widget != "checks":
        yield tag_of(name), place
        return
    for option in place.field.options:
        yield tag_of(name, option.value), Place(**{**vars(place), "value": option.value})
