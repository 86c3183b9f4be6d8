"""The places of the programme: the row of links at the head of its pages, and whom each is shown to."""

from audits.access.programme import may_see_capacity, reads_programme_by_post
from audits.access.schedule import may_note_absences, may_read_schedule, may_see_coverage
from qaf.people.models import User
from qaf.places import Place, PlaceLink, links_to

PLACES = (
    Place("Programme", "programme:year", reads_programme_by_post),
    Place("Schedule", "schedule:expectations", may_read_schedule),
    Place("Cycles", "schedule:cycles", may_read_schedule),
    Place("Coverage", "coverage:overview", may_see_coverage),
    Place("Capacity", "capacity:year", may_see_capacity),
    Place("Who is away", "schedule:absences", may_note_absences),
)


def places_for(user: User, here: str = "") -> list[PlaceLink]:
    """The places this person is shown, in order; ``here`` is the url name of the place the page belongs to."""
    return links_to(PLACES, user, here)


def only_the_schedule(user: User) -> bool:
    """Whether the schedule is this person's way into these places: they have nothing of the programme itself."""
    return may_read_schedule(user) and not reads_programme_by_post(user)


def only_coverage(user: User) -> bool:
    """Whether coverage is this person's way into these places: they have neither the programme nor the schedule."""
    return may_see_coverage(user) and not may_read_schedule(user) and not reads_programme_by_post(user)
