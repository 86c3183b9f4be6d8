"""What the pages of moderation share."""

from typing import Any

from django import template

from moderation.places import places_for

register = template.Library()


@register.inclusion_tag("components/places.html", takes_context=True)
def moderation_places(context: dict[str, Any], here: str) -> dict[str, Any]:
    """The row of links to the places of moderation: ``{% moderation_places "moderation:panels" %}``."""
    return {"places": places_for(context["request"].user, here), "label": "Moderation"}
