"""The four lenses in the access matrix."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse

from scorecard.models import Evidence, EvidenceKind, Lens, Priority
from tests.scorecard.board_factories import make_priority

if TYPE_CHECKING:
    from tests.security.world import World


def make(world: World) -> None:
    """A source of assurance about a priority."""
    officer = world.authority.officer
    world.scorecard["evidence"] = Evidence.objects.create(
        priority=Priority.objects.first() or make_priority(),
        lens=Lens.CITIZEN,
        kind=EvidenceKind.PARENTS,
        title="Survey of parents",
        summary="Parents know where to ask for help.",
        dated_on=date(2026, 6, 1),
        counts_until=date(2027, 5, 31),
        added_by=officer,
    )


def address(name: str, what: str, world: World) -> str:
    """The address as it is opened for this row of the table."""
    if name == "lenses:export":
        return reverse(name, args=["csv"])
    return reverse(name, args=[world.scorecard[what].pk] if what else [])
