"""The family “returns” in the access matrix: returns of our agency in each state, and one of another."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from qaf.people.models import Agency
from scorecard.models import Return, ReturnState
from scorecard.quarters import quarter_of
from tests.scorecard.board_factories import make_indicator
from tests.scorecard.returns.setting import make_line

if TYPE_CHECKING:
    from tests.security.world import World

STATES = {
    "a return to fill": ReturnState.REQUESTED,
    "a sent return": ReturnState.SENT,
    "an accepted return": ReturnState.ACCEPTED,
}


def make(world: World) -> None:
    """A return for each state, each of another quarter, since one at a time is open; and a correction."""
    ours, theirs = (world.places[place].team.service.agency for place in ("own team", "other agency"))
    quarter = quarter_of(timezone.localdate()).previous
    indicator = make_indicator("matrix", agency=ours)
    for words, state in STATES.items():
        world.scorecard[words] = _return(ours, quarter.first_day, quarter.last_day, state=state)
        make_line(world.scorecard[words], indicator)
        quarter = quarter.previous
    first = _return(ours, quarter.first_day, quarter.last_day, state=ReturnState.ACCEPTED)
    world.scorecard["a correction"] = _return(
        ours, quarter.first_day, quarter.last_day, state=ReturnState.REQUESTED, corrects=first, version=2
    )
    quarter = quarter.previous
    world.scorecard["their return"] = _return(theirs, quarter.first_day, quarter.last_day, state=ReturnState.REQUESTED)


def _return(agency: Agency, first: object, last: object, **fields: object) -> Return:
    due_on = timezone.localdate() + timedelta(days=10)
    return Return.objects.create(agency=agency, period_from=first, period_to=last, due_on=due_on, **fields)  # type: ignore[misc]


def address(name: str, what: str, world: World) -> str:
    """The address as it is opened for this row of the table."""
    if name == "returns:chase":
        return reverse(name, args=[quarter_of(timezone.localdate()).previous.code])
    return reverse(name, args=[world.scorecard[what].pk] if what else [])
