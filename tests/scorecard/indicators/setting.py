"""A subgroup, those around it, and requests on their way: what tests of indicators begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from qaf.people.models import Agency, User
from qaf.people.roles import Role
from scorecard.models import Indicator, IndicatorChange, Priority
from scorecard.quarters import Quarter, quarter_of
from scorecard.workflow.changes import decide, request_change
from tests.factories import AgencyFactory
from tests.scorecard.board_factories import make_indicator, make_priority, somebody


def this_quarter() -> Quarter:
    return quarter_of(timezone.localdate())


@dataclass
class Setting:
    """People of the subgroup and of QA, an agency with its lead, a priority and an indicator that is returned."""

    manager: User = field(default_factory=lambda: somebody(Role.QA_MANAGER))
    officer: User = field(default_factory=lambda: somebody(Role.QA_OFFICER))
    chair: User = field(default_factory=lambda: somebody(Role.AUDIT_CHAIR))
    members: list[User] = field(default_factory=lambda: [somebody(Role.SUBGROUP_MEMBER) for _ in range(3)])
    agency: Agency = field(default_factory=AgencyFactory.create)
    priority: Priority = field(default_factory=make_priority)

    def __post_init__(self) -> None:
        self.lead = somebody(Role.AGENCY_LEAD, agency=self.agency)

    @property
    def quorum(self) -> list[User]:
        return [self.chair, *self.members[:2]]

    def indicator(self, code: str = "cp-reviews", **fields: Any) -> Indicator:
        return make_indicator(code, priority=self.priority, agency=self.agency, **fields)

    def definition(self, **fields: Any) -> dict[str, Any]:
        """A whole definition as a request to add holds it."""
        return {
            "code": "plans-late",
            "name": "Plans reviewed late",
            "definition": "Child protection plans whose review was held late.",
            "numerator_label": "Plans reviewed late",
            "denominator_label": "Plans reviewed",
            "unit": "percentage",
            "direction": "down",
            "agency": self.agency,
            "lens": "professional",
            "priority": self.priority,
            **fields,
        }

    def alteration(self, indicator: Indicator, **fields: Any) -> IndicatorChange:
        """An open request to alter; of the target unless it is said what."""
        return request_change(
            kind="alter",
            indicator=indicator,
            proposed=fields or {"target": 90},
            reason="The board asked for it.",
            effective_from=this_quarter().next.first_day,
            by=self.officer,
        )

    def decide(self, change: IndicatorChange, **fields: Any) -> IndicatorChange:
        """A decision by a quorate subgroup today, in favour unless it is said otherwise."""
        return decide(
            change,
            **{
                "approve": True,
                "meeting_on": timezone.localdate(),
                "minute": "Item 4.2",
                "present": self.quorum,
                "by": self.manager,
                **fields,
            },
        )


def first_day(code: str) -> date:
    """The first day of a quarter written like 2026-3."""
    year, number = code.split("-")
    return Quarter(int(year), int(number)).first_day
