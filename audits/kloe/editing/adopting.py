"""Copies of questions and sections, and conditions that follow what they look at when it gets another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from audits.kloe.editing.pieces import Document, keyed, new_key

Name = tuple[str, str]  # section and question


def follow(document: Document, old: Name, new: Name) -> None:
    """Let the conditions of the document look at a question under its new name, and its own at what they did."""
    for section in document.get("sections", ()):
        _rename(section, section["key"], {old: new})
        for question in section.get("questions", ()):
            moved = (section["key"], question["key"]) == old
            _rename(question, section["key"], {old: new}, in_full=moved)


def _rename(holder: dict[str, Any], section: str, names: Mapping[Name, Name], *, in_full: bool = False) -> None:
    """Rename what a condition names; ``in_full`` writes out names without a section, for whoever leaves theirs."""
    for test in _tests(holder.get("when")):
        own, dot, key = test["question"].rpartition(".")
        name = (own if dot else section, key)
        if name in names or in_full:
            test["question"] = ".".join(names.get(name, name))


def _tests(condition: Any) -> Iterator[dict[str, Any]]:
    """The single tests of a condition that may not be readable yet."""
    if not isinstance(condition, dict):
        return
    for word in ("all", "any"):
        if isinstance(condition.get(word), list):
            for part in condition[word]:
                yield from _tests(part)
    if isinstance(condition.get("question"), str):
        yield condition


def copied_question(document: Document, section: dict[str, Any], question: dict[str, Any], key: str) -> dict[str, Any]:
    """A copy of a question for the same section."""
    copy = deepcopy(question)
    copy["key"] = key
    _rename(copy, section["key"], {(section["key"], question["key"]): (section["key"], key)})
    _apart(copy, _domains(document, section.get("part", "audit")))
    return copy


def copied_section(document: Document, section: dict[str, Any], key: str) -> dict[str, Any]:
    """A copy of a section whose conditions on its own questions look at the copies."""
    copy = deepcopy(section)
    copy["key"] = key
    questions = copy.get("questions", [])
    names = {(section["key"], question["key"]): (key, question["key"]) for question in questions}
    taken = _domains(document, section.get("part", "audit"))
    for holder in (copy, *questions):
        _rename(holder, section["key"], names)
    for question in questions:
        _apart(question, taken)
    return copy


def _domains(document: Document, part: str) -> set[str]:
    return {
        question["domain"]
        for section in document.get("sections", ())
        if section.get("part", "audit") == part
        for question in section.get("questions", ())
        if isinstance(question.get("domain"), str)
    }


def _apart(question: dict[str, Any], taken: set[str]) -> None:
    """Figures are joined by domain, and one judgement stands for the whole: a copy is neither."""
    question.pop("overall", None)
    if isinstance(question.get("domain"), str):
        question["domain"] = new_key(question["domain"], taken)
        taken.add(question["domain"])


def adopted(document: Document, section: str, question: dict[str, Any]) -> dict[str, Any]:
    """A question of another form made ready to be added to this one, for ``AddQuestion``.

    Its condition falls away, since it names questions of the other form; a judgement keeps its domain unless that is
    judged already in this part, is not the overall one, and shows only grade descriptions that this form has.
    """
    copy = deepcopy(question)
    copy.pop("when", None)
    part = (keyed(document.get("sections"), section) or {}).get("part", "audit")
    _apart(copy, _domains(document, part))
    if isinstance(copy.get("descriptors"), list):
        known = {each.get("key") for each in document.get("descriptors", ())}
        copy["descriptors"] = [key for key in copy["descriptors"] if key in known]
    return copy
