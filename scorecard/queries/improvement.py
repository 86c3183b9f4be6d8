"""The list of actions that follow from reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from qaf.people.models import User
from scorecard.access.improvement import actions_visible_to
from scorecard.models import ImprovementAction

State = ImprovementAction.State
HEADERS = (
    "Action", "What will be done", "How it will be measured", "Owner", "Due", "State", "Overdue", "Done on", "Report",
    "Recommendation", "For",
)  # fmt: skip
SHOWN = {
    "open": "Open",
    "overdue": "Overdue",
    "done": "Done, to be verified",
    "verified": "Verified",
    "withdrawn": "Withdrawn",
    "all": "All",
}
ORDERS: dict[str, tuple[str, ...]] = {
    "due": ("due_on", "pk"),
    "-due": ("-due_on", "-pk"),
    "newest": ("-created_at", "-pk"),
    "owner": ("owner__name", "due_on", "pk"),
}


@dataclass(frozen=True)
class Filters:
    """What somebody narrowed the list to: a key of SHOWN, whose they are ("" or "mine"), an agency's key, a report's
    key, and a part of a reference."""

    shown: str = "open"
    whose: str = ""
    agency: str = ""
    report: str = ""
    reference: str = ""

    def used(self) -> dict[str, str]:
        """Those in force, but for the reference: somebody typed that, and it may be anything."""
        return {name: value for name, value in vars(self).items() if value and name != "reference"}


def listed(user: User, filters: Filters, *, sort: str = "due") -> QuerySet[ImprovementAction]:
    """The actions a person may see, narrowed and in order."""
    actions = actions_visible_to(user)
    if filters.shown == "overdue":
        actions = actions.filter(state=State.OPEN, due_on__lt=timezone.localdate())
    elif filters.shown != "all":
        actions = actions.filter(state=filters.shown)
    if filters.whose == "mine":
        actions = actions.filter(owner=user)
    if filters.agency:
        actions = actions.filter(recommendation__agency_id=int(filters.agency))
    if filters.report:
        actions = actions.filter(recommendation__report_id=int(filters.report))
    if filters.reference:
        actions = actions.filter(reference__icontains=filters.reference)
    rows = actions.select_related("owner", "recommendation__agency", "recommendation__report__agency")
    return rows.defer("recommendation__report__snapshot").order_by(*ORDERS[sort])


def every_row(actions: QuerySet[ImprovementAction]) -> Iterator[Sequence[Any]]:
    """The list under ``HEADERS`` for a file."""
    for one in actions.iterator(chunk_size=500):
        recommendation = one.recommendation
        yield (
            one.reference,
            one.specific,
            one.measurable,
            str(one.owner),
            one.due_on,
            one.get_state_display(),
            one.is_overdue,
            one.done_on,
            recommendation.report.title,
            recommendation.number,
            str(recommendation.agency or "The partnership"),
        )
