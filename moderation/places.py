"""The places of moderation, and whom each is shown to: the row of links at the head of its pages."""

from qaf import navigation
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.places import Place, PlaceLink, links_to

PLACES = (
    Place(
        "Desk",
        "moderation:desk",
        navigation.holding(Role.MODERATOR, Role.SERVICE_MANAGER, Role.QA_OFFICER, Role.QA_MANAGER),
    ),
    Place(
        "Concerns",
        "moderation:concerns",
        navigation.holding(Role.MODERATOR, Role.SERVICE_MANAGER, Role.QA_OFFICER, Role.QA_MANAGER),
    ),
    Place("Panel", "moderation:panels", navigation.holding(Role.PANEL_MEMBER, Role.QA_OFFICER, Role.QA_MANAGER)),
    Place(
        "Agreement",
        "moderation:agreement",
        navigation.holding(Role.AUDITOR, Role.MODERATOR, Role.QA_OFFICER, Role.QA_MANAGER),
    ),
    Place("Who moderates", "moderation:rules", navigation.holding(Role.ADMIN, Role.QA_OFFICER, Role.QA_MANAGER)),
)


def places_for(user: User, here: str = "") -> list[PlaceLink]:
    """The places this person is shown, in order; ``here`` is the url name of the place the page belongs to."""
    return links_to(PLACES, user, here)


def shown_some_place(user: object) -> bool:
    """Whether the navigation has anything of moderation for this person."""
    return any(place.shown_to(user) for place in PLACES)
