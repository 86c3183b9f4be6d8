"""The form of one question: what every question has, and what belongs to its kind alone."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.text import slugify

from audits.forms.builder_texts import Paragraphs, lines_of, one_line, options_from_lines, paragraphs_of
from audits.forms.builder_words import prefill_choices
from audits.kloe.kinds import KINDS
from audits.kloe.kinds.options import MAX_OPTIONS
from audits.kloe.kinds.rows import ACTION_COLUMNS, MAX_ROWS

Json = dict[str, Any]


def _whole(label: str, hint: str, least: int, most: int) -> forms.Field:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=False,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
        error_messages={
            "invalid": f"{label} must be a whole number, such as 3",
            "min_value": f"{label} must be {least} or more",
            "max_value": f"{label} must be {most} or less",
        },
    )


def _number(label: str) -> forms.Field:
    return forms.FloatField(
        label=label,
        required=False,
        min_value=-999_999_999,
        max_value=999_999_999,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "decimal"}),
        error_messages={"invalid": f"{label} must be a number, such as 3"},
    )


def _flag(label: str, hint: str = "") -> forms.Field:
    return forms.BooleanField(label=label, help_text=hint, required=False)


def _words(label: str, hint: str = "", *, limit: int = 500, required: bool = False) -> forms.Field:
    return forms.CharField(label=label, help_text=hint, max_length=limit, required=required)


# The kind's own keys (docs/forms.md) and how each is asked for.
OWN_FIELDS: dict[str, Callable[[], forms.Field]] = {
    "options": lambda: forms.CharField(
        label="Answers to choose from",
        help_text="One a line. Answers given earlier stay what they are when you only change the words of a line.",
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": "Write the answers to choose from, one a line"},
    ),
    "max_length": lambda: _whole("Longest text, in characters", "Leave empty for the usual length.", 1, 100_000),
    "past_only": lambda: _flag("Only days up to today"),
    "minimum": lambda: _number("Smallest number"),
    "maximum": lambda: _number("Largest number"),
    "decimals": lambda: _whole("Places after the decimal point", "Leave empty for whole numbers.", 0, 6),
    "comment": lambda: _flag("Room for a comment"),
    "not_applicable": lambda: _flag("Offer “Not applicable”"),
    "low_label": lambda: _words("What 0 means", "Such as: as worried as one can be"),
    "high_label": lambda: _words("What 10 means", "Such as: no worries at all"),
    "left": lambda: _words("Heading on the left", "Leave empty for “Strengths”."),
    "right": lambda: _words("Heading on the right", "Leave empty for “Areas for improvement”."),
    "domain": lambda: _words(
        "Area of practice",
        "Reports join the grades of an area over the years by this name, so keep it once audits have used it. Lower "
        "case letters, digits and hyphens, such as plan or management-oversight.",
        limit=60,
        required=True,
    ),
    "overall": lambda: _flag(
        "This grade stands for the audit as a whole",
        "One grade of the auditor’s part does. It must be answered and cannot hang on a condition.",
    ),
    "oversight": lambda: _flag(
        "This grade is about management oversight",
        "The moderator is told to look hard at it when the auditor manages the case-holder.",
    ),
    "descriptors": lambda: forms.MultipleChoiceField(
        label="What each grade looks like, shown beside it", required=False, widget=forms.CheckboxSelectMultiple
    ),
    "row_name": lambda: _words("What one row is called", "Such as: action, or family member.", limit=60),
    "minimum_rows": lambda: _whole("Fewest rows", "Leave empty if there may be none.", 0, MAX_ROWS),
    "maximum_rows": lambda: _whole("Most rows", "Leave empty for 30.", 1, MAX_ROWS),
    "becomes": lambda: _flag(
        "Each row becomes an action that is followed until it is verified",
        "The rows then ask for the action, its owner and the day it is due.",
    ),
}
# As written in a form when it says nothing: such values are left out of the JSON.
USUAL: Json = {
    "past_only": False, "decimals": 0, "comment": True, "not_applicable": False, "low_label": "", "high_label": "",
    "left": "Strengths", "right": "Areas for improvement", "overall": False, "oversight": False,
    "descriptors": [], "row_name": "row", "minimum_rows": 0, "maximum_rows": 30, "becomes": "",
    "max_length": None, "minimum": None, "maximum": None,
}  # fmt: skip
ACTION_STARTS: Mapping[str, Json] = {
    "action": {"key": "action", "kind": "long_text", "label": "What will be done?", "required": True},
    "owner": {"key": "owner", "kind": "person", "label": "Who will do it?", "required": True},
    "due": {"key": "due", "kind": "date", "label": "By when?", "required": True},
}


class QuestionForm(forms.Form):
    """One question of a given kind; ``column`` for a column of rows, which is never filled in beforehand."""

    label = forms.CharField(
        max_length=500,
        label="Question",
        error_messages={"required": "Enter the question"},
        widget=forms.Textarea(attrs={"rows": 2, "data-grows": "", "autocomplete": "off", "spellcheck": "true"}),
    )
    hint = forms.CharField(
        max_length=1000,
        required=False,
        label="Hint",
        help_text="One line under the question, always in sight.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "true"}),
    )
    guidance = Paragraphs(
        label="Guidance", help_text="Unfolds under the question. Leave an empty line between paragraphs."
    )
    required = forms.BooleanField(
        required=False,
        label="It must be answered",
        help_text="Ask yourself whether an honest auditor always can.",
    )

    def __init__(
        self, *args: Any, kind: str, document: Json, question: Json | None = None, column: bool = False, **kwargs: Any
    ) -> None:
        self.kind, self.question = kind, question or {}
        if question is not None:
            kwargs["initial"] = {**self.initial_of(question), **(kwargs.get("initial") or {})}
        elif "comment" in KINDS[kind].own_keys:
            kwargs["initial"] = {"comment": True, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        # Checkboxes are ticked or not; that one may stay empty goes without saying.
        self.own = [name for name in OWN_FIELDS if name in KINDS[kind].own_keys]
        for name in self.own:
            self.fields[name] = OWN_FIELDS[name]()
        if not column and KINDS[kind].can_prefill:
            self.fields["prefill"] = forms.ChoiceField(
                label="Filled in beforehand with", choices=prefill_choices(), required=False
            )
        if "descriptors" in self.own:
            self._offer_descriptors(document)
        after_label = [name for name in ("options",) if name in self.own]
        rest = [name for name in self.own if name not in after_label]
        self.order_fields(["label", *after_label, "hint", "guidance", "required", *rest, "prefill"])

    def _offer_descriptors(self, document: Json) -> None:
        known = [(one["key"], str(one.get("title") or one["key"])) for one in document.get("descriptors") or []]
        gone = [(key, f"{key} (not in this form)") for key in self.question.get("descriptors") or []]
        gone = [one for one in gone if one[0] not in dict(known)]
        if known or gone:
            self.fields["descriptors"].choices = [*known, *gone]  # type: ignore[attr-defined]
        else:
            del self.fields["descriptors"]

    def initial_of(self, question: Json) -> Json:
        """What the fields show for a stored question."""
        shown: Json = {name: question.get(name, USUAL.get(name)) for name in OWN_FIELDS}
        for name in ("decimals", "minimum_rows"):
            shown[name] = shown[name] or None
        for name in ("left", "right", "row_name", "maximum_rows"):
            shown[name] = None if shown[name] == USUAL[name] else shown[name]
        for name in ("minimum", "maximum"):
            value = shown[name]
            shown[name] = int(value) if isinstance(value, float) and value.is_integer() else value
        return shown | {
            "label": question.get("label", ""),
            "hint": question.get("hint", ""),
            "guidance": paragraphs_of(question.get("guidance")),
            "required": bool(question.get("required")),
            "prefill": question.get("prefill", ""),
            "options": lines_of(question.get("options")),
            "becomes": question.get("becomes") == "actions",
        }

    def clean_label(self) -> str:
        return one_line(self.cleaned_data["label"])

    def clean_domain(self) -> str:
        domain = slugify(self.cleaned_data["domain"].replace("_", "-"))[:60].strip("-")
        if not domain:
            raise forms.ValidationError("Enter the area of practice in letters or digits, such as plan")
        return domain

    def clean_options(self) -> list[Json]:
        text = self.cleaned_data["options"]
        # Before lines are compared with the options there were, which takes long when there are thousands.
        if (lines := sum(bool(line.strip()) for line in text.splitlines())) > MAX_OPTIONS:
            raise forms.ValidationError(f"There can be no more than {MAX_OPTIONS} answers; there are {lines}")
        options = options_from_lines(text, self.question.get("options") or [])
        least = 2 if self.kind == "one_choice" else 1
        if len(options) < least:
            raise forms.ValidationError("One answer is no choice; write at least two, one a line")
        labels = [option["label"] for option in options]
        if twice := next((label for label in labels if labels.count(label) > 1), ""):
            raise forms.ValidationError(f"“{twice}” is there twice")
        if long := next((label for label in labels if len(label) > 500), ""):
            raise forms.ValidationError(f"“{long[:40]}…” must be 500 characters or fewer")
        return options

    def clean(self) -> None:
        super().clean()
        for low, high in (("minimum", "maximum"), ("minimum_rows", "maximum_rows")):
            least, most = self.cleaned_data.get(low), self.cleaned_data.get(high)
            if least is not None and most is not None and least > most:
                self.add_error(high, f"{self.fields[high].label} must not be smaller than {least:g}")

    def written(self, key: str) -> Json:
        """The question as its form is stored: what is as usual is left out. What could not be read is left out too."""
        data = self.cleaned_data
        made: Json = {"key": key, "kind": self.kind}
        made["label"] = data.get("label") or "…"
        for name in ("hint", "guidance"):
            if data.get(name):
                made[name] = data[name]
        if data.get("required") or data.get("overall"):
            made["required"] = True
        if data.get("prefill"):
            made["prefill"] = data["prefill"]
        if "columns" in KINDS[self.kind].own_keys:
            made["columns"] = self._columns(bool(data.get("becomes")))
        for name in self.own:
            value = self._own(name, data.get(name))
            if value is not None and value != USUAL.get(name):
                made[name] = value
        if self.question.get("when"):
            made["when"] = self.question["when"]
        return made

    def _own(self, name: str, value: Any) -> Any:
        if name == "becomes":
            return "actions" if value else None
        if name in ("minimum", "maximum") and isinstance(value, float) and value.is_integer():
            return int(value)
        if name == "descriptors" and name not in self.fields:
            return self.question.get("descriptors") or None
        if isinstance(value, str):
            return one_line(value) or None
        return None if value == [] else value

    def _columns(self, actions: bool) -> list[Json]:
        columns = list(self.question.get("columns") or [])
        if not actions:
            return columns
        there = {column.get("key") for column in columns}
        return [*columns, *(ACTION_STARTS[key] for key in ACTION_COLUMNS if key not in there)]
