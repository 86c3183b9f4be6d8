"""Asking a colleague to fill a section."""

from typing import Any

from django import forms

from audits.models import Audit
from audits.queries.contributions import people_to_ask
from audits.workflow.contributions import refusal, sections_to_ask_for
from qaf.people.models import User


class AskForm(forms.Form):
    """Which section, whom (from the list, or by e-mail address), and a note."""

    section = forms.ChoiceField(label="Section", error_messages={"required": "Choose a section"})
    person = forms.ChoiceField(
        label="Colleague from the list",
        required=False,
        help_text="People of the audit's service. The auditor and the case-holder are left out.",
    )
    email = forms.EmailField(
        label="Or the e-mail address of somebody else who signs in here",
        required=False,
        error_messages={"invalid": "Enter an e-mail address in the right form, like name@example.org"},
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        help_text="What you need from them. It is shown on the section's page only, and not sent by e-mail.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audit = audit
        self.people = {str(person.pk): person for person in people_to_ask(audit)}
        sections = [(section.key, section.title) for section in sections_to_ask_for(audit)]
        people = [(key, str(person)) for key, person in self.people.items()]
        self.fields["section"].choices = [("", "Choose a section"), *sections]  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", "Choose a person"), *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "person" in self.errors or "email" in self.errors:
            return cleaned
        key, email = cleaned.get("person", ""), cleaned.get("email", "")
        if bool(key) == bool(email):
            several = "Choose a person from the list or enter an e-mail address, not both"
            self.add_error("person", several if key else "Choose a person, or enter an e-mail address below")
            return cleaned
        field = "person" if key else "email"
        person = self.people[key] if key else User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            self.add_error("email", f"Nobody signs in here as {email}. Check the address.")
        elif reason := refusal(self.audit, person):
            self.add_error(field, f"{reason} Choose somebody else.")
        cleaned["asked"] = person
        return cleaned
