"""The life of a concern, and who is told of it by when."""

from datetime import date

import pytest
import time_machine

from audits.models import Audit, State
from audits.workflow import allocation
from moderation.models import Concern, ModerationSettings
from moderation.workflow import concerns
from qaf.deadlines.models import ClosureDay, Deadline
from qaf.deadlines.sweep import sweep
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice, OutboxEmail
from qaf.people.models import Post, User
from qaf.people.roles import Role
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from qaf.trail.queries import timeline
from tests.audits.setting import Authority, someone
from tests.moderation.concerns.setting import DONE, WORRY, fresh, moderating, raised

pytestmark = pytest.mark.django_db


def told(concern: Concern) -> set[tuple[str, str]]:
    """Who was told what about a concern: names and the words after the reference."""
    path = f"/moderation/concerns/{concern.pk}/"
    return {(str(one.person), one.text.partition(": ")[2]) for one in Notice.objects.filter(path=path)}


def open_deadlines(concern: Concern) -> list[tuple[str, str, date]]:
    deadlines = Deadline.objects.about(concern).open().select_related("owner")
    return [(one.kind, str(one.owner), one.due_on) for one in deadlines]


def test_from_raised_to_resolved(authority: Authority) -> None:
    sal, quin, mo = authority.service_manager, authority.qa_manager, authority.moderator
    # Thursday before Easter 2026; Good Friday and Easter Monday are bank holidays, Tuesday the office is closed.
    with time_machine.travel("2026-04-02 16:00", tick=True):
        ClosureDay.objects.create(day=date(2026, 4, 7), name="Office closed")
        concern = raised(authority)
    assert (concern.state, concern.service_manager, concern.qa_manager) == ("raised", sal, quin)
    due = date(2026, 4, 8)
    assert concern.due_on == due
    assert open_deadlines(concern) == [("concern_acknowledge", str(sal), due)]
    assert told(concern) == {
        (str(sal), "A concern was raised. Please acknowledge it by 8 April 2026."),
        (str(quin), "A concern was raised. It is to be acknowledged by 8 April 2026."),
    }
    with time_machine.travel("2026-04-08 09:00", tick=True):
        concern = concerns.acknowledge(concern, response=" The team manager visits tomorrow. ", by=sal)
    assert (concern.state, concern.acknowledged_by) == ("acknowledged", sal)
    assert concern.response == "The team manager visits tomorrow."
    # Ten working days after Wednesday 8 April.
    assert concern.due_on == date(2026, 4, 22)
    assert open_deadlines(concern) == [("concern_resolve", str(sal), date(2026, 4, 22))]
    assert (str(mo), "The concern that you raised was acknowledged. It is to be resolved by 22 April 2026.") in told(
        concern
    )
    concern = concerns.resolve(concern, outcome="The child was seen alone and is safe.", by=quin)
    assert (concern.state, concern.resolved_by, concern.due_on) == ("resolved", quin, None)
    assert open_deadlines(concern) == []
    assert (str(mo), "The concern that you raised was resolved. Read what came of it.") in told(concern)
    assert str(quin) not in {who for who, text in told(concern) if "resolved." in text}
    # All of it urgent, by e-mail at once, and nothing that anybody wrote in any of it.
    mine = Notice.objects.filter(key__contains=":concern:")
    assert mine.count() == OutboxEmail.objects.filter(key__in=[f"notice:{one.pk}" for one in mine]).count() == 6
    assert all(one.urgent for one in mine)
    everything = " ".join(
        [*(one.body for one in OutboxEmail.objects.all()), *(str(e.details) for e in entries(concern))]
    )
    for text in (WORRY, DONE, "visits tomorrow", "seen alone"):
        assert text not in everything
    assert [line.what for line in timeline(concern)] == ["Concern resolved", "Concern acknowledged", "Concern raised"]
    assert list(verify()) == []


def entries(concern: Concern) -> list[Entry]:
    return list(Entry.objects.about(concern))


def test_nothing_of_it_is_in_the_audits_own_timeline_or_reasons(authority: Authority) -> None:
    audit = moderating(authority)
    before = len(timeline(audit))
    concern = raised(authority, audit)
    concerns.reassign(
        concern, to=authority.qa_manager, reason="Sal is on leave.", seen_owner=concern.owner_id, by=authority.officer
    )
    concern = concerns.acknowledge(concern, response="A visit today.", by=authority.qa_manager)
    assert len(timeline(audit)) == before
    assert not audit.reasons.exists()
    assert not Deadline.objects.about(audit).filter(kind__startswith="concern").exists()


def test_goes_to_others_than_the_one_who_raises_it(authority: Authority) -> None:
    """Service managers moderate, and QA managers raise concerns: somebody else acknowledges while there is one."""
    mo = authority.moderator
    Post.objects.create(person=mo, role=Role.SERVICE_MANAGER, team=authority.team, starts_on=date(2020, 1, 1))
    audit = moderating(authority)
    concern = raised(authority, audit, by=fresh(mo))
    assert (concern.service_manager, concern.qa_manager) == (authority.service_manager, authority.qa_manager)
    own = raised(authority, audit, by=authority.qa_manager)
    assert (own.service_manager, own.qa_manager) == (mo, None)
    with pytest.raises(NotAllowed, match="You raised this concern, so somebody else deals with it"):
        concerns.acknowledge(own, response="I see to it.", by=authority.qa_manager)
    Post.objects.filter(role__in=[Role.SERVICE_MANAGER]).delete()
    alone = raised(authority, moderating(authority), by=fresh(authority.qa_manager))
    assert (alone.service_manager, alone.qa_manager) == (None, authority.qa_manager)
    assert concerns.acknowledge(alone, response="I see to it.", by=fresh(authority.qa_manager)).state == "acknowledged"


def test_without_a_manager_here_to_the_qa_manager_elsewhere_and_never_to_nobody(authority: Authority) -> None:
    audit = moderating(authority)
    Post.objects.filter(role__in=[Role.SERVICE_MANAGER, Role.QA_MANAGER]).delete()
    with pytest.raises(concerns.NobodyToTell, match="by telephone now"):
        raised(authority, audit)
    assert not Concern.objects.exists()
    agency = authority.service.agency
    other = someone(Role.QA_MANAGER, "Una Elsewhere", service=agency.services.create(name="Through Care", code="tc"))
    concern = raised(authority, audit)
    assert concern.owner == other
    assert told(concern) == {
        (str(other), f"A concern was raised. Please acknowledge it by {concern.due_on:%-d %B %Y}.")
    }
    assert concerns.acknowledge(concern, response="I see to it.", by=fresh(other)).acknowledged_by == other


def test_only_in_words_only_once_and_only_while_the_audit_is_open(authority: Authority) -> None:
    audit, mo = moderating(authority), authority.moderator
    for empty in ("", "   \n", "…!", "\u200b"):
        with pytest.raises(Refused, match="Say what worries you"):
            concerns.raise_concern(audit, worry=empty, done_at_once="", by=mo)
    with pytest.raises(concerns.OthersWouldBeTold):
        concerns.raise_concern(audit, worry=WORRY, done_at_once="", told=[authority.officer.pk], by=mo)
    concern = raised(authority, audit)
    with pytest.raises(concerns.AlreadyRaised) as again:
        raised(authority, audit)
    assert again.value.concern == concern
    for person in (authority.auditor, authority.practitioner, authority.team_manager, authority.service_manager):
        with pytest.raises(NotAllowed):
            raised(authority, audit, by=person)
    # The moderator until it is distributed, QA until it has ended.
    Audit.objects.filter(pk=audit.pk).update(state=State.DISTRIBUTED)
    with pytest.raises(Stale, match="Speak to the QA manager"):
        concerns.raise_concern(audit, worry="Another.", done_at_once="", by=mo)
    concerns.raise_concern(audit, worry="From QA.", done_at_once="", by=authority.officer)
    Audit.objects.filter(pk=audit.pk).update(state=State.CLOSED)
    with pytest.raises(Stale, match="Closed"):
        concerns.raise_concern(audit, worry="Too late.", done_at_once="", by=authority.officer)


@pytest.mark.parametrize("ending", ["cancelled", "closed"])
def test_goes_on_when_the_audit_ends(authority: Authority, ending: str) -> None:
    audit = moderating(authority)
    concern = raised(authority, audit)
    if ending == "cancelled":
        allocation.cancel(audit, reason="The child moved away.", by=authority.officer)
    else:
        Audit.objects.filter(pk=audit.pk).update(state=State.CLOSED)
    assert open_deadlines(concern) != []
    concerns.acknowledge(concern, response="A visit today.", by=authority.service_manager)
    concerns.resolve(concern, outcome="Safe.", by=authority.service_manager)
    assert (str(authority.moderator), "The concern that you raised was resolved. Read what came of it.") in told(
        concern
    )


def test_second_is_told_who_was_first_and_steps_keep_their_order(authority: Authority) -> None:
    concern, sal, quin = raised(authority), authority.service_manager, authority.qa_manager
    with pytest.raises(Stale, match="Nobody has acknowledged this concern yet"):
        concerns.resolve(concern, outcome="Safe.", by=sal)
    concerns.acknowledge(concern, response="A visit today.", by=sal)
    with pytest.raises(Stale, match=r"Sal Service-Manager acknowledged this concern on .* Nothing was changed"):
        concerns.acknowledge(concern, response="Mine.", by=quin)
    for missing in ("", " ?! "):
        with pytest.raises(Refused, match="Say what came of it"):
            concerns.resolve(concern, outcome=missing, by=sal)
    concerns.resolve(concern, outcome="Safe.", by=sal)
    with pytest.raises(Stale, match="Sal Service-Manager resolved"):
        concerns.reassign(concern, to=quin, reason="Away.", seen_owner=sal.pk, by=quin)
    assert [one.verb for one in entries(concern)] == ["concern.raised", "concern.acknowledged", "concern.resolved"]


def test_lost_the_post_since_the_page_was_opened(authority: Authority) -> None:
    concern = raised(authority)
    Post.objects.filter(role=Role.SERVICE_MANAGER).update(ends_on=date(2026, 1, 1))
    with pytest.raises(NotAllowed, match="That is not you, or no longer"):
        concerns.acknowledge(concern, response="A visit today.", by=fresh(authority.service_manager))
    assert Concern.objects.get().state == "raised"


def test_given_to_another_service_manager_then_to_the_qa_manager(authority: Authority) -> None:
    concern, sal = raised(authority), authority.service_manager
    other = someone(Role.SERVICE_MANAGER, "Una Unit-Head", service=authority.service.agency.services.create(code="x"))
    due = concern.due_on
    given = concerns.reassign(concern, to=other, reason="On leave.", seen_owner=sal.pk, by=sal)
    assert (given.service_manager, given.qa_manager, given.due_on) == (other, authority.qa_manager, due)
    assert open_deadlines(concern) == [("concern_acknowledge", str(other), due)]
    assert (str(other), f"You are asked to acknowledge the concern by {due:%-d %B %Y}.") in told(concern)
    assert [(one.before, one.after, one.reason) for one in concern.reassignments.all()] == [(sal, other, "On leave.")]
    with pytest.raises(Stale, match="was given to Una Unit-Head"):
        concerns.reassign(concern, to=authority.qa_manager, reason="Away.", seen_owner=sal.pk, by=authority.officer)
    for wrong in (other, authority.moderator, authority.auditor, authority.practitioner, authority.officer):
        with pytest.raises(Refused, match="cannot deal with this concern"):
            concerns.reassign(concern, to=wrong, reason="Away.", seen_owner=other.pk, by=authority.officer)
    with pytest.raises(NotAllowed):
        concerns.reassign(concern, to=authority.qa_manager, reason="Away.", seen_owner=other.pk, by=sal)
    concerns.acknowledge(concern, response="A visit today.", by=fresh(other))
    taken = concerns.reassign(
        concern, to=authority.qa_manager, reason="Both away.", seen_owner=other.pk, by=authority.qa_manager
    )
    assert (taken.service_manager, taken.owner) == (None, authority.qa_manager)
    assert [(kind, who) for kind, who, _ in open_deadlines(concern)] == [("concern_resolve", "Quin Manager")]


def test_reminders_and_who_is_told_beside_when_it_is_late(authority: Authority) -> None:
    with time_machine.travel("2026-11-02 10:00", tick=True):
        concern = raised(authority)
    sal, quin = str(authority.service_manager), str(authority.qa_manager)
    for day, people in [
        ("2026-11-03 08:00", {sal}),
        ("2026-11-04 08:00", {sal, quin}),
        ("2026-11-04 20:00", set()),
        ("2026-11-05 08:00", {sal, quin}),
    ]:
        Notice.objects.all().delete()
        with time_machine.travel(day, tick=True):
            sweep()
        assert {str(one.person) for one in Notice.objects.filter(text__contains="acknowledge the concern")} == people
    # The owner cannot sign in any more: somebody else hears of it from the first step on.
    User.objects.filter(pk=authority.service_manager.pk).update(is_active=False)
    with time_machine.travel("2026-11-05 10:00", tick=True):
        concern = concerns.acknowledge(concern, response="A visit today.", by=authority.qa_manager)
    Notice.objects.all().delete()
    with time_machine.travel("2026-11-16 08:00", tick=True):
        sweep()
    assert quin in {str(one.person) for one in Notice.objects.filter(text__contains="resolve the concern")}


def test_days_are_those_of_the_settings(authority: Authority) -> None:
    settings = ModerationSettings.current()
    settings.concern_acknowledge_days, settings.concern_resolve_days = 0, 3
    settings.save()
    with time_machine.travel("2026-11-06 10:00", tick=True):
        concern = raised(authority)
        assert concern.due_on == date(2026, 11, 6)
        concern = concerns.acknowledge(concern, response="A visit today.", by=authority.service_manager)
    assert concern.due_on == date(2026, 11, 11)
