"""Small helps for the pages of audits."""

from typing import TYPE_CHECKING

from django import template

from audits.models import Audit, Contribution
from audits.queries.contributions import Contributions
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


@register.filter
def asked_for(contributions: Contributions | str, section: str) -> list[Contribution]:
    """Who was asked to fill a section; nobody on a page that does not know of contributions."""
    return contributions.of(section) if isinstance(contributions, Contributions) else []


@register.filter
def asked_of_me(contributions: Contributions | str, section: str) -> Contribution | None:
    """What the person who looks at the page was asked to fill here, as long as they may."""
    return contributions.mine(section) if isinstance(contributions, Contributions) else None


@register.filter
def title_of_section(audit: Audit, key: str) -> str:
    """The title of a section of the audit's form."""
    return audit.form.section(key).title
