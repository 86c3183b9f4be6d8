"""Everything about one indicator as somebody may see it: points, corrections, benchmarks, rebases and texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scorecard.access.sight import Sight
from scorecard.lines import Line, Spot, Why
from scorecard.models import Benchmark, Figure, Indicator, IndicatorVersion, QaComment, Rebase
from scorecard.quarters import Quarter, period_words, quarter_of
from scorecard.queries.board import lines_of
from scorecard.queries.board_small_numbers import is_hidden
from scorecard.reports.document import HIDDEN
from scorecard.spc import Point
from scorecard.spc_words import cause_words
from scorecard.value_words import parts_words, value_words

# Earlier quarters than these have their texts in the packs.
QUARTERS_OF_TEXTS = 12


@dataclass(frozen=True)
class PointRow:
    """A period in the table behind the chart; ``point`` is its place in the chart, if it has one."""

    spot: Spot
    point: Point | None
    corrected: bool

    @property
    def period(self) -> str:
        return period_words(self.spot.first, self.spot.last)

    @property
    def quarter(self) -> Quarter:
        return quarter_of(self.spot.last)

    @property
    def parts(self) -> str:
        return parts_words(self.spot.numerator, self.spot.denominator)

    @property
    def target(self) -> str:
        return "" if self.spot.target is None else value_words(self.spot.target, self.spot.unit)

    @property
    def limits(self) -> tuple[str, str, str]:
        """Mean, lower and upper limit; empty where there are none."""
        if self.point is None or self.point.mean is None or self.point.lower is None or self.point.upper is None:
            return ("", "", "")
        mean, lower, upper = self.point.mean, self.point.lower, self.point.upper
        unit = self.spot.unit
        return (value_words(mean, unit), value_words(lower, unit), value_words(upper, unit))

    @property
    def what(self) -> str:
        """What the point is, or why there is none."""
        if self.spot.why == Why.HIDDEN:
            return "Not shown: fewer people than may be told"
        if self.spot.why == Why.OTHER:
            return "Measured differently: not in the chart"
        if self.point is None:
            return self.spot.gap
        return cause_words(self.point.cause) if self.point.mean is not None else "Too few points for limits"


@dataclass(frozen=True)
class Correction:
    """One version of a figure that was corrected, the standing one included."""

    period: str
    version: int
    value: str
    accepted_at: datetime
    by: str
    why: str
    stands: bool


@dataclass(frozen=True)
class Texts:
    """What was written about a quarter. ``hides``: a narrative that may name a number that is not shown."""

    quarter: Quarter
    narrative: str
    hides: bool
    comment: QaComment | None


@dataclass(frozen=True)
class IndicatorPage:
    """One indicator as it stood at the end of a quarter. ``definition`` is the last one that had begun by then."""

    indicator: Indicator
    definition: IndicatorVersion
    quarter: Quarter
    line: Line
    rows: list[PointRow]
    corrections: list[Correction]
    benchmarks: list[Benchmark]
    rebases: list[Rebase]
    texts: list[Texts]


def indicator_page(indicator: Indicator, quarter: Quarter, sight: Sight) -> IndicatorPage | None:
    """One indicator as somebody sees it at the end of a quarter; None when it was not defined by then."""
    versions = list(indicator.versions.select_related("indicator", "agency", "priority").order_by("number"))
    begun = [version for version in versions if version.valid_from <= quarter.last_day]
    if not begun:
        return None
    definition = begun[-1]
    line = lines_of({indicator.pk: definition}, versions, quarter, sight)[indicator.pk]
    # Every version of every figure, for what was corrected, and its narrative.
    figures = list(
        Figure.objects.filter(sight.figures, indicator=indicator, period_to__lte=quarter.last_day)
        .select_related("definition", "accepted_by", "line__part_of")
        .order_by("period_from", "version")
    )
    corrected = {figure.period_from for figure in figures if figure.version > 1}
    hidden = {spot.first for spot in line.spots if spot.why == Why.HIDDEN}
    points = {point.place: point for point in line.verdict.points}
    rows = [PointRow(spot, points.get(place), spot.first in corrected) for place, spot in enumerate(line.spots)]
    return IndicatorPage(
        indicator,
        definition,
        quarter,
        line,
        rows[::-1],
        [
            _correction(figure, sight, hides=figure.period_from in hidden or is_hidden(figure, sight))
            for figure in reversed(figures)
            if figure.period_from in corrected
        ],
        list(indicator.benchmarks.filter(superseded_at=None, period_from__lte=quarter.last_day)),
        list(indicator.rebases.filter(on__lte=quarter.last_day).select_related("change")),
        _texts(indicator, figures, quarter, sight),
    )


def _correction(figure: Figure, sight: Sight, *, hides: bool) -> Correction:
    if hides:
        value = HIDDEN
    elif figure.value is None:
        value = f"No figure: {figure.gap}"
    else:
        parts = parts_words(figure.numerator, figure.denominator)
        words = value_words(figure.value, figure.definition.unit)
        value = f"{words} ({parts})" if parts else words
    reason = figure.line.part_of.correction_reason if figure.line and sight.sees_small else ""
    return Correction(
        period_words(figure.period_from, figure.period_to),
        figure.version,
        value,
        figure.accepted_at,
        str(figure.accepted_by) if figure.accepted_by else "QAF",
        reason or figure.source,
        figure.superseded_at is None,
    )


def _texts(indicator: Indicator, figures: Sequence[Figure], quarter: Quarter, sight: Sight) -> list[Texts]:
    """Narratives and comments by quarter, the latest first; quarters without either are left out."""
    first, quarters = quarter, [quarter]
    while len(quarters) < QUARTERS_OF_TEXTS:
        first = first.previous
        quarters.append(first)
    comments: dict[date, QaComment] = {
        comment.period_from: comment
        for comment in QaComment.objects.filter(
            indicator=indicator, period_from__gte=first.first_day, period_from__lte=quarter.first_day
        ).select_related("by")
    }
    standing = [figure for figure in figures if figure.superseded_at is None and figure.line is not None]
    found = []
    for one in quarters:
        of_it = [figure for figure in standing if one.first_day <= figure.period_from <= one.last_day]
        text = next((figure.line.narrative for figure in of_it if figure.line and figure.line.narrative), "")
        hides = bool(text) and any(is_hidden(figure, sight) for figure in of_it)
        comment = comments.get(one.first_day) if sight.reads_comments(one.last_day) else None
        if text or (comment and comment.text):
            found.append(Texts(one, "" if hides else text, hides, comment))
    return found
