"""The scorecard in the access matrix: an indicator of each agency and one that QAF counts, none presented yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from scorecard.models import Measure, QaComment, Unit
from scorecard.quarters import Quarter, last_finished
from tests.scorecard.board_factories import make_figures, make_indicator, make_priority

if TYPE_CHECKING:
    from tests.security.world import World

# Addresses that name an indicator, and those that name a quarter of it too.
OF_AN_INDICATOR = ("indicator", "indicator_csv", "indicator_xlsx")
OF_A_QUARTER = ("comment", "comment_earlier", "behind", "behind_csv", "behind_xlsx")
OWNERS = {"own": "our indicator", "other": "their indicator"}


def _quarter() -> Quarter:
    return last_finished(timezone.localdate())


def make(world: World) -> None:
    """Indicators with figures and a comment."""
    priority = make_priority("Neglect")
    agencies = {name: world.places[f"{name} agency" if name == "other" else "own team"].agency for name in OWNERS}
    for name, agency in agencies.items():
        world.scorecard[OWNERS[name]] = make_indicator(f"of-{name}-agency", priority=priority, agency=agency)
    counted = make_indicator("counted-here", priority=priority, measure=Measure.GOOD, unit=Unit.PERCENTAGE)
    world.scorecard["an indicator that QAF counts"] = counted
    for what in (*OWNERS.values(), "an indicator that QAF counts"):
        make_figures(world.scorecard[what], [80, 82, 84], last=_quarter())
    QaComment.objects.create(
        indicator=world.scorecard[OWNERS["own"]],
        period_from=_quarter().first_day,
        text="A comment.",
        revision=1,
        by=world.authority.qa_manager,
    )


def address(name: str, what: str, world: World) -> str:
    """The address as it is opened for this row of the table."""
    page = name.partition(":")[2]
    if page in OF_AN_INDICATOR:
        return reverse(name, args=[world.scorecard[what].code])
    if page in OF_A_QUARTER:
        return reverse(name, args=[world.scorecard[what].code, _quarter().code])
    return reverse(name)
