"""What several agencies wrote about the same child, side by side by line of enquiry, with what differs marked. Pure.

Coventry QA framework 2025-27, 6.2.1: the standard key lines of enquiry "allow for triangulation of data". What can be
compared without guessing at its meaning is compared: grades, choices, numbers, days, and whether somebody wrote
nothing. Of texts no more is said than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from audits.kloe.filling import visible
from audits.kloe.kinds import KINDS
from audits.kloe.questions import FormDefinition, Question, Section
from audits.kloe.visibility import Answers

# Who it was, when and where: no line of enquiry.
FACTS = ("person", "signature")
TEXTS = ("short_text", "long_text", "evidence", "rows")
# Of an answer with a comment, the part that is compared.
COMPARED = {"yes_no": "answer", "record_state": "state"}


class Difference(StrEnum):
    """What differs between the agencies in a line."""

    GRADES = "grades"
    ANSWERS = "answers"
    SILENT = "silent"

    @property
    def words(self) -> str:
        return {"grades": "Grades differ", "answers": "Answers differ", "silent": "Not everybody answered"}[self.value]


@dataclass(frozen=True)
class Voice:
    """One agency's audit of the child: the form it was written on, its answers, and the grades that moderation gave."""

    agency: str
    form: FormDefinition
    answers: Answers
    part: str = "audit"
    # Domain → code of the grade, where a moderator has decided.
    moderated: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """What one agency says in a line. ``asked`` False: its form does not ask it, or it does not apply."""

    agency: str
    asked: bool = True
    # Small heading (often empty) and text.
    pairs: tuple[tuple[str, str], ...] = ()
    # Of a graded line: the auditor's grade, and the moderator's when there is one.
    grade: str = ""
    moderated: str = ""
    # What of the answer is compared with the others'.
    compared: str = ""

    @property
    def silent(self) -> bool:
        return self.asked and not self.pairs

    @property
    def standing(self) -> str:
        return self.moderated or self.grade

    def under(self, heading: str) -> str:
        """What is said under one small heading, such as one half of the evidence; empty when nothing is."""
        return next((text for head, text in self.pairs if head == heading), "")


@dataclass(frozen=True)
class Line:
    """One question with what each agency says, in the order of the agencies."""

    section: str
    title: str
    question: str
    label: str
    kind: str
    said: tuple[Said, ...]
    differences: tuple[Difference, ...] = ()
    # Who said nothing where another did, with the half of the evidence that is meant, if it is one half alone.
    silent: tuple[tuple[str, str], ...] = ()
    # The headings of the two halves of evidence; empty for other kinds.
    halves: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        return bool(self.differences)

    @property
    def answered(self) -> bool:
        return any(one.pairs for one in self.said)

    @property
    def why(self) -> str:
        """What differs, in words; empty when nothing does."""
        words = [one.words for one in self.differences if one != Difference.SILENT]
        for agency, half in self.silent:
            words.append(f"{agency} says nothing under “{half}”" if half else f"{agency} says nothing")
        return "; ".join(words)


def lines_of(voices: Sequence[Voice]) -> list[Line]:
    """Every line of enquiry that one of the agencies' forms asks, in the form's order; versions of it are joined.

    Sections that identify the child or the audit, names, signatures and family members are left out. A question is the
    same in two versions when its section and its key are.
    """
    asked = [_asked_by(voice) for voice in voices]
    lines = []
    for key in _merged([list(one) for one in asked]):
        found = [one.get(key) for one in asked]
        section, question = next(one for one in found if one is not None)
        said = tuple(
            _said(voice, section.key, one[1]) if one is not None else Said(voice.agency, asked=False)
            for voice, one in zip(voices, found, strict=True)
        )
        lines.append(_line(section, question, said, {one[1].kind for one in found if one is not None}))
    return lines


def differences_first(lines: Iterable[Line]) -> list[Line]:
    """Those where grades differ, then answers, then where somebody is silent, then the others; each in its order."""
    order = [Difference.GRADES, Difference.ANSWERS, Difference.SILENT]
    return sorted(lines, key=lambda line: min((order.index(one) for one in line.differences), default=len(order)))


def is_line(section: Section, question: Question) -> bool:
    """Whether a question is a line of enquiry, and no fact about the child, the family or the audit."""
    if any(one.prefill.startswith(("case.", "audit.")) for one in section.questions):
        return False
    if question.kind == "rows":
        return question.becomes == "actions"
    return question.kind not in FACTS


def _asked_by(voice: Voice) -> dict[tuple[str, str], tuple[Section, Question]]:
    return {
        (section.key, question.key): (section, question)
        for section, questions in visible(voice.form, voice.part, voice.answers)
        for question in questions
        if is_line(section, question)
    }


def _merged(orders: Sequence[Sequence[tuple[str, str]]]) -> list[tuple[str, str]]:
    """The keys of several forms in one order: what one of them has more comes after what it comes after there."""
    merged: list[tuple[str, str]] = []
    for order in orders:
        place = 0
        for key in order:
            if key in merged:
                place = merged.index(key) + 1
            else:
                merged.insert(place, key)
                place += 1
    return merged


def _said(voice: Voice, section: str, question: Question) -> Said:
    answer = voice.answers.get(section, {}).get(question.key)
    kind = KINDS[question.kind]
    if answer is None or kind.is_empty(answer):
        return Said(voice.agency)
    pairs = tuple((head, text) for head, text in kind.display(question, answer, voice.form) if text)
    if question.kind != "judgement":
        return Said(voice.agency, pairs=pairs, compared=_compared(question, answer))
    code = voice.moderated.get(question.domain, "")
    grade = voice.form.scale.grade(code) if code and voice.form.scale else None
    moderated = grade.name if grade is not None else code
    return Said(voice.agency, pairs=pairs, grade=pairs[0][1] if pairs else "", moderated=moderated)


def _compared(question: Question, answer: Any) -> str:
    """What of an answer is compared with the others': without comments, several choices in no order."""
    if question.kind in COMPARED and isinstance(answer, dict):
        return str(answer.get(COMPARED[question.kind], ""))
    if isinstance(answer, list):
        return ", ".join(sorted(map(str, answer)))
    return str(answer)


def _line(section: Section, question: Question, said: tuple[Said, ...], kinds: set[str]) -> Line:
    # Two versions that ask for different kinds of answer stand side by side, and are not compared.
    same = len(kinds) == 1
    halves = (question.left, question.right) if same and question.kind == "evidence" else ()
    speaking = [one for one in said if one.pairs]
    silent = _silent(said, halves)
    differences = []
    if same and question.kind == "judgement" and len({one.standing for one in speaking}) > 1:
        differences.append(Difference.GRADES)
    elif same and question.kind not in (*TEXTS, "judgement") and len({one.compared for one in speaking}) > 1:
        differences.append(Difference.ANSWERS)
    if silent:
        differences.append(Difference.SILENT)
    return Line(
        section=section.key,
        title=section.title,
        question=question.key,
        label=question.label,
        kind=question.kind,
        said=said,
        differences=tuple(differences),
        silent=silent,
        halves=halves,
    )


def _silent(said: Sequence[Said], halves: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Who says nothing where another agency does: in the whole line, or under one half of the evidence."""
    speaking = [one for one in said if one.pairs]
    if not speaking:
        return ()
    wholly = tuple((one.agency, "") for one in said if one.silent)
    # Where a half is empty, the agency saw nothing of it or looked at the other alone: for people to find out.
    partly = tuple(
        (one.agency, half)
        for half in halves
        if any(other.under(half) for other in speaking)
        for one in speaking
        if not one.under(half)
    )
    return wholly + partly
