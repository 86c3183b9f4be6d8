"""Setting the priorities anew: which of those that stand go on, and which begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from qaf.dates import DateField
from scorecard.models import Priority
from scorecard.workflow.priorities import MOST_OF_A_MINUTE, MOST_OF_A_SUMMARY, NewPriority

NEW_ONES = 4
GOES_ON, ENDS = "on", "ends"


class ResetForm(forms.Form):
    """One question for each priority that stands, and room for new ones."""

    on = DateField(what="the first day", label="From which day?", help_text="What ends, ends on the day before.")
    minute = forms.CharField(
        label="Where it is minuted",
        max_length=MOST_OF_A_MINUTE,
        help_text="For example, Partnership Board, item 3.",
        error_messages={"required": "Say where it is minuted"},
    )
    note = forms.CharField(
        label="Note, if there is anything to say",
        required=False,
        max_length=MOST_OF_A_SUMMARY,
        help_text="Why they are set anew. It is shown with the history.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    optional_unmarked = True

    def __init__(self, *args: Any, standing: Sequence[Priority], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = list(standing)
        for priority in self.standing:
            self.fields[f"keep_{priority.pk}"] = forms.ChoiceField(
                label=priority.name,
                choices=[(GOES_ON, "Goes on"), (ENDS, "Ends")],
                widget=forms.RadioSelect,
                initial=GOES_ON,
                error_messages={"required": f"Choose whether “{priority.name}” goes on"},
            )
        for number in range(1, NEW_ONES + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label="Name",
                required=False,
                max_length=200,
                error_messages={"max_length": "Use at most 200 characters"},
            )
            self.fields[f"summary_{number}"] = forms.CharField(
                label="What it means",
                required=False,
                max_length=MOST_OF_A_SUMMARY,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[f"keep_{priority.pk}"] for priority in self.standing]

    @property
    def new_ones(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        return [(number, self[f"name_{number}"], self[f"summary_{number}"]) for number in range(1, NEW_ONES + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(1, NEW_ONES + 1):
            if cleaned.get(f"summary_{number}", "").strip() and not cleaned.get(f"name_{number}", "").strip():
                self.add_error(f"name_{number}", "Give the new priority a name")
        return cleaned

    def kept(self) -> list[Priority]:
        return [one for one in self.standing if self.cleaned_data[f"keep_{one.pk}"] == GOES_ON]

    def added(self) -> list[NewPriority]:
        found = [
            NewPriority(self.cleaned_data[f"name_{number}"], self.cleaned_data[f"summary_{number}"])
            for number in range(1, NEW_ONES + 1)
        ]
        return [one for one in found if one.name.strip()]
