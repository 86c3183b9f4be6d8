"""The figures of an observation report: practice that was observed, what was seen, and who is still to be observed.

Bristol QAF, *Observation of Practice* and *Independent Reviewing Officers and Child Protection Conference Chairs*.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from audits.coverage import Status
from audits.models import State
from audits.models.audits import AuditQuerySet
from audits.queries.observations import Kinds, Observed, duties_among, kinds
from qaf.people.models import Agency, Post
from qaf.people.roles import Role
from scorecard.figures.agency import IN_TIME
from scorecard.figures.grades import grades_of
from scorecard.figures.names import service_names
from scorecard.grids import Grid
from scorecard.models import Report
from scorecard.period import Period, one_moment

SEVERAL = "several"


def count(report: Report, counted_at: datetime) -> dict[str, Any]:
    """Count the observations of a report's period, and how the duties stood at its end."""
    today = timezone.localdate(counted_at)
    period = Period(report.period_from, report.period_to, report.agency, today)
    with one_moment():
        day = min(period.last, today)
        known = kinds(day)
        audits = period.audits.filter(type__in=known.observed | known.chaired, reaudit_of=None)
        audits = audits.exclude(state=State.CANCELLED)
        grades = grades_of(audits.filter(period.holds("moderated_at")), "service")
        grids = {"done": _done(audits, period), "people": people(known, day, period.agency), **grades.grids}
    return {
        "day": day.isoformat(),
        "kinds": len(known.observed | known.chaired),
        "asked": bool(known.observed_since or known.chaired_since),
        "scales": grades.scales,
        "grids": {key: grid.as_json() for key, grid in grids.items()},
        "links": grades.links,
    }


def _done(audits: AuditQuerySet, period: Period) -> Grid:
    """Observations that were handed in in the period, by service, and whether in time."""
    columns = ("submitted", "dated", "in_time", "late", "undated")
    grid = Grid(columns, along=IN_TIME, down=columns, protected=columns)
    counts = audits.filter(period.holds("submitted_at")).order_by().values("service")
    counted = counts.annotate(
        submitted=Count("pk"),
        dated=Count("pk", filter=Q(audit_due_on__isnull=False)),
        in_time=Count("pk", filter=Q(submitted_at__date__lte=F("audit_due_on"))),
        late=Count("pk", filter=Q(submitted_at__date__gt=F("audit_due_on"))),
        undated=Count("pk", filter=Q(audit_due_on=None)),
    )
    found = {row["service"]: row for row in counted}
    for pk, name in service_names(found).items():
        grid.take(grid.row(f"service:{pk}", name), found[pk])
    return grid.close("All services") if grid.rows else grid


def people(known: Kinds, day: date, agency: Agency | None) -> Grid:
    """The practitioners in post on a day of whom an observation is asked, by service: observed within the twelve
    months up to it or not, and how many are late for any duty. Somebody with posts in several services counts once, in
    a row of its own."""
    columns = ("people", "observed", "not_observed", "late", "not_late")
    grid = Grid(
        columns,
        along=[("people", ("observed", "not_observed")), ("people", ("late", "not_late"))],
        down=columns,
        protected=columns,
        unseen=("not_late",),
    )
    posts = Post.objects.on(day).with_role(Role.PRACTITIONER).filter(person__is_active=True).order_by()
    if agency is not None:
        inside = Q(team__service__agency=agency) | Q(service__agency=agency) | Q(agency=agency)
        posts = posts.filter(inside)
    duties: dict[int, list[Observed]] = {}
    for one in duties_among(posts, known, day):
        duties.setdefault(one.person, []).append(one)
    services = {pk for mine in duties.values() for pk in mine[0].services if pk is not None}
    for pk, name in service_names(services).items():
        for mine in duties.values():
            if mine[0].services == {pk}:
                _add(grid, grid.row(f"service:{pk}", name), mine)
    for mine in duties.values():
        if len(mine[0].services) != 1 or None in mine[0].services:
            _add(grid, grid.row(SEVERAL, "Several services"), mine)
    return grid.close("All services") if grid.rows else grid


def _add(grid: Grid, row: str, duties: list[Observed]) -> None:
    """Count one person. Every one of them has a duty that falls due each year, whatever else is owed."""
    seen = any(one.standing.in_year for one in duties if one.standing.recurs)
    late = any(one.standing.status is Status.LATE for one in duties)
    grid.add_each(row, {"people": 1, "observed" if seen else "not_observed": 1, "late" if late else "not_late": 1})
