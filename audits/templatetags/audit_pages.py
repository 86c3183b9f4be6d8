"""Small helps for the pages of audits."""

from typing import TYPE_CHECKING

from django import template

from audits.models import Audit
from audits.workflow.steps import STEPS

if TYPE_CHECKING:
    from audits.kloe.scales import Descriptor, Grade

register = template.Library()


@register.simple_tag
def grade_of(audit: Audit, code: str) -> "Grade | None":
    """The grade with this code on the audit's scale; None for no code."""
    scale = audit.form.scale
    return scale.grade(code) if code and scale else None


@register.filter
def step_words(kind: str) -> str:
    """What a step asks of its owner."""
    return STEPS.get(kind, kind)


@register.simple_tag
def descriptor_sentences(descriptor: "Descriptor", code: str) -> tuple[str, ...]:
    """What a descriptor says of one grade; empty when it says nothing."""
    return tuple(descriptor.grades.get(code, ()))
