"""Writing an accepted return into the series of its indicators. A figure is superseded, never changed."""

from __future__ import annotations

from django.db.models import Max
from django.utils import timezone

from qaf.people.models import User
from scorecard.models import Figure, Return, ReturnFigure, ReturnLine
from scorecard.queries.returns import rule_of
from scorecard.return_checks import Counts, gap_of, value_of


def write_figures(one: Return, *, by: User) -> int:
    """Write the figures of a return that was just accepted, in the caller's transaction; gives how many are new.

    A figure that is wholly as it was (numbers and words) in the return that this one corrects stays as it is.
    """
    lines = one.lines.select_related("definition__indicator").prefetch_related("figures").order_by("position", "pk")
    return sum(_write(line, figure, by=by) for line in lines for figure in line.figures.all())


def _write(line: ReturnLine, entered: ReturnFigure, *, by: User) -> bool:
    definition = line.definition
    rule, counts = rule_of(definition), Counts(entered.numerator, entered.denominator)
    series = Figure.objects.filter(indicator=definition.indicator, period_from=entered.period_from)
    standing = series.standing().select_for_update(of=("self",)).select_related("line").first()
    fresh = Figure(
        indicator=definition.indicator,
        definition=definition,
        period_from=entered.period_from,
        period_to=entered.period_to,
        numerator=entered.numerator,
        denominator=entered.denominator,
        value=value_of(rule, counts),
        gap=gap_of(rule, counts),
        line=line,
        source=_retired_in(line, entered),
        accepted_by=by,
    )
    if standing is not None:
        if _says_the_same(standing, fresh, line):
            return False
        standing.superseded_at = timezone.now()
        standing.save(update_fields=["superseded_at"])
    fresh.version = (series.aggregate(last=Max("version"))["last"] or 0) + 1
    fresh.save()
    return True


def _says_the_same(standing: Figure, fresh: Figure, line: ReturnLine) -> bool:
    numbers = ("definition_id", "period_to", "numerator", "denominator", "value", "gap")
    before = standing.line
    if before is None or any(getattr(standing, name) != getattr(fresh, name) for name in numbers):
        return False
    return all(getattr(before, name) == getattr(line, name) for name in ("narrative", "explanation", "no_figure"))


def _retired_in(line: ReturnLine, entered: ReturnFigure) -> str:
    """What the series says of a period in which the indicator was retired."""
    retired = line.definition.indicator.retired_on
    if retired is None or not entered.period_from <= retired < entered.period_to:
        return ""
    return f"In use until {retired:%-d %B %Y}, so not for the whole period"
