"""The figures of a programme report: the pieces of work of a year, what the schedule asked for, how far each is.

Coventry QA framework 2025-27, 6.2 to 6.5; Bristol QAF, Appendix 1.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from audits.cycles import programme_year
from audits.models import Audit, State, Work, WorkAudit, WorkKind, WorkState
from audits.models.programme import MOST_THEMES_A_YEAR, WorkQuerySet
from audits.queries.programme_expected import expected_of_year
from scorecard.grids import Grid
from scorecard.models import Report
from scorecard.period import one_moment

# How far a piece of work is, in the words of both ways that it can go.
STAGES = {
    "planned": (WorkState.PROPOSED, WorkState.AGREED, WorkState.PLANNED, WorkState.PREPARED),
    "running": (WorkState.FIELDWORK, WorkState.ANALYSIS, WorkState.HELD, WorkState.SIGNED_OFF, WorkState.CONSIDERED),
    "done": (WorkState.PRESENTED, WorkState.REPORTED, WorkState.CLOSED),
    "withdrawn": (WorkState.WITHDRAWN,),
}


def count(report: Report, counted_at: datetime) -> dict[str, Any]:
    """Count the programme of the year that a report is about, as it stands at the moment of counting."""
    year = programme_year(report.period_from, starts_month=settings.SCHEDULE_YEAR_STARTS_MONTH)
    with one_moment():
        return {
            "year": year,
            **figures_of_year(year, as_of(report.period_to, counted_at)),
        }


def as_of(last: date, counted_at: datetime) -> date:
    """The day as of which a year is told: its last, or while it is running the day before the counting."""
    return min(last, timezone.localdate(counted_at) - timedelta(days=1))


def figures_of_year(year: int, day: date) -> dict[str, Any]:
    """The works, the themes among them, and the grids: stages by kind, and audits by work."""
    works = works_of(year)
    rows = list(_with_agencies(works).order_by("quarter", "fieldwork_from", "pk"))
    grids = {"stages": _stages(rows), "audits": _audits(works, rows)}
    return {
        "works": [_work(one, day) for one in rows],
        "themes": sum(one.kind == WorkKind.THEMATIC and one.state != WorkState.WITHDRAWN for one in rows),
        "most_themes": MOST_THEMES_A_YEAR,
        "expected": _expected(year, day),
        "grids": {key: grid.as_json() for key, grid in grids.items()},
        "links": [],
    }


def works_of(year: int) -> WorkQuerySet:
    """The work of a year, but for work of a confidential type, of which readers may not know."""
    return Work.objects.filter(year=year).filter(Q(type=None) | Q(type__confidential=False))


def _with_agencies(works: WorkQuerySet) -> QuerySet[Any]:
    """Each with how many agencies take part, and from how many of them something was submitted."""
    done = Q(audits__submitted_at__isnull=False, audits__confidential=False) & ~Q(audits__state=State.CANCELLED)
    return works.annotate(
        taking_part=Count("agencies", distinct=True), heard_of=Count("audits__agency", filter=done, distinct=True)
    )


def _work(work: Any, day: date) -> dict[str, Any]:
    ended = work.state in (*STAGES["done"], WorkState.WITHDRAWN)
    return {
        "agencies": work.taking_part,
        "submitted": work.heard_of,
        "reference": work.reference,
        "kind": work.get_kind_display(),
        "title": work.title,
        "quarter": work.quarter,
        "state": work.get_state_display(),
        "from": work.fieldwork_from.isoformat(),
        "until": work.fieldwork_until.isoformat(),
        "reports_on": work.reports_on.isoformat() if work.reports_on else None,
        "late": not ended and work.reports_on is not None and work.reports_on <= day,
        "past_the_most": bool(work.past_the_most),
    }


def _stages(works: list[Work]) -> Grid:
    columns = ("all", *STAGES)
    grid = Grid(columns, along=[("all", tuple(STAGES))], down=columns)
    for kind in WorkKind:
        for work in (one for one in works if one.kind == kind):
            stage = next(name for name, states in STAGES.items() if work.state in states)
            grid.add_each(grid.row(kind.value, str(kind.label)), {"all": 1, stage: 1})
    return grid.close("All work") if grid.rows else grid


def _audits(works: WorkQuerySet, rows: list[Work]) -> Grid:
    """How many audits each piece of work expects, and how many were submitted; no row for work without any."""
    columns = ("expected", "submitted", "missing")
    grid = Grid(columns, along=[("expected", ("submitted", "missing"))], down=columns, protected=columns)
    done = Q(submitted_at__isnull=False)
    audits = Audit.objects.filter(work__in=works, confidential=False, reaudit_of=None).exclude(state=State.CANCELLED)
    allocated = {
        found["work"]: found
        for found in audits.order_by().values("work").annotate(number=Count("pk"), done=Count("pk", filter=done))
    }
    waiting = WorkAudit.objects.filter(work_case__work__in=works, audit=None, not_known=False)
    still = dict(waiting.order_by().values_list("work_case__work").annotate(number=Count("pk")))
    for work in rows:
        found = allocated.get(work.pk, {"number": 0, "done": 0})
        expected = found["number"] + still.get(work.pk, 0)
        if expected:
            key = grid.row(work.reference, work.title)
            grid.add(key, expected=expected, submitted=found["done"], missing=expected - found["done"])
    return grid.close("All work") if grid.rows else grid


def _expected(year: int, day: date) -> list[dict[str, Any]]:
    """What the schedule's rows for the programme ask of the year; ``times`` None where a row does not say."""
    return [
        {
            "service": one.expectation.service_name,
            "asked": one.expectation.type_name,
            "times": one.times,
            "planned": one.planned,
            "open": len(one.free),
            "missed": one.missed,
        }
        for one in expected_of_year(year, day=day)
        if one.expectation.type is None or not one.expectation.type.confidential
    ]
