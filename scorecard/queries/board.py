"""What the scorecard is made of, as it stood at the end of a quarter, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import FloatField, Max, Min, QuerySet
from django.db.models.functions import Cast

from scorecard.access.sight import Sight
from scorecard.lines import About, Given, Line, as_seen, judge
from scorecard.models import Figure, IndicatorVersion, Priority, QaComment, Rebase
from scorecard.quarters import Quarter, quarter_of
from scorecard.queries.board_small_numbers import is_hidden, periods_given_away
from scorecard.spc import Settings

# More quarters than these nobody chooses from a list; older points are still in the charts.
MOST_QUARTERS = 40
Definitions = dict[int, IndicatorVersion]


def spc_settings() -> Settings:
    """The parameters of the method, as this site has set them."""
    return Settings(
        run=settings.SPC_RUN,
        trend=settings.SPC_TREND,
        trial_below=settings.SPC_TRIAL_BELOW,
        screen=settings.SPC_SCREEN,
    )


def quarters_in_sight(sight: Sight) -> list[Quarter]:
    """The quarters from the latest to the earliest with a figure that this reader may see; none before the first."""
    ends = Figure.objects.standing().filter(sight.figures).aggregate(first=Min("period_from"), last=Max("period_to"))
    if ends["last"] is None:
        return []
    found, earliest = [quarter_of(ends["last"])], quarter_of(ends["first"])
    while found[-1] > earliest and len(found) < MOST_QUARTERS:
        found.append(found[-1].previous)
    return found


def _as_it_stood(versions: Iterable[IndicatorVersion], quarter: Quarter) -> Definitions:
    """Of each indicator the last of its definitions that held in the quarter, if it was in use then."""
    found: Definitions = {}
    for version in versions:
        held = version.valid_from <= quarter.last_day and (
            version.valid_until is None or version.valid_until >= quarter.first_day
        )
        retired = version.indicator.retired_on
        if held and (retired is None or retired >= quarter.first_day):
            # The versions come in their order.
            found[version.indicator_id] = version
    return found


@dataclass(frozen=True)
class Board:
    """The lines of a scorecard with what they stand under. ``versions``: every definition, by its key."""

    quarter: Quarter
    definitions: Definitions
    lines: dict[int, Line]
    priorities: list[Priority]


def board_of(quarter: Quarter, sight: Sight, *, agency: int | None = None, full: bool = False) -> Board:
    """The scorecard at the end of a quarter as somebody sees it; six queries, however many indicators.

    With an ``agency`` (its key) its own indicators alone; ``full``: with the texts of the definitions.
    """
    every = IndicatorVersion.objects.select_related("indicator", "agency", "priority")
    versions = list((every if full else every.defer("definition")).order_by("indicator_id", "number"))
    definitions = {
        pk: definition
        for pk, definition in _as_it_stood(versions, quarter).items()
        if agency in (None, definition.agency_id)
    }
    lines = lines_of(definitions, versions, quarter, sight)
    held = set(Priority.objects.standing(quarter.last_day))
    held |= {definition.priority for definition in definitions.values()}
    priorities = sorted(held, key=lambda one: (_has_ended(one, quarter), one.position, one.name, one.pk))
    return Board(quarter, definitions, lines, priorities)


def _has_ended(priority: Priority, quarter: Quarter) -> bool:
    return priority.ends_on is not None and priority.ends_on < quarter.last_day


def lines_of(
    definitions: Definitions, versions: Iterable[IndicatorVersion], quarter: Quarter, sight: Sight
) -> dict[int, Line]:
    """The line of each of these indicators, by the indicator's key; ``versions`` are all definitions of them."""
    below = settings.REPORT_SUPPRESS_BELOW
    figures = _figures(Figure.objects.standing(), definitions, versions, quarter.last_day, sight)
    rebases = _rebases(definitions, quarter.last_day)
    away = {} if sight.sees_small else periods_given_away(definitions, quarter.last_day)
    seen = {
        pk: as_seen(
            figures.get(pk, []),
            unit=definition.unit,
            frequency=definition.frequency,
            sees_small=sight.sees_small,
            below=below,
            given_away=away.get(pk, ()),
        )
        for pk, definition in definitions.items()
    }
    verdicts = judge(
        [(seen[pk], definition.direction, rebases.get(pk, ())) for pk, definition in definitions.items()],
        spc_settings(),
    )
    said = _narratives(definitions, quarter, sight)
    comments = comments_on(definitions, quarter, sight)
    lines = {}
    for (pk, definition), verdict in zip(definitions.items(), verdicts, strict=True):
        text, hides = said.get(pk, ("", False))
        lines[pk] = Line(
            about_of(definition),
            seen[pk],
            verdict,
            rebases.get(pk, ()),
            narrative="" if hides else text,
            narrative_hidden=bool(text) and hides,
            comment=comments[pk].text if pk in comments else "",
        )
    return lines


def about_of(definition: IndicatorVersion) -> About:
    """A definition as the pure rules know it. Its text is read only where it was not deferred."""
    deferred = definition.get_deferred_fields()
    return About(
        code=definition.indicator.code,
        name=definition.name,
        definition="" if "definition" in deferred else definition.definition,
        numerator_label=definition.numerator_label,
        denominator_label=definition.denominator_label,
        unit=definition.unit,
        frequency=definition.frequency,
        direction=definition.direction,
        lens_key=definition.lens,
        lens=definition.get_lens_display(),
        agency=definition.agency.name if definition.agency else "",
        priority=definition.priority_id,
        tolerance=float(definition.tolerance),
        retired_on=definition.indicator.retired_on,
    )


def _figures(
    figures: QuerySet[Figure],
    indicators: Collection[int],
    versions: Iterable[IndicatorVersion],
    until: date,
    sight: Sight,
) -> dict[int, list[Given]]:
    """The figures of these indicators up to a day, in date order, by the indicator's key.

    As floats out of the database: thousands of decimals take longer to make than the rest of the page.
    """
    known = {version.pk: version for version in versions}
    rows = (
        figures.filter(sight.figures, indicator_id__in=list(indicators), period_to__lte=until)
        .order_by("indicator_id", "period_from", "version")
        .values_list(
            "indicator_id",
            "definition_id",
            "period_from",
            "period_to",
            Cast("value", FloatField()),
            Cast("numerator", FloatField()),
            Cast("denominator", FloatField()),
            "gap",
        )
    )
    found: dict[int, list[Given]] = {}
    for indicator, of, first, last, value, numerator, denominator, gap in rows:
        said = _said(known[of], last)
        found.setdefault(indicator, []).append(Given(first, last, value, numerator, denominator, gap, *said))
    return found


def _said(version: IndicatorVersion, day: date) -> tuple[str, str, bool, float | None]:
    """What a definition says of a figure: unit, frequency, whether it counts people, and the target of the day."""
    target = version.target_on(day)
    return version.unit, version.frequency, version.counts_people, None if target is None else float(target)


def _rebases(indicators: Collection[int], until: date) -> dict[int, list[date]]:
    """The days of rebases by the indicator's key, in order."""
    found: dict[int, list[date]] = {}
    for pk, day in (
        Rebase.objects.filter(indicator_id__in=list(indicators), on__lte=until)
        .order_by("on")
        .values_list("indicator_id", "on")
    ):
        found.setdefault(pk, []).append(day)
    return found


def _narratives(indicators: Collection[int], quarter: Quarter, sight: Sight) -> dict[int, tuple[str, bool]]:
    """What the agencies wrote with their figures of a quarter, and whether one of those is hidden from this reader."""
    figures = (
        Figure.objects.standing()
        .filter(sight.figures, indicator_id__in=list(indicators), line__isnull=False)
        .filter(period_from__gte=quarter.first_day, period_to__lte=quarter.last_day)
        .select_related("line", "definition")
        .only(
            "indicator_id",
            "value",
            "numerator",
            "denominator",
            "line__narrative",
            "definition__unit",
            "definition__counts_people",
        )
        .order_by("indicator_id", "period_from")
    )
    found: dict[int, tuple[str, bool]] = {}
    for figure in figures:
        hides = is_hidden(figure, sight)
        before = found.get(figure.indicator_id, ("", False))
        text = figure.line.narrative if figure.line else ""
        found[figure.indicator_id] = (text or before[0], hides or before[1])
    return found


def comments_on(indicators: Collection[int], quarter: Quarter, sight: Sight) -> dict[int, QaComment]:
    """What QA says of these indicators in a quarter, as far as it is within sight; by the indicator's key."""
    if not sight.reads_comments(quarter.last_day):
        return {}
    found = QaComment.objects.filter(indicator_id__in=list(indicators), period_from=quarter.first_day)
    return {comment.indicator_id: comment for comment in found.select_related("by")}
