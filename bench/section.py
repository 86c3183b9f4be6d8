"""Opening a section of the biggest form against a bare Django form page with as many fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.urls import reverse

from audits.models import Audit, State
from bench import views
from bench.caller import Caller, Failed, medians
from bench.databases import at
from bench.figures import Figure
from bench.models import BareText

ROUNDS = 200
TARGET = 2.0


def run(sizes: Sequence[int]) -> Iterator[Figure]:
    """Open the section with the most fields, and the bare page made of the same fields, in turn."""
    with at(min(sizes)):
        audit = Audit.objects.filter(state=State.IN_PROGRESS).select_related("auditor", "type").order_by("pk")[0]
        caller = Caller(audit.auditor)
        paths = [
            reverse("audits:section", args=[audit.reference, section.key])
            for section in audit.form.sections_of(audit.part)
        ]
        fields, path = max(
            ((_fields_of(caller, path), path) for path in paths),
            key=lambda found: len(found[0]),
        )
        views.BareForm = type("BareForm", (forms.Form,), _bare(fields))
        views.BareForm.default_renderer = DjangoTemplates
        views.kept = BareText.objects.create(text="A sentence that was kept.").pk
        if (shown := _fields_of(caller, "/bare/form/")) != fields:
            raise Failed(f"The bare page shows {len(shown)} fields, not {len(fields)}.")
        bare, section = medians([lambda: caller.get("/bare/form/"), lambda: caller.get(path)], rounds=ROUNDS)
    print(f"# {path.split('/')[-2]}: {len(fields)} fields, {section * 1000:.1f} ms", flush=True)
    yield Figure("section_to_bare_form", section / bare, TARGET)


# A field of a page: its name, what it is, and its values where it is to be chosen from.
Field = tuple[str, str, tuple[str, ...]]


def _fields_of(caller: Caller, path: str) -> list[Field]:
    reader = _Reader()
    reader.feed(caller.get(path).body.decode())
    return [(name, kind, tuple(values)) for name, (kind, values) in reader.fields.items()]


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
