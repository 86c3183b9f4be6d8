"""What becomes of accepted figures: versions, corrections, gaps, months, and indicators that were retired."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from qaf.deadlines.models import Deadline
from scorecard.models import Figure, ReturnState
from scorecard.workflow.return_corrections import correct, withdraw
from scorecard.workflow.return_ground import MovedOn
from scorecard.workflow.return_steps import accept, send
from tests.scorecard.returns.setting import enter, make_setting, through

pytestmark = pytest.mark.django_db
SECRET = "Only in the answer"


def test_a_correction_is_a_version_and_overwrites_nothing() -> None:
    setting = make_setting()
    one = through(setting)
    fresh = correct(one, reason="Ten plans were counted twice.", by=setting.lead)
    assert (fresh.version, fresh.state, fresh.corrects) == (2, ReturnState.REQUESTED, one)
    assert Figure.objects.standing().get(indicator=setting.share).value == 75
    with pytest.raises(MovedOn, match="later version"):
        correct(one, reason="Once more.", by=setting.lead)

    enter(fresh, "plans", (140, 190), by=setting.lead, narrative="Ten fewer.")
    send(fresh, by=setting.lead)
    accept(fresh, by=setting.manager)
    versions = list(Figure.objects.filter(indicator=setting.share).order_by("version"))
    assert [figure.version for figure in versions] == [1, 2]
    assert (versions[0].value, versions[0].superseded_at is None) == (Decimal("75"), False)
    assert versions[1].value == Decimal("73.6842")
    # What the correction left as it was stays one figure.
    assert Figure.objects.filter(indicator=setting.number).count() == 1


def test_a_correction_that_is_called_off_leaves_what_was_accepted() -> None:
    setting = make_setting()
    one = through(setting)
    fresh = withdraw(correct(one, reason="A mistake?", by=setting.manager), by=setting.manager)
    assert fresh.state == ReturnState.WITHDRAWN
    assert not Deadline.objects.about(fresh).open().exists()
    assert correct(one, reason="It was one.", by=setting.manager).version == 3


def test_the_first_version_cannot_be_withdrawn() -> None:
    setting = make_setting()
    with pytest.raises(MovedOn):
        withdraw(setting.ask(), by=setting.manager)


def test_nothing_to_divide_by_is_a_gap_and_so_is_a_figure_that_is_missing_with_a_reason() -> None:
    setting = make_setting()
    one = setting.ask()
    enter(one, "plans", (0, 0), by=setting.lead, narrative="None was due.")
    enter(one, "visits", (None, None), by=setting.lead, narrative="Unknown.", no_figure="The system was replaced.")
    send(one, by=setting.lead)
    accept(one, by=setting.manager)
    gaps = {figure.indicator.code: (figure.value, figure.gap) for figure in Figure.objects.all()}
    assert gaps == {"plans": (None, "Nothing to divide by"), "visits": (None, "Not available")}


def test_a_monthly_indicator_has_a_figure_a_month() -> None:
    setting = make_setting(monthly=True)
    one = setting.ask()
    enter(one, "plans", (150, 200), by=setting.lead, narrative="As before.")
    enter(one, "visits", (1, None), (2, None), (3, None), by=setting.lead, narrative="Growing.")
    send(one, by=setting.lead)
    accept(one, by=setting.manager)
    figures = Figure.objects.filter(indicator=setting.number).order_by("period_from")
    assert [(figure.period_from.day, int(figure.value or 0)) for figure in figures] == [(1, 1), (1, 2), (1, 3)]


def test_an_indicator_that_was_retired_in_the_quarter_is_still_returned_and_says_so() -> None:
    setting = make_setting(monthly=True)
    for indicator in (setting.share, setting.number):
        indicator.retired_on = setting.quarter.first_day + timedelta(days=40)
        indicator.save()
    one = setting.ask()
    assert one.lines.get(definition__indicator=setting.number).figures.count() == 2
    enter(one, "plans", (150, 200), by=setting.lead, narrative="To the end.")
    enter(one, "visits", (1, None), (2, None), by=setting.lead, narrative="To the end.")
    send(one, by=setting.lead)
    accept(one, by=setting.manager)
    assert Figure.objects.get(indicator=setting.share).source.startswith("In use until")
    assert [bool(figure.source) for figure in Figure.objects.filter(indicator=setting.number)] == [False, True]


def test_an_indicator_that_was_retired_before_is_not_asked_for() -> None:
    setting = make_setting()
    setting.number.retired_on = setting.quarter.first_day - timedelta(days=1)
    setting.number.save()
    assert setting.ask().lines.count() == 1
