"""Choosing: one or several options, the fixed scales, and grades."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from audits.kloe.conditions import Scalar
from audits.kloe.fields import Fields
from audits.kloe.kinds.base import (
    Control,
    Data,
    FieldMessage,
    Kind,
    Option,
    Pair,
    Reading,
    many,
    one,
)
from audits.kloe.kinds.options import options_from, options_to_json
from audits.kloe.questions import FormDefinition, Question
from audits.kloe.scales import Scale


class OneOf(Kind):
    """One of a closed list of values, drawn as radios; a base."""

    ask = "Choose an answer for"
    fixed: ClassVar[tuple[tuple[str, str], ...]] = ()
    inline: ClassVar[bool] = False

    def choices(self, question: Question, scale: Scale | None) -> tuple[tuple[str, str], ...]:
        """Values and labels, in order."""
        return self.fixed

    def stored(self, value: str) -> Any:
        """A submitted value as it is stored."""
        return value

    def condition_values(self, question: Question, scale: Scale | None) -> tuple[Scalar, ...] | None:
        return tuple(self.stored(value) for value, _ in self.choices(question, scale))

    def read(
        self,
        question: Question,
        data: Data,
        prefix: str = "",
        *,
        scale: Scale | None = None,
        today: date | None = None,
    ) -> Reading:
        value = one(data, prefix + question.key)
        if not value:
            return Reading()
        if value not in [known for known, _ in self.choices(question, scale)]:
            message = FieldMessage(f"‘{question.label}’: choose one of the answers offered", question.key)
            return Reading(raw=self.raw_of(question, data, prefix), errors=(message,))
        return Reading(self.stored(value))

    def fields(self, question: Question, answer: Any) -> dict[str, Any]:
        return {question.key: str(answer)}

    def check(self, question: Question, answer: Any, scale: Scale | None = None) -> list[str]:
        values = self.condition_values(question, scale) or ()
        # True equals 1 in Python, but not in a form.
        if isinstance(answer, bool) or not isinstance(answer, str | int) or answer not in values:
            return [f"‘{question.label}’ must be one of {', '.join(map(str, values))}"]
        return []

    def options(self, question: Question, form: FormDefinition) -> tuple[Option, ...]:
        return tuple(Option(value, label) for value, label in self.choices(question, form.scale))

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        options = self.options(question, form)
        value = one(data, question.key)
        if value and not question.required:
            # Radios cannot be unchosen in a browser; this offers a way back once something was chosen.
            options += (Option("", "No answer"),)
        return [Control("radios", question.key, value=value, options=options, inline=self.inline)]

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        return [("", dict(self.choices(question, form.scale)).get(str(answer), str(answer)))]


class OneChoice(OneOf):
    name = "one_choice"
    own_keys = frozenset({"options"})
    can_prefill = True

    def choices(self, question: Question, scale: Scale | None) -> tuple[tuple[str, str], ...]:
        return tuple((option.value, option.label) for option in question.options)

    def options_from(self, fields: Fields) -> dict[str, Any]:
        return {"options": options_from(fields, least=2)}

    def options_to_json(self, question: Question) -> dict[str, Any]:
        return {"options": options_to_json(question.options)}

    def from_fact(self, question: Question, fact: Any) -> Any:
        wanted = str(fact).strip().casefold()
        for option in question.options:
            if wanted in (option.value, option.label.casefold()):
                return option.value
        return None


class Scale0To10(OneOf):
    name = "scale_0_10"
    own_keys = frozenset({"low_label", "high_label"})
    ask = "Choose a number for"
    inline = True
    fixed = tuple((str(number), str(number)) for number in range(11))

    def stored(self, value: str) -> Any:
        return int(value)

    def options_from(self, fields: Fields) -> dict[str, Any]:
        return {"low_label": fields.text("low_label"), "high_label": fields.text("high_label")}

    def options_to_json(self, question: Question) -> dict[str, Any]:
        return {key: getattr(question, key) for key in ("low_label", "high_label") if getattr(question, key)}

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        (control,) = super().controls(question, data, form)
        ends = [f"0 – {question.low_label}"] if question.low_label else []
        ends += [f"10 – {question.high_label}"] if question.high_label else []
        hint = "; ".join(ends)
        return [
            Control("radios", control.name, value=control.value, options=control.options, inline=True, hint=hint),
        ]

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        return [("", f"{answer} out of 10")]


class FrequencyScale(OneOf):
    name = "frequency_scale"
    fixed = (
        ("always", "Always"),
        ("usually", "Usually"),
        ("sometimes", "Sometimes"),
        ("rarely", "Rarely"),
        ("never", "Never"),
    )


class ChangeScale(OneOf):
    name = "change_scale"
    fixed = (
        ("much_better", "Much better"),
        ("better", "Better"),
        ("about_the_same", "About the same"),
        ("worse", "Worse"),
        ("much_worse", "Much worse"),
    )


class Judgement(OneOf):
    """A grade of the form's scale, with what each grade looks like beside it."""

    name = "judgement"
    own_keys = frozenset({"domain", "overall", "oversight", "descriptors"})
    in_rows = False
    ask = "Choose a grade for"

    def choices(self, question: Question, scale: Scale | None) -> tuple[tuple[str, str], ...]:
        return tuple((grade.code, grade.name) for grade in scale.grades) if scale else ()

    def options_from(self, fields: Fields) -> dict[str, Any]:
        return {
            "domain": fields.key("domain"),
            "overall": fields.flag("overall"),
            "oversight": fields.flag("oversight"),
            "descriptors": fields.texts("descriptors", limit=60),
        }

    def options_to_json(self, question: Question) -> dict[str, Any]:
        written: dict[str, Any] = {"domain": question.domain}
        if question.overall:
            written["overall"] = True
        if question.oversight:
            written["oversight"] = True
        if question.descriptors:
            written["descriptors"] = list(question.descriptors)
        return written

    def options(self, question: Question, form: FormDefinition) -> tuple[Option, ...]:
        shown = [found for key in question.descriptors if (found := form.descriptor(key))]
        return tuple(
            Option(
                code,
                name,
                sentences=tuple((each.title, each.grades[code]) for each in shown if each.grades.get(code)),
            )
            for code, name in self.choices(question, form.scale)
        )


class SeveralChoices(Kind):
    name = "several_choices"
    own_keys = frozenset({"options"})
    ask = "Choose at least one answer for"

    def options_from(self, fields: Fields) -> dict[str, Any]:
        return {"options": options_from(fields, least=1)}

    def options_to_json(self, question: Question) -> dict[str, Any]:
        return {"options": options_to_json(question.options)}

    def condition_values(self, question: Question, scale: Scale | None) -> tuple[Scalar, ...] | None:
        return tuple(option.value for option in question.options)

    def read(
        self,
        question: Question,
        data: Data,
        prefix: str = "",
        *,
        scale: Scale | None = None,
        today: date | None = None,
    ) -> Reading:
        chosen = {value for value in many(data, prefix + question.key) if value}
        known = [option.value for option in question.options if option.value in chosen]
        if chosen - set(known):
            message = FieldMessage(f"‘{question.label}’: choose only from the answers offered", question.key)
            return Reading(known or None, self.raw_of(question, data, prefix), (message,))
        return Reading(known or None)

    def fields(self, question: Question, answer: Any) -> dict[str, Any]:
        return {question.key: list(answer)}

    def check(self, question: Question, answer: Any, scale: Scale | None = None) -> list[str]:
        values = [option.value for option in question.options]
        if not isinstance(answer, list) or not answer or not all(isinstance(item, str) for item in answer):
            return [f"‘{question.label}’ must be a list of answers, and not an empty one"]
        if answer != [value for value in values if value in answer]:
            return [f"‘{question.label}’ must list answers out of {', '.join(values)}, in this order"]
        return []

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        options = tuple(Option(option.value, option.label) for option in question.options)
        return [Control("checkboxes", question.key, value=tuple(many(data, question.key)), options=options)]

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        labels = {option.value: option.label for option in question.options}
        return [("", "\n".join(labels.get(value, value) for value in answer))]

    def export(self, question: Question, answer: Any, form: FormDefinition) -> str:
        return "; ".join(text for _, text in self.display(question, answer, form)).replace("\n", "; ")

    def is_empty(self, answer: Any) -> bool:
        return not answer
