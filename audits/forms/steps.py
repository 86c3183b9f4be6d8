"""The small forms with which an audit is moved on."""

from django import forms

from audits.models import Audit
from audits.workflow.distribution import Proposal, propose_recipients
from qaf.people.models import User


class ReasonForm(forms.Form):
    """One text that says why."""

    reason = forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: object, label: str, hint: str = "", missing: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["reason"]
        field.label, field.help_text = label, hint
        field.error_messages["required"] = missing or "Enter a reason"


class ExtendForm(forms.Form):
    """A later day and the reason for it."""

    to_day = forms.DateField(
        label="New due date",
        help_text="For example, 27 11 2026",
        widget=forms.DateInput(),
        input_formats=["%d %m %Y", "%d/%m/%Y", "%d %B %Y", "%Y-%m-%d"],
        error_messages={"required": "Enter the new due date", "invalid": "Enter a real date, such as 27 11 2026"},
    )
    reason = forms.CharField(
        max_length=5000,
        label="Why is it extended?",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why the deadline is extended"},
    )


class DistributeForm(forms.Form):
    """Who gets the audit: the proposed people ticked, and others by e-mail address."""

    proposed = forms.MultipleChoiceField(
        label="Send it to",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Untick whoever should not get it.",
    )
    others = forms.CharField(
        label="Other people",
        required=False,
        help_text="E-mail addresses of people who sign in here, one a line: for example the CP chair or IRO.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: object, audit: Audit, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.proposals = propose_recipients(audit)
        choices = [(str(one.person.pk), f"{one.person} ({one.reason.lower()})") for one in self.proposals]
        self.fields["proposed"].choices = choices  # type: ignore[attr-defined]
        self.fields["proposed"].initial = [value for value, _ in choices]

    def clean_others(self) -> list[Proposal]:
        found: list[Proposal] = []
        for line in self.cleaned_data["others"].splitlines():
            email = line.strip()
            if not email:
                continue
            person = User.objects.filter(email__iexact=email, is_active=True).first()
            if person is None:
                self.add_error("others", f"Nobody signs in here as {email}. Check the address, or leave it out.")
            else:
                found.append(Proposal(person, "Other professional"))
        return found

    def clean(self) -> None:
        super().clean()
        if not self.errors and not self.recipients():
            self.add_error("proposed", "Choose at least one person to send the audit to")

    def recipients(self) -> list[Proposal]:
        """The chosen people, each once."""
        chosen = set(self.cleaned_data.get("proposed", []))
        ticked = [one for one in self.proposals if str(one.person.pk) in chosen]
        unique = {one.person.pk: one for one in [*(self.cleaned_data.get("others") or []), *ticked]}
        return list(unique.values())


class ReauditForm(forms.Form):
    """The second auditor, by hand."""

    auditor = forms.ChoiceField(label="Second auditor", help_text="Never the first auditor or the case-holder.")

    def __init__(self, *args: object, people: list[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.people = {str(person.pk): person for person in people}
        chosen = [(key, str(person)) for key, person in self.people.items()]
        self.fields["auditor"].choices = [("", "Choose a person"), *chosen]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> User:
        return self.people[self.cleaned_data["auditor"]]


class ActionForm(forms.Form):
    """A step of an action and a note on it."""

    move = forms.ChoiceField(
        label="What has happened?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what has happened"},
    )
    note = forms.CharField(
        label="What was done, or why?",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say in a sentence what was done or why"},
    )

    def __init__(self, *args: object, moves: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["move"].choices = moves  # type: ignore[attr-defined]
