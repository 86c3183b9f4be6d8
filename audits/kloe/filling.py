"""Filling in a form: what applies, what was typed, what is missing, and what follows from it.

``answers`` is always {section key: {question key: answer}}; a document is one section's {"answers": …, "raw": …}
(docs/forms.md, *A section's stored document*).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from audits.kloe.kinds import KINDS, FieldMessage, Rows
from audits.kloe.kinds.base import Data, keepable, one
from audits.kloe.questions import FormDefinition, Question, Section
from audits.kloe.visibility import Answers, Visibility

Document = Mapping[str, Any]
State = Literal["not_started", "in_progress", "complete"]


def prefix_of(section: Section) -> str:
    """What the names of a section's fields begin with."""
    return f"{section.key}__"


def visible(form: FormDefinition, part: str, answers: Answers) -> list[tuple[Section, tuple[Question, ...]]]:
    """The sections of a part that apply, each with its questions that apply."""
    seen = Visibility(form, answers)
    pairs = [(section, seen.questions_of(section)) for section in form.sections_of(part)]
    return [(section, questions) for section, questions in pairs if questions]


class RowCommand(NamedTuple):
    """A press on "Add another" or "Remove": what, on which question, which row; ``anchor`` is where to go on."""

    action: Literal["add", "remove"]
    question: str
    row: int
    anchor: str


@dataclass(frozen=True)
class SectionInput:
    """What was made of a submitted section. ``answers`` and ``raw`` together are the document to keep."""

    answers: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    row_command: RowCommand | None = None

    @property
    def document(self) -> dict[str, Any]:
        return {"answers": self.answers, "raw": self.raw}


def read_section(form: FormDefinition, section: Section, data: Data, *, today: date | None = None) -> SectionInput:
    """Read a submitted section, keeping everything: what cannot be read goes to ``raw`` with its errors.

    ``data`` is a request's POST data or a plain dictionary; ``today`` (default: the current day) bounds dates that
    must not lie ahead. A press on a row's button is carried out in the answers given back.
    """
    read = SectionInput(row_command=_row_command(section, data))
    for question in section.questions:
        kind, prefix = KINDS[question.kind], prefix_of(section)
        if isinstance(kind, Rows):
            mine = read.row_command if read.row_command and read.row_command.question == question.key else None
            if mine:
                data_of_rows = kind.rearranged(
                    question, data, prefix, remove=mine.row if mine.action == "remove" else None
                )
            reading = kind.read(
                question,
                data_of_rows if mine else data,
                prefix,
                scale=form.scale,
                today=today or date.today(),
                keep_blank=mine is not None,
            )
        else:
            reading = kind.read(question, data, prefix, scale=form.scale, today=today or date.today())
        if reading.answer is not None:
            read.answers[question.key] = reading.answer
        if reading.raw is not None:
            read.raw[question.key] = reading.raw
        if reading.errors:
            read.errors[question.key] = list(reading.errors)
    return read


def _row_command(section: Section, data: Data) -> RowCommand | None:
    action, _, rest = one(data, "row_command").partition(":")
    name, _, number = rest.partition(":")
    for question in section.questions:
        if question.kind != "rows" or name != prefix_of(section) + question.key:
            continue
        kind = KINDS["rows"]
        count = kind.drawn_count(question, _own(data, prefix_of(section))) if isinstance(kind, Rows) else 0
        if action == "add":
            index = min(count, question.maximum_rows - 1)
            return RowCommand("add", question.key, index, _row_anchor(section, question, index))
        if action == "remove" and number.isdecimal() and len(number) < 5:
            at = max(min(int(number), count - 2), 0)
            return RowCommand("remove", question.key, int(number), _row_anchor(section, question, at))
    return None


def _own(data: Data, prefix: str) -> dict[str, Any]:
    return {name[len(prefix) :]: one(data, name) for name in data if name.startswith(prefix)}


def _row_anchor(section: Section, question: Question, index: int) -> str:
    return prefix_of(section) + KINDS["rows"].anchor(question).replace("-0-", f"-{index}-", 1)


@dataclass(frozen=True)
class Missing:
    """Something that keeps a form from being handed in; ``anchor`` is the id of the field to go to."""

    section: Section
    question: Question
    message: str
    anchor: str


def missing(form: FormDefinition, part: str, answers: Answers, raws: Answers) -> list[Missing]:
    """What keeps a part from being handed in, in the form's order; empty when it is complete.

    ``raws`` is {section key: {question key: fields that could not be read}}. Questions that do not apply never count.
    """
    found: list[Missing] = []
    for section, questions in visible(form, part, answers):
        found += _problems(form, section, questions, answers.get(section.key, {}), raws.get(section.key, {}))
    return found


def problems(
    form: FormDefinition, section: Section, document: Document | None, answers: Answers | None = None
) -> list[Missing]:
    """What one section still lacks. ``answers`` of the other sections are needed for conditions on them."""
    own, raw = _parts(document)
    seen = Visibility(form, {**(answers or {}), section.key: own})
    return _problems(form, section, seen.questions_of(section), own, raw)


def _problems(
    form: FormDefinition,
    section: Section,
    questions: tuple[Question, ...],
    answers: Mapping[str, Any],
    raw: Mapping[str, Any],
) -> list[Missing]:
    found: list[Missing] = []
    for question in questions:
        kind = KINDS[question.kind]
        messages: list[FieldMessage] = []
        if question.key in raw:
            messages = errors_of_raw(form, question, raw[question.key])
        # Where some fields of a question could not be read, what else it lacks would only confuse.
        messages = messages or kind.missing(question, answers.get(question.key))
        found += [Missing(section, question, str(each), prefix_of(section) + each.field) for each in messages]
    return found


def errors_of_raw(form: FormDefinition, question: Question, raw: Mapping[str, Any]) -> list[FieldMessage]:
    """What is wrong with input that could not be read when it was saved."""
    kind = KINDS[question.kind]
    errors = list(kind.read(question, raw, scale=form.scale, today=date.today()).errors)
    # A NUL was replaced when it was kept, and a day that lay ahead may have come: it must be saved again to count.
    return errors or [FieldMessage(f"Check ‘{question.label}’ and save it again", kind.anchor(question))]


def section_state(
    form: FormDefinition, section: Section, document: Document | None, answers: Answers | None = None
) -> State:
    """How far a section has got. ``answers`` of the other sections are needed for conditions on them."""
    own, raw = _parts(document)
    if not own and not raw:
        return "not_started"
    return "in_progress" if problems(form, section, document, answers) else "complete"


def _parts(document: Document | None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    document = document or {}
    return document.get("answers") or {}, document.get("raw") or {}


class Judged(NamedTuple):
    """A grade that was given to a domain."""

    domain: str
    grade: str
    is_overall: bool


def judgements(form: FormDefinition, part: str, answers: Answers) -> list[Judged]:
    """The grades given in a part, in the form's order. Domains that do not apply, or are not graded, are left out."""
    return [
        Judged(question.domain, answers[section.key][question.key], question.overall)
        for section, questions in visible(form, part, answers)
        for question in questions
        if question.kind == "judgement" and answers.get(section.key, {}).get(question.key)
    ]


def action_rows(form: FormDefinition, part: str, answers: Answers) -> list[dict[str, Any]]:
    """The rows of a part that become actions: ``action`` and ``owner`` as texts, ``due`` as YYYY-MM-DD, and the rest.

    What was not given is absent.
    """
    rows: list[dict[str, Any]] = []
    for section, questions in visible(form, part, answers):
        for question in questions:
            if question.becomes == "actions":
                for row in answers.get(section.key, {}).get(question.key) or []:
                    if row:
                        rows.append(_action(question, row, form))
    return rows


def _action(question: Question, row: Mapping[str, Any], form: FormDefinition) -> dict[str, Any]:
    owner = next(column for column in question.columns if column.key == "owner")
    if owner.kind == "short_text" or "owner" not in row:
        return dict(row)
    return dict(row) | {"owner": KINDS[owner.kind].export(owner, row["owner"], form)}


def prefill(form: FormDefinition, section: Section, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that a section starts with. ``facts`` are named as ``prefill`` in docs/forms.md.

    ``today`` is the current day unless it is given. A fact that does not fit its question is left out.
    """
    known = {"today": date.today(), **facts}
    answers: dict[str, Any] = {}
    for question in section.questions:
        fact = known.get(question.prefill) if question.prefill else None
        if fact in (None, ""):
            continue
        answer = KINDS[question.kind].from_fact(question, fact)
        if answer is not None:
            answers[question.key] = answer
    return answers


def check_answers(form: FormDefinition, section: Section, answers: Any) -> list[str]:
    """What is wrong with a section's stored answers, for what comes from elsewhere than the form's own pages."""
    if not isinstance(answers, dict):
        return [f"{section.key}: the answers must be an object"]
    wrong = []
    questions = {question.key: question for question in section.questions}
    for key, answer in answers.items():
        if key not in questions:
            wrong.append(f"{section.key}: there is no question {keepable(str(key))}")
        else:
            wrong += KINDS[questions[key].kind].check(questions[key], answer, form.scale)
    return wrong
