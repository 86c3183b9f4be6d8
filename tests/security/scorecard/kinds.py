"""The kinds of report in the access matrix: one that QA of an agency makes, and one about the whole alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.security.world import World


def make(world: World) -> None:
    """The arguments of their addresses; "reports" fills them in."""
    world.scorecard["a kind of report"] = ("agency",)
    world.scorecard["a kind about the whole"] = ("annual",)
