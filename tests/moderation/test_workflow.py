"""Moderating: who, what it takes to decide, reopening and handing over."""

import pytest

from audits.models import Audit, State
from audits.workflow import allocation, distribution
from audits.workflow.subjects import Subject
from moderation import workflow
from moderation.eligibility import eligible_moderators
from moderation.models import Moderation
from moderation.workflow import Finding
from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.setting import Authority
from tests.factories import PostFactory
from tests.moderation.desk.test_findings import complete

pytestmark = pytest.mark.django_db


def moderation_of(audit: Audit) -> Moderation:
    return Moderation.objects.select_related("audit").get(audit=audit)


def test_a_service_managers_audit_goes_to_the_qa_manager(authority: Authority) -> None:
    PostFactory.create(person=authority.auditor, role=Role.SERVICE_MANAGER, service=authority.service)
    audit = walk.submit(authority.audit())
    assert moderation_of(audit).moderator == authority.qa_manager


def test_the_auditor_never_moderates_their_own_audit(authority: Authority) -> None:
    PostFactory.create(person=authority.auditor, role=Role.MODERATOR, service=authority.service)
    audit = walk.submit(authority.audit())
    assert authority.auditor not in eligible_moderators(audit)


def test_nobody_managed_by_the_auditor_moderates(authority: Authority) -> None:
    PostFactory.create(person=authority.auditor, role=Role.TEAM_MANAGER, team=authority.team)
    authority.team_manager.posts.all().delete()
    authority.moderator.posts.all().delete()
    PostFactory.create(person=authority.moderator, role=Role.MODERATOR, team=authority.team)
    audit = walk.submit(authority.audit())
    assert authority.moderator not in eligible_moderators(audit)
    assert moderation_of(audit).moderator == authority.qa_manager


def test_an_auditor_who_manages_the_case_holder_is_marked_for_care(authority: Authority) -> None:
    PostFactory.create(person=authority.auditor, role=Role.TEAM_MANAGER, team=authority.team)
    assert moderation_of(walk.submit(authority.audit())).oversight_needs_care


def test_without_an_eligible_moderator_the_qa_manager_names_one(authority: Authority) -> None:
    authority.moderator.posts.all().delete()
    authority.qa_manager.posts.all().delete()
    PostFactory.create(person=authority.officer, role=Role.QA_MANAGER)
    authority.officer.is_active = False
    authority.officer.save()
    case = authority.another_case()
    audit = allocation.allocate(
        subject=Subject.of_case(case),
        type=authority.type,
        auditor=authority.auditor,
        by=None,
        selection="Chosen by hand.",
    )
    audit = walk.submit(audit)
    assert moderation_of(audit).moderator is None
    assert (audit.state, audit.step, audit.step_owner) == (State.MODERATING, "moderation", None)


def test_a_change_needs_a_reason_and_every_domain_a_decision(authority: Authority) -> None:
    audit = walk.submit(authority.audit())
    moderation = moderation_of(audit)
    with pytest.raises(workflow.NotDecidable) as refused:
        workflow.decide(moderation, by=authority.moderator)
    of_domains = [lack for lack in refused.value.lacks if not lack.section]
    assert len(of_domains) == audit.judgements.count()
    first = audit.judgements.exclude(is_overall=True).first()
    assert first is not None
    workflow.save_findings(
        moderation,
        findings=[Finding(first.domain, evidence="insufficient", grade="RI")],
        comment="",
        seen_revision=0,
        by=authority.moderator,
    )
    lacks = [lack for lack in workflow.what_is_lacking(moderation_of(audit)) if lack.domain == first.domain]
    assert [lack.field for lack in lacks] == ["reason"]


def test_the_form_s_own_moderation_part_must_be_answered(authority: Authority) -> None:
    audit = walk.submit(authority.audit())
    moderation = moderation_of(audit)
    confirmed = [
        Finding(one.domain, evidence="sufficient", sampled="Case notes.", grade=one.auditor_grade)
        for one in audit.judgements.all()
    ]
    workflow.save_findings(moderation, findings=confirmed, comment="", seen_revision=0, by=authority.moderator)
    with pytest.raises(workflow.NotDecidable) as refused:
        workflow.decide(moderation, by=authority.moderator)
    assert [(lack.section, lack.field) for lack in refused.value.lacks] == [
        ("moderation", "moderation__findings"),
        ("moderation", "moderation__moderator"),
        ("moderation", "moderation__sign_off-day"),
    ]
    walk.fill(audit, part="moderation", by=authority.moderator)
    assert workflow.decide(moderation, by=authority.moderator).state == "decided"


def test_a_stale_page_does_not_overwrite(authority: Authority) -> None:
    moderation = moderation_of(walk.submit(authority.audit()))
    workflow.save_findings(moderation, findings=[], comment="First", seen_revision=0, by=authority.moderator)
    with pytest.raises(Stale):
        workflow.save_findings(moderation, findings=[], comment="Second", seen_revision=0, by=authority.moderator)
    assert moderation_of(moderation.audit).comment == "First"


def test_only_the_moderator_decides(authority: Authority) -> None:
    moderation = moderation_of(walk.submit(authority.audit()))
    for person in (authority.auditor, authority.service_manager, authority.practitioner):
        with pytest.raises(NotAllowed):
            workflow.decide(moderation, by=person)


def test_whom_the_auditor_manages_by_now_decides_nothing_and_hands_it_over(authority: Authority) -> None:
    moderation = complete(moderation_of(walk.submit(authority.audit())))
    PostFactory.create(person=authority.auditor, role=Role.SERVICE_MANAGER, service=authority.service)
    moderator = User.objects.get(pk=authority.moderator.pk)
    with pytest.raises(NotAllowed, match="The auditor manages them"):
        workflow.decide(moderation, by=moderator)
    assert Audit.objects.get(pk=moderation.audit_id).state == State.MODERATING
    workflow.hand_over(moderation, to=authority.qa_manager, reason="My manager audited it.", by=moderator)
    workflow.decide(moderation_of(moderation.audit), by=authority.qa_manager)


def test_a_regrade_moves_the_final_grade_and_tells_the_auditor(authority: Authority) -> None:
    audit = walk.moderate(walk.submit(authority.audit()), grade="RI")
    assert (audit.auditor_grade, audit.final_grade, audit.meets_standard) == ("G", "RI", False)
    assert set(audit.judgements.values_list("auditor_grade", "moderated_grade", "final_grade")) == {("G", "RI", "RI")}


def test_a_decision_can_be_reopened_until_it_is_distributed(authority: Authority) -> None:
    audit = walk.moderate(walk.submit(authority.audit()))
    moderation = moderation_of(audit)
    with pytest.raises(Refused, match="why"):
        workflow.reopen(moderation, reason="", by=authority.moderator)
    workflow.reopen(moderation, reason="The panel asked.", by=authority.moderator)
    audit = Audit.objects.get(pk=audit.pk)
    assert (audit.state, audit.final_grade, audit.step) == (State.MODERATING, "", "moderation")
    audit = walk.moderate(audit, grade="O")
    audit = distribution.distribute(audit, recipients=distribution.propose_recipients(audit), by=authority.officer)
    with pytest.raises(Stale):
        workflow.reopen(moderation_of(audit), reason="Again.", by=authority.moderator)


def test_a_hand_over_moves_the_part_and_the_deadline(authority: Authority) -> None:
    audit = walk.submit(authority.audit())
    moderation = moderation_of(audit)
    with pytest.raises(Refused, match="may not moderate"):
        workflow.hand_over(moderation, to=authority.auditor, reason="Leave", by=authority.moderator)
    workflow.hand_over(moderation, to=authority.qa_manager, reason="Leave", by=authority.moderator)
    audit = Audit.objects.get(pk=audit.pk)
    assert audit.step_owner == authority.qa_manager
    with pytest.raises(Stale, match="now with Quin Manager"):
        workflow.decide(moderation_of(audit), by=authority.moderator)


def test_a_cancelled_audit_can_no_longer_be_moderated(authority: Authority) -> None:
    audit = walk.submit(authority.audit())
    allocation.cancel(audit, reason="Moved away.", by=authority.officer)
    with pytest.raises(Stale):
        workflow.decide(moderation_of(audit), by=authority.moderator)


@pytest.mark.parametrize("grade", ["I", "G"])
def test_a_lowest_grade_can_be_reopened_and_decided_again(authority: Authority, grade: str) -> None:
    authority.second_auditor.is_active = False
    authority.second_auditor.save()
    audit = walk.moderate(walk.submit(authority.audit(), grade="I"))
    action = audit.actions.get()
    duties = {"case_direction", "action_review", "reaudit_allocation"}

    def open_duties() -> set[str]:
        return duties & set(Deadline.objects.about(audit).open().values_list("kind", flat=True))

    assert open_duties() == duties
    workflow.reopen(moderation_of(audit), reason="The panel asked.", by=authority.moderator)
    assert open_duties() == set()
    audit = walk.moderate(Audit.objects.get(pk=audit.pk), grade=grade)
    assert open_duties() == (duties if grade == "I" else set())
    assert audit.actions.get() == action
