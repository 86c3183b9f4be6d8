"""What the page of a section shows, worked out before any template: labels, fields, errors, conditions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from audits.kloe.conditions import AllOf, Condition, Reference, Test, simplify
from audits.kloe.filling import Document, errors_of_raw, prefix_of
from audits.kloe.kinds import KINDS, Control, FieldMessage, Rows
from audits.kloe.kinds.simple import COLUMNS
from audits.kloe.questions import FormDefinition, Question, Section
from audits.kloe.visibility import Answers, Visibility


@dataclass(frozen=True)
class DrawnRow:
    """One row: its heading, its cells and what its button is called and sends."""

    label: str
    cells: tuple[DrawnQuestion, ...]
    remove: str = ""


@dataclass(frozen=True)
class DrawnQuestion:
    """A question ready for the template. ``prefix`` goes before the name of every control."""

    question: Question
    prefix: str
    controls: tuple[Control, ...] = ()
    errors: tuple[str, ...] = ()
    wrong_fields: frozenset[str] = frozenset()
    when: str = ""
    only_if: str = ""
    # Stored fields of a question that does not apply because of another page: carried along, not shown.
    carried: tuple[tuple[str, str], ...] = ()
    rows: tuple[DrawnRow, ...] = ()
    row_count_name: str = ""
    add: str = ""

    @property
    def name(self) -> str:
        return self.prefix + self.question.key

    @property
    def optional(self) -> bool:
        return not self.question.required and not self.question.minimum_rows

    @property
    def one_field(self) -> bool:
        """Whether a plain label does, because there is nothing to group."""
        return len(self.controls) == 1 and self.controls[0].widget in ("text", "textarea")

    @property
    def hints(self) -> tuple[str, ...]:
        """The hint, and what the ends of a scale mean."""
        own = [control.hint for control in self.controls if control.hint and not control.label]
        return tuple(text for text in (self.question.hint, *own) if text)

    @property
    def described_by(self) -> str:
        ids = [f"{self.name}-hint"] if self.hints else []
        return " ".join(ids + ([f"{self.name}-error"] if self.errors else []))

    @property
    def side_by_side(self) -> bool:
        return len(self.controls) > 1 and all(control.half for control in self.controls)


@dataclass(frozen=True)
class DrawnSection:
    """A section ready for the template."""

    section: Section
    questions: tuple[DrawnQuestion, ...]
    only_if: str = ""
    has_rows: bool = field(default=False)


def draw_section(
    form: FormDefinition,
    section: Section,
    document: Document | None,
    errors: Mapping[str, Iterable[str]] | None = None,
    answers: Answers | None = None,
) -> DrawnSection:
    """Work out the page of a section.

    ``errors`` are messages by question key; input that could not be read brings its own. With ``answers`` of the
    whole form, conditions on other pages are decided here; without, their questions are shown with a note.
    """
    document = document or {}
    own, raw = document.get("answers") or {}, document.get("raw") or {}
    seen = Visibility(form, {**answers, section.key: own}) if answers is not None else None
    drawn = []
    for question in section.questions:
        kind = KINDS[question.kind]
        data = raw.get(question.key) or (kind.fields(question, own[question.key]) if question.key in own else {})
        messages = [_with_field(each, question) for each in (errors or {}).get(question.key, ())]
        if not messages and question.key in raw:
            messages = errors_of_raw(form, question, raw[question.key])
        condition = _left_to_decide(question.when, section, seen)
        if condition is False and seen is not None:
            drawn.append(DrawnQuestion(question, prefix_of(section), carried=_carried(section, data)))
            continue
        one = _draw(form, question, prefix_of(section), data, messages)
        if isinstance(condition, bool) or condition is None:
            drawn.append(one)
        else:
            when, only_if = json.dumps(_for_script(condition)), "Only if " + in_words(condition, form, section)
            drawn.append(replace(one, when=when, only_if=only_if))
    note = "Only if " + in_words(section.when, form, section) if section.when and seen is None else ""
    return DrawnSection(section, tuple(drawn), note, any(question.kind == "rows" for question in section.questions))


def _with_field(message: str, question: Question) -> FieldMessage:
    if isinstance(message, FieldMessage):
        return message
    return FieldMessage(message, KINDS[question.kind].anchor(question))


def _left_to_decide(condition: Condition | None, section: Section, seen: Visibility | None) -> Condition | bool | None:
    """The part of a condition that this page itself can still change; decided entirely, True or False."""
    if condition is None or seen is None:
        return condition
    return simplify(condition, lambda reference: reference.section != section.key, seen.seen)


def _carried(section: Section, data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (prefix_of(section) + name, str(item))
        for name, value in data.items()
        for item in (value if isinstance(value, list | tuple) else [value])
    )


def _draw(
    form: FormDefinition,
    question: Question,
    prefix: str,
    data: Mapping[str, Any],
    messages: Iterable[FieldMessage],
) -> DrawnQuestion:
    """Draw one question; ``data`` and the messages' fields are named without the prefix."""
    kind, messages = KINDS[question.kind], list(messages)
    if isinstance(kind, Rows):
        return _draw_rows(form, kind, question, prefix, data, messages)
    return DrawnQuestion(
        question,
        prefix,
        controls=tuple(kind.controls(question, data, form)),
        errors=tuple(str(message) for message in messages),
        wrong_fields=frozenset(message.field for message in messages),
    )


def _draw_rows(
    form: FormDefinition,
    kind: Rows,
    question: Question,
    prefix: str,
    data: Mapping[str, Any],
    messages: list[FieldMessage],
) -> DrawnQuestion:
    count = kind.drawn_count(question, data)
    rows: list[DrawnRow] = []
    placed: set[int] = set()
    for index in range(count):
        inner = f"{question.key}-{index}-"
        cells = []
        for column in question.columns:
            start = inner + column.key
            mine = [each for each in messages if each.field == start or each.field.startswith(start + "-")]
            # A lone message is about the rows as a whole ("Add at least one action"): it stands above them.
            mine = [each for each in mine if each.startswith(kind.row_label(question, index))]
            placed.update(map(id, mine))
            own = {name[len(inner) :]: value for name, value in data.items() if name.startswith(inner)}
            bare = [FieldMessage(_without_row(each), each.field[len(inner) :]) for each in mine]
            cells.append(_draw_cell(form, column, prefix + inner, own, bare))
        remove = f"remove:{prefix}{question.key}:{index}" if count > 1 else ""
        rows.append(DrawnRow(kind.row_label(question, index), tuple(cells), remove))
    left = [message for message in messages if id(message) not in placed]
    return DrawnQuestion(
        question,
        prefix,
        errors=tuple(str(message) for message in left),
        rows=tuple(rows),
        row_count_name=f"{prefix}{question.key}-rows",
        add=f"add:{prefix}{question.key}" if count < question.maximum_rows else "",
    )


def _without_row(message: str) -> str:
    # Beside the cell itself, "Action 2: " says nothing new.
    return message.split(": ", 1)[-1]


def _draw_cell(
    form: FormDefinition, column: Question, prefix: str, data: Mapping[str, Any], messages: list[FieldMessage]
) -> DrawnQuestion:
    return DrawnQuestion(
        column,
        prefix,
        controls=tuple(COLUMNS[column.kind].controls(column, data, form)),
        errors=tuple(str(message) for message in messages),
        wrong_fields=frozenset(message.field for message in messages),
    )


def _for_script(condition: Condition) -> dict[str, Any]:
    """A condition for the page's script: tests name fields."""
    if isinstance(condition, Test):
        return {
            "field": f"{condition.question.section}__{condition.question.question}",
            "operator": condition.operator,
            "values": [str(value) for value in condition.values],
            "answered": condition.answered,
        }
    word = "all" if isinstance(condition, AllOf) else "any"
    return {word: [_for_script(part) for part in condition.parts]}


def in_words(condition: Condition, form: FormDefinition, section: Section) -> str:
    """A condition for people: “Status” is “CIN” or “CP”."""
    if isinstance(condition, Test):
        return _test_in_words(condition, form, section)
    joint = " and " if isinstance(condition, AllOf) else " or "
    return joint.join(in_words(part, form, section) for part in condition.parts)


def _test_in_words(test: Test, form: FormDefinition, section: Section) -> str:
    question = form.question(test.question)
    label = f"“{question.label if question else test.question}”"
    if test.question.section != section.key:
        label += f" (under {form.section(test.question.section).title})"
    if test.operator == "answered":
        return f"{label} is answered" if test.answered else f"{label} is not answered"
    values = " or ".join(f"“{_value_in_words(test.question, value, form)}”" for value in test.values)
    return f"{label} is {'not ' if test.operator == 'not' else ''}{values}"


def _value_in_words(reference: Reference, value: Any, form: FormDefinition) -> str:
    question = form.question(reference)
    if question is None:
        return str(value)
    controls = KINDS[question.kind].controls(question, {}, form)
    labels = {option.value: option.label for control in controls for option in control.options}
    return labels.get(str(value), str(value))


@dataclass(frozen=True)
class ShownAnswer:
    """A question and its answer as text, for reading: pairs of a small heading (often empty) and a text."""

    question: Question
    anchor: str
    pairs: tuple[tuple[str, str], ...] = ()
    unreadable: tuple[str, ...] = ()


def shown_answers(
    form: FormDefinition, section: Section, document: Document | None, answers: Answers | None = None
) -> list[ShownAnswer]:
    """A section for reading: the questions that apply, each with its answer or what was typed instead of one.

    Without the other sections' ``answers``, a question whose condition looks at them is shown when it is answered.
    """
    document = document or {}
    own, raw = document.get("answers") or {}, document.get("raw") or {}
    seen = Visibility(form, {**(answers or {}), section.key: own})
    shown = []
    for question in section.questions:
        answered = question.key in own or question.key in raw
        applies = seen.shows(section, question)
        if answers is None and not applies:
            local = simplify_here(question.when, section, seen)
            applies = answered and local is not False
        if not applies:
            continue
        kind = KINDS[question.kind]
        anchor = prefix_of(section) + kind.anchor(question)
        if question.key in raw:
            fields = {name: value for name, value in raw[question.key].items() if name != f"{question.key}-rows"}
            typed = [item for value in fields.values() for item in _texts(value) if item.strip()]
            shown.append(ShownAnswer(question, anchor, unreadable=tuple(typed) or ("",)))
        elif question.key in own:
            shown.append(ShownAnswer(question, anchor, tuple(kind.display(question, own[question.key], form))))
        else:
            shown.append(ShownAnswer(question, anchor))
    return shown


def simplify_here(condition: Condition | None, section: Section, seen: Visibility) -> Condition | bool | None:
    """What the section's own answers say of a condition: False when they rule it out whatever the others are."""
    if condition is None:
        return None
    return simplify(condition, lambda reference: reference.section == section.key, seen.seen)


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
