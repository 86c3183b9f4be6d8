"""The figures of the annual review of the framework: what it expected of a year, and what was done.

Bristol QAF, Appendix 1, *Who audits what, when*, and *QAF Review*; Coventry QA framework 2025-27, sections 6 and 7.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from audits.cycles import cycles_between, programme_year
from audits.models import Audit, Expectation, Expected, Selection, State
from audits.queries.coverage import annotated
from audits.queries.coverage import figures as coverage_figures
from audits.queries.observations import kinds
from audits.schedule_words import frequency, service_of, types_of
from scorecard.figures import programme
from scorecard.figures.agency import IN_TIME
from scorecard.figures.annual_board import board_figures
from scorecard.figures.names import service_names
from scorecard.figures.observation import people
from scorecard.grids import Grid
from scorecard.models import Report
from scorecard.period import Period, one_moment


def count(report: Report, counted_at: datetime) -> dict[str, Any]:
    """Count a year of the programme, expected against done, as it stood on its last day or stands today."""
    starts_month = settings.SCHEDULE_YEAR_STARTS_MONTH
    year = programme_year(report.period_from, starts_month=starts_month)
    day = programme.as_of(report.period_to, counted_at)
    period = Period(report.period_from, report.period_to, None, timezone.localdate(counted_at))
    with one_moment():
        work = programme.figures_of_year(year, day)
        board = board_figures(period, day)
        grids = {
            "schedule": _schedule(period, day).as_json(),
            "audits_of_year": _audits(period).as_json(),
            "alerts": _alerts(period).as_json(),
            "people": people(kinds(day), day, None).as_json(),
            "stages": work["grids"]["stages"],
            **{key: grid.as_json() for key, grid in board.grids.items()},
        }
        return {
            "year": year,
            "day": day.isoformat(),
            "rows": _rows(period, day),
            "works": work["works"],
            "themes": work["themes"],
            "most_themes": work["most_themes"],
            "expected": work["expected"],
            "asked": board.asked,
            "grids": grids,
            "links": [],
        }


def _schedule(period: Period, day: date) -> Grid:
    """By service and type of audit: the audits expected in the cycles that ended in the year by a day.

    Whose service is not known, since they audit in several for a row that holds everywhere, is "Every service".
    """
    columns = ("expected", "done", "in_time", "late_done", "not_done", "skipped")
    grid = Grid(columns, along=[("expected", ("done", "not_done")), ("done", ("in_time", "late_done"))], down=columns)
    expected = (
        Expected.objects.filter(cycle__ends_on__gte=period.first, cycle__ends_on__lte=min(period.last, day))
        .filter(Q(cycle__expectation__type=None) | Q(cycle__expectation__type__confidential=False))
        .filter(Q(audit=None) | Q(audit__confidential=False))
    )
    grouped = annotated(expected, day).order_by().values("at_service", *TITLES).annotate(**coverage_figures(day))
    rows = list(grouped)
    names = service_names(row["at_service"] for row in rows if row["at_service"] is not None)
    found = [(names.get(row["at_service"], "Every service"), _type_of(row), row) for row in rows]
    for service, title, row in sorted(found, key=lambda one: one[:2]):
        key = grid.row(f"row:{row['at_service']}:{title}", f"{service}: {title}")
        done, in_time = row["done_number"], row["in_time"]
        grid.add(
            key,
            expected=row["expected_number"],
            done=done,
            in_time=in_time,
            late_done=done - in_time,
            not_done=row["expected_number"] - done,
            skipped=row["skipped"],
        )
    return grid.close("All of the schedule") if grid.rows else grid


TITLES = (
    "cycle__expectation__type__title",
    "cycle__expectation__other_type__title",
    "cycle__expectation__type_name",
)


def _type_of(row: dict[str, Any]) -> str:
    title, other, name = (row[column] for column in TITLES)
    return " or ".join(filter(None, (title, other))) or name


def _rows(period: Period, day: date) -> list[dict[str, Any]]:
    """Each row of the schedule that was in force in the year: how many of its cycles ended, how many were opened."""
    rows = (
        Expectation.objects.valid_between(period.first, min(period.last, day))
        .exclude(selection=Selection.PROGRAMME)
        .filter(Q(type=None) | Q(type__confidential=False))
        .select_related("service", "type", "other_type")
        .annotate(
            opened=Count(
                "cycles", filter=Q(cycles__ends_on__gte=period.first, cycles__ends_on__lte=min(period.last, day))
            )
        )
    )
    return [
        {
            "service": service_of(row),
            "asked": types_of(row),
            "often": frequency(row.every_months),
            "due": _cycles_of(row, period, day),
            "opened": row.opened,
        }
        for row in rows.order_by("position", "pk")
    ]


def _cycles_of(row: Expectation, period: Period, day: date) -> int | None:
    """How many cycles of a row ended in the year by a day while it held; None where it does not say how often."""
    if row.every_months is None:
        return None
    cycles = cycles_between(
        max(period.first, row.valid_from),
        min(filter(None, (period.last, row.valid_until))),
        every_months=row.every_months,
        starts_month=settings.SCHEDULE_YEAR_STARTS_MONTH,
    )
    return sum(period.first <= last <= min(period.last, day) for _, last in cycles)


def _audits(period: Period) -> Grid:
    """All audits of the year: how many were submitted, and whether in time."""
    columns = ("submitted", "dated", "in_time", "late", "undated")
    grid = Grid(columns, along=IN_TIME, protected=columns)
    audits = period.audits.filter(period.holds("submitted_at"), reaudit_of=None).exclude(state=State.CANCELLED)
    found = audits.aggregate(
        submitted=Count("pk"),
        dated=Count("pk", filter=Q(audit_due_on__isnull=False)),
        in_time=Count("pk", filter=Q(submitted_at__date__lte=F("audit_due_on"))),
        late=Count("pk", filter=Q(submitted_at__date__gt=F("audit_due_on"))),
        undated=Count("pk", filter=Q(audit_due_on=None)),
    )
    grid.add_each(grid.row("year", "Audits submitted"), found)
    return grid


def _alerts(period: Period) -> Grid:
    """Audits settled at the lowest grade in the year, and whether they were audited again (Bristol: by somebody else,
    at the desk, within eight weeks)."""
    columns = ("lowest", "again", "waiting")
    grid = Grid(columns, along=[("lowest", columns[1:])], protected=columns)
    reaudit = Audit.objects.filter(reaudit_of=OuterRef("pk"), submitted_at__isnull=False)
    audits = period.audits.filter(period.holds("moderated_at"), reaudit_of=None, raises_alert=True)
    found = (
        audits.exclude(state=State.CANCELLED)
        .annotate(done=Exists(reaudit.exclude(state=State.CANCELLED)))
        .aggregate(
            lowest=Count("pk"), again=Count("pk", filter=Q(done=True)), waiting=Count("pk", filter=Q(done=False))
        )
    )
    grid.add_each(grid.row("year", "Audits at the lowest grade"), found)
    return grid
