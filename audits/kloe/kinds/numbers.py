"""Numbers, whole or with decimals."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from audits.kloe.conditions import Scalar
from audits.kloe.fields import Fields
from audits.kloe.kinds.base import MAX_TYPED, Control, Data, FieldMessage, Kind, Pair, Reading, one
from audits.kloe.questions import FormDefinition, Question
from audits.kloe.scales import Scale

_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.([0-9]{1,12}))?")


def written(value: float) -> str:
    """A number as people write it, never with an exponent."""
    return format(Decimal(str(value)), "f")


class Number(Kind):
    name = "number"
    own_keys = frozenset({"minimum", "maximum", "decimals"})
    ask = "Enter"

    def options_from(self, fields: Fields) -> dict[str, Any]:
        minimum, maximum = fields.number("minimum"), fields.number("maximum")
        if minimum is not None and maximum is not None and minimum > maximum:
            fields.wrong("minimum is larger than maximum", "minimum")
        return {"minimum": minimum, "maximum": maximum, "decimals": fields.whole("decimals", 0, most=6)}

    def options_to_json(self, question: Question) -> dict[str, Any]:
        given = {"minimum": question.minimum, "maximum": question.maximum}
        return {key: value for key, value in given.items() if value is not None} | (
            {"decimals": question.decimals} if question.decimals else {}
        )

    def condition_values(self, question: Question, scale: Scale | None) -> tuple[Scalar, ...] | None:
        return None

    def _problem(self, question: Question, value: float) -> str:
        if question.minimum is not None and value < question.minimum:
            return f"must be {written(question.minimum)} or more"
        if question.maximum is not None and value > question.maximum:
            return f"must be {written(question.maximum)} or less"
        return ""

    def _read(self, question: Question, typed: str) -> tuple[float | None, str]:
        text = unicodedata.normalize("NFKC", typed).replace("\u2212", "-").strip()
        found = _NUMBER.fullmatch(text) if len(text) <= MAX_TYPED else None
        if found is None:
            return None, "must be a number, such as 3" if not question.decimals else "must be a number, such as 3.5"
        if found[1] and not question.decimals:
            return None, "must be a whole number, such as 3"
        if len(found[1] or "") > question.decimals:
            return None, f"must have no more than {question.decimals} decimal places"
        digits = text.replace(",", "")
        value = float(digits) if question.decimals else int(digits)
        problem = self._problem(question, value)
        return (None, problem) if problem else (value, "")

    def read(
        self, question: Question, data: Data, prefix: str = "", *, scale: Scale | None = None, today: date | None = None
    ) -> Reading:
        typed = one(data, prefix + question.key)
        if not typed.strip():
            return Reading()
        value, problem = self._read(question, typed)
        if problem:
            message = FieldMessage(f"‘{question.label}’ {problem}", question.key)
            return Reading(raw=self.raw_of(question, data, prefix), errors=(message,))
        return Reading(value)

    def fields(self, question: Question, answer: Any) -> dict[str, Any]:
        return {question.key: written(answer)}

    def check(self, question: Question, answer: Any, scale: Scale | None = None) -> list[str]:
        kinds = int | float if question.decimals else int
        if isinstance(answer, bool) or not isinstance(answer, kinds) or not abs(answer) < 1e12:
            return [f"‘{question.label}’ must be a {'number' if question.decimals else 'whole number'}"]
        if round(answer, question.decimals) != answer:
            return [f"‘{question.label}’ must have no more than {question.decimals} decimal places"]
        problem = self._problem(question, answer)
        return [f"‘{question.label}’ {problem}"] if problem else []

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        return [
            Control(
                "text",
                question.key,
                value=one(data, question.key),
                inputmode="decimal" if question.decimals else "numeric",
                width="govuk-input--width-5",
            )
        ]

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        return [("", written(answer))]
