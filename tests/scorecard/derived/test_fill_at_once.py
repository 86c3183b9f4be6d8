"""Two runs of the nightly count at the same moment: each figure is written once."""

from datetime import date

import pytest
import time_machine

from scorecard.models import Figure, Measure
from scorecard.workflow.derived import fill
from tests.factories import TeamFactory
from tests.scorecard.board_factories import make_indicator
from tests.scorecard.factories import THIRD_QUARTER, make_finished
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_runs_at_once_write_each_figure_once() -> None:
    with time_machine.travel(date(2026, 10, 2)):
        make_finished(TeamFactory.create(), "G")
        for measure in (Measure.GOOD, Measure.REGRADED):
            make_indicator(measure=measure)
        results = at_once(lambda: fill(THIRD_QUARTER), lambda: fill(THIRD_QUARTER))
        assert sorted(map(str, results)) == ["0", "2"]
        assert list(Figure.objects.values_list("version", flat=True)) == [1, 1]
