"""The small forms of returns: narrowing the list, asking, querying, more time, a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from qaf.dates import DateField
from qaf.tables import XLSX_TYPE
from scorecard.models import ReturnLine
from scorecard.quarters import Quarter, from_code
from scorecard.queries.return_list import SHOWN, SORTS, Filters
from scorecard.queries.returns import LineView
from scorecard.workflow.return_steps import Question

LONGEST_QUESTION = 2_000
LONGEST_REASON = 2_000


class ListForm(forms.Form):
    """The filters of the list, read from its address; what is not offered there is left out."""

    quarter = forms.ChoiceField(label="Quarter", required=False, widget=forms.Select(attrs={"class": "govuk-select"}))
    shown = forms.ChoiceField(
        label="Show", required=False, choices=SHOWN, widget=forms.Select(attrs={"class": "govuk-select"})
    )

    def __init__(self, data: Any, *, quarters: Iterable[Quarter]) -> None:
        super().__init__(data)
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            *((quarter.code, quarter.label) for quarter in quarters),
            ("all", "All quarters"),
        ]

    def filters(self, latest: Quarter) -> Filters:
        """What was chosen; without a choice, the latest quarter."""
        self.is_valid()
        said = self.cleaned_data
        chosen, sort = said.get("quarter", ""), str(self.data.get("sort", ""))
        return Filters(
            quarter=latest if not chosen else None if chosen == "all" else from_code(chosen),
            shown=said.get("shown", ""),
            sort=sort if sort.removeprefix("-") in SORTS else "agency",
        )


class AskForm(forms.Form):
    """The quarter whose returns are asked for."""

    quarter = forms.ChoiceField(
        label="Quarter",
        help_text="Only quarters that are over. Agencies that were asked already are not asked again.",
        error_messages={"required": "Choose a quarter", "invalid_choice": "Choose a quarter from the list"},
        widget=forms.Select(attrs={"class": "govuk-select"}),
    )

    def __init__(self, *args: Any, quarters: Iterable[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = [(one.code, one.label) for one in quarters]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Quarter:
        return from_code(self.cleaned_data["quarter"])


class QueryForm(forms.Form):
    """A question about the return as a whole, and one about each indicator; at least one of them is asked."""

    optional_unmarked = True
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, lines: Iterable[LineView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines: dict[str, ReturnLine] = {view.key: view.line for view in lines}
        self.fields["whole"] = _question("The return as a whole")
        for key, line in self.lines.items():
            self.fields[key] = _question(str(line.definition))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not self.questions:
            self.add_error("whole", "Write at least one question")
        return said

    @property
    def questions(self) -> list[Question]:
        """What was asked, in the order of the page."""
        found = [Question(self.cleaned_data.get("whole", ""))]
        found += [Question(self.cleaned_data.get(key, ""), line) for key, line in self.lines.items()]
        return [question for question in found if question.text]


def _question(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": f"Shorten this to {LONGEST_QUESTION:,} characters. It has %(show_value)d"},
    )


class ExtendForm(forms.Form):
    """A day after the one that it is due on now, and the reason."""

    to_day = DateField(label="New date", what="the new date")
    reason = forms.CharField(
        label="Why is the agency given more time?",
        help_text="Kept with both dates.",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the agency is given more time"},
    )

    def __init__(self, *args: Any, after: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.after = after

    def clean_to_day(self) -> date:
        day: date = self.cleaned_data["to_day"]
        if day <= self.after:
            raise forms.ValidationError(f"Choose a day after {self.after:%-d %B %Y}")
        return day


class CorrectForm(forms.Form):
    """Why an accepted return is put right."""

    reason = forms.CharField(
        label="What has to be put right, and why?",
        help_text="Kept with the correction. Write without names or initials of children and families.",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what has to be put right, and why"},
    )


class UploadForm(forms.Form):
    """The filled template."""

    file = forms.FileField(
        label="The filled workbook",
        help_text="The XLSX file that you downloaded for this return. At most 5 MB.",
        widget=forms.FileInput(attrs={"accept": f".xlsx,{XLSX_TYPE}"}),
        error_messages={
            "required": "Choose the workbook that you filled",
            "empty": "The file is empty. Choose the workbook that you filled",
        },
    )

    @property
    def uploaded(self) -> UploadedFile:
        return self.cleaned_data["file"]
