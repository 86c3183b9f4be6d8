"""What the framework asks of the partnership beside single audits in a year: returns, indicators, reports, panels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from moderation.models import Panel
from scorecard.grids import Grid
from scorecard.models import ChangeKind, ChangeState, IndicatorChange, PriorityReset, Report, Return, ReturnState, Stage
from scorecard.period import Period
from scorecard.quarters import Quarter, quarter_of

# Bristol QAF, *Moderation*: the panel meets three times a year.
PANELS_A_YEAR = 3


@dataclass
class BoardFigures:
    """``asked``: what was asked for, how often, and how often it happened; ``asked`` None where no number is set."""

    grids: dict[str, Grid] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)


def board_figures(period: Period, day: date) -> BoardFigures:
    """Returns by quarter and by agency, requests to change indicators, and what boards were told, up to a day."""
    quarters = quarters_ended(period.first, min(period.last, day))
    found = BoardFigures()
    found.grids = {
        "returns": _returns_by_quarter(quarters, day),
        "returns_agencies": _returns_by_agency(quarters, day),
        "changes": _changes(period),
    }
    found.asked = [
        *_reports(quarters),
        {"what": "Meetings of the moderation panel", "asked": PANELS_A_YEAR, "done": _panels(period, day)},
        {"what": "Priorities set anew", "asked": None, "done": _resets(period, day)},
    ]
    return found


def quarters_ended(first: date, last: date) -> list[Quarter]:
    """The quarters that lie between two days as a whole."""
    quarters = []
    quarter = quarter_of(first)
    while quarter.last_day <= last:
        if quarter.first_day >= first:
            quarters.append(quarter)
        quarter = quarter.next
    return quarters


RETURN_COLUMNS = ("asked", "in_time", "late", "not_sent", "accepted")


def _return_grid() -> Grid:
    # About agencies, not about people.
    return Grid(RETURN_COLUMNS, along=[("asked", ("in_time", "late", "not_sent"))], down=RETURN_COLUMNS)


def _counts(day: date) -> dict[str, Count]:
    sent = Q(first_sent_at__date__lte=day)
    return {
        "asked": Count("pk"),
        "in_time": Count("pk", filter=sent & Q(first_sent_at__date__lte=F("due_on"))),
        "late": Count("pk", filter=sent & Q(first_sent_at__date__gt=F("due_on"))),
        "not_sent": Count("pk", filter=Q(first_sent_at=None) | Q(first_sent_at__date__gt=day)),
        "accepted": Count("pk", filter=Q(state=ReturnState.ACCEPTED)),
    }


def _returns_by_quarter(quarters: list[Quarter], day: date) -> Grid:
    """A row for each quarter that has ended, also one for which nobody was asked."""
    grid = _return_grid()
    firsts = [quarter.first_day for quarter in quarters]
    # A correction is the agency's second thought, not another return.
    returns = Return.objects.filter(corrects=None, period_from__in=firsts)
    found = {row["period_from"]: row for row in returns.order_by().values("period_from").annotate(**_counts(day))}
    for quarter in quarters:
        key = grid.row(quarter.code, quarter.label)
        if row := found.get(quarter.first_day):
            grid.take(key, row)
    return grid.close("All quarters") if grid.rows else grid


def _returns_by_agency(quarters: list[Quarter], day: date) -> Grid:
    grid = _return_grid()
    returns = Return.objects.filter(corrects=None, period_from__in=[quarter.first_day for quarter in quarters])
    rows = returns.order_by("agency__name").values("agency", "agency__name").annotate(**_counts(day))
    for row in rows:
        key = grid.row(f"agency:{row['agency']}", row["agency__name"])
        grid.take(key, row)
    return grid.close("All agencies") if grid.rows else grid


def _changes(period: Period) -> Grid:
    """Requests to change indicators that were made in the year, by what they ask for and what became of them."""
    states = tuple(state.value for state in ChangeState)
    grid = Grid(("all", *states), along=[("all", states)], down=("all", *states))
    found = IndicatorChange.objects.filter(period.holds("requested_at"))
    counts = found.order_by().values_list("kind", "state").annotate(number=Count("pk"))
    by_kind: dict[str, dict[str, int]] = {}
    for kind, state, number in counts:
        by_kind.setdefault(kind, {})[state] = number
    for kind in ChangeKind:
        if kind.value in by_kind:
            numbers = by_kind[kind.value]
            grid.add_each(grid.row(kind.value, str(kind.label)), {"all": sum(numbers.values()), **numbers})
    return grid.close("All requests") if grid.rows else grid


def _reports(quarters: list[Quarter]) -> list[dict[str, Any]]:
    """Reports on the whole of the quarters that have ended: one a quarter was asked for, and so many were presented."""
    asked = []
    for kind, words in (
        (Report.Kind.QUARTERLY, "Quarterly reports presented to boards"),
        (Report.Kind.SCORECARD, "Scorecards presented to boards"),
    ):
        presented = Report.objects.filter(
            kind=kind,
            agency=None,
            stage=Stage.PRESENTED,
            period_from__in=[quarter.first_day for quarter in quarters],
        )
        done = presented.order_by().values("period_from").distinct().count()
        asked.append({"what": words, "asked": len(quarters), "done": done})
    return asked


def _panels(period: Period, day: date) -> int:
    held = Panel.objects.filter(state=Panel.State.CLOSED)
    return held.filter(meets_on__gte=period.first, meets_on__lte=min(period.last, day)).count()


def _resets(period: Period, day: date) -> int:
    return PriorityReset.objects.filter(on__gte=period.first, on__lte=min(period.last, day)).count()
