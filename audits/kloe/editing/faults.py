"""What stands against publishing a draft, in words for whoever builds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from audits.kloe.definition import BadDefinition, from_json
from audits.kloe.editing.pieces import keyed
from audits.kloe.editing.saying import in_words, quoted
from audits.kloe.fields import Problem


@dataclass(frozen=True)
class Fault:
    """One thing that stands against publishing.

    ``section`` and ``question`` are keys, empty when it is about the whole form or section; ``field`` is the property
    that it is about where one can be told ("label", "options", "when", "scale", "descriptors", …).
    """

    section: str
    question: str
    text: str
    field: str = ""


def problems(document: Any) -> list[Fault]:
    """Everything that stands against publishing, in the order of the form. Never raises, whatever the JSON."""
    try:
        from_json(document)
    except BadDefinition as error:
        found = [_fault(document, problem) for problem in error.problems]
        # A condition that cannot be read can be noted twice; the first wording of a thing is enough.
        return list(dict.fromkeys(sorted(found, key=lambda fault: _order(document, fault))))
    return []


def question_problems(document: Any, section: str, question: str) -> list[str]:
    """What stands against one question, as sentences."""
    return [fault.text for fault in problems(document) if (fault.section, fault.question) == (section, question)]


def _order(document: Any, fault: Fault) -> tuple[int, int]:
    sections = _list(document, "sections")
    keys = [_key(section) for section in sections]
    if fault.section not in keys:
        return (-1, -1)
    number = keys.index(fault.section)
    asked = [_key(question) for question in _list(sections[number], "questions")]
    return number, asked.index(fault.question) if fault.question in asked else -1


def _list(holder: Any, name: str) -> list[Any]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else []


def _key(holder: Any) -> str:
    found = holder.get("key") if isinstance(holder, dict) else None
    return found if isinstance(found, str) else ""


def _fault(document: Any, problem: Problem) -> Fault:
    section = question = field = ""
    match problem.path:
        case ("sections", int() as number, "questions", int() as index, *rest):
            holder = _list(document, "sections")[number]
            section, question = _key(holder), _key(_list(holder, "questions")[index])
        case ("sections", int() as number, *rest):
            section = _key(_list(document, "sections")[number])
        case (*rest,):
            pass
    if rest and isinstance(rest[0], str):
        field = rest[0]
    text = in_words(problem, document)
    if field == "when" and text.startswith("The condition "):
        text = f"The condition of {_whose(document, section, question)} {text.removeprefix('The condition ')}"
    return Fault(section, question, text, field)


def _whose(document: Any, section: str, question: str) -> str:
    """Whose condition it is: in a list of faults that is not seen otherwise."""
    holder = keyed(_list(document, "sections"), section)
    asked = keyed(_list(holder, "questions"), question)
    if asked is not None:
        return quoted(asked, "label")
    return f"the section {quoted(holder, 'title')}" if holder is not None and not question else "this question"
