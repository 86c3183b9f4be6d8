"""What stands against publishing a draft, in words for whoever builds it; and as much of the draft as can be shown."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from audits.kloe.checks import check_form
from audits.kloe.definition import BadDefinition, from_json
from audits.kloe.editing.saying import in_words
from audits.kloe.fields import Fields, Path, Problem, Problems
from audits.kloe.questions import FormDefinition
from audits.kloe.reading import FormReader, descriptor_from, scale_from
from audits.kloe.scales import Descriptor, Scale


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
    return Fault(section, question, in_words(problem, document), field)


def parse_leniently(document: Any) -> FormDefinition | None:
    """The form with all of it that can be shown, for a preview of a draft with problems; None when there is nothing.

    Questions that cannot be read are left out, and so are sections without a usable key; conditions that cannot be
    decided fall away, so that what hangs on them is always shown. Rules that only matter for an audit, such as the one
    overall judgement, are not asked for. A document without problems gives the same as ``from_json``.
    """
    if not isinstance(document, dict):
        return None
    kept = deepcopy(document)
    while True:
        form, wrong = _read(kept)
        if not any(_take_out(kept, problem) for problem in wrong):
            return form


def _read(document: dict[str, Any]) -> tuple[FormDefinition, list[Problem]]:
    """The form as far as it goes, and its problems, those nearest to the end first."""
    noted, aside = Problems(), Problems()
    plain = dict(document)
    scales: dict[str, Scale] = {}
    if isinstance(plain.get("scale"), dict) and (scale := scale_from(Fields(plain["scale"], aside))):
        if len(scale.grades) > 1 and not aside.found:
            scales[scale.key] = scale
    plain["scale"] = next(iter(scales), None)
    descriptors: dict[str, Descriptor] = {}
    for item in _list(plain, "descriptors"):
        if isinstance(item, dict) and (found := descriptor_from(Fields(item, aside), scales)):
            descriptors[found.key] = found
    plain.pop("descriptors", None)
    form = FormReader(noted, scales, descriptors).form(plain)
    wrong = noted.found + check_form(form, descriptors)
    return form, sorted(wrong, key=lambda problem: _backwards(problem.path), reverse=True)


def _backwards(path: Path) -> tuple[tuple[int, int, str], ...]:
    return tuple((0, step, "") if isinstance(step, int) else (1, 0, step) for step in path)


def _take_out(document: dict[str, Any], problem: Problem) -> bool:
    """Take out of the document what the problem is about, if it stands against showing it; tells whether it did."""
    raise NotImplementedError
