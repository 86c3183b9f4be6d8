"""The tracker's filters as a form, read from the page's address so that a filtered list can be kept and sent."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from audits.models import State
from audits.queries.tracker import ALL_ENDED, ALL_OPEN, Filters
from audits.queries.tracker_choices import MOST_AUDITORS, Choices, Offered, auditors_called

REFERENCE = re.compile(r"[A-Z0-9]+(-[0-9]{0,4}(-[0-9]*)?)?")
STATES = Offered.of(
    ("Groups", [(ALL_OPEN, "All open audits"), (ALL_ENDED, "All ended audits")]),
    ("States", [(state.value, state.label) for state in State]),
)
ORDERS = Offered.of(
    (
        "",
        [
            ("due", "Due first"),
            ("-due", "Due last"),
            ("-reference", "Newest first"),
            ("reference", "Oldest first"),
            ("state", "State, A to Z"),
            ("-state", "State, Z to A"),
        ],
    )
)


class PickWidget(forms.Widget):
    """A list to choose from whose options are written already: a council has hundreds of teams."""

    offered = Offered({}, SafeString())
    empty_words: str | None = "All"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attributes = {"name": name, **self.attrs, **(attrs or {})}
        written = mark_safe("".join(f' {key}="{escape(text)}"' for key, text in attributes.items()))
        options = self.offered.html
        if value:
            mark = format_html('value="{}"', value)
            options = mark_safe(options.replace(f"{mark}>", f"{mark} selected>", 1))
        first = format_html('<option value="">{}</option>', self.empty_words) if self.empty_words else ""
        return format_html('<select class="govuk-select"{}>{}{}</select>', written, first, options)


class PickField(forms.Field):
    """One of the values that are offered, or nothing."""

    widget: PickWidget

    def __init__(self, *, what: str, **kwargs: Any) -> None:
        super().__init__(required=False, widget=PickWidget, **kwargs)
        self.what = what

    def offer(self, offered: Offered, *, empty_words: str | None = "All") -> None:
        """Say what can be chosen; ``empty_words`` stand for choosing nothing."""
        self.widget.offered = offered
        self.widget.empty_words = empty_words

    def clean(self, value: Any) -> str:
        if value and value not in self.widget.offered.words:
            raise forms.ValidationError(f"There is no such {self.what}. This was left out: choose another {self.what}")
        return value or ""


class TextWidget(forms.TextInput):
    """A line to type in, written without a template."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attributes = {"name": name, "value": value or "", **self.attrs, **(attrs or {})}
        written = mark_safe("".join(f' {key}="{escape(text)}"' for key, text in attributes.items()))
        return format_html('<input type="text" class="govuk-input"{}>', written)


class TrackerForm(forms.Form):
    """Filters that do not fit are named in a message and left out; they never make the list an error."""

    reference = forms.CharField(
        label="Reference",
        required=False,
        max_length=24,
        widget=TextWidget,
        help_text="All of it or how it begins, such as BCF-2026",
    )
    overdue = forms.BooleanField(label="Only overdue", required=False)
    state = PickField(label="State", what="state")
    service = PickField(label="Service", what="service")
    team = PickField(label="Team", what="team")
    type = PickField(label="Type of audit", what="type of audit")
    grade = PickField(label="Grade", what="grade")
    auditor = forms.CharField(
        label="Auditor", required=False, max_length=150, widget=TextWidget, help_text="A part of their name"
    )
    sort = PickField(label="Sort by", what="order")

    def __init__(self, data: Any, *, choices: Choices) -> None:
        super().__init__(data, auto_id="filter-%s")
        self._prefixes = choices.prefixes
        offered = {
            "state": STATES,
            "service": choices.service,
            "team": choices.team,
            "type": choices.type,
            "grade": choices.grade,
            "sort": ORDERS,
        }
        for name, field in self.fields.items():
            if isinstance(field, PickField):
                field.offer(offered[name], empty_words=None if name == "sort" else "All")

    def clean_reference(self) -> str:
        typed = "".join(self.cleaned_data["reference"].split()).upper()
        if not typed:
            return ""
        head = typed.partition("-")[0]
        known = any(prefix == head or (typed == head and prefix.startswith(head)) for prefix in self._prefixes)
        if not REFERENCE.fullmatch(typed) or not known:
            raise forms.ValidationError(
                "No reference begins like this. This was left out: a reference looks like BCF-2026-00012"
            )
        return typed

    def clean_auditor(self) -> tuple[int, ...] | None:
        typed = " ".join(self.cleaned_data["auditor"].split())
        if not typed:
            return None
        found = auditors_called(typed)
        if not found:
            raise forms.ValidationError("Nobody's name is written like this. This was left out: write it another way")
        if len(found) > MOST_AUDITORS:
            raise forms.ValidationError(
                f"More than {MOST_AUDITORS} people's names fit. This was left out: write more of the name"
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
            chosen = field.widget.offered.words[typed] if isinstance(field, PickField) else typed
            words[name] = str(field.label) if name == "overdue" else f"{field.label}: {chosen}"
        return words
