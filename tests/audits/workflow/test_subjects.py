"""Audits that are not about a case, the parts that QA officers fill, and the confidential ones."""

from functools import lru_cache
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from audits import access
from audits.kloe.packs import Pack, read_pack
from audits.models import Audit, AuditType, AuditUserObjectPermission, State
from audits.queries.answers import facts_of
from audits.workflow import allocation, distribution, draws, submission
from audits.workflow.allocation import CannotAllocate
from audits.workflow.contributions import CannotAsk, ask
from audits.workflow.packs import load_pack
from audits.workflow.steps import locked
from audits.workflow.subjects import Subject
from qaf.errors import NotAllowed
from qaf.notices.models import Notice
from qaf.people.models import Team, User
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.setting import Authority, make_authority, someone
from tests.factories import ServiceFactory, TeamFactory

pytestmark = pytest.mark.django_db


@lru_cache
def pack(name: str) -> Pack:
    return read_pack(Path(settings.BASE_DIR) / "fixtures" / "packs" / name)


@pytest.fixture
def authority() -> Authority:
    authority = make_authority()
    for name in ("bristol", "coventry-2025", "deep-dive"):
        load_pack(pack(name))
    return authority


def other(
    authority: Authority,
    key: str,
    *,
    by: User | None = None,
    auditor: User | None = None,
    text: str = "",
    practitioner: User | None = None,
) -> Audit:
    return draws.allocate_other(
        Subject(authority.team, practitioner=practitioner, text=text),
        type=AuditType.objects.get(key=key),
        auditor=auditor or authority.auditor,
        reason="Due this quarter.",
        by=by or authority.qa_manager,
    )


def test_an_observation_of_practice_is_reviewed_by_qa_and_comes_back_to_the_worker(authority: Authority) -> None:
    audit = other(authority, "observed-practice", practitioner=authority.practitioner)
    assert (audit.case, audit.case_holder, audit.legal_status) == (None, authority.practitioner, "")
    assert audit.selection == "Chosen by Quin Manager: Due this quarter."
    audit = walk.submit(audit)
    assert audit.state == State.SUBMITTED
    audit = submission.pass_check(audit, by=authority.officer)
    assert audit.state == State.MODERATED
    audit = distribution.distribute(audit, recipients=distribution.propose_recipients(audit), by=authority.officer)
    assert [recipient.person for recipient in audit.recipients.all()] == [
        authority.team_manager, authority.practitioner, authority.auditor,
    ]  # fmt: skip


def test_a_self_assessment_is_about_the_agency_that_it_names(authority: Authority) -> None:
    audit = other(authority, "section-11-2025", text="Riverside Housing Association")
    assert facts_of(audit)["audit.subject"] == "Riverside Housing Association"
    assert "Riverside" not in Audit.objects.filter(pk=audit.pk).extra(select={"raw": "subject"}).get().raw  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("key", "said", "asked"),
    [
        ("observed-practice", {"text": "A visit"}, "the practitioner whose work is audited"),
        ("lado-audit", {}, "the record, by its reference"),
        ("section-11-2025", {"text": "  "}, "the agency or school"),
        ("child-case-audit", {"text": "A child"}, "a case from the imported list"),
    ],
)
def test_a_type_refuses_a_subject_that_does_not_say_what_it_is_about(authority, key, said, asked) -> None:
    with pytest.raises(CannotAllocate, match=asked):
        other(authority, key, **said)


def test_a_case_is_not_the_subject_of_an_observation(authority: Authority) -> None:
    with pytest.raises(CannotAllocate, match="the practitioner whose work is audited"):
        allocation.allocate(
            subject=Subject.of_case(authority.case),
            type=AuditType.objects.get(key="observed-practice"),
            auditor=authority.auditor,
            by=authority.officer,
            selection="",
        )


def test_nobody_audits_their_own_work(authority: Authority) -> None:
    with pytest.raises(CannotAllocate, match="nobody audits their own work"):
        other(authority, "observed-practice", practitioner=authority.auditor)


def test_one_observation_of_a_practitioner_runs_at_a_time(authority: Authority) -> None:
    running = other(authority, "observed-practice", practitioner=authority.practitioner)
    with pytest.raises(CannotAllocate, match=running.reference):
        other(authority, "observed-practice", practitioner=authority.practitioner)


def test_the_database_refuses_an_audit_of_nothing(authority: Authority) -> None:
    audit = other(authority, "lado-audit", text="Allegation 7, AB")
    with pytest.raises(IntegrityError), transaction.atomic():
        Audit.objects.filter(pk=audit.pk).update(subject="")


def test_outside_their_scope_qa_officers_allocate_nothing(authority: Authority) -> None:
    elsewhere = someone(Role.QA_OFFICER, "Olu Elsewhere", service=ServiceFactory.create(name="Elsewhere"))
    with pytest.raises(NotAllowed):
        other(authority, "lado-audit", text="Allegation 7, AB", by=elsewhere)


def test_the_deep_dive_asks_the_qa_officer_for_their_comment_before_moderation(authority: Authority) -> None:
    audit = deep_dive(authority)
    assert access.may_fill(authority.officer, audit, "qa_check")
    assert not access.may_fill(authority.auditor, audit, "qa_check")
    with pytest.raises(submission.Incomplete) as refused:
        submission.pass_check(audit, by=authority.officer)
    assert {one.section.key for one in refused.value.missing} == {"qa-check"}
    walk.fill(audit, part="qa_check", by=authority.officer)
    assert not access.may_read_part(authority.auditor, locked(audit), "qa_check")
    audit = submission.pass_check(audit, by=authority.officer)
    assert audit.state == State.MODERATING
    assert access.may_read_part(authority.auditor, audit, "qa_check")


def deep_dive(authority: Authority) -> Audit:
    audit = allocation.allocate(
        subject=Subject.of_case(authority.case),
        type=AuditType.objects.get(key="deep-dive-audit"),
        auditor=authority.auditor,
        by=authority.officer,
        selection="Chosen by hand.",
    )
    return walk.submit(audit)


def test_the_deep_dive_goes_out_with_its_return_list_filled(authority: Authority) -> None:
    audit = deep_dive(authority)
    walk.fill(audit, part="qa_check", by=authority.officer)
    audit = submission.pass_check(audit, by=authority.officer)
    moderator = AuditUserObjectPermission.objects.get(content_object=audit, permission__codename=access.MODERATE).user
    walk.fill(audit, part="moderation", by=moderator)
    audit = walk.moderate(audit)
    recipients = distribution.propose_recipients(audit)
    # Whatever was written there by hand before.
    walk.fill(audit, part="distribution", by=authority.officer)
    audit = distribution.distribute(audit, recipients=recipients, by=authority.officer)
    assert audit.state == State.DISTRIBUTED
    said = audit.sections.get(section="returned-to").document["answers"]
    assert {key: answer["answer"] for key, answer in said.items() if isinstance(answer, dict)} == {
        "auditor": "yes",
        "team_manager": "yes",
        "service_manager": "no",
        "chair": "na",
        "practitioner_feedback": "yes",
    }
    assert access.may_read_part(authority.auditor, audit, "distribution")


@pytest.fixture
def interview(authority: Authority) -> Audit:
    return other(authority, "exit-interview", practitioner=authority.practitioner)


def test_an_exit_interview_is_allocated_by_a_qa_manager_alone(authority: Authority) -> None:
    with pytest.raises(NotAllowed):
        other(authority, "exit-interview", practitioner=authority.practitioner, by=authority.officer)


@pytest.mark.parametrize("who", ["officer", "service_manager", "team_manager", "moderator", "practitioner"])
def test_an_exit_interview_is_not_known_to_those_who_would_see_any_other_audit(authority, interview, who) -> None:
    person = getattr(authority, who)
    for state in (State.ALLOCATED, State.SUBMITTED, State.CLOSED):
        Audit.objects.filter(pk=interview.pk).update(state=state)
        interview = Audit.objects.get(pk=interview.pk)
        assert not access.visible_to(person).filter(pk=interview.pk).exists()
        assert not any(Audit.objects.filter(ground, pk=interview.pk).exists() for ground in access.grounds(person))
        assert not access.overseen_by(person).filter(pk=interview.pk).exists()
        assert not access.may(person, "see", interview)
        assert not access.may(person, "read", interview)


def test_an_exit_interview_is_read_by_its_interviewer_and_the_qa_manager(authority: Authority, interview) -> None:
    assert access.may(authority.auditor, "fill", interview)
    assert access.may(authority.qa_manager, "read", interview)
    assert access.visible_to(authority.qa_manager).filter(pk=interview.pk).exists()


def test_an_exit_interview_that_tells_nothing_can_be_handed_in(interview: Audit) -> None:
    audit = submission.submit(interview, by=interview.auditor)
    assert audit.state in (State.MODERATED, State.CLOSED)
    assert (audit.auditor_grade, audit.meets_standard) == ("", None)


def test_an_observation_in_a_team_keeps_none_of_its_cases_from_being_drawn(authority: Authority) -> None:
    other(authority, "observed-practice", practitioner=authority.practitioner)
    order = draws.make_order(
        type=authority.type,
        teams=[authority.team],
        auditors=[authority.auditor],
        per_auditor=1,
        seed="spring",
        by=authority.officer,
    )
    _, drawn = draws.allocate_draw(order, by=authority.officer)
    assert [audit.case for audit in drawn] == [authority.case]


@pytest.mark.parametrize("key", ["lado-audit", "section-11-2025"])
def test_one_audit_of_a_record_or_an_agency_runs_at_a_time(authority: Authority, key: str) -> None:
    running = other(authority, key, text="Allegation 7, AB")
    with pytest.raises(CannotAllocate, match=running.reference):
        other(authority, key, text=" allegation 7,  ab ")
    other(authority, key, text="Allegation 8, AB")
    allocation.cancel(running, reason="Entered twice.", by=authority.qa_manager)
    other(authority, key, text="Allegation 7, AB")


def test_what_stands_in_the_way_is_not_named_to_whoever_may_not_know_of_it(authority: Authority, interview) -> None:
    with pytest.raises(NotAllowed):
        other(authority, "exit-interview", practitioner=authority.practitioner, by=authority.officer)
    elsewhere = make_team("Elsewhere")
    auditor = someone(Role.AUDITOR, "Ed Elsewhere", team=elsewhere)
    manager = someone(Role.QA_MANAGER, "Una Elsewhere", team=elsewhere)
    with pytest.raises(CannotAllocate, match=r"is running already\. Wait"):
        draws.allocate_other(
            Subject(elsewhere, practitioner=authority.practitioner),
            type=interview.type,
            auditor=auditor,
            reason="They leave.",
            by=manager,
        )


def make_team(name: str) -> Team:
    return TeamFactory.create(name=name, service=ServiceFactory.create(name=name))


def test_the_one_whose_work_it_is_about_is_named_so(authority: Authority) -> None:
    audit = other(authority, "observed-practice", practitioner=authority.practitioner)
    with pytest.raises(CannotAsk, match="nobody audits their own work"):
        ask(audit, section="visit", person=authority.practitioner, note="", by=authority.auditor)
    assert "Practitioner" in [one.reason for one in distribution.propose_recipients(audit)]


def test_the_lowest_grade_of_a_foster_carers_file_goes_the_whole_way(authority: Authority) -> None:
    audit = other(authority, "fostering-file-audit", text="Carer 12, XY")
    audit = walk.submit(audit, grade="I")
    assert not Notice.objects.filter(text__contains="the child is safe").exists()
    audit = walk.moderate(audit)
    again = audit.reaudit
    assert again is not None
    assert (again.case, again.subject, again.team) == (None, "Carer 12, XY", authority.team)
    assert again.auditor != audit.auditor
    walk.submit(again)


@pytest.mark.parametrize("role", [Role.SERVICE_MANAGER, Role.TEAM_MANAGER])
def test_a_manager_whose_own_work_was_audited_neither_reads_ahead_nor_verifies_the_actions(
    authority: Authority, role: Role
) -> None:
    subject = someone(role, "Sub Manager", service=authority.service)
    audit = walk.submit(other(authority, "observed-practice", practitioner=subject))
    assert not access.may(subject, "read", audit)
    assert not access.may(subject, "review_actions", audit)
    assert access.may(authority.team_manager, "review_actions", audit)
    audit = submission.pass_check(audit, by=authority.officer)
    audit = distribution.distribute(audit, recipients=distribution.propose_recipients(audit), by=authority.officer)
    assert access.may(subject, "read", audit)
    assert not access.may(subject, "review_actions", audit)


def test_a_qa_manager_finds_no_confidential_audit_about_themselves_in_any_list(authority: Authority) -> None:
    leaver = someone(Role.QA_MANAGER, "Lee Leaver")
    mine = other(authority, "exit-interview", practitioner=leaver)
    others = other(authority, "exit-interview", practitioner=authority.practitioner)
    assert set(access.visible_to(leaver)) == {others}
    assert set(access.overseen_by(leaver)) == {others}
    found = [Audit.objects.filter(ground) for ground in access.grounds(leaver)]
    assert [one for audits in found for one in audits] == [others]
    assert set(access.visible_to(authority.qa_manager)) == {mine, others}
