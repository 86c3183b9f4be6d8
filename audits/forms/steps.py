"""The small forms with which an audit is moved on."""

from django import forms
from django.core.validators import MaxLengthValidator

from qaf.people.models import User


class ReasonForm(forms.Form):
    """One text that says why."""

    longest = 5_000
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: object, label: str, hint: str = "", missing: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["reason"]
        field.label, field.help_text = label, hint
        field.error_messages["required"] = missing or "Enter a reason"
        too_long = f"Use at most {self.longest:,} characters"
        field.validators.append(MaxLengthValidator(self.longest, f"{too_long}. It has %(show_value)s"))


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


class CheckForm(forms.Form):
    """What a reviewer says of an audit that nobody moderates."""

    sufficient = forms.BooleanField(
        label="I have read the evidence, and there is enough of it for every grade",
        error_messages={"required": "Say that there is enough evidence for every grade, or return the audit"},
    )


class DirectionForm(ReasonForm):
    """A text that others may be writing too: with the revision that the page was made from."""

    longest = 20_000
    revision = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reason"].widget.attrs["rows"] = 10

    @property
    def seen_revision(self) -> int:
        """The revision on the page; one that is none is taken for a page from before the first save."""
        text = self.cleaned_data.get("revision", "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0


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
