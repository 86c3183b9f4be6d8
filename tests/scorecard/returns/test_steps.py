"""A return from being asked for to being accepted, and what is refused on the way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused
from qaf.notices.models import Notice
from qaf.people.models import Post
from qaf.people.roles import Role
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from scorecard.models import Figure, Return, ReturnState
from scorecard.workflow.return_filling import Filling, marks_of, save
from scorecard.workflow.return_ground import MovedOn, mark_of
from scorecard.workflow.return_steps import NotReady, Question, accept, extend, query, remind, send
from scorecard.workflow.returns import open_due_returns, open_returns
from tests.factories import PostFactory
from tests.scorecard.board_factories import make_figures, somebody
from tests.scorecard.returns.setting import enter, fill, make_setting, through

pytestmark = pytest.mark.django_db
SECRET = "Only in the answer"


def notices_of(person: object) -> list[str]:
    return [notice.text for notice in Notice.objects.filter(person=person).order_by("pk")]


def test_a_return_goes_from_requested_to_accepted() -> None:
    setting = make_setting()
    one = setting.ask()
    deadline = Deadline.objects.about(one).open().get()
    assert (deadline.owner, deadline.kind) == (setting.lead, "return")
    assert deadline.due_on == one.due_on == working_days_after(timezone.localdate(), 15)
    assert notices_of(setting.lead)[-1].startswith("Return of Avon Police")

    fill(one, by=setting.lead)
    one = send(one, by=setting.lead)
    assert one.state == ReturnState.SENT
    assert not Deadline.objects.about(one).open().exists()
    assert "it was sent and can be accepted" in notices_of(setting.manager)[-1]

    one = accept(one, by=setting.manager)
    assert one.state == ReturnState.ACCEPTED
    share = Figure.objects.get(indicator=setting.share)
    assert (share.value, share.version, share.accepted_by) == (Decimal("75"), 1, setting.manager)
    assert Figure.objects.get(indicator=setting.number).value == 12
    assert notices_of(setting.lead)[-1].endswith("it was accepted.")
    assert list(verify()) == []


def test_agencies_are_asked_once_however_often_it_is_done() -> None:
    setting = make_setting()
    assert len(open_returns(setting.quarter)) == 1
    assert open_returns(setting.quarter) == []
    assert open_returns(setting.quarter, by=setting.manager) == []
    assert Return.objects.count() == 1
    assert Deadline.objects.count() == 1


def test_the_schedule_asks_some_working_days_after_the_quarter(settings: Any) -> None:
    settings.RETURNS_ASKED_AFTER_WORKING_DAYS = 4
    setting = make_setting()
    assert open_due_returns(setting.quarter.next.first_day) == []
    assert len(open_due_returns(setting.quarter.next.first_day + timedelta(days=14))) == 1


def test_a_running_quarter_is_not_asked_for() -> None:
    setting = make_setting()
    with pytest.raises(Refused, match="is not over yet"):
        open_returns(setting.quarter.next, by=setting.manager)


def test_only_qa_over_the_whole_asks_before_the_schedule() -> None:
    setting = make_setting()
    for person in (setting.lead, somebody(Role.QA_MANAGER, agency=setting.agency), somebody(Role.ADMIN)):
        with pytest.raises(NotAllowed):
            open_returns(setting.quarter, by=person)


def test_an_agency_without_a_lead_is_told_to_qa_and_gets_its_deadline_with_the_lead() -> None:
    setting = make_setting()
    Post.objects.filter(person=setting.lead).delete()
    one = setting.ask()
    assert not Deadline.objects.about(one).exists()
    assert "nobody is lead of this agency" in notices_of(setting.manager)[-1]
    with pytest.raises(Refused, match="Nobody is lead"):
        remind(one, by=setting.manager)
    with pytest.raises(Refused, match="nobody has a deadline"):
        extend(one, to_day=one.due_on + timedelta(days=7), reason="Ill.", by=setting.manager)
    fresh = somebody(Role.AGENCY_LEAD, agency=setting.agency)
    open_returns(setting.quarter)
    assert Deadline.objects.about(one).open().get().owner == fresh
    assert "it is yours to send" in notices_of(fresh)[-1]


def test_a_deadline_goes_on_to_the_next_lead_when_the_first_has_left() -> None:
    setting = make_setting()
    one = setting.ask()
    Post.objects.filter(person=setting.lead).update(ends_on=timezone.localdate() - timedelta(days=1))
    fresh = somebody(Role.AGENCY_LEAD, agency=setting.agency)
    open_due_returns(timezone.localdate())
    assert [deadline.owner for deadline in Deadline.objects.about(one).open()] == [fresh]


def test_every_lead_is_told_and_one_has_the_deadline() -> None:
    setting = make_setting()
    other = somebody(Role.AGENCY_LEAD, agency=setting.agency)
    one = setting.ask()
    assert Deadline.objects.about(one).count() == 1
    assert notices_of(other) == notices_of(setting.lead)


def test_an_indicator_that_was_approved_later_is_added_to_an_open_return() -> None:
    setting = make_setting()
    one = setting.ask()
    one.lines.filter(definition__indicator=setting.number).delete()
    open_returns(setting.quarter)
    assert one.lines.filter(definition__indicator=setting.number).count() == 1


def test_an_incomplete_return_is_not_sent() -> None:
    setting = make_setting()
    one = setting.ask()
    with pytest.raises(NotReady, match="4 things are still missing"):
        send(one, by=setting.lead)
    assert Return.objects.get().state == ReturnState.REQUESTED


def test_a_jump_against_the_history_has_to_be_explained() -> None:
    setting = make_setting()
    make_figures(setting.share, [40, 42, 41, 40], last=setting.quarter.previous)
    one = fill(setting.ask(), by=setting.lead)
    with pytest.raises(NotReady, match="1 thing is"):
        send(one, by=setting.lead)
    enter(one, "plans", (150, 200), by=setting.lead, narrative="Better.", explanation="A second reviewer started.")
    assert send(one, by=setting.lead).state == ReturnState.SENT


def test_a_query_goes_back_is_answered_and_sent_again() -> None:
    setting = make_setting()
    one = fill(setting.ask(), by=setting.lead)
    send(one, by=setting.lead)
    line = one.lines.get(definition__indicator=setting.share)
    query(one, questions=[Question("Does this include re-opened plans?", line)], by=setting.manager)
    one = Return.objects.get(pk=one.pk)
    assert one.state == ReturnState.QUERIED
    assert Deadline.objects.about(one).open().get().kind == "return_answer"
    with pytest.raises(NotReady):
        send(one, by=setting.lead)
    asked = one.queries.get()
    answers = {asked.pk: "No, these are counted apart."}
    save(one, filling=Filling(answers=answers), seen=marks_of(one, [], [asked]), by=setting.lead)
    first_sent = one.first_sent_at
    one = send(one, by=setting.lead)
    assert (one.state, one.first_sent_at) == (ReturnState.SENT, first_sent)
    assert one.sent_at is not None
    assert first_sent is not None
    assert one.sent_at > first_sent
    assert "sent again, with answers" in notices_of(setting.manager)[-1]
    assert accept(one, by=setting.manager).state == ReturnState.ACCEPTED


def test_a_query_is_about_this_return_and_says_something() -> None:
    setting = make_setting()
    one = fill(setting.ask(), by=setting.lead)
    send(one, by=setting.lead)
    for questions in ([], [Question("  ")], [Question("…")]):
        with pytest.raises(Refused):
            query(one, questions=questions, by=setting.manager)
    assert Return.objects.get().state == ReturnState.SENT


def test_leads_do_not_accept_and_qa_does_not_send() -> None:
    setting = make_setting()
    one = fill(setting.ask(), by=setting.lead)
    with pytest.raises(NotAllowed):
        send(one, by=setting.manager)
    send(one, by=setting.lead)
    with pytest.raises(NotAllowed):
        accept(one, by=setting.lead)
    with pytest.raises(NotAllowed):
        accept(one, by=somebody(Role.AGENCY_LEAD))


def test_accepting_twice_changes_nothing() -> None:
    setting = make_setting()
    one = through(setting)
    with pytest.raises(MovedOn, match="accepted"):
        accept(one, by=setting.manager)
    assert Figure.objects.count() == 2


def test_what_changed_after_the_page_was_opened_is_not_sent() -> None:
    setting = make_setting()
    one = fill(setting.ask(), by=setting.lead)
    seen = mark_of(one)
    enter(one, "visits", (14, None), by=setting.lead, narrative="One more.")
    with pytest.raises(MovedOn, match="changed after you opened this page"):
        send(one, by=setting.lead, seen=seen)


def test_more_time_is_given_with_a_reason() -> None:
    setting = make_setting()
    one = setting.ask()
    day = one.due_on + timedelta(days=7)
    one = extend(one, to_day=day, reason="System change.", by=setting.manager)
    assert (one.due_on, Deadline.objects.about(one).get().due_on) == (day, day)
    with pytest.raises(Refused, match="Choose a day after"):
        extend(one, to_day=day, reason="Again.", by=setting.manager)
    with pytest.raises(Refused, match="Say why"):
        extend(one, to_day=day + timedelta(days=1), reason=" ", by=setting.manager)
    assert "System change" not in str(list(Entry.objects.values_list("details", flat=True)))


def test_a_lead_is_reminded_once_a_day() -> None:
    setting = make_setting()
    one = setting.ask()
    before = len(notices_of(setting.lead))
    remind(one, by=setting.manager)
    remind(one, by=setting.manager)
    assert len(notices_of(setting.lead)) == before + 1


def test_no_word_of_a_return_is_in_trail_or_notices() -> None:
    setting = make_setting()
    PostFactory.create(person=setting.manager, role=Role.QA_OFFICER)
    one = fill(setting.ask(), by=setting.lead)
    send(one, by=setting.lead)
    query(one, questions=[Question(SECRET)], by=setting.manager)
    told = str(list(Notice.objects.values_list("text", "path", "key")))
    written = str(list(Entry.objects.values_list("details", flat=True)))
    for words in (SECRET, "short of reviewers"):
        assert words not in told + written
