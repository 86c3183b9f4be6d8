"""What an indicator was elsewhere: entering a value, correcting it, taking it out. The earlier value is kept."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.access.indicators import may_enter_benchmarks
from scorecard.definitions import MOST, PLACES, Fault
from scorecard.models import Benchmark, Indicator, Unit
from scorecard.queries.indicators import latest_version
from scorecard.workflow.indicators import DoesNotFit

LONGEST_SOURCE = 200
# A benchmark is published for a month, a quarter or a year.
MOST_DAYS = 366


def _demand(by: User) -> None:
    if not may_enter_benchmarks(by):
        raise NotAllowed("Benchmarks are entered by QA officers and QA managers of the whole organisation.")


def _locked(indicator: Indicator) -> Indicator:
    return Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)


@transaction.atomic
def enter_benchmark(
    *,
    indicator: Indicator,
    series: str,
    period_from: date,
    period_to: date,
    value: Decimal,
    source: str,
    by: User,
) -> Benchmark:
    """Enter what an indicator was in a period for a ``Benchmark.Series``, in the indicator's own unit.

    ``source``: where it is published. The same again is given as it stands. Raises DoesNotFit with the faults by field,
    another value for the period among them: that is for ``correct_benchmark``; or NotAllowed.
    """
    _demand(by)
    indicator, source = _locked(indicator), source.strip()
    found = _wrong_value(indicator, value, source)
    if series not in Benchmark.Series.values:
        found.append(("series", "Choose whose figure it is from the list"))
    found += _wrong_period(period_from, period_to)
    if found:
        raise DoesNotFit(*found)
    standing = Benchmark.objects.filter(indicator=indicator, series=series, superseded_at=None)
    same = standing.filter(period_from=period_from, period_to=period_to, value=value, source=source).first()
    if same is not None:
        return same
    taken = standing.filter(period_from__lte=period_to, period_to__gte=period_from).first()
    if taken is not None:
        period = f"{taken.period_from:%-d %B %Y} to {taken.period_to:%-d %B %Y}"
        text = f"There is a value for {period} already. Correct that one, or choose another period"
        raise DoesNotFit(("period_from", text))
    benchmark = Benchmark.objects.create(
        indicator=indicator,
        series=series,
        period_from=period_from,
        period_to=period_to,
        value=value,
        source=source,
        entered_by=by,
    )
    record("indicator.benchmark_entered", indicator, by=by, benchmark=benchmark.pk, series=series, since=period_from)
    return benchmark


@transaction.atomic
def correct_benchmark(benchmark: Benchmark, *, value: Decimal, source: str, by: User) -> Benchmark:
    """Put another value or source in place of one; the earlier is kept. Raises DoesNotFit, Stale or NotAllowed."""
    _demand(by)
    indicator, source = _locked(benchmark.indicator), source.strip()
    benchmark = _standing(benchmark)
    if (benchmark.value, benchmark.source) == (value, source):
        return benchmark
    if found := _wrong_value(indicator, value, source):
        raise DoesNotFit(*found)
    benchmark.superseded_at = timezone.now()
    benchmark.save(update_fields=["superseded_at"])
    corrected = Benchmark.objects.create(
        indicator=indicator,
        series=benchmark.series,
        period_from=benchmark.period_from,
        period_to=benchmark.period_to,
        value=value,
        source=source,
        entered_by=by,
    )
    record("indicator.benchmark_corrected", indicator, by=by, before=benchmark.pk, benchmark=corrected.pk)
    return corrected


@transaction.atomic
def remove_benchmark(benchmark: Benchmark, *, by: User) -> Benchmark:
    """Take a value out that stands for a wrong period or series; it is kept as an earlier one. Raises Stale."""
    _demand(by)
    indicator = _locked(benchmark.indicator)
    benchmark = _standing(benchmark)
    benchmark.superseded_at = timezone.now()
    benchmark.save(update_fields=["superseded_at"])
    record("indicator.benchmark_removed", indicator, by=by, benchmark=benchmark.pk)
    return benchmark


def _standing(benchmark: Benchmark) -> Benchmark:
    """The benchmark as it is now. Raises Stale when it was corrected or taken out meanwhile."""
    benchmark = Benchmark.objects.get(pk=benchmark.pk)
    if benchmark.superseded_at is not None:
        raise Stale("This value was corrected or taken out meanwhile. Nothing was changed. Open the benchmarks again.")
    return benchmark


def _wrong_value(indicator: Indicator, value: Decimal, source: str) -> list[Fault]:
    found: list[Fault] = []
    if not value.is_finite() or abs(value) >= MOST or value != round(value, PLACES):
        found.append(("value", f"Enter a number with at most {PLACES} digits after the point"))
    elif latest_version(indicator).unit == Unit.PERCENTAGE and not 0 <= value <= 100:
        found.append(("value", "A percentage lies between 0 and 100"))
    if not source or len(source) > LONGEST_SOURCE:
        found.append(("source", f"Say where it is published, in at most {LONGEST_SOURCE} characters"))
    return found


def _wrong_period(first: date, last: date) -> list[Fault]:
    found: list[Fault] = []
    if first.day != 1:
        found.append(("period_from", "Choose the first day of a month"))
    if (last + timedelta(days=1)).day != 1:
        found.append(("period_to", "Choose the last day of a month"))
    if last < first:
        found.append(("period_to", "The last day must not be before the first"))
    elif (last - first).days >= MOST_DAYS:
        found.append(("period_to", "A benchmark is for a month, a quarter or a year at most"))
    if first.year < 1990 or first > timezone.localdate():
        found.append(("period_from", "Choose a period that has begun. Check the year"))
    return found
