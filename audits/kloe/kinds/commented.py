"""Yes or no, and the state of a record: one of a few values, with room for a comment."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from audits.kloe.conditions import Scalar
from audits.kloe.fields import Fields
from audits.kloe.kinds.base import (
    MAX_TEXT,
    Control,
    Data,
    FieldMessage,
    Kind,
    Option,
    Pair,
    Reading,
    check_object,
    check_text,
    one,
    read_text,
    text_problem,
)
from audits.kloe.questions import FormDefinition, Question
from audits.kloe.scales import Scale


class WithComment(Kind):
    """One of a few values, with room for a comment; a base."""

    part: ClassVar[str]  # what the value is called in the answer
    ask = "Choose an answer for"

    def choices(self, question: Question) -> tuple[tuple[str, str], ...]:
        raise NotImplementedError

    def options_from(self, fields: Fields) -> dict[str, Any]:
        return {"comment": fields.flag("comment", True)}

    def options_to_json(self, question: Question) -> dict[str, Any]:
        return {} if question.comment else {"comment": False}

    def condition_values(self, question: Question, scale: Scale | None) -> tuple[Scalar, ...] | None:
        return tuple(value for value, _ in self.choices(question))

    def read(
        self,
        question: Question,
        data: Data,
        prefix: str = "",
        *,
        scale: Scale | None = None,
        today: date | None = None,
    ) -> Reading:
        value, comment, errors = one(data, prefix + question.key), "", []
        if value and value not in [known for known, _ in self.choices(question)]:
            errors.append(FieldMessage(f"‘{question.label}’: choose one of the answers offered", question.key))
            value = ""
        if question.comment:
            comment = read_text(data, f"{prefix}{question.key}-comment")
            if problem := text_problem(comment, MAX_TEXT):
                errors.append(FieldMessage(f"Comment on ‘{question.label}’ {problem}", f"{question.key}-comment"))
                comment = ""
        answer = {self.part: value, "comment": comment} if value or comment else None
        return Reading(answer, self.raw_of(question, data, prefix) if errors else None, tuple(errors))

    def fields(self, question: Question, answer: Any) -> dict[str, Any]:
        shown = {question.key: answer[self.part]}
        return shown | ({f"{question.key}-comment": answer["comment"]} if question.comment else {})

    def check(self, question: Question, answer: Any, scale: Scale | None = None) -> list[str]:
        label = f"‘{question.label}’"
        if wrong := check_object(answer, (self.part, "comment"), label):
            return wrong
        values = [value for value, _ in self.choices(question)]
        if answer[self.part] and answer[self.part] not in values:
            wrong.append(f"{label} must be one of {', '.join(values)}")
        if answer["comment"] and not question.comment:
            wrong.append(f"{label} has no room for a comment")
        wrong += check_text(answer["comment"], MAX_TEXT, f"Comment on {label}", may_be_empty=True)
        if not any(answer.values()):
            wrong.append(f"{label} is blank; leave it out instead")
        return wrong

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        options = tuple(Option(value, label) for value, label in self.choices(question))
        value = one(data, question.key)
        if value and not question.required:
            options += (Option("", "No answer"),)
        drawn = [Control("radios", question.key, value=value, options=options, inline=True)]
        if question.comment:
            name = f"{question.key}-comment"
            drawn.append(
                Control("textarea", name, label="Comment", value=one(data, name), max_length=MAX_TEXT),
            )
        return drawn

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        value = dict(self.choices(question)).get(answer[self.part], answer[self.part])
        return [pair for pair in (("", value), ("Comment", answer["comment"])) if pair[1]]

    def is_empty(self, answer: Any) -> bool:
        # A comment alone does not say which it is.
        return not answer or not answer[self.part]


class YesNo(WithComment):
    name = "yes_no"
    own_keys = frozenset({"comment", "not_applicable"})
    part = "answer"

    def choices(self, question: Question) -> tuple[tuple[str, str], ...]:
        usual = (("yes", "Yes"), ("no", "No"))
        return (*usual, ("na", "Not applicable")) if question.not_applicable else usual

    def options_from(self, fields: Fields) -> dict[str, Any]:
        return super().options_from(fields) | {"not_applicable": fields.flag("not_applicable")}

    def options_to_json(self, question: Question) -> dict[str, Any]:
        return super().options_to_json(question) | ({"not_applicable": True} if question.not_applicable else {})


class RecordState(WithComment):
    name = "record_state"
    own_keys = frozenset({"comment"})
    part = "state"

    def choices(self, question: Question) -> tuple[tuple[str, str], ...]:
        return (("good", "Good"), ("requires_update", "Requires update"), ("incomplete", "Incomplete"))
