"""Noting that somebody is away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from qaf.dates import DateField
from qaf.people.models import User
from qaf.people.queries import people_visible_to

# So many people can be told apart at a glance; for more one types more of the name.
MOST_CALLED = 8


class AbsenceForm(forms.Form):
    """Who is away, from when, until when. Several people of one name are told apart by their addresses."""

    who = forms.CharField(
        label="Who is away?",
        max_length=150,
        help_text="Their name, or a part of it, or their e-mail address",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Enter the name or e-mail address of the person who is away",
            "max_length": "Enter a name of 150 characters or fewer",
        },
    )
    starts_on = DateField(what="the first day away", label="First day away")
    ends_on = DateField(
        what="the last day away",
        label="Last day away",
        required=False,
        help_text="The day before they are back. Leave it empty if nobody knows yet: until further notice.",
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.people = people_visible_to(user).filter(is_active=True)
        self.called: list[User] = []
        who = " ".join(str(data.get("who", "")).split())[:150] if data is not None else ""
        if who:
            self.called = called(self.people, who)
        if 1 < len(self.called) <= MOST_CALLED:
            self.fields["person"] = forms.ChoiceField(
                label=f"Which “{who}”?",
                choices=[(str(one.pk), f"{one.name}, {one.email}") for one in self.called],
                widget=forms.RadioSelect,
                error_messages={
                    "required": "Several people are called so: choose who is meant",
                    "invalid_choice": "Choose one of the people of this name",
                },
            )
            self.order_fields(["who", "person", "starts_on", "ends_on"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "who" not in cleaned:
            return cleaned
        if not self.called:
            self.add_error("who", f"Nobody who can sign in is called “{cleaned['who']}”. Check the name or address")
        elif len(self.called) > MOST_CALLED:
            self.add_error("who", "More than eight people are called so. Type more of the name, or the e-mail address")
        elif len(self.called) > 1 and "person" not in self.errors:
            self.called = [one for one in self.called if str(one.pk) == cleaned["person"]]
        return cleaned

    @property
    def person(self) -> User:
        """Who is away; call it on a valid form."""
        return self.called[0]


def called(people: QuerySet[User], who: str) -> list[User]:
    """The people with this address, else of exactly this name, else whose names have all its words; at most nine."""
    for found in (Q(email__iexact=who), Q(name__iexact=who)):
        exact = list(people.filter(found)[: MOST_CALLED + 1])
        if exact:
            return exact
    words = Q()
    for word in who.split():
        words &= Q(name__icontains=word)
    return list(people.filter(words)[: MOST_CALLED + 1])
