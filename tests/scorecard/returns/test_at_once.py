"""Two people, or two schedulers, act on the same return at the same moment: one wins, and nothing is done twice."""

from __future__ import annotations

import pytest
from django.utils import timezone

from qaf.deadlines.models import Deadline
from qaf.errors import Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.chain import verify
from scorecard.models import Figure, Return, ReturnLine, ReturnLineRevision
from scorecard.workflow.changes import decide, request_change
from scorecard.workflow.indicators import DoesNotFit
from scorecard.workflow.return_corrections import correct
from scorecard.workflow.return_filling import Entry, Filling, marks_of, save
from scorecard.workflow.return_steps import accept, send
from scorecard.workflow.returns import open_returns
from tests.scorecard.board_factories import somebody
from tests.scorecard.returns.setting import fill, make_setting, through
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def again(one: Return) -> Return:
    return Return.objects.get(pk=one.pk)


def person(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_two_schedulers_ask_once() -> None:
    setting = make_setting()
    results = at_once(lambda: open_returns(setting.quarter), lambda: open_returns(setting.quarter))
    assert sorted(len(opened) for opened in results) == [0, 1]
    assert (Return.objects.count(), Deadline.objects.count()) == (1, 1)


def test_a_return_asks_by_the_definition_that_holds_whoever_is_quicker() -> None:
    setting = make_setting()
    members = [somebody(Role.SUBGROUP_MEMBER) for _ in range(3)]
    change = request_change(
        kind="alter",
        indicator=setting.share,
        proposed={"numerator_label": "Plans reviewed by the day"},
        reason="So that all count the same.",
        effective_from=setting.quarter.first_day,
        by=setting.manager,
    )

    def approve() -> None:
        today = timezone.localdate()
        decide(change, approve=True, meeting_on=today, minute="4.2", present=members, by=person(setting.manager))

    opened, decided = at_once(lambda: open_returns(setting.quarter), approve)
    assert len(opened) == 1
    asked = ReturnLine.objects.get(definition__indicator=setting.share).definition
    assert asked == setting.share.versions.latest("number"), decided
    assert decided is None or isinstance(decided, DoesNotFit)


def test_two_acceptances_write_each_figure_once() -> None:
    setting = make_setting()
    one = fill(setting.ask(), by=setting.lead)
    send(one, by=setting.lead)
    pages = [again(one), again(one)]
    results = at_once(*(lambda page=page: accept(page, by=person(setting.manager)) for page in pages))
    assert sum(isinstance(result, Stale) for result in results) == 1, results
    assert Figure.objects.count() == 2
    assert list(verify()) == []


def test_two_corrections_are_one() -> None:
    setting = make_setting()
    one = through(setting)
    people = (setting.lead, setting.manager)
    acts = [lambda who=who: correct(again(one), reason="Counted twice.", by=person(who)) for who in people]
    results = at_once(*acts)
    assert sum(isinstance(result, Stale) for result in results) == 1, results
    assert Return.objects.count() == 2


def test_two_saves_of_one_line_keep_one_and_give_the_other_back() -> None:
    setting = make_setting()
    one = setting.ask()
    lines = list(one.lines.prefetch_related("figures"))
    seen = marks_of(one, lines, [])

    def keep(text: str) -> object:
        filling = Filling((Entry(lines[0].pk, narrative=text, figures=((None, None),)),))
        return save(again(one), filling=filling, seen=seen, by=person(setting.lead)).conflicts

    results = at_once(lambda: keep("One."), lambda: keep("Two."))
    assert sorted(len(conflicts) for conflicts in results) == [0, 1]
    assert ReturnLineRevision.objects.count() == 1
