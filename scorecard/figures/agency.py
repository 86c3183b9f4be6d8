"""The figures of one agency's or school's report: its own audits, actions, work of the programme, and returns.

Coventry QA framework 2025-27, 6.1 and 6.2: agencies send figures each quarter, and audit their own part of each theme.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from audits.models import Action, State, WorkAgency
from audits.models.audits import AuditQuerySet
from qaf.people.models import Agency
from scorecard.figures.grades import grades_of
from scorecard.grids import Grid, hidden_in
from scorecard.models import Figure, ImprovementAction, IndicatorVersion, Report, Return
from scorecard.period import Period, one_moment
from scorecard.shown import is_small

# What holds between the columns of audits that were submitted.
IN_TIME = [("submitted", ("dated", "undated")), ("dated", ("in_time", "late"))]
OPEN, DONE, VERIFIED = (
    ImprovementAction.State.OPEN,
    ImprovementAction.State.DONE,
    ImprovementAction.State.VERIFIED,
)


def count(report: Report, counted_at: datetime) -> dict[str, Any]:
    """Count what one agency did in a period. Raises ValueError for a report that names none."""
    if report.agency is None:
        raise ValueError(f"“{report}” names no agency.")
    period = Period(report.period_from, report.period_to, report.agency, timezone.localdate(counted_at))
    with one_moment():
        first = period.audits.filter(reaudit_of=None).exclude(state=State.CANCELLED)
        # What an agency found in a fieldwork is its own until that is closed for all.
        told = first.filter(Q(work=None) | Q(work__fieldwork_closed_at__isnull=False))
        grades = grades_of(told.filter(period.holds("moderated_at")), "service")
        grids = {
            "audits": _audits(first, period),
            "actions": _actions(period),
            "improvement": _improvement(report.agency, period),
            **grades.grids,
        }
        return {
            "agency": report.agency.name,
            "scales": grades.scales,
            "works": _works(report.agency, period),
            "returns": _returns(report.agency, period),
            "indicators": _indicators(report.agency, period),
            "grids": {key: grid.as_json() for key, grid in grids.items()},
            "links": grades.links,
        }


def hidden_cells(figures: dict[str, Any], below: int) -> frozenset[str]:
    """The cells of its grids, and the figures of its indicators that rest on too few people. Pure."""
    indicators = {
        f"indicators/{one['code']}/{one['from']}"
        for one in figures["indicators"]
        if is_small(
            one["value"],
            one["numerator"],
            one["denominator"],
            unit=one["unit"],
            counts_people=one["counts_people"],
            below=below,
        )
    }
    return hidden_in(figures, below) | indicators


def _audits(audits: AuditQuerySet, period: Period) -> Grid:
    """By service: allocated, and submitted in time or not. A service without either has no row."""
    columns = ("allocated", "submitted", "dated", "in_time", "late", "undated")
    grid = Grid(columns, along=IN_TIME, down=columns, protected=columns)
    allocated, submitted = Q(allocated_on__range=(period.first, period.last)), period.holds("submitted_at")
    counts = audits.filter(allocated | submitted).order_by("service__name").values("service", "service__name")
    for found in counts.annotate(
        allocated=Count("pk", filter=allocated),
        submitted=Count("pk", filter=submitted),
        dated=Count("pk", filter=submitted & Q(audit_due_on__isnull=False)),
        in_time=Count("pk", filter=submitted & Q(submitted_at__date__lte=F("audit_due_on"))),
        late=Count("pk", filter=submitted & Q(submitted_at__date__gt=F("audit_due_on"))),
        undated=Count("pk", filter=submitted & Q(audit_due_on=None)),
    ):
        row = grid.row(f"service:{found['service']}", found["service__name"])
        grid.take(row, found)
    return grid.close("All services") if grid.rows else grid


def _actions(period: Period) -> Grid:
    """Actions of its audits that fell due in the period, by service."""
    columns = ("due", "in_time", "late", "open")
    grid = Grid(columns, along=[("due", columns[1:])], down=columns, protected=columns)
    actions = Action.objects.filter(
        audit__in=period.audits.exclude(state=State.CANCELLED).order_by(),
        due_on__range=(period.first, period.due_by),
    ).exclude(state=Action.State.WITHDRAWN)
    counts = actions.order_by("audit__service__name").values("audit__service", "audit__service__name")
    for found in counts.annotate(
        due=Count("pk"),
        in_time=Count("pk", filter=Q(done_on__lte=F("due_on"))),
        late=Count("pk", filter=Q(done_on__gt=F("due_on"))),
        open=Count("pk", filter=Q(done_on=None)),
    ):
        row = grid.row(f"service:{found['audit__service']}", found["audit__service__name"])
        grid.take(row, found)
    return grid.close("All services") if grid.rows else grid


def _improvement(agency: Agency, period: Period) -> Grid:
    """Actions from recommendations to this agency, as they stand: about the agency's work, not about people."""
    columns = ("all", "open", "done", "verified", "overdue")
    grid = Grid(columns, along=[("all", ("open", "done", "verified"))])
    actions = ImprovementAction.objects.filter(recommendation__agency=agency, recommendation__removed_at=None)
    found = actions.exclude(state=ImprovementAction.State.WITHDRAWN).aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(state=OPEN)),
        done=Count("pk", filter=Q(state=DONE)),
        verified=Count("pk", filter=Q(state=VERIFIED)),
        overdue=Count("pk", filter=Q(state=OPEN, due_on__lte=period.due_by)),
    )
    grid.add_each(grid.row("actions", "Actions from recommendations"), found)
    return grid


def _works(agency: Agency, period: Period) -> list[dict[str, Any]]:
    """The work of the programme that it took part in, with fieldwork in the period."""
    parts = WorkAgency.objects.filter(
        agency=agency, work__fieldwork_from__lte=period.last, work__fieldwork_until__gte=period.first
    ).filter(Q(work__type=None) | Q(work__type__confidential=False))
    return [
        {
            "reference": one.work.reference,
            "title": one.work.title,
            "kind": one.work.get_kind_display(),
            "state": one.work.get_state_display(),
        }
        for one in parts.select_related("work").order_by("work__fieldwork_from", "work_id")
    ]


def _returns(agency: Agency, period: Period) -> list[dict[str, Any]]:
    """Its returns for quarters of the period, corrections too."""
    found = Return.objects.filter(agency=agency, period_from__gte=period.first, period_to__lte=period.last)
    return [
        {
            "from": one.period_from.isoformat(),
            "to": one.period_to.isoformat(),
            "version": one.version,
            "state": one.get_state_display(),
            "due_on": one.due_on.isoformat(),
            "sent_on": _local_day(one.first_sent_at),
            "accepted_on": _local_day(one.accepted_at),
        }
        for one in found.order_by("period_from", "version")
    ]


def _local_day(moment: datetime | None) -> str | None:
    return timezone.localdate(moment).isoformat() if moment else None


def _indicators(agency: Agency, period: Period) -> list[dict[str, Any]]:
    """The figures that stand for the period, and the indicators of the agency that have none. Two queries."""
    figures = (
        Figure.objects.standing()
        .filter(definition__agency=agency, period_from__gte=period.first, period_to__lte=period.last)
        .select_related("definition", "indicator")
        .order_by("indicator__code", "period_from")
    )
    found = [_indicator(one.definition, one.indicator.code, one) for one in figures]
    known = {one["code"] for one in found}
    in_use = (
        IndicatorVersion.objects.filter(agency=agency, valid_from__lte=period.last)
        .filter(Q(valid_until=None) | Q(valid_until__gte=period.last))
        .filter(Q(indicator__retired_on=None) | Q(indicator__retired_on__gte=period.first))
        .select_related("indicator")
    )
    found += [_indicator(one, one.indicator.code, None) for one in in_use if one.indicator.code not in known]
    return sorted(found, key=lambda one: (one["code"], one["from"] or ""))


def _indicator(definition: IndicatorVersion, code: str, figure: Figure | None) -> dict[str, Any]:
    target = definition.target_on(figure.period_to) if figure else None
    return {
        "code": code,
        "name": definition.name,
        "unit": definition.unit,
        "direction": definition.direction,
        "counts_people": definition.counts_people,
        "from": figure.period_from.isoformat() if figure else None,
        "to": figure.period_to.isoformat() if figure else None,
        "value": _number(figure.value) if figure else None,
        "numerator": _number(figure.numerator) if figure else None,
        "denominator": _number(figure.denominator) if figure else None,
        "gap": figure.gap if figure else "Not sent, or not accepted yet",
        "target": _number(target),
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
