"""Filling the indicators that QAF counts itself, a quarter at a time. A figure is superseded, never changed."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from qaf.errors import Refused
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.earlier_figures import NOTHING_TO_DIVIDE_BY, value_of
from scorecard.figures.derived import Share, share
from scorecard.models import Figure, Indicator, IndicatorVersion
from scorecard.period import Period
from scorecard.quarters import Quarter
from scorecard.queries.drill_down import computed_in


@transaction.atomic
def fill(quarter: Quarter) -> int:
    """Count every indicator of QAF's own that was in use in a quarter; gives how many figures are new.

    A figure that comes out as before stays. One that differs, since an audit was graded anew or an action reopened,
    becomes a version beside the earlier one. A figure that somebody brought in from before QAF stands. Two runs at
    once write nothing twice: the second waits and finds the first one's figures. Raises Refused for a quarter that is
    not over.
    """
    if quarter.last_day >= timezone.localdate():
        raise Refused(f"{quarter.label} is not over yet, so its figures cannot be counted. Wait until it is.")
    wanted = Indicator.objects.filter(~Q(measure="")).order_by("pk").select_for_update(of=("self",))
    locked = {indicator.pk for indicator in wanted}
    counted: dict[tuple[str, str, int | None], Share] = {}
    written = []
    for definition in computed_in(quarter):
        indicator = definition.indicator
        if indicator.pk not in locked:
            continue
        key = (indicator.measure, indicator.measure_domain, definition.agency_id)
        if key not in counted:
            period = Period(quarter.first_day, quarter.last_day, definition.agency)
            counted[key] = share(indicator.measure, period, indicator.measure_domain)
        if figure := _write(definition, quarter, counted[key]):
            written.append(figure)
    for figure in written:
        record("figure.counted", figure.indicator, by=None, period=quarter.code, version=figure.version)
    return len(written)


def _write(definition: IndicatorVersion, quarter: Quarter, found: Share) -> Figure | None:
    """Write one figure unless it stands already; gives the new one."""
    series = Figure.objects.filter(indicator=definition.indicator, period_from=quarter.first_day)
    standing = series.standing().first()
    part, of = Decimal(found.part), Decimal(found.of)
    value = value_of(definition.unit, part, of)
    if standing is not None:
        brought_in = standing.accepted_by_id is not None
        if brought_in or (standing.numerator, standing.denominator, standing.value) == (part, of, value):
            return None
        standing.superseded_at = timezone.now()
        standing.save(update_fields=["superseded_at"])
    return Figure.objects.create(
        indicator=definition.indicator,
        definition=definition,
        period_from=quarter.first_day,
        period_to=quarter.last_day,
        version=(series.aggregate(last=Max("version"))["last"] or 0) + 1,
        numerator=part,
        denominator=of,
        value=value,
        gap="" if value is not None else NOTHING_TO_DIVIDE_BY,
        source=_source(definition, quarter, again=standing is not None),
    )


def _source(definition: IndicatorVersion, quarter: Quarter, *, again: bool) -> str:
    """What the series says of a figure that is not the first count of a whole quarter in use."""
    said = []
    if again:
        said.append(f"Counted again on {timezone.localdate():%-d %B %Y}")
    retired = definition.indicator.retired_on
    if retired is not None and quarter.first_day <= retired < quarter.last_day:
        said.append(f"In use until {retired:%-d %B %Y}; counted over the whole quarter")
    return ". ".join(said)


@transaction.atomic
def note_export(indicator: Indicator, *, by: User, quarter: Quarter, file_format: str) -> None:
    """Write to the trail that somebody took the audits behind a figure as a file."""
    record("indicator.audits_exported", indicator, by=by, format=file_format, period=quarter.code)
