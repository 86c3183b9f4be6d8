"""What an indicator was elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from qaf.errors import NotAllowed, Stale
from scorecard.models import Benchmark
from scorecard.workflow.benchmarks import correct_benchmark, enter_benchmark, remove_benchmark
from scorecard.workflow.indicators import DoesNotFit
from tests.scorecard.indicators.setting import Setting

pytestmark = pytest.mark.django_db
YEAR = {
    "series": "england",
    "period_from": date(2024, 4, 1),
    "period_to": date(2025, 3, 31),
    "value": Decimal("87.9"),
    "source": "National return, table 4",
}


def test_a_corrected_value_replaces_the_earlier_which_is_kept(setting: Setting) -> None:
    indicator = setting.indicator()
    first = enter_benchmark(indicator=indicator, **YEAR, by=setting.officer)
    second = correct_benchmark(first, value=Decimal(88), source="National return, revised", by=setting.manager)
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert (first.value, second.value, second.superseded_at) == (Decimal("87.9"), 88, None)
    assert (second.period_from, second.period_to, second.series) == (first.period_from, first.period_to, first.series)
    with pytest.raises(Stale):
        correct_benchmark(first, value=Decimal(1), source="Late", by=setting.officer)
    with pytest.raises(Stale):
        remove_benchmark(first, by=setting.officer)


def test_entering_twice_is_entering_once_and_correcting_to_the_same_is_nothing(setting: Setting) -> None:
    indicator = setting.indicator()
    first = enter_benchmark(indicator=indicator, **YEAR, by=setting.officer)
    assert enter_benchmark(indicator=indicator, **YEAR, by=setting.officer) == first
    assert correct_benchmark(first, value=Decimal("87.90"), source=YEAR["source"], by=setting.officer) == first
    assert Benchmark.objects.count() == 1


def test_what_was_taken_out_makes_room_for_another(setting: Setting) -> None:
    indicator = setting.indicator()
    remove_benchmark(enter_benchmark(indicator=indicator, **YEAR, by=setting.officer), by=setting.officer)
    enter_benchmark(indicator=indicator, **{**YEAR, "value": Decimal(80)}, by=setting.officer)
    assert list(Benchmark.objects.filter(superseded_at=None).values_list("value", flat=True)) == [80]
    assert Benchmark.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"series": "wales"}, "series"),
        ({"value": Decimal(101)}, "value"),
        ({"value": Decimal("Infinity")}, "value"),
        ({"value": Decimal("1.23456")}, "value"),
        ({"source": " "}, "source"),
        ({"period_from": date(2024, 4, 2)}, "period_from"),
        ({"period_to": date(2025, 3, 30)}, "period_to"),
        ({"period_to": date(2024, 3, 31)}, "period_to"),
        ({"period_to": date(2026, 3, 31)}, "period_to"),
        ({"period_from": date(1980, 4, 1), "period_to": date(1980, 4, 30)}, "period_from"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field(setting: Setting, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(DoesNotFit) as error:
        enter_benchmark(indicator=setting.indicator(), **{**YEAR, **fields}, by=setting.officer)
    assert field in [name for name, _ in error.value.faults]
    assert not Benchmark.objects.exists()


def test_a_period_that_overlaps_one_of_the_same_series_is_refused(setting: Setting) -> None:
    indicator = setting.indicator()
    enter_benchmark(indicator=indicator, **YEAR, by=setting.officer)
    quarter = {"period_from": date(2025, 1, 1), "period_to": date(2025, 3, 31)}
    with pytest.raises(DoesNotFit, match="already"):
        enter_benchmark(indicator=indicator, **{**YEAR, **quarter}, by=setting.officer)
    enter_benchmark(indicator=indicator, **{**YEAR, **quarter, "series": "neighbours"}, by=setting.officer)


def test_a_period_that_has_not_begun_is_refused(setting: Setting) -> None:
    first = (timezone.localdate().replace(day=1) + timedelta(days=40)).replace(day=1)
    last = (first + timedelta(days=40)).replace(day=1) - timedelta(days=1)
    with pytest.raises(DoesNotFit):
        enter_benchmark(
            indicator=setting.indicator(), **{**YEAR, "period_from": first, "period_to": last}, by=setting.officer
        )


def test_others_enter_nothing(setting: Setting) -> None:
    for person in (setting.lead, setting.chair):
        with pytest.raises(NotAllowed):
            enter_benchmark(indicator=setting.indicator(f"of-{person.pk}"), **YEAR, by=person)
