"""The forms of cycles and of what is expected in them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from audits.models import LegalStatus
from qaf.people.models import Team

REASON_HINT = "It is kept with the audit and shown to those who read it. Do not name the child."


class OpenForm(forms.Form):
    """Which cycle of a row is opened."""

    starts_on = forms.ChoiceField(
        label="Which cycle?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a cycle", "invalid_choice": "Choose a cycle from the list"},
    )

    def __init__(self, *args: Any, cycles: Sequence[tuple[date, date]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].choices = [  # type: ignore[attr-defined]
            (first.isoformat(), f"{first:%-d %B %Y} to {last:%-d %B %Y}") for first, last in cycles
        ]
        self.initial.setdefault("starts_on", cycles[0][0].isoformat() if cycles else "")

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.cleaned_data["starts_on"])


class FilterCases(forms.Form):
    """Which of the cases that may be selected are shown. Nothing of a child goes into the address."""

    status = forms.ChoiceField(label="Status", required=False, choices=[("", "All"), *LegalStatus.choices])
    holder = forms.ChoiceField(label="Case-holder", required=False)

    def __init__(self, *args: Any, holders: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted({name for name in holders if name}, key=str.casefold)
        self.fields["holder"].choices = [("", "All"), *((name, name) for name in names)]  # type: ignore[attr-defined]


class SearchCases(forms.Form):
    """Initials to look for; sent in the body, never in an address."""

    words = forms.CharField(
        label="Find by initials",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-5"}),
    )


class ReasonOfChoice(forms.Form):
    """Why this one; optional."""

    reason = forms.CharField(
        label="Why this one?",
        required=False,
        max_length=1000,
        help_text=REASON_HINT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ChooseOne(ReasonOfChoice):
    """One case, or one practitioner, of those shown on the page, which draws its radio buttons itself."""

    chosen = forms.ChoiceField(widget=forms.RadioSelect)
    field_order = ("chosen", "reason")

    def __init__(self, *args: Any, keys: Iterable[int], missing: str, gone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["chosen"]
        field.choices = [(str(key), str(key)) for key in keys]  # type: ignore[attr-defined]
        field.error_messages.update({"required": missing, "invalid_choice": gone})

    @property
    def key(self) -> int:
        return int(self.cleaned_data["chosen"])


class SayWhat(ReasonOfChoice):
    """In words what is audited: a record by its reference, or an agency."""

    text = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    team = forms.ChoiceField(
        label="Team",
        error_messages={"required": "Choose a team", "invalid_choice": "Choose a team from the list"},
    )
    field_order = ("text", "team", "reason")

    def __init__(self, *args: Any, teams: Sequence[Team], label: str, missing: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(team.pk): team for team in teams}
        self.fields["text"].label = label
        self.fields["text"].error_messages["required"] = missing
        self.fields["team"].choices = [(key, team.name) for key, team in self.teams.items()]  # type: ignore[attr-defined]
        if len(self.teams) == 1:
            del self.fields["team"]

    @property
    def chosen_team(self) -> Team:
        return self.teams[self.cleaned_data["team"]] if "team" in self.fields else next(iter(self.teams.values()))
