"""How the lists of reports and publications are narrowed, read from their addresses."""

from typing import Any

from django import forms

from scorecard.models import Report, Stage, State
from scorecard.queries.report_lists import PublishedFilters, ReportFilters

# Made reports are told apart by their stages.
STAGES = [("", "Every stage"), *Stage.choices, *((value, words) for value, words in State.choices if value != "made")]
KINDS = [("", "Every kind"), *Report.Kind.choices]


def _select(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=choices, widget=forms.Select(attrs={"class": "govuk-select"})
    )


def _years(years: list[int]) -> list[tuple[str, str]]:
    return [("", "Every year"), *((str(year), str(year)) for year in years)]


class ReportFilterForm(forms.Form):
    """The filters of the list of reports; what is not offered is left out, for an address may have been mistyped."""

    kind = _select("Kind", KINDS)
    stage = _select("Stage", STAGES)
    year = _select("Year", [])
    sort = _select("Order", [("", "Newest period first"), ("made", "Last made first")])

    def __init__(self, data: Any, *, years: list[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = _years(years)  # type: ignore[attr-defined]

    def filters(self) -> ReportFilters:
        """What was chosen; what could not be read is left out."""
        self.is_valid()
        return ReportFilters(**{name: self.cleaned_data.get(name, "") for name in self.fields})


class PublishedFilterForm(forms.Form):
    """The filters of the publication list."""

    q = forms.CharField(
        label="Board or minute",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input"}),
    )
    kind = _select("Kind", KINDS)
    year = _select("Year", [])
    forum = _select("Given to", [])

    def __init__(self, data: Any, *, years: list[int], forums: list[str]) -> None:
        super().__init__(data)
        self.fields["year"].choices = _years(years)  # type: ignore[attr-defined]
        self.fields["forum"].choices = [("", "Every board"), *((one, one) for one in forums)]  # type: ignore[attr-defined]

    def filters(self) -> PublishedFilters:
        """What was chosen; what could not be read is left out."""
        self.is_valid()
        return PublishedFilters(**{name: self.cleaned_data.get(name, "") for name in self.fields})
