"""A draft as far as it can be read, with its conditions as they are: what the outline says of it.

``audits.kloe.editing.parse_leniently`` gives what can be shown as a form; it drops conditions that cannot be decided,
and the outline has to name those.
"""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from audits.kloe.editing.pieces import keyed, place_after
from audits.kloe.fields import Fields, Problems
from audits.kloe.questions import FormDefinition, Question
from audits.kloe.reading import FormReader, descriptor_from, scale_from
from audits.kloe.scales import Descriptor, Scale

Document = dict[str, Any]


def readable(document: Document) -> FormDefinition:
    """The form that a draft's document makes, without the questions that cannot be told what they are."""
    problems = Problems()
    head = dict(document)
    scales: dict[str, Scale] = {}
    scale = scale_from(Fields(head.pop("scale", None) or {}, problems))
    if scale:
        scales[scale.key] = scale
        head["scale"] = scale.key
    descriptors: dict[str, Descriptor] = {}
    for item in head.pop("descriptors", None) or []:
        if descriptor := descriptor_from(Fields(item, problems), scales):
            descriptors[descriptor.key] = descriptor
    form = FormReader(problems, scales, descriptors).form(head)
    sections = tuple(replace(one, questions=tuple(filter(_can_be_drawn, one.questions))) for one in form.sections)
    return replace(form, sections=sections)


def _can_be_drawn(question: Question) -> bool:
    return bool(question.kind and question.key and (question.kind != "rows" or question.columns))


def column_in(question: Document, key: str) -> Document | None:
    """A column of a question with rows."""
    return keyed(question.get("columns"), key)


def question_with(question: Document, column: Document, *, instead_of: str = "") -> Document:
    """A question with rows that has this column too, or instead of another."""
    columns = list(question.get("columns") or [])
    if instead_of:
        columns = [column if one.get("key") == instead_of else one for one in columns]
    else:
        columns.append(column)
    return {**question, "columns": columns}


def document_with(document: Document, section: str, question: Document, *, after: str | None) -> Document:
    """A copy of the document in which a question stands instead of the one with its key, or behind another.

    For previews alone: a draft is changed through ``audits.workflow.drafts``.
    """
    changed = deepcopy(document)
    questions = (keyed(changed.get("sections"), section) or {}).setdefault("questions", [])
    if (there := keyed(questions, question["key"])) is not None:
        questions[questions.index(there)] = question
    else:
        place_after(questions, question, after)
    return changed
