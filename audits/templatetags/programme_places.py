"""The row of links at the head of the programme's pages."""

from typing import Any

from django import template

from audits.places import places_for

register = template.Library()


@register.inclusion_tag("components/places.html", takes_context=True)
def programme_places(context: dict[str, Any], here: str) -> dict[str, Any]:
    """Show the places of the programme; ``here`` is the url name of the one the page belongs to."""
    return {"places": places_for(context["request"].user, here), "label": "Programme"}
