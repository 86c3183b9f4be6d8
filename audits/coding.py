"""Which answers are kept as codes, so that what people said can be counted though its text is encrypted. Pure.

Only closed questions about feedback are: yes or no, and scales. In the part that the practitioner fills these are the
practitioner's; in the auditor's part they are the family's, where a section is about feedback or views (its key has
one of these words in it, as in all packs: family-feedback, child-views, parent-views). Nothing that describes a child
is a scale or a yes/no in such a section, and nothing else is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audits.kloe.conditions import values_of
from audits.kloe.filling import visible
from audits.kloe.questions import FormDefinition, Section

FAMILY, PRACTITIONER = "family", "practitioner"
FEEDBACK = "feedback"
SAID = frozenset({"feedback", "views"})
YES_NO, ZERO_TO_TEN = "yes_no", "scale_0_10"
CODED = (YES_NO, ZERO_TO_TEN, "frequency_scale", "change_scale")
AUDITORS = ("audit", "reaudit")


@dataclass(frozen=True)
class Coded:
    """One answer: whose it is, "section.question", and its value as a text."""

    voice: str
    question: str
    value: str


def voice_of(section: Section) -> str:
    """Whose words a section holds: "family", "practitioner", or "" for neither."""
    if section.part == FEEDBACK:
        return PRACTITIONER
    return FAMILY if section.part in AUDITORS and SAID & set(section.key.split("-")) else ""


def sections_coded(form: FormDefinition, part: str) -> list[Section]:
    """The sections of a part that have answers to keep."""
    return [
        section
        for section in form.sections_of(part)
        if voice_of(section) and any(question.kind in CODED for question in section.questions)
    ]


def coded(form: FormDefinition, part: str, answers: Mapping[str, Mapping[str, Any]]) -> list[Coded]:
    """The coded answers of a part: those of questions that apply and are answered. ``answers`` is by section key."""
    if not sections_coded(form, part):
        return []
    found = []
    for section, questions in visible(form, part, answers):
        voice = voice_of(section)
        for question in questions:
            if not voice or question.kind not in CODED:
                continue
            for value in values_of(answers.get(section.key, {}).get(question.key)):
                found.append(Coded(voice, f"{section.key}.{question.key}", str(value)))
    return found
