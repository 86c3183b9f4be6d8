"""The actions that follow from reports in the access matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from qaf.people.roles import Role
from scorecard.models import Recommendation
from scorecard.workflow.improvement import create_action
from tests.scorecard.actions.setting import smart
from tests.scorecard.board_factories import somebody

if TYPE_CHECKING:
    from tests.security.world import World


def make(world: World) -> None:
    """An action of a recommendation of our agency's report, and one of theirs; owned by people without a column."""
    manager = somebody(Role.QA_MANAGER)
    for whose in ("our", "their"):
        report = world.reports[f"{whose}, presented"]
        recommendation = Recommendation.objects.create(report=report, number=50, text="Do better.", added_by=manager)
        action = create_action(recommendation, smart(somebody(Role.TEAM_MANAGER)), by=manager)
        world.scorecard[f"{whose} recommendation"] = recommendation
        world.scorecard[f"{whose} action"] = action


def address(name: str, what: str, world: World) -> str:
    """The address as it is opened for this row of the table."""
    if name == "improvement:export":
        return reverse(name, args=["csv"])
    if not what:
        return reverse(name)
    thing = world.scorecard[what]
    return reverse(name, args=[thing.pk if name == "improvement:new" else thing.reference])
