"""Filling the matrix, opening the fieldwork, and closing it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.models import Audit, State, Work, WorkAudit, WorkCase, WorkNote, WorkState
from audits.workflow import fieldwork_matrix as matrix
from audits.workflow import submission
from audits.workflow.draws import allocate_one
from audits.workflow.fieldwork import CannotOpen, allocate_waiting, close_fieldwork, open_fieldwork, remind
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.roles import Role
from qaf.trail.chain import verify
from tests.audits.fieldwork.setting import Partnership, coventry, make_partnership, someone
from tests.factories import PostFactory

pytestmark = pytest.mark.django_db


def problems(partnership: Partnership) -> list[str]:
    with pytest.raises(CannotOpen) as refused:
        open_fieldwork(partnership.work, by=partnership.manager)
    assert not Audit.objects.exists()
    assert Work.objects.get().state == WorkState.AGREED
    return refused.value.problems


def test_opening_allocates_an_audit_for_each_child_and_agency(partnership: Partnership) -> None:
    partnership.child()
    partnership.child()
    audits = open_fieldwork(partnership.work, by=partnership.manager)
    assert len(audits) == 6
    assert Work.objects.get().state == WorkState.FIELDWORK
    assert {audit.due_on for audit in audits} == {partnership.work.fieldwork_until}
    assert WorkNote.objects.get().step == WorkState.FIELDWORK
    assert not list(verify())


def test_each_agency_keeps_its_audit_in_its_own_team_and_only_the_childs_agency_names_the_case_holder(
    partnership: Partnership,
) -> None:
    partnership.child()
    partnership.open()
    kept = {name: (partnership.audit(name).team, partnership.audit(name).case_holder) for name in partnership.teams}
    teams = partnership.teams
    assert kept == {
        "Council": (teams["Council"], partnership.holder),
        "Police": (teams["Police"], None),
        "Health": (teams["Health"], None),
    }
    assert partnership.audit("Police").auditor == partnership.auditors["Police"]
    assert partnership.audit("Police").selection == "Chosen by Quin Manager: For the theme."


def test_fieldwork_cannot_open_before_the_subgroup_has_agreed(db: None) -> None:
    partnership = make_partnership(agreed=False)
    with pytest.raises(Stale, match="Proposed"):
        open_fieldwork(partnership.work, by=partnership.manager)
    with pytest.raises(Stale):
        partnership.child()


def test_only_a_qa_manager_over_every_agency_opens_it(partnership: Partnership) -> None:
    partnership.child()
    for person in (
        partnership.officers["Council"],
        someone(Role.QA_MANAGER, "Council manager", agency=partnership.agencies["Council"]),
        partnership.leads["Police"],
    ):
        with pytest.raises(NotAllowed):
            open_fieldwork(partnership.work, by=person)


def test_every_problem_is_named_and_nothing_is_allocated(partnership: Partnership) -> None:
    assert problems(partnership) == ["There are no children yet. Add those whose records are audited."]
    partnership.child()
    police, health = partnership.takes_part("Police"), partnership.takes_part("Health")
    police.team = None
    police.save()
    health.auditor = None
    health.save()
    assert problems(partnership) == [
        "Health, child 1: nobody is to audit yet. Choose an auditor, or say that the agency does not know the child.",
        "Police has no team in which its audits are kept. Name it with the agencies of this work.",
    ]


def test_an_auditor_without_a_post_over_the_agency_is_a_problem(partnership: Partnership) -> None:
    child = partnership.child()
    matrix.set_cell(
        child, partnership.takes_part("Police"), auditor=partnership.auditors["Health"], not_known=False,
        by=partnership.manager,
    )  # fmt: skip
    assert any("Health Auditor has no auditor's post for the team Police team" in one for one in problems(partnership))


def test_the_case_holder_audits_for_no_agency(partnership: Partnership) -> None:
    PostFactory.create(person=partnership.holder, role=Role.AUDITOR, agency=partnership.agencies["Police"])
    child = partnership.child()
    matrix.set_cell(
        child, partnership.takes_part("Police"), auditor=partnership.holder, not_known=False, by=partnership.manager
    )
    assert problems(partnership) == [
        "Police, child 1: Pat Practitioner holds the case, and nobody audits their own case. Choose another auditor."
    ]


def test_nobody_audits_a_child_for_two_agencies(partnership: Partnership) -> None:
    both = partnership.auditors["Police"]
    PostFactory.create(person=both, role=Role.AUDITOR, agency=partnership.agencies["Health"])
    child = partnership.child()
    matrix.set_cell(child, partnership.takes_part("Health"), auditor=both, not_known=False, by=partnership.manager)
    assert problems(partnership) == [
        "Child 1: Police Auditor would audit for Health and for Police. Each agency audits without seeing the other’s "
        "audit; choose somebody else for one of them."
    ]


def test_an_auditor_whose_post_shows_another_agencys_audit_is_a_problem(partnership: Partnership) -> None:
    PostFactory.create(
        person=partnership.auditors["Police"], role=Role.SERVICE_MANAGER, service=partnership.teams["Health"].service
    )
    partnership.child()
    assert problems(partnership) == [
        "Police, child 1: Police Auditor can see the audit of Health as Service manager. Choose an auditor who cannot."
    ]


def test_a_type_without_a_published_form_is_a_problem(partnership: Partnership) -> None:
    partnership.child()
    version = partnership.work.type.form.published_version
    version.state = "retired"
    version.retired_at = timezone.now()
    version.save()
    assert problems(partnership) == [
        f"The form “{coventry().forms[0].title}” has no published version. Publish one first."
    ]


def test_an_agency_that_does_not_know_the_child_has_no_audit(partnership: Partnership) -> None:
    child = partnership.child()
    matrix.set_cell(child, partnership.takes_part("Health"), auditor=None, not_known=True, by=partnership.manager)
    partnership.open()
    assert Audit.objects.count() == 2
    assert WorkAudit.objects.get(agency=partnership.agencies["Health"]).audit is None


def test_work_that_is_not_of_several_agencies_opens_without_a_matrix(partnership: Partnership) -> None:
    Work.objects.update(kind="single_agency")
    partnership.work.refresh_from_db()
    assert open_fieldwork(partnership.work, by=partnership.manager) == []
    assert Work.objects.get().state == WorkState.FIELDWORK


def test_children_are_drawn_by_seed_and_the_sentence_is_kept(partnership: Partnership) -> None:
    for _ in range(4):
        partnership.case()
    partnership.case(legal_status="cin")
    drawn = matrix.draw_children(partnership.work, how_many=2, status="cp", seed="abc", by=partnership.manager)
    first = [(one.case_id, one.selection) for one in drawn]
    assert all("abc" in sentence for _, sentence in first)
    WorkCase.objects.all().delete()
    again = matrix.draw_children(partnership.work, how_many=2, status="cp", seed="abc", by=partnership.manager)
    assert [(one.case_id, one.selection) for one in again] == first
    with pytest.raises(Refused, match="Only 2 children can be drawn, 3 were asked for"):
        matrix.draw_children(partnership.work, how_many=3, status="cp", seed="x", by=partnership.manager)


def test_a_child_is_in_the_matrix_once_and_leaves_it_until_audits_are_allocated(partnership: Partnership) -> None:
    child = partnership.child()
    with pytest.raises(Refused, match="in the matrix already"):
        partnership.child(child.case)
    matrix.remove_child(child, by=partnership.manager)
    second = partnership.child(child.case)
    partnership.open()
    with pytest.raises(Refused, match="so the child stays"):
        matrix.remove_child(second, by=partnership.manager)


def test_a_child_added_during_fieldwork_gets_audits_of_its_own(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    with pytest.raises(Stale, match="allocated already"):
        allocate_waiting(partnership.work, by=partnership.manager)
    partnership.child()
    assert len(allocate_waiting(partnership.work, by=partnership.manager)) == 3
    assert Audit.objects.count() == 6


def test_the_auditor_changes_only_until_the_audit_is_begun(partnership: Partnership) -> None:
    child = partnership.child()
    partnership.open()
    first, police = partnership.audit("Police"), partnership.takes_part("Police")
    other = someone(Role.AUDITOR, "Second Auditor", agency=partnership.agencies["Police"])
    matrix.set_cell(child, police, auditor=other, not_known=False, by=partnership.manager)
    first.refresh_from_db()
    assert first.state == State.CANCELLED
    allocate_waiting(partnership.work, by=partnership.manager)
    second = partnership.audit("Police")
    assert second.auditor == other
    Audit.objects.filter(pk=second.pk).update(state=State.IN_PROGRESS)
    with pytest.raises(Stale, match="so it stays with Second Auditor"):
        matrix.set_cell(child, police, auditor=first.auditor, not_known=False, by=partnership.manager)


def test_a_reminder_goes_to_whoever_has_not_submitted_once_a_day(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    partnership.submit("Police")
    assert remind(partnership.work, by=partnership.manager) == 2
    remind(partnership.work, by=partnership.manager)
    told = Notice.objects.filter(text__contains="before the fieldwork is closed")
    assert sorted(one.person.name for one in told) == ["Council Auditor", "Health Auditor"]


def test_closing_names_what_is_missing_and_wants_a_reason(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    partnership.submit("Police")
    with pytest.raises(Refused, match=r"2 audits are not submitted: Council, child 1; Health, child 1\."):
        close_fieldwork(partnership.work, by=partnership.manager)
    close_fieldwork(partnership.work, reason="Two auditors are ill.", by=partnership.manager)
    work = Work.objects.get()
    assert work.state == WorkState.ANALYSIS
    assert work.fieldwork_closed_at is not None
    assert partnership.audit("Health").state == State.CANCELLED
    assert WorkNote.objects.last().text == "Two auditors are ill."
    assert not list(verify())


def test_closing_needs_no_reason_once_all_are_submitted_and_waits_for_no_check(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    for name in partnership.agencies:
        partnership.submit(name)
    close_fieldwork(partnership.work, by=partnership.manager)
    assert {audit.state for audit in Audit.objects.all()} == {State.SUBMITTED}
    told = Notice.objects.filter(text__contains="You can compare now")
    assert sorted(one.person.name for one in told) == ["Council Auditor", "Health Auditor", "Police Auditor"]
    assert all("Neglect" not in one.text for one in told), "A title is free text, and stays out of e-mails."


def test_after_closing_nothing_is_returned_and_the_check_goes_on(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    for name in partnership.agencies:
        partnership.submit(name)
    close_fieldwork(partnership.work, by=partnership.manager)
    audit = partnership.audit("Police")
    with pytest.raises(Stale, match="nothing in its audits is filled any more"):
        submission.return_to_auditor(audit, reasons="More.", by=partnership.officers["Police"])
    submission.pass_check(audit, by=partnership.officers["Police"])
    assert partnership.audit("Police").final_grade == "MG"


def test_a_submitted_audit_can_be_returned_while_the_fieldwork_is_open(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    audit = partnership.submit("Police")
    submission.return_to_auditor(audit, reasons="Say more.", by=partnership.officers["Police"])
    assert partnership.audit("Police").state == State.IN_PROGRESS


def test_a_child_of_the_matrix_gets_no_ordinary_audit_meanwhile(partnership: Partnership) -> None:
    child = partnership.child()
    partnership.open()
    with pytest.raises(Refused, match="being audited already"):
        allocate_one(
            child.case, type=partnership.work.type, auditor=partnership.auditors["Council"], reason="A look.",
            by=partnership.officers["Council"],
        )  # fmt: skip


def test_a_late_audit_counts_as_late(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    Audit.objects.filter(pk=partnership.audit("Police").pk).update(due_on=timezone.localdate() - timedelta(days=1))
    from_police = partnership.audit("Police")
    assert from_police.is_overdue
