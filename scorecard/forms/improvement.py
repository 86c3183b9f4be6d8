"""Forms of the actions that follow from reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from qaf.dates import DateField
from qaf.people.models import Agency, User
from qaf.people.queries import people_visible_to
from scorecard.models import ImprovementAction
from scorecard.queries.improvement import ORDERS, SHOWN, Filters
from scorecard.workflow.improvement import Smart

LONGEST = 4000


def _text(rows: int, **kwargs: Any) -> forms.CharField:
    errors = {"max_length": f"Say it in {LONGEST:,} characters or fewer", **kwargs.pop("error_messages", {})}
    return forms.CharField(
        max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}), error_messages=errors, **kwargs
    )


class SmartForm(forms.Form):
    """An action: specific, measurable, achievable, relevant, and by a day."""

    specific = _text(
        3,
        label="What will be done?",
        help_text="Specific: one thing, so that anybody can tell what it is.",
        error_messages={"required": "Say what will be done"},
    )
    measurable = _text(
        3,
        label="How will it be measured?",
        help_text="Measurable: what one will see or count when it is done.",
        error_messages={"required": "Say how it will be measured"},
    )
    achievable = _text(2, label="What makes it achievable?", help_text="People, time, money.", required=False)
    relevant = _text(2, label="What difference should it make for children?", required=False)
    owner = forms.CharField(
        label="Who owns it?",
        max_length=254,
        help_text="The e-mail address or the whole name of one person",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the name or e-mail address of the person who owns it"},
    )
    due_on = DateField(what="the day it is due", label="By when?")

    def __init__(self, data: Any = None, *, user: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.people = people_visible_to(user).filter(is_active=True)

    def clean_owner(self) -> User:
        """The one person of this address or name."""
        who = " ".join(self.cleaned_data["owner"].split())
        found = list(self.people.filter(email__iexact=who)[:1]) or list(self.people.filter(name__iexact=who)[:2])
        if not found:
            raise forms.ValidationError(f"Nobody who can sign in has the name or address “{who}”. Check it")
        if len(found) > 1:
            raise forms.ValidationError(f"Several people are called “{who}”. Enter the e-mail address")
        return found[0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        due = cleaned.get("due_on")
        if due and due < timezone.localdate() and due != self.initial.get("due_on"):
            self.add_error("due_on", "The day it is due must be today or later")
        return cleaned

    def smart(self) -> Smart:
        """What was said; call it on a valid form."""
        return Smart(**self.cleaned_data)


def said(action: ImprovementAction) -> dict[str, Any]:
    """An action as its form begins with it."""
    names = ("specific", "measurable", "achievable", "relevant", "due_on")
    return {**{name: getattr(action, name) for name in names}, "owner": action.owner.email}


class StepForm(forms.Form):
    """A step of an action, or a note on its progress."""

    move = forms.ChoiceField(
        label="What has happened?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what has happened"},
    )
    note = _text(
        4,
        label="What was done or seen, or why?",
        help_text="Leave out everything by which a child, family or worker could be known.",
        error_messages={"required": "Say in a sentence what was done or seen, or why"},
    )

    def __init__(self, data: Any = None, *, moves: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["move"].choices = moves  # type: ignore[attr-defined]


class FilterForm(forms.Form):
    """What the list is narrowed to, and its order; what makes no sense is left out."""

    reference = forms.CharField(label="Action", required=False, max_length=24)
    shown = forms.ChoiceField(label="Show", choices=list(SHOWN.items()), required=False)
    whose = forms.ChoiceField(label="Whose", choices=[("", "Everybody's"), ("mine", "Mine")], required=False)
    agency = forms.ChoiceField(label="For", required=False)
    report = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    sort = forms.ChoiceField(
        label="Order",
        choices=[("due", "Due soonest"), ("-due", "Due latest"), ("newest", "Newest"), ("owner", "Owner")],
        required=False,
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        agencies = Agency.objects.order_by("name").values_list("pk", "name")
        self.fields["agency"].choices = [  # type: ignore[attr-defined]
            ("", "Any agency"),
            *((str(pk), name) for pk, name in agencies),
        ]

    def _chosen(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data

    def filters(self) -> Filters:
        chosen = self._chosen()
        return Filters(
            shown=chosen.get("shown") or "open",
            whose=chosen.get("whose", ""),
            agency=chosen.get("agency", ""),
            report=str(chosen.get("report") or ""),
            reference=" ".join(chosen.get("reference", "").split()),
        )

    def order(self) -> str:
        chosen = self._chosen().get("sort") or "due"
        return chosen if chosen in ORDERS else "due"
