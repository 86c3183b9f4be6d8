"""Edits of whole sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audits.kloe.editing.adopting import copied_section
from audits.kloe.editing.pieces import (
    Document,
    Edit,
    EditRefused,
    PieceChanged,
    Place,
    keyed,
    move_within,
    new_key,
    place_after,
)
from audits.kloe.editing.settling import settled_head
from audits.kloe.reading import MAX_SECTIONS


def _sections(document: Document) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = document.setdefault("sections", [])
    return sections


def section_of(document: Document, key: str) -> dict[str, Any]:
    """The section with this key. Raises PieceChanged when it is gone."""
    if (found := keyed(document.get("sections"), key)) is None:
        raise PieceChanged(("section", key), None)
    return found


def _section_keys(document: Document) -> set[str]:
    return {section["key"] for section in document.get("sections", ())}


def _room_for_one(document: Document) -> None:
    if len(_sections(document)) >= MAX_SECTIONS:
        raise EditRefused(f"A form can have no more than {MAX_SECTIONS} sections.")


@dataclass(frozen=True)
class AddSection(Edit):
    """A new section without questions, behind the one with the key ``after`` ("": first, None: last)."""

    title: str
    part: str = "audit"
    after: str | None = None

    @property
    def summary(self) -> str:
        return "Section added"

    @property
    def place(self) -> Place:
        return ("form",)

    def describe(self, document: Document) -> str:
        return f"{self.summary}: {self.title}"[:200]

    def _key(self, document: Document) -> str:
        return new_key(self.title, _section_keys(document), fallback="section")

    def lands(self, document: Document) -> Place:
        return ("section", self._key(document))

    def change(self, document: Document) -> None:
        _room_for_one(document)
        head = settled_head(key=self._key(document), title=self.title, part=self.part)
        place_after(_sections(document), {**head, "questions": []}, self.after)


@dataclass(frozen=True)
class ChangeSection(Edit):
    """Another title, part, introduction or condition. ``seen`` marks ``("section", key, "head")``."""

    key: str
    seen: str
    title: str
    part: str
    introduction: Sequence[str] = ()
    when: dict[str, Any] | None = None

    @property
    def summary(self) -> str:
        return "Section changed"

    @property
    def place(self) -> Place:
        return ("section", self.key, "head")

    @property
    def yours(self) -> Any:
        return settled_head(
            key=self.key, title=self.title, part=self.part, introduction=list(self.introduction), when=self.when
        )

    def lands(self, document: Document) -> Place:
        return ("section", self.key)

    def change(self, document: Document) -> None:
        section = section_of(document, self.key)
        questions = section.get("questions", [])
        changed = self.yours
        section.clear()
        section.update({**changed, "questions": questions})


@dataclass(frozen=True)
class MoveSection(Edit):
    """A section ``by`` places up (-1) or down (+1), or ``to`` a place counted from 0; beyond an end it stays there."""

    key: str
    by: int | None = None
    to: int | None = None

    @property
    def summary(self) -> str:
        return "Section moved" if self.to is not None else f"Section moved {'up' if (self.by or 0) < 0 else 'down'}"

    @property
    def place(self) -> Place:
        return ("section", self.key)

    def lands(self, document: Document) -> Place:
        return ("section", self.key)

    def change(self, document: Document) -> None:
        sections = _sections(document)
        move_within(sections, sections.index(section_of(document, self.key)), by=self.by, to=self.to)


@dataclass(frozen=True)
class DuplicateSection(Edit):
    """A copy right behind the section.

    Its conditions on questions of the section follow the copy; domains get keys of their own, and no judgement of the
    copy is the overall one.
    """

    key: str

    @property
    def summary(self) -> str:
        return "Section copied"

    @property
    def place(self) -> Place:
        return ("section", self.key)

    def _key(self, document: Document) -> str:
        return new_key(self.key, _section_keys(document))

    def lands(self, document: Document) -> Place:
        return ("section", self._key(document))

    def change(self, document: Document) -> None:
        section = section_of(document, self.key)
        _room_for_one(document)
        copy = copied_section(document, section, self._key(document))
        place_after(_sections(document), copy, self.key)


@dataclass(frozen=True)
class RemoveSection(Edit):
    """The section with all its questions. ``seen`` marks ``("section", key)``, so that no new question is lost."""

    key: str
    seen: str

    @property
    def summary(self) -> str:
        return "Section removed"

    @property
    def place(self) -> Place:
        return ("section", self.key)

    def lands(self, document: Document) -> Place:
        return ("form",)

    def change(self, document: Document) -> None:
        _sections(document).remove(section_of(document, self.key))
