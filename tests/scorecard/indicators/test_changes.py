"""Requests to change the indicators, and what the subgroup makes of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from qaf.errors import NotAllowed, Stale
from qaf.notices.models import Notice
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import ChangeState, Indicator, IndicatorChange, Return, ReturnFigure, ReturnLine
from scorecard.quarters import Quarter
from scorecard.workflow.changes import request_change, withdraw_change
from scorecard.workflow.indicators import DoesNotFit
from scorecard.workflow.returns import open_returns
from tests.factories import PostFactory, UserFactory
from tests.scorecard.board_factories import make_figures, make_priority, somebody
from tests.scorecard.indicators.setting import Setting, this_quarter

pytestmark = pytest.mark.django_db


def faults_of(error: pytest.ExceptionInfo[DoesNotFit]) -> list[str]:
    return [field for field, _ in error.value.faults]


def test_an_approved_addition_is_an_indicator_with_its_first_version(setting: Setting) -> None:
    start = this_quarter().next.first_day
    change = request_change(
        kind="add",
        proposed=setting.definition(target=Decimal("5"), tolerance=Decimal("1.5")),
        reason="Neglect is the new priority.",
        effective_from=start,
        by=setting.lead,
    )
    assert change.state == ChangeState.REQUESTED
    assert not Indicator.objects.exists()
    decided = setting.decide(change)
    version = Indicator.objects.get(code="plans-late").versions.get()
    assert (version.number, version.valid_from, version.valid_until) == (1, start, None)
    assert (version.target, version.tolerance, version.agency, version.priority) == (
        5,
        Decimal("1.5"),
        setting.agency,
        setting.priority,
    )
    assert version.change == decided
    assert (decided.present, decided.quorum, decided.minute) == (3, 3, "Item 4.2")
    assert {one.person for one in decided.attendees.all()} == set(setting.quorum)


def test_an_approved_alteration_is_a_new_version_from_its_quarter_and_the_old_one_ends_before(setting: Setting) -> None:
    indicator = setting.indicator(target="80")
    change = setting.alteration(indicator, target=Decimal(90), name="Reviews in time")
    assert change.proposed == {"name": "Reviews in time", "target": "90"}
    setting.decide(change)
    old, new = indicator.versions.order_by("number")
    assert old.valid_until == new.valid_from - timedelta(days=1)
    assert (new.target, new.name, new.definition) == (90, "Reviews in time", old.definition)


def test_below_the_quorum_nothing_is_approved(setting: Setting) -> None:
    change = setting.alteration(setting.indicator())
    with pytest.raises(DoesNotFit, match="not quorate: 2 members were there, and 3 have to be") as error:
        setting.decide(change, present=setting.quorum[:2])
    assert faults_of(error) == ["present"]
    change = IndicatorChange.objects.get(pk=change.pk)
    assert (change.state, change.present) == (ChangeState.REQUESTED, 0)
    assert not change.attendees.exists()


def test_somebody_named_twice_counts_once(setting: Setting) -> None:
    change = setting.alteration(setting.indicator())
    with pytest.raises(DoesNotFit, match="not quorate"):
        setting.decide(change, present=[setting.chair, setting.chair, setting.members[0]])


def test_the_quorum_is_a_setting(setting: Setting, settings: object) -> None:
    settings.SCORECARD_QUORUM = 2  # type: ignore[attr-defined]
    decided = setting.decide(setting.alteration(setting.indicator()), present=setting.quorum[:2])
    assert (decided.state, decided.quorum) == (ChangeState.APPROVED, 2)


def test_only_who_was_of_the_subgroup_on_that_day_counts(setting: Setting) -> None:
    change = setting.alteration(setting.indicator())
    day = timezone.localdate()
    left = UserFactory.create(name="Lena Left")
    PostFactory.create(
        person=left, role=Role.SUBGROUP_MEMBER, starts_on=date(2023, 1, 1), ends_on=day - timedelta(days=10)
    )
    with pytest.raises(DoesNotFit, match="Lena Left was no member of the subgroup"):
        setting.decide(change, present=[*setting.quorum, left])
    decided = setting.decide(change, present=[*setting.quorum, left], meeting_on=day - timedelta(days=11))
    assert decided.present == 4


@pytest.mark.parametrize("minute", ["", "   ", "\u200b\u202e", "x" * 121])
def test_without_a_minute_nothing_is_decided(setting: Setting, minute: str) -> None:
    change = setting.alteration(setting.indicator())
    for approve in (True, False):
        with pytest.raises(DoesNotFit) as error:
            setting.decide(change, approve=approve, minute=minute)
        assert faults_of(error) == ["minute"]


def test_a_meeting_that_lies_ahead_decides_nothing(setting: Setting) -> None:
    with pytest.raises(DoesNotFit) as error:
        setting.decide(setting.alteration(setting.indicator()), meeting_on=timezone.localdate() + timedelta(days=1))
    assert faults_of(error) == ["meeting_on"]


def test_a_request_on_an_older_definition_is_not_approved_and_says_what_changed(setting: Setting) -> None:
    indicator = setting.indicator(target="80")
    late = setting.alteration(indicator, name="Another name")
    setting.decide(setting.alteration(indicator, target=Decimal(90)))
    with pytest.raises(Stale, match="changed after this was asked for: target"):
        setting.decide(late)
    assert indicator.versions.count() == 2
    assert setting.decide(late, approve=False).state == ChangeState.REFUSED


def test_a_page_on_an_older_definition_asks_for_nothing(setting: Setting) -> None:
    indicator = setting.indicator()
    setting.decide(setting.alteration(indicator))
    with pytest.raises(Stale):
        request_change(
            kind="alter",
            indicator=indicator,
            proposed={"name": "Another"},
            reason="Clearer.",
            effective_from=this_quarter().next.next.first_day,
            by=setting.officer,
            seen_version=1,
        )


def test_asking_twice_is_asking_once_and_deciding_twice_is_refused(setting: Setting) -> None:
    indicator = setting.indicator()
    change = setting.alteration(indicator)
    assert setting.alteration(indicator) == change
    setting.decide(change)
    with pytest.raises(Stale, match="Approved"):
        setting.decide(change)
    assert indicator.versions.count() == 2


@pytest.mark.parametrize("wrong", ["day", "figure"])
def test_a_definition_begins_with_a_quarter_and_not_before_its_figures(setting: Setting, wrong: str) -> None:
    indicator = setting.indicator()
    quarter = this_quarter()
    if wrong == "figure":
        make_figures(indicator, [80], last=quarter)
    day = quarter.first_day if wrong == "figure" else quarter.next.first_day + timedelta(days=1)
    with pytest.raises(DoesNotFit) as error:
        request_change(
            kind="alter",
            indicator=indicator,
            proposed={"target": Decimal(90)},
            reason="So the board wants it.",
            effective_from=day,
            by=setting.officer,
        )
    assert faults_of(error) == ["effective_from"]


def asked_in_a_return(setting: Setting, indicator: Indicator, quarter: Quarter) -> Return:
    one = Return.objects.create(
        agency=setting.agency,
        period_from=quarter.first_day,
        period_to=quarter.last_day,
        due_on=quarter.last_day + timedelta(days=20),
    )
    line = ReturnLine.objects.create(part_of=one, definition=indicator.versions.get())
    ReturnFigure.objects.create(line=line, period_from=one.period_from, period_to=one.period_to)
    return one


def test_a_definition_does_not_reach_back_over_a_return_that_was_asked_for(setting: Setting) -> None:
    indicator = setting.indicator()
    quarter = this_quarter().next
    asked_in_a_return(setting, indicator, quarter)
    with pytest.raises(DoesNotFit, match="asks for it by the present definition"):
        setting.alteration(indicator)
    with pytest.raises(DoesNotFit, match="asks for it for a time after that day"):
        request_change(
            kind="retire",
            indicator=indicator,
            reason="No longer collected.",
            effective_from=quarter.first_day - timedelta(days=1),
            by=setting.lead,
        )


def test_what_was_asked_for_is_checked_again_when_it_is_decided(setting: Setting) -> None:
    indicator = setting.indicator()
    change = setting.alteration(indicator)
    asked_in_a_return(setting, indicator, this_quarter().next)
    with pytest.raises(DoesNotFit, match="asks for it by the present definition"):
        setting.decide(change)
    assert indicator.versions.count() == 1


def test_unit_and_frequency_stay(setting: Setting) -> None:
    with pytest.raises(DoesNotFit) as error:
        setting.alteration(setting.indicator(), unit="rate", frequency="monthly")
    assert faults_of(error) == ["unit", "frequency"]


def test_a_change_that_changes_nothing_is_not_asked_for(setting: Setting) -> None:
    indicator = setting.indicator(target="90")
    with pytest.raises(DoesNotFit, match="Nothing of the definition would change"):
        setting.alteration(indicator, target=Decimal("90.00"))


def test_retiring_keeps_the_last_day_and_may_be_any_day(setting: Setting) -> None:
    indicator = setting.indicator()
    quarter = this_quarter()
    make_figures(indicator, [80, 81], last=quarter.previous)
    day = quarter.first_day + timedelta(days=40)
    change = request_change(
        kind="retire", indicator=indicator, reason="No longer collected.", effective_from=day, by=setting.lead
    )
    setting.decide(change)
    indicator.refresh_from_db()
    assert indicator.retired_on == day
    assert indicator.versions.get().valid_until is None
    with pytest.raises(DoesNotFit, match="It is retired"):
        setting.alteration(indicator)


def test_an_indicator_is_not_retired_before_its_figures(setting: Setting) -> None:
    indicator = setting.indicator()
    quarter = this_quarter()
    make_figures(indicator, [80, 81], last=quarter.previous)
    with pytest.raises(DoesNotFit, match="has a figure for"):
        request_change(
            kind="retire",
            indicator=indicator,
            reason="No longer collected.",
            effective_from=quarter.previous.first_day - timedelta(days=1),
            by=setting.lead,
        )


def test_an_indicator_is_not_retired_before_a_month_that_a_return_asks_for(setting: Setting) -> None:
    indicator = setting.indicator(frequency="monthly")
    quarter = this_quarter().previous
    open_returns(quarter)

    def retire(day: date) -> IndicatorChange:
        reason = "No longer collected."
        return request_change(kind="retire", indicator=indicator, reason=reason, effective_from=day, by=setting.lead)

    with pytest.raises(DoesNotFit, match="asks for it for a time after that day"):
        retire(quarter.first_day + timedelta(days=40))
    assert retire(quarter.last_day - timedelta(days=5)).state == "requested"


def test_new_limits_begin_at_a_quarter_for_a_reason(setting: Setting) -> None:
    indicator = setting.indicator()
    quarter = this_quarter()
    make_figures(indicator, [80, 81, 95], last=quarter.previous)
    change = request_change(
        kind="rebase",
        indicator=indicator,
        reason="The service was put together anew.",
        effective_from=quarter.previous.first_day,
        by=setting.officer,
    )
    setting.decide(change)
    rebase = indicator.rebases.get()
    assert (rebase.on, rebase.reason, rebase.change) == (
        quarter.previous.first_day,
        "The service was put together anew.",
        change,
    )


def test_a_code_in_use_is_refused_when_asked_and_when_decided(setting: Setting) -> None:
    start = this_quarter().next.first_day
    first, second = (
        request_change(
            kind="add", proposed=setting.definition(), reason=reason, effective_from=start, by=setting.officer
        )
        for reason in ("One.", "Two.")
    )
    setting.decide(first)
    with pytest.raises(DoesNotFit, match="already"):
        setting.decide(second)
    assert Indicator.objects.count() == 1
    assert IndicatorChange.objects.get(pk=second.pk).state == ChangeState.REQUESTED


def test_a_code_that_is_taken_at_the_same_moment_is_refused_and_leaves_the_request_open(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = request_change(
        kind="add",
        proposed=setting.definition(code="taken"),
        reason="One.",
        effective_from=this_quarter().next.first_day,
        by=setting.officer,
    )
    setting.indicator("taken")
    # The other was not there yet when this was checked.
    monkeypatch.setattr("scorecard.workflow.indicators.check", lambda *args: None)
    with pytest.raises(DoesNotFit, match="“taken” already"):
        setting.decide(change)
    assert IndicatorChange.objects.get(pk=change.pk).state == ChangeState.REQUESTED


def test_a_priority_that_does_not_hold_then_is_refused(setting: Setting) -> None:
    later = make_priority("Exploitation", starts_on=this_quarter().next.next.first_day)
    with pytest.raises(DoesNotFit) as error:
        setting.alteration(setting.indicator(), priority=later)
    assert faults_of(error) == ["priority"]


def test_others_neither_ask_nor_decide(setting: Setting) -> None:
    indicator = setting.indicator()
    change = setting.alteration(indicator)
    board = somebody(Role.BOARD_MEMBER)
    with pytest.raises(NotAllowed):
        request_change(kind="retire", indicator=indicator, reason="No.", effective_from=timezone.localdate(), by=board)
    local = somebody(Role.QA_MANAGER, agency=setting.agency)
    for person in (board, setting.officer, setting.chair, local):
        with pytest.raises(NotAllowed):
            setting.decide(change, by=person)
    with pytest.raises(NotAllowed):
        withdraw_change(change, by=setting.lead)


def test_whoever_asked_withdraws_once(setting: Setting) -> None:
    change = setting.alteration(setting.indicator())
    assert withdraw_change(change, by=setting.officer).state == ChangeState.WITHDRAWN
    with pytest.raises(Stale):
        withdraw_change(change, by=setting.officer)
    with pytest.raises(Stale):
        setting.decide(change)


def test_those_concerned_are_told_and_the_trail_holds_no_words(setting: Setting) -> None:
    change = setting.alteration(setting.indicator())
    told = {notice.person for notice in Notice.objects.all()}
    assert told == {setting.manager, setting.chair, *setting.members}
    setting.decide(change, note="Spoken of at length.")
    texts = Notice.objects.filter(person__in=[setting.officer, setting.lead]).values_list("text", flat=True)
    assert set(texts) == {"A change of the indicator cp-reviews is approved."}
    entries = Entry.objects.about(change).order_by("sequence")
    assert [entry.verb for entry in entries] == ["indicator.change_requested", "indicator.change_approved"]
    assert "length" not in str([entry.details for entry in entries])
    assert "board asked" not in str([entry.details for entry in entries])
