"""The tracker's filters as a form, read from the page's address so that a filtered list can be kept and sent."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from audits.models import State
from audits.queries.tracker import ALL_ENDED, ALL_OPEN, UNGRADED, Filters
from audits.queries.tracker_choices import MOST_AUDITORS, Choices, auditors_called

REFERENCE = re.compile(r"[A-Z0-9]+(-[0-9]{0,4}(-[0-9]*)?)?")
STATES = [
    ("Groups", [(ALL_OPEN, "All open audits"), (ALL_ENDED, "All ended audits")]),
    ("States", list(State.choices)),
]
ORDERS = [
    ("due", "Due first"),
    ("-due", "Due last"),
    ("-reference", "Newest first"),
    ("reference", "Oldest first"),
    ("state", "State, A to Z"),
    ("-state", "State, Z to A"),
]


class PlainSelect(forms.Select):
    """A list to choose from, written without a template for each option: a council has hundreds of teams."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = {str(one) for one in self.format_value(value)}

        def option(key: Any, words: Any) -> str:
            mark = " selected" if str(key) in chosen else ""
            return f'<option value="{escape(key)}"{mark}>{escape(words)}</option>'

        def options(pairs: Any) -> str:
            return "".join(
                f'<optgroup label="{escape(key)}">{options(words)}</optgroup>'
                if isinstance(words, list)
                else option(key, words)
                for key, words in pairs
            )

        described = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        written = "".join(f' {key}="{escape(text)}"' for key, text in described.items() if text not in (None, False))
        # Every name, text and value above went through escape().
        return mark_safe(f"<select{written}>{options(self.choices)}</select>")


def _choice(label: str, what: str) -> forms.ChoiceField:
    message = f"There is no such {what}. This filter was left out: choose another {what}"
    return forms.ChoiceField(label=label, required=False, widget=PlainSelect, error_messages={"invalid_choice": message})


class TrackerForm(forms.Form):
    """Filters that do not fit are named in a message and left out; they never make the list an error."""

    reference = forms.CharField(
        label="Reference", required=False, max_length=24, help_text="All of it or how it begins, such as BCF-2026"
    )
    overdue = forms.BooleanField(label="Only overdue", required=False)
    state = _choice("State", "state")
    service = _choice("Service", "service")
    team = _choice("Team", "team")
    type = _choice("Type of audit", "type of audit")
    grade = _choice("Grade", "grade")
    sort = _choice("Sort by", "order")
    auditor = forms.CharField(label="Auditor", required=False, max_length=150, help_text="A part of their name")

    def __init__(self, data: Any, *, choices: Choices) -> None:
        super().__init__(data, auto_id="filter-%s")
        self._prefixes = choices.prefixes
        self._offer("state", STATES)
        self.fields["sort"].choices = ORDERS  # type: ignore[attr-defined]
        self._offer("service", choices.services)
        self._offer("team", choices.teams)
        self._offer("type", choices.types)
        self._offer("grade", [*choices.grades, (UNGRADED, "Not graded yet")])

    def _offer(self, name: str, offered: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "All"), *offered]

    def clean_reference(self) -> str:
        typed = "".join(self.cleaned_data["reference"].split()).upper()
        if not typed:
            return ""
        head = typed.partition("-")[0]
        known = any(prefix == head or (typed == head and prefix.startswith(head)) for prefix in self._prefixes)
        if not REFERENCE.fullmatch(typed) or not known:
            raise forms.ValidationError(
                "No reference begins like this. This filter was left out: a reference looks like BCF-2026-00012"
            )
        return typed

    def clean_auditor(self) -> tuple[int, ...] | None:
        typed = " ".join(self.cleaned_data["auditor"].split())
        if not typed:
            return None
        found = auditors_called(typed)
        if not found:
            raise forms.ValidationError("Nobody's name is written like this. This filter was left out")
        if len(found) > MOST_AUDITORS:
            raise forms.ValidationError(
                f"More than {MOST_AUDITORS} people's names fit. This filter was left out: write more of the name"
            )
        return tuple(found)

    def filters(self) -> Filters:
        """The filters that could be read."""
        self.full_clean()
        read = self.cleaned_data

        def pk(name: str) -> int | None:
            return int(read[name]) if read.get(name) else None

        return Filters(
            reference=read.get("reference", ""),
            service=pk("service"),
            team=pk("team"),
            type=pk("type"),
            state=read.get("state", ""),
            grade=read.get("grade", ""),
            auditors=read.get("auditor"),
            overdue=read.get("overdue", False),
        )

    def in_use(self) -> dict[str, str]:
        """The filters that are in force: their names as in the address, and their words for people."""
        words = {}
        for name, field in self.fields.items():
            if name == "sort" or name in self.errors or not self.cleaned_data.get(name):
                continue
            typed = self.data[name]
            words[name] = field.label if name == "overdue" else f"{field.label}: {_words_of(field, typed)}"
        return words


def _words_of(field: forms.Field, typed: str) -> str:
    if not isinstance(field, forms.ChoiceField):
        return typed
    for key, words in field.choices:
        for one, text in words if isinstance(words, list) else [(key, words)]:
            if str(one) == typed:
                return str(text)
    return typed
