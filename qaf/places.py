"""Rows of links at the head of the pages of one part of the site, such as moderation; each app has its own places."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from qaf.people.models import User


@dataclass(frozen=True)
class Place:
    """Where one can go: the words, the name of the address, and whom it is shown to."""

    label: str
    url_name: str
    shown_to: Callable[..., bool]


@dataclass(frozen=True)
class PlaceLink:
    """A place as a page shows it; ``here`` when the page belongs to it."""

    label: str
    path: str
    here: bool


def links_to(places: Iterable[Place], user: User, here: str = "") -> list[PlaceLink]:
    """The places this person is shown, in order; ``here`` is the url name of the place the page belongs to.

    Being shown a link is a courtesy, not a right. A place that this installation does not have is left out.
    """
    links = []
    for place in places:
        if not place.shown_to(user):
            continue
        try:
            path = reverse(place.url_name)
        except NoReverseMatch:
            continue
        links.append(PlaceLink(place.label, path, place.url_name == here))
    return links
