"""Final grades over the last eight quarters, so that a quarter is not read alone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncQuarter
from django.utils import timezone

from scorecard.figures.scales import scales_of
from scorecard.grids import Grid
from scorecard.period import Period
from scorecard.quarters import Quarter, quarter_of
from scorecard.reports.derived_grids import add_grade, grades_grid

QUARTERS = 8


def count(period: Period) -> dict[str, dict[str, Any]]:
    """A grid for each scale, "over-time-…": a row for each quarter up to the period's last, a column for each grade.

    First audits alone, in the quarter in which their grades were settled. Two queries.
    """
    quarters = last_quarters(quarter_of(period.last))
    start, end = (
        timezone.make_aware(datetime.combine(day, time.min))
        for day in (quarters[0].first_day, quarters[-1].last_day + timedelta(days=1))
    )
    found = list(
        period.audits.filter(reaudit_of=None, moderated_at__gte=start, moderated_at__lt=end)
        .exclude(final_grade="")
        .annotate(quarter=TruncQuarter("moderated_at"))
        .order_by()
        .values("quarter", "form_version_id", "final_grade")
        .annotate(number=Count("pk"))
    )
    scale_of = scales_of({row["form_version_id"] for row in found})
    # The latest version's names and standard hold for all; a grade that it does not know is left out.
    scales = {scale["key"]: scale for _, scale in sorted(scale_of.items())}
    grids = {key: grid_of(scale, quarters) for key, scale in scales.items()}
    for row in found:
        if row["form_version_id"] not in scale_of:
            continue
        key = scale_of[row["form_version_id"]]["key"]
        quarter = quarter_of(timezone.localdate(row["quarter"])).code
        add_grade(grids[key], quarter, scales[key], row["final_grade"], row["number"])
    return {f"over-time-{key}": grid.as_json() for key, grid in sorted(grids.items())}


def last_quarters(last: Quarter) -> list[Quarter]:
    """The quarters that are shown, the earliest first."""
    quarters = [last]
    while len(quarters) < QUARTERS:
        quarters.insert(0, quarters[0].previous)
    return quarters


def grid_of(scale: dict[str, Any], quarters: list[Quarter]) -> Grid:
    """A row for each quarter, all noughts."""
    grid = grades_grid(scale)
    for quarter in quarters:
        grid.row(quarter.code, quarter.label)
    return grid
