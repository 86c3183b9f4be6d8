"""The kinds of report: how each is counted, and which of its small numbers are hidden.

How the counted figures become a document is in ``scorecard.reports.contents``, under the same key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from scorecard.figures import agency, annual, board, clinic, observation, programme, quarterly, thematic
from scorecard.grids import hidden_in
from scorecard.models import Report
from scorecard.period import Period
from scorecard.reports.small_numbers import hidden_cells

Figures = dict[str, Any]


def nothing_hidden(figures: Figures, below: int) -> Iterable[str]:
    """For kinds whose figures leave out small numbers when they are counted, or that have none."""
    return ()


@dataclass(frozen=True)
class Kind:
    """``count`` reads the database for a report as it stands at a moment, and gives plain JSON without anybody's name;
    ``hidden`` names the cells of it that are not printed, given the number below which counts are small."""

    count: Callable[[Report, datetime], Figures]
    hidden: Callable[[Figures, int], Iterable[str]] = nothing_hidden


def period_of(report: Report, counted_at: datetime) -> Period:
    """The days a report is about, seen from the day of counting."""
    return Period(report.period_from, report.period_to, report.agency, timezone.localdate(counted_at))


def _quarterly(report: Report, counted_at: datetime) -> Figures:
    return quarterly.count(period_of(report, counted_at))


KINDS: Mapping[str, Kind] = {
    Report.Kind.QUARTERLY: Kind(_quarterly, hidden_cells),
    Report.Kind.THEMATIC: Kind(thematic.count, hidden_in),
    Report.Kind.PROGRAMME: Kind(programme.count, hidden_in),
    Report.Kind.OBSERVATION: Kind(observation.count, hidden_in),
    Report.Kind.AGENCY: Kind(agency.count, agency.hidden_cells),
    Report.Kind.CLINIC: Kind(clinic.count),
    Report.Kind.ANNUAL: Kind(annual.count, hidden_in),
    # What is small is left out when it is counted.
    Report.Kind.SCORECARD: Kind(board.count),
}
