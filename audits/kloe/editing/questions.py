"""Edits of questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from audits.kloe.editing.adopting import copied_question, follow
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
from audits.kloe.editing.sections import section_of
from audits.kloe.editing.settling import settled_question
from audits.kloe.reading import MAX_QUESTIONS


def _questions(section: dict[str, Any]) -> list[dict[str, Any]]:
    questions: list[dict[str, Any]] = section.setdefault("questions", [])
    return questions


def _question_of(section: dict[str, Any], key: str) -> dict[str, Any]:
    if (found := keyed(section.get("questions"), key)) is None:
        raise PieceChanged(("question", section["key"], key), None)
    return found


def _question_keys(section: dict[str, Any]) -> set[str]:
    return {question["key"] for question in section.get("questions", ())}


def _room_for_one(section: dict[str, Any]) -> None:
    if len(_questions(section)) >= MAX_QUESTIONS:
        raise EditRefused(f"A section can have no more than {MAX_QUESTIONS} questions.")


@dataclass(frozen=True)
class AddQuestion(Edit):
    """A question behind the one with the key ``after`` ("": first, None: last).

    Its key is made from its label; one that it brings along is kept, with a number when it is taken.
    """

    section: str
    question: dict[str, Any]
    after: str | None = None

    @property
    def summary(self) -> str:
        return "Question added"

    @property
    def place(self) -> Place:
        return ("section", self.section)

    @property
    def yours(self) -> Any:
        return self.question

    def describe(self, document: Document) -> str:
        title = (keyed(document.get("sections"), self.section) or {}).get("title", "")
        return f"Question added to ‘{title}’"

    def _key(self, section: dict[str, Any]) -> str:
        words = self.question.get("key") if isinstance(self.question, dict) else ""
        if not isinstance(words, str) or not words.strip():
            words = self.question.get("label") if isinstance(self.question, dict) else ""
        return new_key(
            words if isinstance(words, str) else "", _question_keys(section), underscore=True, fallback="question"
        )

    def lands(self, document: Document) -> Place:
        return ("question", self.section, self._key(section_of(document, self.section)))

    def change(self, document: Document) -> None:
        section = section_of(document, self.section)
        _room_for_one(section)
        question = settled_question(self.question, key=self._key(section), section=self.section)
        place_after(_questions(section), question, self.after)


@dataclass(frozen=True)
class ChangeQuestion(Edit):
    """Another wording, kind or condition under the same key. ``seen`` marks ``("question", section, key)``.

    Answers and figures hang on the key, so it stays whatever the label says; properties of a former kind fall away.
    """

    section: str
    key: str
    seen: str
    question: dict[str, Any]

    @property
    def summary(self) -> str:
        return "Question changed"

    @property
    def place(self) -> Place:
        return ("question", self.section, self.key)

    @property
    def yours(self) -> Any:
        return settled_question(self.question, key=self.key, section=self.section)

    def lands(self, document: Document) -> Place:
        return self.place

    def change(self, document: Document) -> None:
        question = _question_of(section_of(document, self.section), self.key)
        changed = self.yours
        question.clear()
        question.update(changed)


@dataclass(frozen=True)
class MoveQuestion(Edit):
    """A question ``by`` places up (-1) or down (+1), or ``to`` a place counted from 0, or ``into`` another section.

    Conditions that name it follow it into the other section, where it stands ``to`` a place, else last; its key gets
    a number when the other section has one like it.
    """

    section: str
    key: str
    by: int | None = None
    to: int | None = None
    into: str | None = None

    @property
    def summary(self) -> str:
        if self.into is not None and self.into != self.section:
            return "Question moved to another section"
        return "Question moved" if self.to is not None else f"Question moved {'up' if (self.by or 0) < 0 else 'down'}"

    @property
    def place(self) -> Place:
        return ("question", self.section, self.key)

    def _target(self, document: Document) -> tuple[dict[str, Any], str]:
        """The section that the question will be in, and its key there."""
        if self.into is None or self.into == self.section:
            return section_of(document, self.section), self.key
        target = section_of(document, self.into)
        return target, new_key(self.key, _question_keys(target), underscore=True)

    def lands(self, document: Document) -> Place:
        target, key = self._target(document)
        return ("question", target["key"], key)

    def change(self, document: Document) -> None:
        section = section_of(document, self.section)
        question = _question_of(section, self.key)
        target, key = self._target(document)
        if target is section:
            move_within(_questions(section), _questions(section).index(question), by=self.by, to=self.to)
            return
        _room_for_one(target)
        follow(document, (self.section, self.key), (target["key"], key))
        _questions(section).remove(question)
        question["key"] = key
        place = len(_questions(target)) if self.to is None else max(0, self.to)
        _questions(target).insert(place, question)


@dataclass(frozen=True)
class DuplicateQuestion(Edit):
    """A copy right behind the question; of a judgement with a domain of its own, and never the overall one."""

    section: str
    key: str

    @property
    def summary(self) -> str:
        return "Question copied"

    @property
    def place(self) -> Place:
        return ("question", self.section, self.key)

    def _key(self, section: dict[str, Any]) -> str:
        return new_key(self.key, _question_keys(section), underscore=True)

    def lands(self, document: Document) -> Place:
        return ("question", self.section, self._key(section_of(document, self.section)))

    def change(self, document: Document) -> None:
        section = section_of(document, self.section)
        question = _question_of(section, self.key)
        _room_for_one(section)
        copy = copied_question(document, section, question, self._key(section))
        place_after(_questions(section), copy, self.key)


@dataclass(frozen=True)
class RemoveQuestion(Edit):
    """The question, even when another's condition names it: that becomes a problem of the other."""

    section: str
    key: str
    seen: str

    @property
    def summary(self) -> str:
        return "Question removed"

    @property
    def place(self) -> Place:
        return ("question", self.section, self.key)

    def lands(self, document: Document) -> Place:
        return ("section", self.section)

    def change(self, document: Document) -> None:
        section = section_of(document, self.section)
        _questions(section).remove(_question_of(section, self.key))
