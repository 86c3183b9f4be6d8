"""Whose figures somebody sees, from when on, and which of them are hidden."""

from datetime import date

import pytest

from qaf.people.models import Agency, User
from qaf.people.roles import Role
from scorecard.access.sight import OF_A_PACK, sight_of
from scorecard.lines import Why
from scorecard.models import Figure, Indicator, Rebase
from scorecard.models.indicators import IndicatorChange
from scorecard.queries.board import board_of, quarters_in_sight
from scorecard.queries.board_indicator import indicator_page
from scorecard.spc import Variation
from tests.factories import AgencyFactory
from tests.scorecard.board.conftest import LAST, comment, correct, present, tell
from tests.scorecard.board_factories import make_figures, make_indicator, make_priority, somebody

pytestmark = pytest.mark.django_db


def values(indicator: Indicator, user: User) -> list[float | None]:
    board = board_of(LAST, sight_of(user))
    return [spot.value for spot in board.lines[indicator.pk].spots]


def test_qa_and_the_subgroup_read_figures_at_once(indicator: Indicator, qa: User) -> None:
    assert values(indicator, qa) == [80, 82, 84, 86]
    assert values(indicator, somebody(Role.SUBGROUP_MEMBER)) == [80, 82, 84, 86]


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.SERVICE_MANAGER, Role.SCRUTINEER])
def test_others_read_the_quarters_whose_pack_was_presented(indicator: Indicator, qa: User, role: Role) -> None:
    reader = somebody(role)
    assert quarters_in_sight(sight_of(reader)) == []
    present(LAST.previous, qa)
    assert quarters_in_sight(sight_of(reader))[0] == LAST.previous
    assert values(indicator, reader) == [80, 82, 84]


def test_a_lead_reads_the_own_agencys_figures_at_once(indicator: Indicator, police: Agency, qa: User) -> None:
    other = make_indicator("others", agency=AgencyFactory.create(), name="Of another agency")
    make_figures(other, [50, 60], last=LAST)
    lead = somebody(Role.AGENCY_LEAD, agency=police)
    assert values(indicator, lead) == [80, 82, 84, 86]
    assert values(other, lead) == []
    present(LAST.previous, qa)
    assert values(other, lead) == [50]


def test_narratives_and_comments_wait_for_the_pack_too(indicator: Indicator, qa: User) -> None:
    tell(indicator, "Two more officers.")
    comment(indicator, "It holds.", qa)
    board_member = somebody(Role.BOARD_MEMBER)
    present(LAST.previous, qa)
    line = board_of(LAST, sight_of(board_member)).lines[indicator.pk]
    assert (line.narrative, line.comment) == ("", "")
    present(LAST, qa)
    line = board_of(LAST, sight_of(board_member)).lines[indicator.pk]
    assert (line.narrative, line.comment) == ("Two more officers.", "It holds.")


def test_a_small_number_is_hidden_from_everybody_outside_qa_and_from_packs(
    few: Indicator, indicator: Indicator, police: Agency, qa: User
) -> None:
    tell(few, "Three children were arrested.")
    hidden_from = [
        sight_of(somebody(Role.AUDIT_CHAIR)),
        sight_of(somebody(Role.AGENCY_LEAD, agency=police)),
        # QA of one agency alone is not QA of the partnership.
        sight_of(somebody(Role.QA_OFFICER, agency=police)),
        OF_A_PACK,
    ]
    for sight in hidden_from:
        line = board_of(LAST, sight).lines[few.pk]
        assert line.spots[-1].why == Why.HIDDEN
        assert (line.narrative, line.narrative_hidden) == ("", True)
        assert 3 not in [point.value for point in line.verdict.points]
    line = board_of(LAST, sight_of(qa)).lines[few.pk]
    assert line.spots[-1].value == 3
    assert line.narrative == "Three children were arrested."


def test_what_was_corrected_is_hidden_by_the_same_rule(few: Indicator, qa: User) -> None:
    correct(Figure.objects.get(indicator=few, period_from=LAST.first_day), "7", numerator=7)
    chair = somebody(Role.AUDIT_CHAIR)
    page = indicator_page(few, LAST, sight_of(chair))
    assert page is not None
    assert [(one.version, one.value, one.stands) for one in page.corrections] == [(2, "7", True), (1, "[c]", False)]


def test_a_scorecard_is_as_it_stood_at_the_end_of_its_quarter(indicator: Indicator, qa: User) -> None:
    board = board_of(LAST.previous, sight_of(qa))
    assert [spot.value for spot in board.lines[indicator.pk].spots] == [80, 82, 84]


def test_an_indicator_is_reported_in_the_quarter_it_was_retired_in_and_no_longer(
    indicator: Indicator, qa: User
) -> None:
    Indicator.objects.filter(pk=indicator.pk).update(retired_on=date(2026, 8, 15))
    indicator.versions.update(valid_until=date(2026, 8, 15))
    assert indicator.pk in board_of(LAST, sight_of(qa)).lines
    assert indicator.pk not in board_of(LAST.next, sight_of(qa)).lines


def test_the_definition_is_the_one_of_the_quarter(indicator: Indicator, qa: User) -> None:
    first = indicator.versions.get()
    indicator.versions.update(valid_until=LAST.last_day)
    first.pk, first.number, first.valid_from, first.valid_until = None, 2, LAST.next.first_day, None
    first.name = "Reviews in time, of all plans"
    first.save()
    sight = sight_of(qa)
    assert board_of(LAST, sight).lines[indicator.pk].about.name == "Reviews in time"
    assert board_of(LAST.next, sight).lines[indicator.pk].about.name == "Reviews in time, of all plans"


def test_a_priority_without_indicators_is_named_and_one_that_ended_comes_last(indicator: Indicator, qa: User) -> None:
    ended = indicator.versions.get().priority
    ended.ends_on = date(2026, 6, 30)
    ended.save()
    empty = make_priority("Participation", position=9)
    assert board_of(LAST, sight_of(qa)).priorities == [empty, ended]


def test_a_rebase_begins_new_limits_from_its_day(indicator: Indicator, qa: User) -> None:
    change = IndicatorChange.objects.create(
        kind="rebase",
        indicator=indicator,
        reason="New recording",
        effective_from=LAST.previous.first_day,
        requested_by=qa,
        minute="4.1",
    )
    Rebase.objects.create(indicator=indicator, on=LAST.previous.first_day, reason="New recording", change=change)
    verdict = board_of(LAST, sight_of(qa)).lines[indicator.pk].verdict
    assert [point.group for point in verdict.points] == [0, 0, 1, 1]
    assert verdict.variation == Variation.TOO_FEW


def test_it_asks_the_database_as_often_for_one_indicator_as_for_many(
    indicator: Indicator, qa: User, django_assert_num_queries: object
) -> None:
    sight = sight_of(qa)
    board_of(LAST, sight)
    for number in range(6):
        make_figures(make_indicator(f"more-{number}"), [50 + number, 60], last=LAST)
    with django_assert_num_queries(6):  # type: ignore[operator]
        board_of(LAST, sight)


def test_a_share_of_one_agency_is_hidden_when_the_whole_would_tell_of_a_few_elsewhere(
    indicator: Indicator, police: Agency, qa: User
) -> None:
    whole = make_indicator("good", measure="good")
    own = make_indicator("good-police", measure="good", agency=police)
    make_figures(whole, [50, 60], last=LAST)
    make_figures(own, [40, 60], last=LAST)
    # In the last quarter the police did all but two of the audits.
    Figure.objects.filter(indicator=own, period_from=LAST.first_day).update(numerator=119, denominator=198)
    # In the one before every second.
    Figure.objects.filter(indicator=own, period_from=LAST.previous.first_day).update(numerator=40, denominator=100)
    for sight in (sight_of(somebody(Role.AUDIT_CHAIR)), OF_A_PACK):
        board = board_of(LAST, sight)
        assert [spot.why for spot in board.lines[own.pk].spots] == [Why.NOTHING, Why.HIDDEN]
        assert [spot.why for spot in board.lines[whole.pk].spots] == [Why.NOTHING, Why.NOTHING]
        # The page of one indicator knows of the other too.
        page = indicator_page(own, LAST, sight)
        assert page is not None
        assert page.line.spots[-1].why == Why.HIDDEN
    assert board_of(LAST, sight_of(qa)).lines[own.pk].spots[-1].value == 60
    # That the whole is not said to count people makes no difference to those few.
    whole.versions.update(counts_people=False)
    assert board_of(LAST, OF_A_PACK).lines[own.pk].spots[-1].why == Why.HIDDEN
