"""Sections of a form on a page: to be filled in, and to be read."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from audits.kloe.drawing import draw_section, shown_answers
from audits.kloe.questions import FormDefinition, Section

register = template.Library()


@register.filter
def with_commas(number: int) -> str:
    """A number as one reads it: 20,000."""
    return f"{number:,}"


@register.inclusion_tag("audits/kloe/section.html")
def kloe_section(
    form: FormDefinition,
    section: Section,
    document: Mapping[str, Any] | None,
    errors: Mapping[str, Iterable[str]] | None = None,
    answers: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The fields of a section, without <form> and title.

    ``document`` is what is stored, ``errors`` messages by question key (input that could not be read brings its own).
    With ``answers`` of the whole form, questions that another section's answers rule out are carried along unseen.
    """
    return {"drawn": draw_section(form, section, document, errors or {}, answers)}


@register.inclusion_tag("audits/kloe/answers.html")
def kloe_answers(
    form: FormDefinition,
    section: Section,
    document: Mapping[str, Any] | None,
    answers: Mapping[str, Mapping[str, Any]] | None = None,
    change_url: str = "",
) -> dict[str, Any]:
    """A section as a summary list for reading. With ``change_url`` each answer gets a link to its field there."""
    return {"shown": shown_answers(form, section, document, answers), "change_url": change_url}
