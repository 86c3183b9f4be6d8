"""The navigation at the head of every page, to which each app adds its own items.

An app registers in the ``ready()`` of its ``apps.py``, so that the ground floor never imports the floors above::

    navigation.register("Moderation", "moderation:desk", order=40, shown_to=navigation.holding(Role.MODERATOR))
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from qaf.people.roles import Role

Predicate = Callable[..., bool]


@dataclass(frozen=True)
class Item:
    """A place to go: its words, the name of its address, who is shown it, and where in the row it stands.

    ``count`` names a variable of the page, such as ``unread_notice_count``, that is shown after the words.
    """

    label: str
    url_name: str
    shown_to: Predicate
    order: int
    count: str = ""


@dataclass(frozen=True)
class Link:
    """An item as one person sees it, with its address."""

    label: str
    path: str
    count: str


_items: dict[str, Item] = {}


def everyone(user: object) -> bool:
    """Shown to whoever is signed in."""
    return True


def holding(*roles: Role | str) -> Predicate:
    """Shown to people who hold one of these roles today, in any scope."""

    def shown(user: object) -> bool:
        return bool(user.holds(*roles))  # type: ignore[attr-defined]

    return shown


def register(
    label: str,
    url_name: str,
    *,
    order: int,
    shown_to: Predicate = everyone,
    count: str = "",
) -> None:
    """Add an item; registering the same address again replaces it."""
    _items[url_name] = Item(label, url_name, shown_to, order, count)


def links_for(user: object) -> list[Link]:
    """The items this person is shown, in order.

    Being shown a link is a courtesy, not a right: every page checks for itself. An item whose address does not
    exist in this installation is left out.
    """
    links = []
    for item in sorted(_items.values(), key=lambda item: (item.order, item.label)):
        if not item.shown_to(user):
            continue
        try:
            path = reverse(item.url_name)
        except NoReverseMatch:
            continue
        links.append(Link(item.label, path, item.count))
    return links
