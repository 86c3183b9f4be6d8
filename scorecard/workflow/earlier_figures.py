"""Bringing in figures from before QAF: all of a table or nothing, and never over a figure that is there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from qaf.errors import NotAllowed, Refused
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.access.indicators import may_enter_benchmarks
from scorecard.earlier_figures import (
    MOST_ROWS,
    NOTHING_TO_DIVIDE_BY,
    BadRow,
    EarlierFigure,
    Meaning,
    last_day,
    settled,
    worked_out,
    wrong_with,
)
from scorecard.models import Figure, Frequency, Indicator, IndicatorVersion, ReturnLine, ReturnState
from scorecard.queries.indicators import definition_on

LONGEST_SOURCE = 200


class CannotBringIn(Refused):
    """Something is wrong with the figures. ``bad``: row by row; rows are numbered from 1 in the order given."""

    def __init__(self, bad: Sequence[BadRow]) -> None:
        self.bad = list(bad)
        first = "; ".join(f"row {one.row}, {one.column}: {one.reason}" for one in self.bad[:3])
        super().__init__(f"Nothing was brought in. {len(self.bad)} faults: {first}.")


def meaning_of(version: IndicatorVersion) -> Meaning:
    """What of a definition decides how a row is read."""
    return Meaning(
        unit=version.unit,
        monthly=version.frequency == Frequency.MONTHLY,
        lowest=version.lowest,
        highest=version.highest,
        counts_people=version.counts_people,
    )


def not_allowed_in(indicator: Indicator, rows: Sequence[EarlierFigure], numbers: Sequence[int]) -> list[BadRow]:
    """Which rows are for a period that may not be brought in, whatever their figure; ``numbers``: of each."""
    today = timezone.localdate()
    has_figure = set(indicator.figures.values_list("period_from", flat=True))
    asked = list(
        ReturnLine.objects.filter(definition__indicator=indicator)
        .exclude(part_of__state=ReturnState.WITHDRAWN)
        .values_list("part_of__period_from", "part_of__period_to")
    )
    bad = []
    for number, row in zip(numbers, rows, strict=True):
        if row.period_to >= today:
            reason = "This period is not over yet"
        elif indicator.retired_on is not None and row.period_from > indicator.retired_on:
            reason = f"The indicator was retired on {indicator.retired_on:%-d %B %Y}"
        elif row.period_from in has_figure:
            reason = "This period has a figure already, which is never overwritten. Leave the row out"
        elif any(first <= row.period_from <= last for first, last in asked):
            reason = "The agency’s return asks for this period. Leave the row out"
        else:
            continue
        bad.append(BadRow(number, "Period", reason))
    return bad


@transaction.atomic
def bring_in(indicator: Indicator, *, rows: Sequence[EarlierFigure], source: str, by: User) -> list[Figure]:
    """Bring in figures of periods that have none; gives them. ``source``: where rows without their own come from.

    A figure keeps the definition that held in its period, else the first. Raises CannotBringIn when anything is wrong
    with any row, Refused or NotAllowed; then nothing is brought in.
    """
    if not may_enter_benchmarks(by):
        raise NotAllowed("Figures from before QAF are brought in by QA of the whole organisation.")
    source = source.strip()
    if len(source) > LONGEST_SOURCE or (not source and any(not row.source for row in rows)):
        raise Refused(f"Say where the figures come from, in at most {LONGEST_SOURCE} characters.")
    if not rows or len(rows) > MOST_ROWS:
        raise Refused(f"Give between one and {MOST_ROWS} rows.")
    indicator = Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
    versions = list(indicator.versions.all())
    ready = [(row, definition_on(versions, row.period_to)) for row in rows]
    figures = [worked_out(row, meaning_of(version)) for row, version in ready]
    bad = _faults(indicator, figures, [version for _, version in ready])
    if bad:
        raise CannotBringIn(bad)
    made = [
        Figure(
            indicator=indicator,
            definition=version,
            period_from=one.period_from,
            period_to=one.period_to,
            numerator=one.numerator,
            denominator=one.denominator,
            value=settled(one, meaning_of(version)).value,
            gap="" if one.value is not None else NOTHING_TO_DIVIDE_BY,
            source=one.source or source,
            accepted_by=by,
        )
        for one, (_, version) in zip(figures, ready, strict=True)
    ]
    made = Figure.objects.bulk_create(made)
    periods = sorted(one.period_from for one in made)
    record(
        "indicator.figures_brought_in",
        indicator,
        by=by,
        indicator=indicator.code,
        number=len(made),
        since=periods[0],
        until=periods[-1],
    )
    return made


def _faults(
    indicator: Indicator, figures: Sequence[EarlierFigure], versions: Collection[IndicatorVersion]
) -> list[BadRow]:
    """Everything wrong with rows that did not come through ``scorecard.earlier_figures.read_rows``."""
    numbers = range(1, len(figures) + 1)
    bad = not_allowed_in(indicator, figures, numbers)
    seen = set()
    for number, row, version in zip(numbers, figures, versions, strict=True):
        meaning = meaning_of(version)
        first = row.period_from
        starts = first.day == 1 and (meaning.monthly or first.month % 3 == 1)
        if not starts or row.period_to != last_day(first, monthly=meaning.monthly):
            bad.append(BadRow(number, "Period", f"Give a whole {'month' if meaning.monthly else 'quarter'}"))
        if first in seen:
            bad.append(BadRow(number, "Period", "This period is there twice"))
        seen.add(first)
        bad += [BadRow(number, column, reason) for column, reason in wrong_with(row, meaning)]
        if len(row.source) > LONGEST_SOURCE:
            bad.append(BadRow(number, "Source", f"Use at most {LONGEST_SOURCE} characters"))
    return bad
