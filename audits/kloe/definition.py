"""What a form is. ``to_json`` and ``from_json`` are each other's exact reverse; the JSON is what a version stores."""

from __future__ import annotations

from typing import Any

from audits.kloe.checks import check_form
from audits.kloe.conditions import condition_to_json
from audits.kloe.fields import Fields, Problem, Problems
from audits.kloe.kinds import KINDS
from audits.kloe.kinds.asking import question_to_json
from audits.kloe.questions import PARTS, Choice, FormDefinition, Question, Section
from audits.kloe.reading import FormReader, descriptor_from, scale_from
from audits.kloe.scales import Descriptor, Grade, Scale

__all__ = [
    "PARTS",
    "BadDefinition",
    "Choice",
    "Descriptor",
    "FormDefinition",
    "Grade",
    "Question",
    "Scale",
    "Section",
    "check_form",
    "from_json",
    "to_json",
]


class BadDefinition(ValueError):
    """A definition cannot be used; ``problems`` says what is wrong and where, all at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(f"{p.where}: {p.reason}" if p.where else p.reason for p in problems))
        self.problems = problems


def from_json(data: Any) -> FormDefinition:
    """The form of a stored definition. Raises BadDefinition with everything that is wrong with it."""
    problems = Problems()
    document = dict(data) if isinstance(data, dict) else {}
    if not isinstance(data, dict):
        problems.add((), "", "a form must be a mapping of keys and values")
    scales: dict[str, Scale] = {}
    if document.get("scale") is not None:
        if scale := scale_from(Fields(document["scale"], problems, ("scale",), "scale")):
            scales[scale.key] = scale
            document["scale"] = scale.key
        else:
            document.pop("scale")
    descriptors: dict[str, Descriptor] = {}
    listed = Fields({"descriptors": document.pop("descriptors", None)}, problems)
    for index, item in listed.items("descriptors"):
        fields = listed.inner(item, f"descriptor {index + 1}", "descriptors", index)
        if descriptor := descriptor_from(fields, scales):
            if descriptor.key in descriptors:
                fields.wrong(f"descriptor ‘{descriptor.key}’ is there twice", "key")
            descriptors[descriptor.key] = descriptor
    form = FormReader(problems, scales, descriptors).form(document)
    found = problems.found + check_form(form, descriptors)
    if found:
        raise BadDefinition(found)
    return form


def to_json(form: FormDefinition) -> dict[str, Any]:
    """A form as plain data: what its YAML says, with its scale and descriptors written out in it."""
    written: dict[str, Any] = {"form": form.key, "title": form.title}
    if form.source:
        written["source"] = form.source
    if form.scale:
        written["scale"] = _scale_to_json(form.scale)
    written["sections"] = [_section_to_json(section) for section in form.sections]
    if form.descriptors:
        written["descriptors"] = [
            {
                "key": descriptor.key,
                "title": descriptor.title,
                "scale": descriptor.scale,
                "grades": {code: list(sentences) for code, sentences in descriptor.grades.items()},
            }
            for descriptor in form.descriptors
        ]
    return written


def _scale_to_json(scale: Scale) -> dict[str, Any]:
    grades = []
    for grade in scale.grades:
        written: dict[str, Any] = {"code": grade.code, "name": grade.name, "meets_standard": grade.meets_standard}
        if grade.raises_alert:
            written["raises_alert"] = True
        grades.append(written)
    return {"key": scale.key, "title": scale.title, "grades": grades}


def _section_to_json(section: Section) -> dict[str, Any]:
    written: dict[str, Any] = {"key": section.key, "title": section.title, "part": section.part}
    if section.introduction:
        written["introduction"] = list(section.introduction)
    if section.when:
        written["when"] = condition_to_json(section.when)
    written["questions"] = []
    for question in section.questions:
        asked = question_to_json(question, KINDS[question.kind])
        if question.when:
            asked["when"] = condition_to_json(question.when)
        written["questions"].append(asked)
    return written
