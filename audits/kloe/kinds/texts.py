"""Words: short and long texts, and evidence in two halves."""

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


class _Text(Kind):
    own_keys = frozenset({"max_length"})
    can_prefill = True
    ask = "Answer"
    default_length: ClassVar[int]
    one_line: ClassVar[bool] = False

    def limit(self, question: Question) -> int:
        return question.max_length or self.default_length

    def options_from(self, fields: Fields) -> dict[str, Any]:
        return {"max_length": fields.whole("max_length", self.default_length, least=1, most=100_000)}

    def options_to_json(self, question: Question) -> dict[str, Any]:
        limit = self.limit(question)
        return {} if limit == self.default_length else {"max_length": limit}

    def condition_values(self, question: Question, scale: Scale | None) -> tuple[Scalar, ...] | None:
        return None

    def read(
        self, question: Question, data: Data, prefix: str = "", *, scale: Scale | None = None, today: date | None = None
    ) -> Reading:
        text = read_text(data, prefix + question.key, one_line=self.one_line)
        if problem := text and text_problem(text, self.limit(question), one_line=self.one_line):
            message = FieldMessage(f"‘{question.label}’ {problem}", question.key)
            return Reading(raw=self.raw_of(question, data, prefix), errors=(message,))
        return Reading(text or None)

    def fields(self, question: Question, answer: Any) -> dict[str, Any]:
        return {question.key: answer}

    def check(self, question: Question, answer: Any, scale: Scale | None = None) -> list[str]:
        return check_text(answer, self.limit(question), f"‘{question.label}’", one_line=self.one_line)

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        return [("", answer)]

    def from_fact(self, question: Question, fact: Any) -> Any:
        text = f"{fact:%-d %B %Y}" if isinstance(fact, date) else str(fact)
        return text if not self.check(question, text) else None


class ShortText(_Text):
    name = "short_text"
    default_length = 200
    one_line = True

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        width = "govuk-input--width-20" if self.limit(question) <= 60 else ""
        return [
            Control(
                "text",
                question.key,
                value=one(data, question.key),
                width=width,
                max_length=self.limit(question),
            )
        ]


class LongText(_Text):
    name = "long_text"
    default_length = MAX_TEXT

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        return [Control("textarea", question.key, value=one(data, question.key), max_length=self.limit(question))]


class TextPair(Kind):
    """Two texts that make one answer; a base for evidence and person."""

    parts: ClassVar[tuple[str, str]]
    limit: ClassVar[int]
    one_line: ClassVar[bool]

    def labels(self, question: Question) -> tuple[str, str]:
        raise NotImplementedError

    def read(
        self, question: Question, data: Data, prefix: str = "", *, scale: Scale | None = None, today: date | None = None
    ) -> Reading:
        answer, errors = {}, []
        for part, label in zip(self.parts, self.labels(question), strict=True):
            name = f"{question.key}-{part}"
            answer[part] = read_text(data, prefix + name, one_line=self.one_line)
            if problem := text_problem(answer[part], self.limit, one_line=self.one_line):
                errors.append(FieldMessage(f"{label} of ‘{question.label}’ {problem}", name))
                answer[part] = ""
        kept = answer if any(answer.values()) else None
        return Reading(kept, self.raw_of(question, data, prefix) if errors else None, tuple(errors))

    def fields(self, question: Question, answer: Any) -> dict[str, Any]:
        return {f"{question.key}-{part}": answer[part] for part in self.parts}

    def check(self, question: Question, answer: Any, scale: Scale | None = None) -> list[str]:
        if wrong := check_object(answer, self.parts, f"‘{question.label}’"):
            return wrong
        wrong = []
        for part, label in zip(self.parts, self.labels(question), strict=True):
            words = f"{label} of ‘{question.label}’"
            wrong += check_text(answer[part], self.limit, words, one_line=self.one_line, may_be_empty=True)
        return wrong or ([f"‘{question.label}’ is blank; leave it out instead"] if not any(answer.values()) else [])

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        pairs = zip(self.parts, self.labels(question), strict=True)
        return [(label, answer[part]) for part, label in pairs if answer[part]]

    def is_empty(self, answer: Any) -> bool:
        return not answer or not any(answer.values())

    def anchor(self, question: Question) -> str:
        return f"{question.key}-{self.parts[0]}"


class Evidence(TextPair):
    name = "evidence"
    own_keys = frozenset({"left", "right"})
    parts = ("strengths", "improvements")
    limit = MAX_TEXT
    one_line = False
    ask = "Write down the evidence on"

    def labels(self, question: Question) -> tuple[str, str]:
        return question.left, question.right

    def options_from(self, fields: Fields) -> dict[str, Any]:
        return {
            "left": fields.text("left", default="Strengths"),
            "right": fields.text("right", default="Areas for improvement"),
        }

    def options_to_json(self, question: Question) -> dict[str, Any]:
        usual = {"left": "Strengths", "right": "Areas for improvement"}
        return {key: getattr(question, key) for key, words in usual.items() if getattr(question, key) != words}

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        names = [f"{question.key}-{part}" for part in self.parts]
        return [
            Control("textarea", name, label=label, value=one(data, name), half=True, max_length=self.limit)
            for name, label in zip(names, self.labels(question), strict=True)
        ]


class Person(TextPair):
    name = "person"
    parts = ("name", "role")
    limit = 200
    one_line = True
    can_prefill = True
    ask = "Name"

    def labels(self, question: Question) -> tuple[str, str]:
        return "Name", "Role"

    def is_empty(self, answer: Any) -> bool:
        # A role alone names nobody.
        return not answer or not answer["name"]

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        names = [f"{question.key}-{part}" for part in self.parts]
        return [
            Control("text", name, label=label, value=one(data, name), width="govuk-input--width-20")
            for name, label in zip(names, self.labels(question), strict=True)
        ]

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        return [("", ", ".join(part for part in (answer["name"], answer["role"]) if part))]

    def from_fact(self, question: Question, fact: Any) -> Any:
        answer = {"name": str(fact), "role": ""}
        return answer if not self.check(question, answer) else None
