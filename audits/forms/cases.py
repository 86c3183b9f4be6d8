"""The forms of the case list: upload, look up, filter."""

from typing import Any

from django import forms

from audits.access import qa_teams
from audits.models import LegalStatus
from audits.queries.cases import SORTS
from qaf.people.models import Team, User


class UploadForm(forms.Form):
    """A list of open cases from the case system."""

    file = forms.FileField(
        label="The list",
        help_text=(
            "A CSV or XLSX file with a heading for each column, such as an Annex A list. Columns that are not needed "
            "are ignored."
        ),
        error_messages={
            "required": "Choose the file that holds the list",
            "empty": "The file is empty. Choose the file that holds the list",
        },
    )
    source = forms.CharField(
        label="What is this list called?",
        max_length=120,
        help_text="So that you know it again later, for example “Annex A list 6, November”. No child's name.",
        error_messages={"required": "Say what the list is called"},
    )
    status = forms.ChoiceField(
        label="Which status do the children in the list have?",
        required=False,
        choices=[("", "The list says so itself"), *LegalStatus.choices],
        help_text="Used for rows that name no status.",
    )
    close_missing = forms.BooleanField(
        label="Close cases that are no longer in this list",
        required=False,
        help_text=(
            "Of each team and status that the list holds, cases that are open here but not in the list are closed as "
            "of today. Cases of other teams and statuses stay as they are."
        ),
    )


class IdentifierForm(forms.Form):
    """Find one child's case by the identifier that the case system gives. Sent in the body, never in an address."""

    identifier = forms.CharField(
        label="Child's identifier",
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20", "spellcheck": "false"}),
        error_messages={"required": "Enter the identifier that the case system gives the child"},
    )


class CaseFilterForm(forms.Form):
    """Which cases the list shows, and in which order."""

    team = forms.ModelChoiceField(Team.objects.none(), label="Team", required=False, empty_label="All teams")
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "All"), *LegalStatus.choices])
    sort = forms.ChoiceField(
        label="Sort by", required=False, choices=[(key, words) for key, (_, words) in SORTS.items()]
    )
    closed = forms.BooleanField(label="Show closed cases too", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = qa_teams(user)  # type: ignore[attr-defined]
        self.label_suffix = ""

    def chosen(self) -> dict[str, Any]:
        """The filter as ``cases_for_list`` takes it; what is not a choice counts as not chosen."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return {
            "team": data.get("team"),
            "status": data.get("status") or "",
            "show_closed": bool(data.get("closed")),
            "sort": data.get("sort") or "team",
        }
