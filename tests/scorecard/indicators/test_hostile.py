"""The forms of QA of the whole organisation, sent with anything at all: refused with a page, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from qaf.people.models import User
from scorecard.models import Benchmark, Figure, Indicator, IndicatorChange, PriorityReset
from scorecard.workflow.benchmarks import enter_benchmark
from tests.scorecard.indicators.setting import Setting
from tests.security.test_bad_requests import TEXTS, fields_of, held

pytestmark = pytest.mark.django_db
Sign = Callable[[User], Client]
LIST = "/scorecard/indicators/"
MOST_SENT = 20_000
# A half pair cannot be sent as a text; the tests of security send its bytes.
KINDS = [kind for kind in TEXTS if kind != "half a surrogate pair"]


@pytest.mark.parametrize("page", ["changes/{change}/decide/", "priorities/reset/", "cp-reviews/benchmarks/"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_in_any_field_changes_anything(setting: Setting, client_for: Sign, page: str, kind: str) -> None:
    change = setting.alteration(setting.indicator())
    address = LIST + page.format(change=change.pk)
    client = client_for(setting.manager)
    text = TEXTS[kind][:MOST_SENT]
    sent = dict.fromkeys(fields_of(client.get(address).content.decode()), text)
    response = client.post(address, sent)
    assert held(response, kind) is None
    assert response.status_code in (409, 422)
    assert IndicatorChange.objects.get().state == "requested"
    assert PriorityReset.objects.count() == 1
    assert not Benchmark.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_no_table_breaks_what_brings_in_earlier_figures(setting: Setting, client_for: Sign, kind: str) -> None:
    setting.indicator()
    client = client_for(setting.officer)
    text = TEXTS[kind][:MOST_SENT]
    for pasted in (text, f"Period\tValue\n{text}\t{text}", f"Period\tNumerator\tDenominator\n2024-1\t{text}\t{text}"):
        response = client.post(f"{LIST}cp-reviews/earlier/", {"source": "Old", "pasted": pasted, "step": "bring_in"})
        assert held(response, kind) is None
        assert response.status_code == 422
    assert not Figure.objects.exists()


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", "1e-9", "9" * 20, "--1", "٣", ""])
def test_what_is_no_number_corrects_no_benchmark(setting: Setting, client_for: Sign, value: str) -> None:
    indicator = setting.indicator()
    benchmark = enter_benchmark(
        indicator=indicator,
        series="england",
        period_from=date(2024, 1, 1),
        period_to=date(2024, 3, 31),
        value=Decimal(80),
        source="National return",
        by=setting.officer,
    )
    address = f"{LIST}cp-reviews/benchmarks/{benchmark.pk}/correct/"
    response = client_for(setting.officer).post(address, {"value": value, "source": "Another"})
    assert held(response, value) is None
    # Numerals of other scripts are numerals: they are read, and kept as the number that they are.
    assert response.status_code == (302 if value == "٣" else 422)


def test_a_request_for_something_that_is_not_there_is_refused(setting: Setting, client_for: Sign) -> None:
    setting.indicator()
    sent = {
        "seen": "9" * 40,
        "name": "A",
        "definition": "B",
        "numerator_label": "C",
        "denominator_label": "D",
        "direction": "sideways",
        "lens": "rose-tinted",
        "agency": "99999",
        "priority": "x",
        "jump_percent": "0",
        "effective_from": "2026-13-01",
        "reason": "E",
    }
    response = client_for(setting.officer).post(f"{LIST}cp-reviews/change/", sent)
    assert response.status_code == 422
    assert held(response, "what is not there") is None
    assert not IndicatorChange.objects.exists()
    assert Indicator.objects.get().versions.count() == 1
