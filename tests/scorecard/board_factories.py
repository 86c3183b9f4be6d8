"""Priorities, indicators and figures of the scorecard, written down directly for tests not about making them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from qaf.people.models import Agency, User
from qaf.people.roles import Role
from scorecard.models import (
    Direction,
    Figure,
    Frequency,
    Indicator,
    IndicatorVersion,
    Lens,
    Priority,
    PriorityReset,
    Unit,
)
from scorecard.quarters import Quarter, quarter_of
from tests.factories import PostFactory, UserFactory

SINCE = date(2023, 1, 1)
_numbers = count(1)


def somebody(role: Role, **scope: Any) -> User:
    """A person with one post; without a scope, over the whole organisation."""
    return PostFactory.create(person=UserFactory.create(), role=role, starts_on=SINCE, **scope).person


def make_priority(name: str = "Neglect", *, starts_on: date = SINCE, position: int = 1) -> Priority:
    """A priority that holds since a day; the re-set that began it is made with it."""
    reset = PriorityReset.objects.create(on=starts_on, minute="Item 2.1", by=UserFactory.create())
    return Priority.objects.create(name=name, starts_on=starts_on, position=position, set_by=reset)


def make_indicator(
    code: str = "",
    *,
    priority: Priority | None = None,
    agency: Agency | None = None,
    unit: Unit = Unit.PERCENTAGE,
    direction: Direction = Direction.UP,
    frequency: Frequency = Frequency.QUARTERLY,
    target: str | None = None,
    lens: Lens = Lens.INDEPENDENT,
    measure: str = "",
    valid_from: date = SINCE,
    **fields: Any,
) -> Indicator:
    """An indicator with its first definition. Without an agency it belongs to nobody's return."""
    number = next(_numbers)
    indicator = Indicator.objects.create(
        code=code or f"ind-{number}", measure=measure, measure_domain=fields.pop("measure_domain", "")
    )
    name = fields.pop("name", f"Indicator {number}")
    IndicatorVersion.objects.create(
        indicator=indicator,
        number=1,
        valid_from=valid_from,
        name=name,
        definition=fields.pop("definition", f"What {name} means."),
        numerator_label=fields.pop("numerator_label", "Plans reviewed in time"),
        denominator_label=fields.pop("denominator_label", "" if unit == Unit.COUNT else "Plans reviewed"),
        unit=unit,
        frequency=frequency,
        direction=direction,
        target=Decimal(target) if target is not None else None,
        agency=agency,
        lens=lens,
        priority=priority or Priority.objects.first() or make_priority(),
        **fields,
    )
    return indicator


def make_figures(indicator: Indicator, values: list[float | None], *, last: Quarter) -> list[Figure]:
    """One accepted figure a quarter, the last of them in ``last``; None leaves a gap. Percentages are of 200."""
    definition = indicator.versions.get(valid_until=None)
    quarters = [last]
    while len(quarters) < len(values):
        quarters.insert(0, quarters[0].previous)
    return [
        Figure.objects.create(
            indicator=indicator,
            definition=definition,
            period_from=quarter.first_day,
            period_to=quarter.last_day,
            numerator=None if value is None else Decimal(str(value * 2 if definition.has_denominator else value)),
            denominator=Decimal(200) if value is not None and definition.has_denominator else None,
            value=None if value is None else Decimal(str(value)),
            gap="Not available" if value is None else "",
        )
        for quarter, value in zip(quarters, values, strict=True)
    ]


def quarter_before(day: date) -> Quarter:
    """The quarter before the one that a day lies in."""
    return quarter_of(day).previous
