"""What is entered on the pages of a fieldwork and its triangulation."""

from collections.abc import Iterable
from typing import Any

from django import forms

from audits.forms.cases import IdentifierForm
from audits.models import LegalStatus
from audits.queries.fieldwork import Cell
from audits.queries.triangulation import Choice, Found
from qaf.people.models import User


class ChooseChildForm(IdentifierForm):
    """A child by identifier, and why this one."""

    reason = forms.CharField(
        label="Why this child?",
        max_length=300,
        help_text="It is read in the matrix. Write no name.",
        error_messages={"required": "Say why this child was chosen"},
    )


class DrawChildrenForm(forms.Form):
    """How many children to draw, from which status, with which seed."""

    how_many = forms.IntegerField(
        label="How many children?",
        min_value=1,
        max_value=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "required": "Enter how many children to draw",
            "invalid": "Enter a whole number, such as 4",
            "min_value": "Enter 1 or more",
            "max_value": "Enter 20 or fewer",
        },
    )
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "All"), *LegalStatus.choices])
    seed = forms.CharField(
        label="Seed",
        required=False,
        max_length=64,
        help_text="Leave this empty for one that nobody chose. The same seed draws the same children again.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
    )


class CellForm(forms.Form):
    """Who audits one child for one agency, or that the agency does not know the child."""

    optional_unmarked = True
    answer = forms.ChoiceField(widget=forms.RadioSelect, choices=[], error_messages={"required": "Choose one"})
    auditor = forms.ChoiceField(label="Auditor", required=False, choices=[])

    def __init__(self, *args: Any, cell: Cell, auditors: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in auditors}
        agency, usual = cell.agency.name, cell.taking_part.auditor
        self.fields["answer"].label = f"Does {agency} know this child?"
        self.fields["answer"].choices = [  # type: ignore[attr-defined]
            ("auditor", f"Yes, {agency} audits its records"),
            ("not_known", f"No, {agency} does not know this child"),
        ]
        self.fields["auditor"].choices = [  # type: ignore[attr-defined]
            ("", f"As for the agency: {usual}" if usual else "Nobody yet"),
            *((key, str(person)) for key, person in self.people.items()),
        ]
        self.fields["auditor"].help_text = f"People who audit for {cell.team}." if cell.team else ""
        self.initial = {
            "answer": "not_known" if cell.not_known else "auditor",
            "auditor": str(cell.row.auditor_id) if cell.row is not None and cell.row.auditor_id else "",
        }

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.cleaned_data["auditor"])

    @property
    def not_known(self) -> bool:
        return bool(self.cleaned_data["answer"] == "not_known")


class CloseForm(forms.Form):
    """Why the fieldwork is closed although something is missing."""

    reason = forms.CharField(
        label="Why is it closed without them?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the fieldwork is closed without them"},
    )


class TriangulationForm(forms.Form):
    """What of the triangulation is looked at."""

    optional_unmarked = True
    agency = forms.ChoiceField(label="Agency", required=False)
    line = forms.ChoiceField(label="Line of enquiry", required=False)
    show = forms.ChoiceField(label="Show", required=False, choices=[("", "Only what differs"), ("all", "Everything")])

    def __init__(self, *args: Any, found: Found, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        agencies = [(name, name) for name in found.agencies]
        self.fields["agency"].choices = [("", "All agencies"), *agencies]  # type: ignore[attr-defined]
        sections = list(found.sections.items())
        self.fields["line"].choices = [("", "All lines"), *sections]  # type: ignore[attr-defined]

    def chosen(self) -> Choice:
        """The choice; what is none of the options counts as not chosen."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return Choice(data.get("agency") or "", data.get("line") or "", data.get("show") != "all")
