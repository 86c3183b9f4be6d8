"""The list of returns: narrowed, sorted, and as rows of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from qaf.deadlines.models import Deadline
from qaf.people.models import Agency, User
from scorecard.access.returns import returns_visible_to
from scorecard.models import Return, ReturnState
from scorecard.models.returns import FILLABLE, RETURN_OPEN
from scorecard.quarters import Quarter, quarter_of
from scorecard.queries.return_definitions import definitions_of
from scorecard.queries.return_people import agencies_without_a_lead

LATE, WITH_QA, WITH_AGENCY = "late", "with_qa", "with_agency"
SHOWN = (
    ("", "All"),
    (LATE, "Late"),
    (WITH_AGENCY, "With the agency"),
    (WITH_QA, "Sent, for QA to look at"),
    (ReturnState.QUERIED.value, "Queried"),
    (ReturnState.ACCEPTED.value, "Accepted"),
)
# An order for each heading of the list; the agency's name settles ties.
SORTS = {"agency": "agency__name", "due": "due_now", "state": "step", "sent": "first_sent_at"}
HEADERS = (
    "Quarter", "Agency", "Version", "State", "Due", "Late", "First sent", "Sent in time", "Queries", "Accepted",
    "Accepted by",
)  # fmt: skip
STEPS = (
    ReturnState.REQUESTED, ReturnState.QUERIED, ReturnState.SENT, ReturnState.ACCEPTED, ReturnState.WITHDRAWN
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """How the list is narrowed; ``sort`` is a key of SORTS, with a minus sign for the other way round."""

    quarter: Quarter | None = None
    shown: str = ""
    sort: str = "agency"

    def used(self) -> dict[str, str]:
        return {"quarter": self.quarter.code if self.quarter else "", "shown": self.shown, "sort": self.sort}


@dataclass(frozen=True)
class ListedReturn:
    """A return as the list shows it."""

    one: Return
    due_on: date
    is_late: bool
    queries: int
    has_no_lead: bool

    @property
    def quarter(self) -> Quarter:
        return quarter_of(self.one.period_from)

    @property
    def first_sent_on(self) -> date | None:
        return timezone.localdate(self.one.first_sent_at) if self.one.first_sent_at else None

    @property
    def in_time(self) -> bool | None:
        """Whether it was first sent by its due date; None while it was not sent."""
        return None if self.first_sent_on is None else self.first_sent_on <= self.one.due_on


def listed(user: User, filters: Filters) -> QuerySet[Return]:
    """The returns that somebody may open, narrowed and sorted. What ends up in no list is a withdrawn correction."""
    kind = ContentType.objects.get_for_model(Return)
    answers = Deadline.objects.open().filter(subject_type=kind, subject_id=OuterRef("pk"), kind="return_answer")
    due = Case(
        When(state=ReturnState.QUERIED, then=Coalesce(Subquery(answers.values("due_on")[:1]), F("due_on"))),
        default=F("due_on"),
    )
    step = Case(*(When(state=state, then=Value(place)) for place, state in enumerate(STEPS)), default=Value(0))
    found = returns_visible_to(user).select_related("agency", "accepted_by").exclude(state=ReturnState.WITHDRAWN)
    found = found.annotate(due_now=due, step=step, asked=Count("queries", distinct=True))
    if filters.quarter is not None:
        found = found.filter(period_from=filters.quarter.first_day)
    found = _shown(found, filters.shown)
    order = F(SORTS.get(filters.sort.removeprefix("-"), "agency__name"))
    chosen = order.desc(nulls_last=True) if filters.sort.startswith("-") else order.asc(nulls_last=True)
    return found.order_by(chosen, "-period_from", "agency__name", "-version").defer("summary", "correction_reason")


def _shown(found: Any, shown: str) -> QuerySet[Return]:
    # ``found`` has the annotations of ``listed``, which no type tells.
    if shown == LATE:
        return found.filter(state__in=FILLABLE, due_now__lt=timezone.localdate())
    if shown == WITH_AGENCY:
        return found.filter(state__in=FILLABLE)
    if shown == WITH_QA:
        return found.filter(state=ReturnState.SENT)
    if shown in ReturnState.values:
        return found.filter(state=shown)
    return found


def as_listed(returns: Iterable[Any]) -> list[ListedReturn]:
    """These returns, which ``listed`` gave, with what else the list says of each. One query."""
    returns = list(returns)
    today = timezone.localdate()
    alone = agencies_without_a_lead(one.agency_id for one in returns if one.is_fillable)
    return [
        ListedReturn(
            one=one,
            due_on=one.due_now,
            is_late=one.is_fillable and one.due_now < today,
            queries=one.asked,
            has_no_lead=one.is_fillable and one.agency_id in alone,
        )
        for one in returns
    ]


def rows_of(returns: QuerySet[Return]) -> Iterator[list[Any]]:
    """The rows of a file, under HEADERS."""
    for listed_one in as_listed(returns):
        one = listed_one.one
        yield [
            listed_one.quarter.label,
            one.agency.name,
            one.version,
            one.get_state_display(),
            listed_one.due_on,
            listed_one.is_late,
            listed_one.first_sent_on,
            listed_one.in_time,
            listed_one.queries,
            timezone.localdate(one.accepted_at) if one.accepted_at else None,
            one.accepted_by.name if one.accepted_by else "",
        ]


def quarters_with_returns(user: User) -> list[Quarter]:
    """The quarters of which somebody may open a return, the latest first. One query."""
    days = returns_visible_to(user).order_by("-period_from").values_list("period_from", flat=True).distinct()
    return [quarter_of(day) for day in days]


def agencies_not_asked(quarter: Quarter) -> list[Agency]:
    """The agencies that have indicators in use in a quarter and were not asked for their return, by name."""
    asked = set(Return.objects.filter(period_from=quarter.first_day).values_list("agency_id", flat=True))
    return list(Agency.objects.filter(pk__in=set(definitions_of(quarter)) - asked).order_by("name"))


def waiting_for(user: User) -> QuerySet[Return]:
    """The open returns that somebody may open, the most urgent first."""
    return listed(user, Filters(sort="due")).filter(state__in=RETURN_OPEN)
