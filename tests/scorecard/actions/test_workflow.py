"""From a recommendation to an action that is verified."""

from datetime import timedelta

import pytest
from django.utils import timezone

from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.roles import Role
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from scorecard.access.improvement import actions_visible_to
from scorecard.models import ImprovementAction, Recommendation, Stage
from scorecard.workflow.improvement import change_action, create_action, mark_of, move_action, note_progress
from tests.factories import AgencyFactory
from tests.scorecard.actions.setting import make_action, make_recommendation, smart
from tests.scorecard.board_factories import somebody

pytestmark = pytest.mark.django_db
State = ImprovementAction.State


def open_deadlines(action: ImprovementAction) -> list[Deadline]:
    return list(Deadline.objects.about(action).open())


def test_it_works() -> None:
    manager, owner, member = somebody(Role.QA_MANAGER), somebody(Role.TEAM_MANAGER), somebody(Role.SUBGROUP_MEMBER)
    action = make_action(manager, owner)
    assert action.reference == f"ACT-{timezone.localdate().year}-00001"
    assert [(one.owner, one.due_on) for one in open_deadlines(action)] == [(owner, action.due_on)]
    assert Notice.objects.filter(person=owner, path=action.get_absolute_url()).count() == 1
    note_progress(action, text="Half the teams are briefed.", by=owner)
    action = move_action(action, move="complete", note="All teams are briefed.", by=owner)
    assert (action.state, action.done_on) == (State.DONE, timezone.localdate())
    assert open_deadlines(action) == []
    action = move_action(action, move="verify", note="I have read the attendance lists.", by=member)
    assert action.state == State.VERIFIED
    assert [one.state for one in action.updates.all()] == ["", "done", "verified"]
    assert list(verify()) == []


def test_an_action_that_is_sent_twice_is_made_once() -> None:
    manager, owner = somebody(Role.QA_MANAGER), somebody(Role.TEAM_MANAGER)
    recommendation = make_recommendation(manager)
    first, again = (create_action(recommendation, smart(owner), by=manager) for _ in range(2))
    assert first == again
    assert create_action(recommendation, smart(owner, specific="Brief one team"), by=manager) != first
    assert Notice.objects.filter(person=owner).count() == 2


def test_what_is_not_accepted_is_open_again_with_its_deadline() -> None:
    manager, owner = somebody(Role.QA_MANAGER), somebody(Role.TEAM_MANAGER)
    action = move_action(make_action(manager, owner), move="complete", note="Done.", by=owner)
    action = move_action(action, move="reject", note="Two teams are missing.", by=manager)
    assert (action.state, action.done_on) == (State.OPEN, None)
    assert len(open_deadlines(action)) == 1


def test_nobody_verifies_what_they_did_or_own() -> None:
    manager, owner = somebody(Role.QA_MANAGER), somebody(Role.QA_MANAGER)
    action = make_action(manager, owner)
    action = move_action(action, move="complete", note="Done.", by=manager)
    with pytest.raises(NotAllowed):
        move_action(action, move="verify", note="Seen.", by=owner)
    with pytest.raises(Refused, match="Somebody else"):
        move_action(action, move="verify", note="Seen.", by=manager)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BOARD_MEMBER, Role.SUBGROUP_MEMBER, Role.ADMIN])
def test_only_qa_makes_and_changes_actions(role: Role) -> None:
    other, action = somebody(role), make_action()
    with pytest.raises(NotAllowed):
        create_action(action.recommendation, smart(action.owner), by=other)
    with pytest.raises(NotAllowed):
        change_action(action, smart(action.owner), seen=mark_of(action), by=other)
    with pytest.raises(NotAllowed):
        move_action(action, move="complete", note="Done.", by=other)
    assert Entry.objects.filter(verb__startswith="improvement.").count() == 1


def test_qa_of_another_agency_does_not_see_an_agencys_actions() -> None:
    here, there = AgencyFactory.create(), AgencyFactory.create()
    manager = somebody(Role.QA_MANAGER, agency=here)
    recommendation = make_recommendation(manager, agency=here)
    action = create_action(recommendation, smart(somebody(Role.TEAM_MANAGER)), by=manager)
    other = somebody(Role.QA_MANAGER, agency=there)
    assert list(actions_visible_to(manager)) == [action]
    assert list(actions_visible_to(other)) == []
    with pytest.raises(NotAllowed):
        create_action(recommendation, smart(other), by=other)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"specific": " "}, "Say what will be done"),
        ({"measurable": ""}, "how one will measure"),
        ({"due_on": timezone.localdate() - timedelta(days=1)}, "from today on"),
    ],
)
def test_what_is_not_smart_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        make_action(**changes)
    assert not ImprovementAction.objects.exists()


def test_a_recommendation_that_was_taken_out_gives_no_action() -> None:
    manager = somebody(Role.QA_MANAGER)
    recommendation = make_recommendation(manager)
    Recommendation.objects.update(removed_at=timezone.now())
    with pytest.raises(Stale):
        create_action(recommendation, smart(manager), by=manager)


def test_a_change_moves_the_deadline_and_tells_the_new_owner() -> None:
    manager, owner, heir = (somebody(role) for role in (Role.QA_MANAGER, Role.TEAM_MANAGER, Role.TEAM_MANAGER))
    action, mark = make_action(manager, owner), ""
    mark, later = mark_of(action), action.due_on + timedelta(days=7)
    action = change_action(action, smart(heir, due_on=later), seen=mark, by=manager)
    assert [(one.owner, one.due_on) for one in open_deadlines(action)] == [(heir, later)]
    assert Notice.objects.filter(person=heir).count() == 1
    with pytest.raises(Stale):
        change_action(action, smart(owner), seen=mark, by=manager)


def test_an_overdue_action_can_be_changed_without_moving_its_day() -> None:
    manager = somebody(Role.QA_MANAGER)
    action = make_action(manager)
    past = timezone.localdate() - timedelta(days=3)
    ImprovementAction.objects.update(due_on=past)
    action.refresh_from_db()
    assert action.is_overdue
    changed = smart(action.owner, due_on=past, specific="Brief all")
    assert change_action(action, changed, seen=mark_of(action), by=manager).specific == "Brief all"


def test_acts_on_a_withdrawn_action_are_stale() -> None:
    manager = somebody(Role.QA_MANAGER)
    action = move_action(make_action(manager), move="withdraw", note="Overtaken by law.", by=manager)
    assert open_deadlines(action) == []
    for move in ("complete", "verify", "reject", "withdraw"):
        with pytest.raises(Stale):
            move_action(action, move=move, note="Again.", by=manager)
    with pytest.raises(Stale):
        note_progress(action, text="Again.", by=manager)


def test_nothing_that_is_written_is_in_the_trail_or_in_messages() -> None:
    manager, owner = somebody(Role.QA_MANAGER), somebody(Role.TEAM_MANAGER)
    action = make_action(manager, owner, specific="Secret words")
    move_action(action, move="complete", note="Secret words", by=owner)
    assert "Secret" not in str([one.details for one in Entry.objects.all()])
    assert "Secret" not in str([one.text for one in Notice.objects.all()])


@pytest.mark.parametrize(
    ("role", "from_on"),
    [
        (Role.QA_MANAGER, Stage.DRAFTING),
        (Role.SUBGROUP_MEMBER, Stage.SIGNED_OFF),
        (Role.AUDIT_CHAIR, Stage.SIGNED_OFF),
        (Role.SCRUTINEER, Stage.PRESENTED),
    ],
)
def test_what_is_recommended_is_known_no_sooner_than_the_report(role: Role, from_on: Stage) -> None:
    manager, monitor = somebody(Role.QA_MANAGER), somebody(role)
    for stage in Stage:
        recommendation = make_recommendation(manager, stage=stage)
        action = create_action(recommendation, smart(somebody(Role.TEAM_MANAGER)), by=manager)
        known = list(Stage).index(stage) >= list(Stage).index(from_on)
        assert actions_visible_to(monitor).filter(pk=action.pk).exists() is known, stage
