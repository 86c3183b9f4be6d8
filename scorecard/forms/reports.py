"""The form that asks for a report."""

from typing import Any

from django import forms
from django.utils import timezone

from qaf.people.models import Agency, User
from scorecard.access import agencies_to_report_on, may_make_for
from scorecard.quarters import Quarter, from_code, quarter_of, recent

QUARTERS_OFFERED = 9
EVERYTHING = "all"


class ReportForm(forms.Form):
    """Which quarter, and whose audits."""

    quarter = forms.ChoiceField(
        label="Quarter",
        help_text="A quarter that is still running is counted as it is today.",
        error_messages={"required": "Choose a quarter", "invalid_choice": "Choose a quarter from the list"},
    )
    scope = forms.ChoiceField(
        label="Whose audits",
        error_messages={"required": "Choose whose audits to report on", "invalid_choice": "Choose from the list"},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        running = quarter_of(today)
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            (quarter.code, f"{quarter.label} (still running)" if quarter == running else quarter.label)
            for quarter in recent(today, QUARTERS_OFFERED)
        ]
        self.fields["quarter"].initial = running.previous.code
        self.agencies = {f"agency-{agency.pk}": agency for agency in agencies_to_report_on(user)}
        whole = [(EVERYTHING, "Whole organisation")] if may_make_for(user, None) else []
        choices = [*whole, *((key, agency.name) for key, agency in self.agencies.items())]
        self.fields["scope"].choices = choices  # type: ignore[attr-defined]
        self.fields["scope"].initial = choices[0][0] if choices else None

    @property
    def chosen_quarter(self) -> Quarter:
        return from_code(self.cleaned_data["quarter"])

    @property
    def chosen_agency(self) -> Agency | None:
        return self.agencies.get(self.cleaned_data["scope"])
