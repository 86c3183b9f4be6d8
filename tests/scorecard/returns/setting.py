"""An agency that is asked for two indicators, its lead, and QA over the whole."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from qaf.people.models import Agency, User
from qaf.people.roles import Role
from scorecard.models import Frequency, Indicator, Return, ReturnFigure, ReturnLine, Unit
from scorecard.quarters import Quarter
from scorecard.workflow.return_filling import Entry, Filling, marks_of, save
from scorecard.workflow.return_steps import accept, send
from scorecard.workflow.returns import open_returns
from tests.factories import AgencyFactory
from tests.scorecard.board_factories import make_indicator, make_priority, quarter_before, somebody

__all__ = ["Setting", "enter", "fill", "make_line", "make_setting", "through"]


@dataclass
class Setting:
    agency: Agency
    lead: User
    manager: User
    quarter: Quarter
    share: Indicator
    number: Indicator

    def ask(self) -> Return:
        return open_returns(self.quarter)[0]


def make_setting(*, monthly: bool = False) -> Setting:
    """A share of plans and a number of visits (monthly if wanted), asked for in the quarter that is over."""
    agency = AgencyFactory.create(name="Avon Police")
    priority = make_priority()
    frequency = Frequency.MONTHLY if monthly else Frequency.QUARTERLY
    return Setting(
        agency=agency,
        lead=somebody(Role.AGENCY_LEAD, agency=agency),
        manager=somebody(Role.QA_MANAGER),
        quarter=quarter_before(timezone.localdate()),
        share=make_indicator("plans", priority=priority, agency=agency, name="Plans reviewed in time"),
        number=make_indicator(
            "visits",
            priority=priority,
            agency=agency,
            name="Visits",
            unit=Unit.COUNT,
            frequency=frequency,
            numerator_label="Visits made",
        ),
    )


def _decimal(number: object) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def enter(one: Return, code: str, *figures: tuple[object, object], by: User, **texts: str) -> Return:
    """Enter a line as it stands on a fresh page."""
    lines = list(one.lines.prefetch_related("figures"))
    line = next(line for line in lines if line.definition.indicator.code == code)
    entry = Entry(line.pk, figures=tuple((_decimal(first), _decimal(second)) for first, second in figures), **texts)
    kept = save(one, filling=Filling((entry,)), seen=marks_of(one, lines, []), by=by)
    assert not kept.conflicts
    return Return.objects.get(pk=one.pk)


def fill(one: Return, *, by: User, plans: tuple[object, object] = (150, 200), visits: object = 12) -> Return:
    """Fill the whole return, ready to be sent."""
    enter(one, "plans", plans, by=by, narrative="Two teams were short of reviewers.")
    return enter(one, "visits", (visits, None), by=by, narrative="As planned.")


def through(setting: Setting, **numbers: object) -> Return:
    """A return that was asked for, filled, sent and accepted."""
    one = fill(setting.ask(), by=setting.lead, **numbers)  # type: ignore[arg-type]
    send(one, by=setting.lead)
    return accept(one, by=setting.manager)


def make_line(one: Return, indicator: Indicator) -> ReturnLine:
    """A line of a return that was written down directly, complete, so that it can be sent."""
    line = ReturnLine.objects.create(part_of=one, definition=indicator.versions.get(), narrative="As planned.")
    ReturnFigure.objects.create(
        line=line, period_from=one.period_from, period_to=one.period_to, numerator=1, denominator=2
    )
    return line
