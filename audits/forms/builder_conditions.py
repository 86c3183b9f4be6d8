"""The forms of a condition: which question it looks at, and what the answer has to be."""

from typing import Any

from django import forms

from audits.forms.builder_words import answer_choices
from audits.kloe.questions import FormDefinition, Question

Json = dict[str, Any]


class LookAtForm(forms.Form):
    """Which question the condition looks at."""

    look_at = forms.ChoiceField(
        label="Which question does it hang on?", error_messages={"required": "Choose the question it hangs on"}
    )

    def __init__(self, *args: Any, form: FormDefinition, own: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = []
        for section in form.sections:
            names = [(f"{section.key}.{one.key}", one.label) for one in section.questions]
            names = [(name, label) for name, label in names if name != own and not name.startswith(f"{own}.")]
            if names:
                groups.append((section.title or section.key, names))
        self.fields["look_at"].choices = [("", "Choose a question"), *groups]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What the answer to that question has to be."""

    comparison = forms.ChoiceField(
        label="When does it apply?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when it applies"},
    )

    def __init__(self, *args: Any, question: Question, form: FormDefinition, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.look_at, self.question = name, question
        choices = answer_choices(question, form)
        self.choices = choices
        always = [("answered", "When it is answered, whatever the answer"), ("open", "When it is not answered")]
        if choices:
            first = [
                ("in", "When the answer is one of those ticked"),
                ("not", "When the answer is none of those ticked"),
            ]
            self.fields["values"] = forms.MultipleChoiceField(
                label="Answers", choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )
        elif choices is None:
            first = [("in", "When the answer is exactly this"), ("not", "When the answer is anything else")]
            self.fields["value"] = forms.CharField(
                label="This answer", max_length=500, required=False, help_text="Leave empty for the last two."
            )
        else:
            first = []
        self.fields["comparison"].choices = [*first, *always]  # type: ignore[attr-defined]

    optional_unmarked = True

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("comparison") not in ("in", "not"):
            return
        if self.choices is None:
            self.add_value()
        elif not self.cleaned_data.get("values") and "values" not in self.errors:
            self.add_error("values", "Tick the answers")

    def add_value(self) -> None:
        """Take the typed answer for the number or text that it is compared with."""
        text = str(self.cleaned_data.get("value") or "").strip()
        if not text:
            self.add_error("value", "Enter the answer")
        elif self.question.kind != "number":
            self.cleaned_data["values"] = [text]
        else:
            try:
                number = float(text.replace(",", ""))
            except ValueError:
                number = float("nan")
            if not abs(number) < 1e12:
                self.add_error("value", "Enter a number, such as 3")
            else:
                self.cleaned_data["values"] = [int(number) if number.is_integer() else number]

    def tests(self) -> list[Json]:
        """What it means in the form: one test, or one for each answer that is ruled out."""
        comparison = self.cleaned_data["comparison"]
        if comparison in ("answered", "open"):
            return [{"question": self.look_at, "answered": comparison == "answered"}]
        values = self.cleaned_data["values"]
        if self.question.kind == "scale_0_10":
            values = [int(value) for value in values]
        if comparison == "not":
            return [{"question": self.look_at, "not": value} for value in values]
        return [{"question": self.look_at, "is": values[0]} if len(values) == 1 else
                {"question": self.look_at, "in": values}]  # fmt: skip


def parts_of(when: Json | None) -> tuple[str, list[Json]]:
    """How the parts of a condition are joined ("all" or "any"), and the parts."""
    if not when:
        return "all", []
    for joint in ("all", "any"):
        if isinstance(when.get(joint), list):
            return joint, list(when[joint])
    return "all", [when]


def joined(joint: str, parts: list[Json]) -> Json | None:
    """The condition that these parts make."""
    if len(parts) < 2:
        return parts[0] if parts else None
    return {joint: parts}


def with_tests(when: Json | None, tests: list[Json]) -> Json | None:
    """A condition that asks this too. Several answers that are ruled out belong together."""
    joint, parts = parts_of(when)
    more = tests if joint == "all" or len(tests) == 1 else [{"all": tests}]
    if not parts and len(tests) > 1:
        return {"all": tests}
    return joined(joint, [*parts, *more])
