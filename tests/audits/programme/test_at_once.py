"""Two people at the same moment: a quarter gets one theme, and a step is taken once."""

from datetime import date

import pytest

from audits.models import Work, WorkState
from audits.queries.programme import themes_of
from audits.workflow.programme import PastTheMost
from audits.workflow.programme_expected import plan_year
from audits.workflow.programme_steps import take_step
from qaf.errors import Stale
from qaf.people.models import User
from qaf.trail.chain import verify
from tests.audits.programme.setting import make_programme_setting
from tests.audits.programme.test_planning import row
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = 2031


def test_two_who_act_together_do_not_both_get_their_way() -> None:
    house = make_programme_setting()
    first = date(YEAR, 5, 5)
    results = at_once(*[lambda: house.propose(fieldwork_from=first)] * 2)
    assert sum(isinstance(one, PastTheMost) for one in results) == 1, results
    assert themes_of(YEAR) == [1]

    work = Work.objects.get()
    members = [User.objects.get(pk=one.pk) for one in (house.member, house.chair)]
    results = at_once(*[lambda by=by: take_step(work, "agree", by=by, minute="Item 4") for by in members])
    assert [type(one) for one in results if isinstance(one, Exception)] == [Stale], results
    assert Work.objects.get().notes.filter(step=WorkState.AGREED).count() == 1

    row("SAV", 4)
    results = at_once(*[lambda: plan_year(year=YEAR, by=house.manager)] * 2)
    assert sorted(len(one) for one in results) == [0, 3], results
    assert list(verify()) == []
