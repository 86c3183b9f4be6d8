"""Tags of the pages: navigation, form fields in the design system's markup, grades, states and dates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.forms import BoundField, Field, Form, widgets
from django.forms.formsets import BaseFormSet
from django.template.context import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from qaf import navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def nav_items(context: Context) -> list[dict[str, Any]]:
    """The navigation of the person who is signed in: label, path, count and whether it is where we are.

    Gives nothing when nobody is signed in or the page was made without a request.
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return []
    links = navigation.links_for(user)
    # The longest address that the page's own begins with is where we are; "/" only for the home page itself.
    here = max(
        (link.path for link in links if _is_under(request.path, link.path)),
        key=len,
        default="",
    )
    return [
        {
            "label": link.label,
            "path": link.path,
            "count": context.get(link.count, 0) if link.count else 0,
            "current": link.path == here,
        }
        for link in links
    ]


def _is_under(path: str, address: str) -> bool:
    return path == address if address == "/" else path.startswith(address)


def _widget_class(widget: widgets.Widget) -> str:
    if isinstance(widget, widgets.FileInput):
        return "govuk-file-upload"
    if isinstance(widget, widgets.Textarea):
        return "govuk-textarea"
    if isinstance(widget, widgets.Select):
        return "govuk-select"
    return "govuk-input"


@register.simple_tag
def govuk_widget(field: BoundField) -> SafeString:
    """Draw a field's input with the design system's classes, added to those the form gave it."""
    widget = field.field.widget
    base = _widget_class(widget)
    classes = [base, *str(widget.attrs.get("class", "")).split()]
    if field.errors:
        classes.append(f"{base}--error")
    attrs: dict[str, Any] = {"class": " ".join(dict.fromkeys(classes))}
    # "10", as a text, is Django's own default; a form that wants ten rows says 10, as a number.
    if isinstance(widget, widgets.Textarea) and widget.attrs.get("rows") in (None, "10"):
        attrs["rows"] = 5
    return field.as_widget(attrs=attrs)


@register.filter
def widget_kind(field: BoundField) -> str:
    """Which markup a field needs: hidden, date_parts, radios, checkboxes, checkbox or input."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if getattr(widget, "is_date_parts", False):
        return "date_parts"
    # CheckboxSelectMultiple is a kind of RadioSelect in Django, so it is asked for first.
    if isinstance(widget, widgets.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, widgets.RadioSelect):
        return "radios"
    if isinstance(widget, widgets.CheckboxInput):
        return "checkbox"
    return "input"


@register.filter
def describes(field: BoundField) -> str:
    """The ids of a group's hint and error, for the group's ``aria-describedby``."""
    ids = []
    if field.help_text:
        ids.append(f"{field.auto_id}_helptext")
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


def _first_input(field: BoundField) -> str:
    """The id of the input that an error's link puts the cursor in."""
    kind = widget_kind(field)
    if kind in {"radios", "checkboxes", "date_parts"}:
        return f"{field.auto_id}_0"
    return str(field.id_for_label or field.auto_id)


def _missing(field: BoundField) -> str:
    """What is said of a field that was left empty, when its form has no words of its own."""
    label = str(field.label or "").strip()
    if label.endswith("?"):
        return f"Answer the question: {label}"
    kind = widget_kind(field)
    if kind == "checkbox":
        return f"Tick the box: {label}"
    # "Reference" becomes "Enter reference", but "SEND plan" keeps its capitals.
    name = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    chosen = kind in {"radios", "checkboxes"} or isinstance(field.field.widget, (widgets.Select, widgets.FileInput))
    return f"{'Choose' if chosen else 'Enter'} {name}"


@register.filter
def said_errors(field: BoundField) -> list[str]:
    """A field's errors as texts; Django's "This field is required." becomes a sentence that names the field."""
    said = []
    for error in field.errors.as_data():
        for text in error.messages:
            unnamed = error.code == "required" and text == Field.default_error_messages["required"]
            said.append(_missing(field) if unnamed else str(text))
    return said


@register.simple_tag
def form_errors(form: Form | BaseFormSet[Any] | str | None) -> list[dict[str, str]]:
    """Every error of a form or formset in the order of the page: text, and the id of the input it is about."""
    # A page without a form gives the empty text of a variable that is not there.
    if not form or isinstance(form, str) or not form.is_bound:
        return []
    if isinstance(form, BaseFormSet):
        found = [{"text": str(text), "target": ""} for text in form.non_form_errors()]
        for one in form.forms:
            found += form_errors(one)
        return found
    found = [{"text": str(text), "target": ""} for text in form.non_field_errors()]
    for field in form:
        found += [{"text": text, "target": _first_input(field)} for text in said_errors(field)]
    return found


# Best to worst; the words carry the meaning, the colour only helps.
GRADE_COLOURS = {
    "O": "green",
    "G": "turquoise",
    "RI": "yellow",
    "I": "red",
    "EG": "green",
    "MG": "turquoise",
    "DNMG": "red",
}


@register.filter
def grade_colour(grade: Any) -> str:
    """The tag colour of a grade: by its own flags when it has them, else by its code.

    A grade that raises the alert is red, one that meets the standard green (the best) or turquoise, any other
    yellow.
    """
    code = str(getattr(grade, "code", grade) or "")
    if getattr(grade, "raises_alert", False):
        return "red"
    if code in GRADE_COLOURS:
        return GRADE_COLOURS[code]
    meets = getattr(grade, "meets_standard", None)
    if meets is None:
        return "grey"
    return "green" if meets else "yellow"


STATE_COLOURS = {
    "blue": {"allocated", "waiting", "requested", "proposed", "drafting", "planned", "open", "raised"},
    "light-blue": {"in_progress", "reviewing", "fieldwork", "analysis", "prepared", "sent", "acknowledged"},
    "purple": {"submitted", "checked", "moderating", "queried", "drafted", "held"},
    "turquoise": {"moderated", "decided", "distributed", "agreed", "signed_off", "considered", "reported", "done"},
    "green": {"closed", "verified", "accepted", "presented", "ready", "resolved"},
    "red": {"failed"},
    "grey": {"cancelled", "withdrawn"},
}


@register.filter
def state_colour(state: Any) -> str:
    """The tag colour of a state's code."""
    code = str(state)
    return next((colour for colour, codes in STATE_COLOURS.items() if code in codes), "grey")


@register.filter
def is_past(day: date | None) -> bool:
    """Whether a day lies before today."""
    return day is not None and day < timezone.localdate()


@register.filter
def attribute(thing: Any, name: str) -> Any:
    """An attribute or key by a name held in a variable; empty when there is none."""
    if isinstance(thing, dict):
        return thing.get(name, "")
    return getattr(thing, name, "")
