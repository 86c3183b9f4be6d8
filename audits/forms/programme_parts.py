"""Who takes part in a piece of work, row by row: agencies, and people with their hours."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from audits.models import WorkPerson
from audits.workflow.programme_parts import MOST_HOURS, AgencyPart, Hours
from qaf.people.models import Agency, Team, User


class PersonField(forms.CharField):
    """Somebody by e-mail address, or by a name that one person alone bears; the page suggests both."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": "people", "autocomplete": "off"})
        super().__init__(widget=widget, required=False, max_length=320, **kwargs)

    def clean(self, value: Any) -> User | None:
        text = " ".join(str(super().clean(value) or "").split())
        if not text:
            return None
        address = re.search(r"[^\s()<>]+@[^\s()<>]+", text)
        people = (
            User.objects.filter(email__iexact=address.group()) if address else User.objects.filter(name__iexact=text)
        )
        found = list(people.filter(is_active=True)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(f"Several people are called {text}. Enter the e-mail address instead")
        raise forms.ValidationError(
            f"Nobody who can sign in is known as “{text}”. Choose somebody from the suggestions"
        )


def suggested(person: User | None) -> str:
    """How a person is written into a ``PersonField``."""
    return f"{person.name} ({person.email})" if person is not None else ""


class AgencyRowForm(forms.Form):
    """One agency that takes part. A row without an agency is left out."""

    optional_unmarked = True

    agency = forms.ChoiceField(label="Agency", required=False)
    team = forms.ChoiceField(label="Team that its audits are kept in", required=False)
    lead = PersonField(label="Answers for the agency", help_text="Empty: whoever holds the agency lead’s post.")
    auditor = PersonField(label="Audits for it", help_text="An auditor with a post over that team.")

    def __init__(self, *args: Any, agencies: Mapping[str, Agency], teams: Mapping[str, Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._agencies, self._teams = agencies, teams
        self.fields["agency"].choices = [("", "No agency"), *((key, one.name) for key, one in agencies.items())]  # type: ignore[attr-defined]
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, team in teams.items():
            groups.setdefault(team.service.agency.name, []).append((key, f"{team.name}, {team.service.name}"))
        self.fields["team"].choices = [("", "No team"), *groups.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        agency, team = self._agencies.get(cleaned.get("agency", "")), self._teams.get(cleaned.get("team", ""))
        if agency is None and (team or cleaned.get("lead") or cleaned.get("auditor")):
            self.add_error("agency", "Choose the agency of this row, or empty the row")
        if agency is not None and team is not None and team.service.agency_id != agency.pk:
            self.add_error("team", f"Choose a team of {agency}")
        return cleaned

    def part(self) -> AgencyPart | None:
        agency = self._agencies.get(self.cleaned_data.get("agency", ""))
        if agency is None:
            return None
        team = self._teams.get(self.cleaned_data.get("team", ""))
        return AgencyPart(agency, team, self.cleaned_data.get("lead"), self.cleaned_data.get("auditor"))


class PersonRowForm(forms.Form):
    """Somebody whose time is asked for. A row without a person is left out."""

    optional_unmarked = True

    person = PersonField(label="Person")
    part = forms.ChoiceField(label="Part", required=False, choices=[("", "Choose"), *WorkPerson.Part.choices])
    hours = forms.DecimalField(
        label="Hours in all",
        required=False,
        min_value=Decimal("0.1"),
        max_value=MOST_HOURS,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-4"}),
        error_messages={
            "invalid": "Enter hours as a number, such as 7.5",
            "min_value": "Enter more than 0 hours",
            "max_value": "Enter at most 1,000 hours",
            "max_decimal_places": "Enter hours with one decimal at most, such as 7.5",
        },
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("person") is None:
            if "person" not in self.errors and (cleaned.get("part") or cleaned.get("hours")):
                self.add_error("person", "Enter whose hours these are, or empty the row")
            return cleaned
        if not cleaned.get("part") and "part" not in self.errors:
            self.add_error("part", f"Choose the part of {cleaned['person']}")
        if cleaned.get("hours") is None and "hours" not in self.errors:
            self.add_error("hours", f"Enter the hours of {cleaned['person']}")
        return cleaned

    def hours_of(self) -> Hours | None:
        cleaned = self.cleaned_data
        return Hours(cleaned["person"], cleaned["part"], cleaned["hours"]) if cleaned.get("person") else None
