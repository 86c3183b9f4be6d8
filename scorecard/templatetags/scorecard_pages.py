"""What the pages of the scorecard and of reports share."""

from typing import Any

from django import template

from scorecard.places import report_places_for, scorecard_places_for

register = template.Library()


@register.inclusion_tag("components/places.html", takes_context=True)
def scorecard_places(context: dict[str, Any], here: str) -> dict[str, Any]:
    """The row of links to the places of the scorecard: ``{% scorecard_places "returns:list" %}``."""
    return {"places": scorecard_places_for(context["request"].user, here), "label": "Scorecard"}


@register.inclusion_tag("components/places.html", takes_context=True)
def report_places(context: dict[str, Any], here: str) -> dict[str, Any]:
    """The row of links to the places of reports: ``{% report_places "scorecard:reports" %}``."""
    return {"places": report_places_for(context["request"].user, here), "label": "Reports"}
