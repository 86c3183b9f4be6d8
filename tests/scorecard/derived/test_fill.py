"""Filling the indicators that QAF counts itself."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qaf.errors import Refused
from qaf.people.models import Team
from qaf.trail.models import Entry
from scorecard.models import Figure, Indicator, IndicatorVersion, Measure
from scorecard.quarters import Quarter
from scorecard.tasks import fill_derived
from scorecard.workflow.derived import fill
from tests.factories import TeamFactory, UserFactory
from tests.scorecard.board_factories import make_figures, make_indicator
from tests.scorecard.factories import THIRD_QUARTER, make_finished

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_october() -> Iterator[None]:
    with time_machine.travel(date(2026, 10, 2)):
        yield


@pytest.fixture
def team() -> Team:
    return TeamFactory.create()


@pytest.fixture
def good() -> Indicator:
    return make_indicator("good", measure=Measure.GOOD)


def test_a_quarter_is_counted_once(team: Team, good: Indicator) -> None:
    for grade in ("G", "O", "RI"):
        make_finished(team, grade)
    assert fill(THIRD_QUARTER) == 1
    assert fill(THIRD_QUARTER) == 0
    figure = good.figures.get()
    assert (figure.numerator, figure.denominator, figure.value) == (Decimal(2), Decimal(3), Decimal("66.6667"))
    assert (figure.period_from, figure.period_to) == (THIRD_QUARTER.first_day, THIRD_QUARTER.last_day)
    assert (figure.version, figure.gap, figure.source, figure.accepted_by) == (1, "", "", None)
    assert figure.definition == good.versions.get()


def test_a_figure_that_comes_out_differently_is_a_new_version(team: Team, good: Indicator) -> None:
    make_finished(team, "G")
    fill(THIRD_QUARTER)
    make_finished(team, "RI")
    with time_machine.travel(date(2026, 10, 6)):
        assert fill(THIRD_QUARTER) == 1
    earlier, standing = good.figures.order_by("version")
    assert earlier.superseded_at is not None
    assert (earlier.value, standing.value) == (Decimal(100), Decimal(50))
    assert (standing.version, standing.source) == (2, "Counted again on 6 October 2026")
    assert list(Figure.objects.standing()) == [standing]


def test_nothing_to_divide_by_is_a_gap(good: Indicator) -> None:
    assert fill(THIRD_QUARTER) == 1
    figure = good.figures.get()
    assert figure.value is None
    assert (figure.denominator, figure.gap) == (Decimal(0), "Nothing to divide by")
    assert fill(THIRD_QUARTER) == 0


def test_a_gap_is_filled_once_there_is_something(team: Team, good: Indicator) -> None:
    fill(THIRD_QUARTER)
    make_finished(team, "G")
    assert fill(THIRD_QUARTER) == 1
    assert good.figures.standing().get().value == 100


def test_figures_of_partners_are_not_touched(team: Team) -> None:
    make_figures(make_indicator(), [50], last=THIRD_QUARTER)
    make_finished(team, "G")
    assert fill(THIRD_QUARTER) == 0


def test_an_indicator_retired_in_the_quarter_is_still_counted_and_says_so(team: Team, good: Indicator) -> None:
    make_finished(team, "G")
    Indicator.objects.filter(pk=good.pk).update(retired_on=date(2026, 8, 14))
    good.versions.update(valid_until=date(2026, 8, 14))
    assert fill(THIRD_QUARTER) == 1
    assert good.figures.get().source == "In use until 14 August 2026; counted over the whole quarter"


def test_an_indicator_retired_on_the_last_day_was_in_use_for_the_whole_quarter(good: Indicator) -> None:
    Indicator.objects.filter(pk=good.pk).update(retired_on=THIRD_QUARTER.last_day)
    fill(THIRD_QUARTER)
    assert good.figures.get().source == ""


def test_an_indicator_retired_before_the_quarter_is_not_counted(good: Indicator) -> None:
    Indicator.objects.filter(pk=good.pk).update(retired_on=date(2026, 6, 30))
    assert fill(THIRD_QUARTER) == 0


def test_an_indicator_that_begins_later_is_not_counted() -> None:
    make_indicator(measure=Measure.GOOD, valid_from=date(2026, 10, 1))
    assert fill(THIRD_QUARTER) == 0


def test_the_definition_of_the_quarter_is_kept(team: Team, good: Indicator) -> None:
    make_finished(team, "G")
    first = good.versions.get()
    first.valid_until = THIRD_QUARTER.last_day
    first.save()
    later = IndicatorVersion.objects.get(pk=first.pk)
    later.pk, later.number, later.valid_from, later.valid_until = None, 2, date(2026, 10, 1), None
    later.save()
    fill(THIRD_QUARTER)
    assert good.figures.get().definition == first


def test_the_agency_of_the_definition_is_counted(team: Team) -> None:
    make_finished(team, "G")
    make_finished(TeamFactory.create(), "RI")
    own = make_indicator(measure=Measure.GOOD, agency=team.service.agency)
    whole = make_indicator(measure=Measure.GOOD)
    assert fill(THIRD_QUARTER) == 2
    assert (own.figures.get().value, whole.figures.get().value) == (Decimal(100), Decimal(50))


def test_a_figure_brought_in_by_somebody_stands(team: Team, good: Indicator) -> None:
    make_finished(team, "G")
    figure = make_figures(good, [40], last=THIRD_QUARTER)[0]
    figure.accepted_by = UserFactory.create()
    figure.save()
    assert fill(THIRD_QUARTER) == 0


@pytest.mark.parametrize("quarter", [Quarter(2026, 4), Quarter(2027, 1)])
def test_a_quarter_that_is_not_over_is_refused(quarter: Quarter) -> None:
    with pytest.raises(Refused, match="not over yet"):
        fill(quarter)


def test_every_new_figure_is_in_the_trail_without_words(team: Team, good: Indicator) -> None:
    fill(THIRD_QUARTER)
    fill(THIRD_QUARTER)
    entry = Entry.objects.get(verb="figure.counted")
    assert (entry.subject_id, entry.actor, entry.details) == (good.pk, None, {"period": "2026-3", "version": 1})


def test_every_night_the_last_two_quarters_are_counted(team: Team, good: Indicator) -> None:
    make_finished(team, "G", submitted=date(2026, 4, 10), moderated=date(2026, 4, 20))
    make_finished(team, "G")
    assert fill_derived() == 2
    assert list(good.figures.values_list("period_from", flat=True)) == [date(2026, 4, 1), date(2026, 7, 1)]
    assert fill_derived() == 0


def test_the_same_measure_is_counted_once_however_many_indicators_ask(team: Team) -> None:
    make_finished(team, "G")
    for _ in range(3):
        make_indicator(measure=Measure.GOOD)
    with CaptureQueriesContext(connection) as found:
        assert fill(THIRD_QUARTER) == 3
    assert sum("COUNT(" in query["sql"] for query in found.captured_queries) == 1
