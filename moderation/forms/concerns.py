"""What people enter about a concern, and the filters of the list."""

import re
from typing import Any

from django import forms

from moderation.queries.concerns import ORDERS, Filters, Successors
from qaf.people.models import User

LONGEST = 10_000
REFERENCE = re.compile(r"[A-Z0-9-]{1,24}")


def _text(rows: int, **kwargs: Any) -> forms.CharField:
    too_long = f"This is longer than {LONGEST:,} characters. Say it in fewer words; details belong in the record."
    errors = {"max_length": too_long, **kwargs.pop("error_messages", {})}
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(max_length=LONGEST, widget=widget, error_messages=errors, **kwargs)


def _has_words(text: str, missing: str) -> str:
    if text and not any(character.isalnum() for character in text):
        raise forms.ValidationError(missing)
    return text


class RaiseForm(forms.Form):
    """What worries the moderator, and what was done already."""

    worry = _text(
        8,
        label="What worries you?",
        help_text="What you saw, where in the record, and why it matters for the child or for practice. Keep what you "
        "saw and what you make of it apart.",
        error_messages={"required": "Say what worries you"},
    )
    done_at_once = _text(
        4,
        label="What has been done already to keep the child safe?",
        help_text="Whom you spoke to, when, and what they are going to do.",
        required=False,
    )

    def clean_worry(self) -> str:
        return _has_words(self.cleaned_data["worry"], "Say what worries you, in words")


class AcknowledgeForm(forms.Form):
    """What is going to be done."""

    response = _text(
        6,
        label="What is going to be done?",
        help_text="By whom and by when. Whoever raised the concern reads it.",
        error_messages={"required": "Say what is going to be done"},
    )

    def clean_response(self) -> str:
        return _has_words(self.cleaned_data["response"], "Say what is going to be done, in words")


class ResolveForm(forms.Form):
    """What came of it."""

    outcome = _text(
        6,
        label="What came of it?",
        help_text="What was done, what it changed for the child or for practice, and why nothing more is needed. "
        "Whoever raised the concern reads it.",
        error_messages={"required": "Say what came of it"},
    )

    def clean_outcome(self) -> str:
        return _has_words(self.cleaned_data["outcome"], "Say what came of it, in words")


class ReassignForm(forms.Form):
    """Somebody else to deal with it, and why. ``seen`` is who dealt with it when the page was opened."""

    to = forms.ChoiceField(
        label="Who deals with it now?",
        error_messages={
            "required": "Choose who deals with it now",
            "invalid_choice": "This person cannot deal with it any more. Choose somebody else",
        },
    )
    reason = _text(
        4,
        label="Why is it given to somebody else?",
        help_text="For example: on leave until 4 December.",
        error_messages={"required": "Say why it is given to somebody else"},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, successors: Successors, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in successors.people}
        groups = (("Service managers", successors.service_managers), ("QA managers", successors.qa_managers))
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a person"),
            *((words, [(str(one.pk), str(one)) for one in people]) for words, people in groups if people),
        ]

    def clean_reason(self) -> str:
        return _has_words(self.cleaned_data["reason"], "Say why it is given to somebody else, in words")

    @property
    def chosen(self) -> User:
        return self.people[self.cleaned_data["to"]]


class ConcernFilterForm(forms.Form):
    """The filters of the list, read from the page's address. What makes no sense is left out and said."""

    reference = forms.CharField(
        label="Audit's reference",
        required=False,
        max_length=24,
        error_messages={"max_length": "A reference is at most 24 characters long. Check it"},
    )
    shown = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[
            ("", "Open"),
            ("overdue", "Overdue"),
            ("raised", "Not acknowledged yet"),
            ("acknowledged", "Acknowledged, not resolved"),
            ("resolved", "Resolved"),
            ("all", "All"),
        ],
        error_messages={"invalid_choice": "There is no such choice. This was left out: choose another"},
    )
    sort = forms.ChoiceField(
        label="Order",
        required=False,
        choices=[
            ("", "Due first"),
            ("-due", "Due last"),
            ("-raised", "Newest first"),
            ("raised", "Oldest first"),
        ],
        error_messages={"invalid_choice": "There is no such order. This was left out: choose another"},
    )

    def clean_reference(self) -> str:
        reference = "".join(self.cleaned_data["reference"].upper().split())
        if reference and not REFERENCE.fullmatch(reference):
            raise forms.ValidationError("A reference is made of letters, digits and hyphens, such as BCF-2026-00012")
        return reference

    def filters(self) -> Filters:
        """What the list is narrowed to; whatever was wrong is left out."""
        self.is_valid()
        return Filters(reference=self.cleaned_data.get("reference", ""), shown=self.cleaned_data.get("shown") or "open")

    def order(self) -> str:
        self.is_valid()
        sort = self.cleaned_data.get("sort") or "due"
        return sort if sort in ORDERS else "due"
