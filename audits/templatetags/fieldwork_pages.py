"""What the pages of the triangulation need of a line."""

from django import template

from audits.triangulation import Said

register = template.Library()


@register.filter
def under(said: Said, heading: str) -> str:
    """What an agency says under one small heading of an answer."""
    return said.under(heading)
