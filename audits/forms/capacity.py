"""What the pages of capacity are asked: which weeks and people, when an inspection begins, how long a task takes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from audits.models import EffortKind
from audits.queries.capacity import ASSUMED, people_within
from qaf.dates import DateField
from qaf.people.models import Agency, Service, Team, User

MOST_WEEKS = 26


class LoadForm(forms.Form):
    """Filters of the year. What does not fit is named and left out; it never makes the page an error."""

    place = forms.ChoiceField(label="Where they work", required=False)
    over = forms.BooleanField(label="Only people who are over their limit", required=False)
    optional_unmarked = True

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.places: dict[str, tuple[str, dict[str, Any]]] = {}
        for agency in Agency.objects.all():
            self.places[f"agency-{agency.pk}"] = (agency.name, {"agency": agency})
        for service in Service.objects.select_related("agency"):
            self.places[f"service-{service.pk}"] = (f"{service.name}, {service.agency.name}", {"service": service})
        for team in Team.objects.select_related("service"):
            self.places[f"team-{team.pk}"] = (f"{team.name}, {team.service.name}", {"team": team})
        grouped: dict[str, list[tuple[str, str]]] = {"Agencies": [], "Services": [], "Teams": []}
        names = {"agency": "Agencies", "service": "Services", "team": "Teams"}
        for key, (label, _) in self.places.items():
            grouped[names[key.partition("-")[0]]].append((key, label))
        place: Any = self.fields["place"]
        place.choices = [("", "Everywhere"), *((name, rows) for name, rows in grouped.items() if rows)]
        place.error_messages["invalid_choice"] = "There is no such place. This was left out: choose another"

    def people(self, *, on: date) -> set[int] | None:
        """Keys of the people with a post in the chosen place; None for everybody."""
        self.full_clean()
        chosen = self.cleaned_data.get("place", "")
        return people_within(on=on, **self.places[chosen][1]) if chosen else None

    @property
    def only_over(self) -> bool:
        self.full_clean()
        return bool(self.cleaned_data.get("over"))


class InspectionForm(forms.Form):
    """When the notice comes, for how many weeks, and whom it asks how many hours a week."""

    notified_on = DateField(label="Notified on", what="the day of the notice")
    weeks = forms.IntegerField(
        label="How many weeks it takes",
        min_value=1,
        max_value=MOST_WEEKS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        help_text="A joint targeted area inspection is expected to be completed within three weeks.",
        error_messages={
            "required": "Enter how many weeks it takes, such as 3",
            "invalid": "Enter a whole number of weeks, such as 3",
            "min_value": "It takes at least 1 week",
            "max_value": f"Enter at most {MOST_WEEKS} weeks",
        },
    )
    hours = forms.DecimalField(
        label="Hours a week it takes from each person",
        min_value=Decimal("0.5"),
        max_value=60,
        max_digits=4,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-4"}),
        error_messages={
            "required": "Enter the hours a week, such as 15",
            "invalid": "Enter a number of hours, such as 15 or 7.5",
            "min_value": "Enter at least half an hour",
            "max_value": "Enter at most 60 hours",
            "max_digits": "Enter at most 60 hours, with one digit after the point",
            "max_decimal_places": "Enter hours with at most one digit after the point, such as 7.5",
            "max_whole_digits": "Enter at most 60 hours",
        },
    )
    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="Whom it asks",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Tick at least one person",
            "invalid_choice": "One of these people is not there any more. Tick others",
            "invalid_pk_value": "One of these people is not there any more. Tick others",
        },
    )

    def __init__(self, data: Any, *, people: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        chosen: Any = self.fields["people"]
        chosen.queryset = people


class EffortForm(forms.Form):
    """The hours of each kind of task."""

    def __init__(self, data: Any = None, *, hours: dict[str, float]) -> None:
        super().__init__(data, initial={kind: f"{hours[kind]:g}" for kind in EffortKind.values})
        for kind in EffortKind:
            self.fields[kind.value] = forms.DecimalField(
                label=f"{kind.label} (hours)",
                min_value=Decimal("0"),
                max_value=100,
                max_digits=4,
                decimal_places=1,
                widget=forms.NumberInput(
                    attrs={"class": "govuk-input--width-4", "step": "0.5", "inputmode": "decimal"}
                ),
                help_text=f"The product assumes {ASSUMED[kind]:g}.",
                error_messages={
                    "required": f"Enter the hours of “{kind.label}”, such as {ASSUMED[kind]:g}",
                    "invalid": f"Enter a number of hours for “{kind.label}”, such as {ASSUMED[kind]:g}",
                    "min_value": "Hours cannot be less than nothing",
                    "max_value": "Enter at most 100 hours",
                    "max_digits": "Enter at most 100 hours, with one digit after the point",
                    "max_decimal_places": "Enter hours with at most one digit after the point, such as 7.5",
                    "max_whole_digits": "Enter at most 100 hours",
                },
            )

    def said(self) -> dict[str, Decimal]:
        """What was entered, by kind; call it on a valid form."""
        return dict(self.cleaned_data)
