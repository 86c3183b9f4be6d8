"""A scorecard of the third quarter of 2026 for the tests of its pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from qaf.people.models import Agency, User
from qaf.people.roles import Role
from scorecard.models import Figure, Indicator, QaComment, Report, Return, ReturnLine, Stage, State
from scorecard.quarters import Quarter
from tests.factories import AgencyFactory
from tests.scorecard.board_factories import make_figures, make_indicator, make_priority, somebody

LAST = Quarter(2026, 3)


@pytest.fixture
def qa(db: None) -> User:
    return somebody(Role.QA_MANAGER)


@pytest.fixture
def police(db: None) -> Agency:
    return AgencyFactory.create(name="Police", code="police")


@pytest.fixture
def indicator(police: Agency) -> Indicator:
    """A share with a figure in each of the last four quarters."""
    priority = make_priority("Neglect")
    found = make_indicator("reviews", priority=priority, agency=police, name="Reviews in time", target="85")
    make_figures(found, [80, 82, 84, 86], last=LAST)
    return found


@pytest.fixture
def few(police: Agency, indicator: Indicator) -> Indicator:
    """A number of people that is small in the last quarter."""
    found = make_indicator("arrests", agency=police, name="Children arrested", unit="count", direction="down")
    make_figures(found, [12, 9, 11, 3], last=LAST)
    return found


def tell(indicator: Indicator, text: str, quarter: Quarter = LAST) -> ReturnLine:
    """Let the agency write a narrative beside the figure of a quarter."""
    definition = indicator.versions.get()
    assert definition.agency is not None
    part_of, _ = Return.objects.get_or_create(
        agency=definition.agency,
        period_from=quarter.first_day,
        period_to=quarter.last_day,
        defaults={"due_on": date(2026, 10, 20)},
    )
    line = ReturnLine.objects.create(part_of=part_of, definition=definition, narrative=text)
    Figure.objects.filter(indicator=indicator, period_from=quarter.first_day).update(line=line)
    return line


def comment(indicator: Indicator, text: str, by: User, quarter: Quarter = LAST) -> QaComment:
    return QaComment.objects.create(indicator=indicator, period_from=quarter.first_day, text=text, revision=1, by=by)


def present(quarter: Quarter, by: User) -> Report:
    """The pack of a quarter as it is once the board has had it."""
    return Report.objects.create(
        kind=Report.Kind.SCORECARD,
        period_from=quarter.first_day,
        period_to=quarter.last_day,
        requested_by=by,
        state=State.MADE,
        snapshot={"figures": {}},
        snapshot_digest="x",
        stage=Stage.PRESENTED,
    )


def correct(figure: Figure, value: str, **fields: Any) -> Figure:
    """Put another version in a figure's place, as a correction does."""
    Figure.objects.filter(pk=figure.pk).update(superseded_at=figure.accepted_at)
    return Figure.objects.create(
        indicator_id=figure.indicator_id,
        definition_id=figure.definition_id,
        period_from=figure.period_from,
        period_to=figure.period_to,
        version=figure.version + 1,
        value=Decimal(value),
        **fields,
    )
