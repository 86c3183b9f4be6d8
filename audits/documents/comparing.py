"""What a document would change: question by question, what stands now beside what was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from audits.documents.days import PARTS, shown_day
from audits.kloe.filling import Document, errors_of_raw
from audits.kloe.kinds import KINDS
from audits.kloe.questions import FormDefinition, Question, Section


@dataclass(frozen=True)
class Shown:
    """An answer in words, or what was typed instead of one and why it cannot be read; neither: not answered."""

    pairs: tuple[tuple[str, str], ...] = ()
    typed: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One question whose answer would become another."""

    question: Question
    now: Shown
    paper: Shown


def is_blank(document: Document | None) -> bool:
    """Whether nothing is answered in a section, and nothing was typed that could not be read."""
    return not document or not (document.get("answers") or document.get("raw"))


def differences(form: FormDefinition, section: Section, now: Document, paper: Document) -> list[Difference]:
    """The questions that a document answers otherwise than what stands now, in order."""
    found = []
    for question in section.questions:
        standing, read = (_held(document, question) for document in (now, paper))
        if standing != read:
            found.append(Difference(question, _shown(form, question, standing), _shown(form, question, read)))
    return found


def _held(document: Document, question: Question) -> tuple[Any, Any]:
    return (document.get("answers") or {}).get(question.key), (document.get("raw") or {}).get(question.key)


def _shown(form: FormDefinition, question: Question, held: tuple[Any, Mapping[str, Any] | None]) -> Shown:
    answer, raw = held
    if raw is not None:
        typed = [text for text in _typed(question, raw) if text.strip()]
        errors = tuple(str(error) for error in errors_of_raw(form, question, raw))
        return Shown(typed=tuple(typed), errors=errors)
    if answer is None:
        return Shown()
    return Shown(tuple(KINDS[question.kind].display(question, answer, form)))


def _typed(question: Question, raw: Mapping[str, Any]) -> Iterator[str]:
    """The fields of an input as they were typed, the three of a day as one."""
    for name, value in raw.items():
        if name == f"{question.key}-rows":
            continue
        start, _, part = name.rpartition("-")
        if part in PARTS and all(f"{start}-{each}" in raw for each in PARTS):
            if part == "day":
                yield shown_day(*(str(raw[f"{start}-{each}"]) for each in PARTS)).strip("/")
        elif isinstance(value, list):
            yield from map(str, value)
        else:
            yield str(value)
