"""Drawing cases and allocating what was drawn: all of it, as it was previewed, or nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.models import Audit, Case, Draw, LegalStatus
from audits.workflow.allocation import CannotAllocate
from audits.workflow.draws import Order, allocate_draw, allocate_one, make_order, preview
from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.factories import CaseFactory, make_audit
from tests.audits.setting import Authority, make_authority
from tests.factories import PostFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority() -> Authority:
    authority = make_authority()
    authority.case.delete()
    return authority


def cases(authority: Authority, number: int, **fields: object) -> list[Case]:
    return CaseFactory.create_batch(number, **{"team": authority.team, "case_holder": authority.practitioner, **fields})


def order(authority: Authority, *auditors: User, per: int = 1, seed: str = "abc", by: User | None = None) -> Order:
    return make_order(
        type=authority.type, teams=[], auditors=auditors or [authority.auditor], per_auditor=per, seed=seed,
        by=by or authority.officer,
    )  # fmt: skip


def test_it_works(authority: Authority) -> None:
    cases(authority, 5)
    draw, audits = allocate_draw(order(authority, per=2), by=authority.officer)
    assert (draw.seed, draw.made_by, draw.eligible, draw.type) == ("abc", authority.officer, 5, authority.type)
    assert [audit.auditor for audit in audits] == [authority.auditor] * 2
    for audit in audits:
        assert audit.draw == draw
        assert audit.selection.startswith("Drawn from ")
        assert audit.selection.endswith("Seed abc.")
        assert Deadline.objects.about(audit).open().get().owner == authority.auditor
    assert Notice.objects.filter(person=authority.auditor).count() == 2
    assert Entry.objects.about(draw).get().details == {"seed": "abc", "picks": 2, "eligible": 5}


def test_the_draw_can_be_made_again_from_what_is_kept(authority: Authority) -> None:
    cases(authority, 20)
    before = preview(order(authority, per=3)).sample.picks
    draw, audits = allocate_draw(order(authority, per=3), by=authority.officer)
    assert {(audit.auditor_id, audit.case_id) for audit in audits} == {(one.auditor_id, one.case_id) for one in before}
    Audit.objects.all().delete()
    kept = draw.parameters
    again = order(authority, *User.objects.filter(pk__in=kept["auditors"]), per=kept["per_auditor"], seed=draw.seed)
    assert preview(again).sample.picks == before


def test_a_preview_keeps_nothing(authority: Authority) -> None:
    cases(authority, 3)
    assert len(preview(order(authority)).sample.picks) == 1
    assert not Draw.objects.exists()
    assert not Audit.objects.exists()


def test_a_preview_that_has_gone_stale_allocates_nothing(authority: Authority) -> None:
    cases(authority, 3)
    asked = order(authority)
    found = preview(asked)
    Case.objects.filter(pk=found.sample.picks[0].case_id).update(closed_on=timezone.localdate() - timedelta(weeks=9))
    with pytest.raises(Stale, match="have changed since"):
        allocate_draw(asked, mark=found.mark, by=authority.officer)
    assert not Audit.objects.exists()
    assert not Draw.objects.exists()


def test_confirming_the_same_preview_twice_allocates_once(authority: Authority) -> None:
    cases(authority, 3)
    asked = order(authority)
    mark = preview(asked).mark
    allocate_draw(asked, mark=mark, by=authority.officer)
    with pytest.raises(Stale):
        allocate_draw(asked, mark=mark, by=authority.officer)
    assert Audit.objects.count() == 1


def test_one_pick_that_cannot_be_allocated_undoes_the_whole_draw(authority: Authority) -> None:
    cases(authority, 4)
    asked = order(authority, authority.auditor, authority.second_auditor)
    authority.second_auditor.is_active = False
    authority.second_auditor.save()
    object.__setattr__(asked.auditors[1], "person", authority.second_auditor)
    with pytest.raises(CannotAllocate):
        allocate_draw(asked, by=authority.officer)
    assert not Audit.objects.exists()
    assert not Draw.objects.exists()


def test_a_case_that_is_being_audited_or_was_lately_is_not_drawn(authority: Authority) -> None:
    make_audit(authority, "in_progress")
    make_audit(authority, "closed")
    assert preview(order(authority)).sample.picks == ()
    with pytest.raises(Refused, match="No case can be drawn"):
        allocate_draw(order(authority), by=authority.officer)


def test_a_cancelled_audit_leaves_its_case_to_be_drawn(authority: Authority) -> None:
    audit = make_audit(authority, "cancelled")
    assert preview(order(authority)).sample.picks[0].case_id == audit.case_id


def test_a_status_that_had_its_share_waits_for_the_others(authority: Authority) -> None:
    for audited in cases(authority, 3, legal_status=LegalStatus.CP):
        make_audit(authority, "closed", case=audited)
    cases(authority, 3, legal_status=LegalStatus.CP)
    (plo,) = cases(authority, 1, legal_status=LegalStatus.PLO)
    assert preview(order(authority)).sample.picks[0].case_id == plo.pk


def test_nobody_is_drawn_their_own_case(authority: Authority) -> None:
    cases(authority, 3, case_holder=authority.auditor)
    sample = preview(order(authority)).sample
    assert sample.picks == ()
    assert sample.shortfalls[0].reason == "Of 3 cases of North team: 3 their own."


def test_no_auditors_named_means_everybody_who_audits_the_teams(authority: Authority) -> None:
    asked = make_order(type=authority.type, teams=[], auditors=[], per_auditor=1, seed="s", by=authority.officer)
    assert {choice.person for choice in asked.auditors} == {authority.auditor, authority.second_auditor}


def test_a_draw_stays_within_the_scope_of_whoever_makes_it(authority: Authority) -> None:
    officer = PostFactory.create(role=Role.QA_OFFICER, team=TeamFactory.create()).person
    cases(authority, 3)
    with pytest.raises(NotAllowed):
        make_order(type=authority.type, teams=[authority.team], auditors=[], per_auditor=1, seed="s", by=officer)
    with pytest.raises(Refused, match="Nobody audits these teams"):
        make_order(type=authority.type, teams=[], auditors=[], per_auditor=1, seed="s", by=officer)


def test_only_qa_draws(authority: Authority) -> None:
    with pytest.raises(NotAllowed):
        order(authority, by=authority.auditor)


def test_somebody_who_audits_none_of_the_teams_is_refused(authority: Authority) -> None:
    with pytest.raises(Refused, match="audit none of these teams"):
        order(authority, UserFactory.create())


@pytest.mark.parametrize("number", [0, 11])
def test_a_number_out_of_bounds_is_refused(authority: Authority, number: int) -> None:
    with pytest.raises(Refused, match="from 1 to 10"):
        order(authority, per=number)


@pytest.mark.parametrize("number", [3, 60])
def test_a_preview_asks_the_database_the_same_for_any_number_of_cases(
    authority: Authority, number: int, django_assert_num_queries: object
) -> None:
    cases(authority, number)
    asked = order(authority)
    with django_assert_num_queries(2):  # type: ignore[operator]
        preview(asked)


def one(authority: Authority, case: Case, auditor: User | None = None, **more: object) -> Audit:
    values = {"type": authority.type, "reason": "A complaint was made.", "by": authority.officer, **more}
    return allocate_one(case, auditor=auditor or authority.auditor, **values)  # type: ignore[arg-type]


def test_one_case_is_allocated_by_hand_with_the_reason(authority: Authority) -> None:
    (case,) = cases(authority, 1)
    audit = one(authority, case)
    assert (audit.case, audit.auditor, audit.draw) == (case, authority.auditor, None)
    assert audit.selection == "Chosen by Oli Officer: A complaint was made."


def test_ones_own_case_is_refused_even_when_the_list_only_gave_the_name(authority: Authority) -> None:
    for fields in ({"case_holder": authority.auditor}, {"case_holder": None, "case_holder_name": "ade AUDITOR"}):
        with pytest.raises(CannotAllocate, match="nobody audits their own case"):
            one(authority, cases(authority, 1, **fields)[0])


def test_an_auditor_without_a_post_is_refused(authority: Authority) -> None:
    with pytest.raises(CannotAllocate, match="no auditor's post"):
        one(authority, cases(authority, 1)[0], UserFactory.create())


def test_a_case_that_is_being_audited_is_refused_with_the_reference(authority: Authority) -> None:
    (case,) = cases(authority, 1)
    running = one(authority, case)
    with pytest.raises(CannotAllocate, match=running.reference):
        one(authority, case, authority.second_auditor)


def test_a_choice_without_a_reason_is_refused(authority: Authority) -> None:
    with pytest.raises(Refused, match="Say why"):
        one(authority, cases(authority, 1)[0], reason="  ")


def test_a_case_outside_the_scope_is_refused(authority: Authority) -> None:
    officer = PostFactory.create(role=Role.QA_OFFICER, team=TeamFactory.create()).person
    with pytest.raises(NotAllowed):
        one(authority, cases(authority, 1)[0], by=officer)


@pytest.mark.parametrize(
    "state",
    ["allocated", "in_progress", "submitted", "moderating", "moderated", "distributed", "closed", "cancelled"],
)
def test_an_audit_can_be_walked_to_every_state_for_tests(authority: Authority, state: str) -> None:
    assert make_audit(authority, state).state == state
