"""Indicators in the access matrix: one with a benchmark, one that is retired, and requests open and withdrawn."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.urls import reverse

from scorecard.models import Benchmark, ChangeKind, ChangeState, IndicatorChange
from tests.scorecard.board_factories import make_indicator, make_priority

if TYPE_CHECKING:
    from tests.security.world import World


def make(world: World) -> None:
    """Definitions of our agency; “AL” has asked for a change of one and withdrawn another request."""
    priority, agency = make_priority("Early help", position=2), world.places["own team"].agency
    indicator = make_indicator("defined-here", priority=priority, agency=agency)
    retired = make_indicator("no-longer", priority=priority, agency=agency)
    retired.retired_on = date(2024, 6, 30)
    retired.save()
    lead = world.people["AL"]
    assert lead is not None
    fields = {"kind": ChangeKind.ALTER, "indicator": indicator, "reason": "Clearer.", "requested_by": lead}
    asked = {"proposed": {"name": "Another name"}, "effective_from": date(2027, 1, 1), "seen_version": 1}
    world.scorecard |= {
        "an indicator": indicator,
        "a retired one": retired,
        "an open request": IndicatorChange.objects.create(**fields, **asked),
        "a withdrawn one": IndicatorChange.objects.create(**fields, **asked, state=ChangeState.WITHDRAWN),
        "a benchmark": Benchmark.objects.create(
            indicator=indicator,
            series=Benchmark.Series.ENGLAND,
            period_from=date(2024, 4, 1),
            period_to=date(2025, 3, 31),
            value=Decimal(80),
            source="National return",
            entered_by=world.authority.officer,
        ),
    }


def address(name: str, what: str, world: World) -> str:
    """The address as it is opened for this row of the table."""
    if name in ("indicators:export", "indicators:changes_export"):
        return reverse(name, args=["csv"])
    if not what:
        return reverse(name)
    thing = world.scorecard[what]
    if isinstance(thing, Benchmark):
        return reverse(name, args=[thing.indicator.code, thing.pk])
    return reverse(name, args=[thing.pk if isinstance(thing, IndicatorChange) else thing.code])
