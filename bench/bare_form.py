"""A bare Django form with the same fields as a page: what that page is compared with."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates

from bench import views
from bench.caller import Caller, Failed
from bench.models import BareText

BARE_PATH = "/bare/form/"

# A field of a page: its name, what it is, and its values where it is to be chosen from.
Field = tuple[str, str, tuple[str, ...]]


def fields_of(caller: Caller, path: str) -> list[Field]:
    """What can be filled in on a page, in order."""
    reader = _Reader()
    reader.feed(caller.get(path).body.decode())
    return [(name, kind, tuple(values)) for name, (kind, values) in reader.fields.items()]


def make_bare(caller: Caller, fields: list[Field]) -> None:
    """Let the bare page have these fields, and see that it shows them; raises Failed when it does not."""
    views.BareForm = type("BareForm", (forms.Form,), _bare(fields))
    views.BareForm.default_renderer = DjangoTemplates
    views.kept = BareText.objects.create(text="A sentence that was kept.").pk
    if (shown := fields_of(caller, BARE_PATH)) != fields:
        raise Failed(f"The bare page shows {len(shown)} fields, not {len(fields)}.")


class _Reader(HTMLParser):
    """Collects what can be filled in in the forms of a page, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, tuple[str, list[str]]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        name = attributes.get("name")
        kind = attributes.get("type", "text") if tag == "input" else tag
        if tag not in ("input", "textarea", "select") or not name or kind in ("hidden", "submit", "button"):
            return
        self.fields.setdefault(name, (str(kind), []))[1].append(attributes.get("value") or "")


def _bare(fields: list[Field]) -> dict[str, Any]:
    """Django's own fields for the same things to fill in."""
    made: dict[str, Any] = {}
    for name, kind, values in fields:
        label = f"A question about {name} that is about as long as one of the form"
        choices = [(value, value) for value in values]
        match kind:
            case "textarea":
                made[name] = forms.CharField(label=label, widget=forms.Textarea, required=False)
            case "radio":
                made[name] = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=False)
            case "checkbox":
                made[name] = forms.MultipleChoiceField(
                    label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False
                )
            case _:
                made[name] = forms.CharField(label=label, required=False)
    return made
