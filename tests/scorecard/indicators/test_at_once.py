"""Two people act on the same indicator, benchmark or priorities at the same moment: one wins, the other is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import verify
from scorecard.earlier_figures import EarlierFigure
from scorecard.models import Benchmark, Figure, IndicatorChange, PriorityReset
from scorecard.quarters import Quarter
from scorecard.workflow.benchmarks import correct_benchmark, enter_benchmark
from scorecard.workflow.earlier_figures import bring_in
from scorecard.workflow.priorities import NewPriority, reset_priorities
from tests.scorecard.indicators.setting import Setting, this_quarter
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def person(user: User) -> User:
    """The same person, as another request has them."""
    return User.objects.get(pk=user.pk)


def one_was_told(results: list[Any], of: type[Refused]) -> None:
    losers = [one for one in results if isinstance(one, Exception)]
    assert len(losers) == 1, results
    assert isinstance(losers[0], of), repr(losers[0])
    assert not list(verify())


def test_of_two_requests_on_one_definition_one_is_approved(setting: Setting) -> None:
    indicator = setting.indicator()
    changes = [setting.alteration(indicator, name=name) for name in ("One", "Another")]
    results = at_once(*(lambda change=change: setting.decide(change, by=person(setting.manager)) for change in changes))
    one_was_told(results, Stale)
    assert indicator.versions.count() == 2
    assert sorted(IndicatorChange.objects.values_list("state", flat=True)) == ["approved", "requested"]


def test_a_request_is_decided_once(setting: Setting) -> None:
    change = setting.alteration(setting.indicator())
    results = at_once(
        *(lambda yes=yes: setting.decide(change, approve=yes, by=person(setting.manager)) for yes in (True, False))
    )
    one_was_told(results, Stale)
    assert IndicatorChange.objects.get().attendees.count() == 3


def test_the_same_request_made_twice_at_once_is_one(setting: Setting) -> None:
    indicator = setting.indicator()
    one, other = at_once(*(lambda: setting.alteration(indicator) for _ in range(2)))
    assert one == other
    assert IndicatorChange.objects.count() == 1


def test_a_benchmark_is_corrected_once(setting: Setting) -> None:
    benchmark = enter_benchmark(
        indicator=setting.indicator(),
        series="england",
        period_from=date(2024, 1, 1),
        period_to=date(2024, 3, 31),
        value=Decimal(80),
        source="National return",
        by=setting.officer,
    )
    results = at_once(
        *(
            lambda value=value: correct_benchmark(
                benchmark, value=Decimal(value), source="Revised", by=person(setting.officer)
            )
            for value in (81, 82)
        )
    )
    one_was_told(results, Stale)
    assert Benchmark.objects.filter(superseded_at=None).count() == 1


def test_priorities_are_set_anew_once_from_one_page(setting: Setting) -> None:
    seen = PriorityReset.objects.get().pk
    results = at_once(
        *(
            lambda name=name: reset_priorities(
                on=this_quarter().first_day,
                minute="Item 3",
                keep=[],
                add=[NewPriority(name)],
                by=person(setting.manager),
                seen=seen,
            )
            for name in ("Early help", "Voice")
        )
    )
    one_was_told(results, Stale)
    assert PriorityReset.objects.count() == 2


def test_a_period_gets_one_figure(setting: Setting) -> None:
    indicator = setting.indicator()
    quarter = Quarter(2024, 1)
    rows = [EarlierFigure(quarter.first_day, quarter.last_day, Decimal(4), Decimal(5))]
    results = at_once(
        *(lambda: bring_in(indicator, rows=rows, source="Old", by=person(setting.officer)) for _ in range(2))
    )
    one_was_told(results, Refused)
    assert Figure.objects.count() == 1
