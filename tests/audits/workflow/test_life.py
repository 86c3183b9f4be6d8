"""The life of one audit through its use cases."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from audits.access import may, visible_to
from audits.models import Audit, State
from audits.workflow import allocation, directions, distribution, reaudits, steps, submission
from audits.workflow.filling import Conflict, Saved, save_section, settle_rejected
from audits.workflow.subjects import Subject
from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.models import User
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from tests.audits import walk
from tests.audits.setting import Authority
from tests.factories import PostFactory

pytestmark = pytest.mark.django_db


def open_kinds(audit: Audit) -> set[str]:
    return set(Deadline.objects.about(audit).open().values_list("kind", flat=True))


def told(person: object) -> list[str]:
    return list(Notice.objects.filter(person=person).values_list("text", flat=True))


@time_machine.travel("2024-11-04 09:00")
def test_a_good_audit_goes_from_allocation_to_closing(authority: Authority) -> None:
    audit = authority.audit()
    assert (audit.state, audit.step, audit.step_owner) == (State.ALLOCATED, "audit", authority.auditor)
    # Day 1 is Monday 4 November 2024, so ten working days end on Monday 18 November 2024.
    assert f"{audit.due_on:%-d %B %Y}" == "18 November 2024"

    audit = walk.submit(audit)
    assert (audit.state, audit.auditor_grade, audit.step) == (State.MODERATING, "G", "moderation")
    assert audit.step_owner == authority.moderator

    audit = walk.moderate(audit)
    assert (audit.state, audit.final_grade, audit.meets_standard) == (State.MODERATED, "G", True)
    assert audit.step_owner == authority.officer

    audit = distribution.distribute(audit, recipients=distribution.propose_recipients(audit), by=authority.officer)
    assert (audit.state, audit.step, audit.step_owner) == (State.DISTRIBUTED, "feedback", authority.practitioner)
    assert {one.person for one in audit.recipients.all()} == {
        authority.team_manager,
        authority.practitioner,
        authority.auditor,
    }

    walk.fill(audit, part="feedback", by=authority.practitioner)
    audit = distribution.give_feedback(audit, by=authority.practitioner)
    assert (audit.state, audit.step, audit.due_on) == (State.CLOSED, "", None)
    assert open_kinds(audit) == set()
    assert not Audit.objects.filter(reaudit_of=audit).exists()
    assert list(verify()) == []


def test_the_lowest_grade_tells_the_service_manager_at_once_and_opens_a_reaudit(authority: Authority) -> None:
    audit = walk.submit(authority.audit(), grade="I")
    assert any("lowest grade" in text for text in told(authority.service_manager))
    assert not Audit.objects.filter(reaudit_of=audit).exists()

    audit = walk.moderate(audit)
    assert audit.raises_alert
    assert open_kinds(audit) == {"distribution", "case_direction", "action_review"}
    reaudit = Audit.objects.get(reaudit_of=audit)
    assert reaudit.auditor == authority.second_auditor
    assert reaudit.due_on is not None
    days = (reaudit.due_on - timezone.localdate()).days
    assert 56 <= days <= 62
    assert may(authority.second_auditor, "read", audit)

    directions.write_case_direction(
        audit, text="See the child this week.", seen_revision=0, by=authority.service_manager
    )
    directions.review_actions(audit, text="Both done.", seen_revision=1, by=authority.service_manager)
    assert open_kinds(audit) == {"distribution"}

    reaudit = walk.submit(reaudit, grade="G")
    assert (reaudit.state, reaudit.final_grade) == (State.MODERATED, "G")
    reaudit = distribution.distribute(
        reaudit, recipients=distribution.propose_recipients(reaudit), by=authority.officer
    )
    assert reaudit.state == State.CLOSED


def test_moderation_that_lifts_the_lowest_grade_lifts_its_duties(authority: Authority) -> None:
    audit = walk.moderate(walk.submit(authority.audit(), grade="I"), grade="RI")
    assert (audit.auditor_grade, audit.final_grade, audit.raises_alert) == ("I", "RI", False)
    assert open_kinds(audit) == {"distribution"}
    assert not Audit.objects.filter(reaudit_of=audit).exists()
    assert any("lifted" in text for text in told(authority.service_manager))


def test_a_reaudit_without_a_second_auditor_lands_on_the_qa_managers_desk(authority: Authority) -> None:
    authority.second_auditor.is_active = False
    authority.second_auditor.save()
    audit = walk.moderate(walk.submit(authority.audit(), grade="I"))
    assert not Audit.objects.filter(reaudit_of=audit).exists()
    assert Deadline.objects.about(audit).open().get(kind="reaudit_allocation").owner == authority.qa_manager
    authority.second_auditor.is_active = True
    authority.second_auditor.save()
    with pytest.raises(Refused, match="first auditor"):
        reaudits.allocate_reaudit(audit, auditor=authority.auditor, by=authority.qa_manager)
    reaudits.allocate_reaudit(audit, auditor=authority.second_auditor, by=authority.qa_manager)
    assert "reaudit_allocation" not in open_kinds(audit)
    with pytest.raises(Stale):
        reaudits.allocate_reaudit(audit, auditor=authority.second_auditor, by=authority.qa_manager)


def test_nobody_audits_their_own_case(authority: Authority) -> None:
    case = authority.another_case(case_holder=authority.auditor)
    with pytest.raises(allocation.CannotAllocate, match="own case"):
        authority.audit(case)


def test_a_case_has_one_running_audit_of_a_type(authority: Authority) -> None:
    authority.audit()
    with pytest.raises(allocation.CannotAllocate, match="already running"):
        authority.audit()


def test_an_auditor_cannot_allocate(authority: Authority) -> None:
    with pytest.raises(NotAllowed):
        allocation.allocate(
            subject=Subject.of_case(authority.case),
            type=authority.type,
            auditor=authority.auditor,
            by=authority.auditor,
            selection="",
        )


def test_an_incomplete_audit_is_refused_with_everything_that_is_missing(authority: Authority) -> None:
    audit = authority.audit()
    with pytest.raises(submission.Incomplete) as refused:
        submission.submit(audit, by=authority.auditor)
    assert len(refused.value.missing) > 20
    assert Audit.objects.get(pk=audit.pk).state == State.ALLOCATED


def test_the_lowest_grade_needs_an_action(authority: Authority) -> None:
    audit = authority.audit()
    with pytest.raises(AssertionError, match="Add at least one action"):
        walk.fill(audit, part="audit", by=authority.auditor, grade="I", actions=False)


def test_nobody_but_the_auditor_submits(authority: Authority) -> None:
    audit = authority.audit()
    for person in (authority.officer, authority.moderator, authority.practitioner):
        with pytest.raises((NotAllowed, Stale)):
            submission.submit(audit, by=person)


def test_a_return_gives_the_audit_back_with_reasons_and_a_new_deadline(authority: Authority) -> None:
    authority.type.process.qa_check = True
    authority.type.process.save()
    audit = walk.submit(authority.audit())
    assert (audit.state, audit.step) == (State.SUBMITTED, "qa_check")
    with pytest.raises(Refused, match="put right"):
        submission.return_to_auditor(audit, reasons=" ", by=authority.officer)
    audit = submission.return_to_auditor(audit, reasons="Say what the child said.", by=authority.officer)
    assert (audit.state, audit.step, audit.step_owner) == (State.IN_PROGRESS, "audit", authority.auditor)
    audit = submission.submit(audit, by=authority.auditor)
    audit = submission.pass_check(audit, by=authority.officer)
    assert audit.state == State.MODERATING
    with pytest.raises(Stale):
        submission.return_to_auditor(audit, reasons="Too late.", by=authority.officer)


def test_an_auditor_who_is_also_qa_officer_does_not_check_their_own_audit(authority: Authority) -> None:
    PostFactory.create(person=authority.auditor, role="qa_officer")
    authority.type.process.qa_check = True
    authority.type.process.save()
    audit = walk.submit(authority.audit())
    assert audit.step_owner == authority.officer
    with pytest.raises(NotAllowed):
        submission.pass_check(audit, by=authority.auditor)


def test_cancelling_needs_a_reason_and_drops_every_deadline(authority: Authority) -> None:
    audit = authority.audit()
    with pytest.raises(Refused, match="why"):
        allocation.cancel(audit, reason="", by=authority.officer)
    audit = allocation.cancel(audit, reason="The family moved away.", by=authority.officer)
    assert audit.state == State.CANCELLED
    assert open_kinds(audit) == set()
    with pytest.raises(Stale):
        allocation.cancel(audit, reason="Again.", by=authority.officer)


def test_an_extension_keeps_both_dates(authority: Authority) -> None:
    audit = authority.audit()
    before = audit.due_on
    assert before is not None
    audit = steps.extend_step(
        audit, to_day=before + timedelta(days=7), reason="The worker is on leave.", by=authority.officer
    )
    deadline = Deadline.objects.about(audit).open().get()
    assert (audit.due_on, deadline.first_due_on, deadline.due_on) == (
        before + timedelta(days=7),
        before,
        before + timedelta(days=7),
    )
    assert audit.audit_due_on == audit.due_on
    with pytest.raises((NotAllowed, Stale)):
        steps.extend_step(audit, to_day=before + timedelta(days=14), reason="More.", by=authority.auditor)


def test_the_first_save_begins_the_audit_and_keeps_the_text_before(authority: Authority) -> None:
    audit = authority.audit()
    first = save_section(
        audit,
        section="improvement",
        document={"answers": {"one": "a"}, "raw": {}},
        seen_revision=0,
        by=authority.auditor,
    )
    assert isinstance(first, Saved)
    assert Audit.objects.get(pk=audit.pk).state == State.IN_PROGRESS
    second = save_section(
        audit,
        section="improvement",
        document={"answers": {"one": "b"}, "raw": {}},
        seen_revision=1,
        by=authority.auditor,
    )
    assert isinstance(second, Saved)
    assert second.answers.revision == 2
    assert [one.document["answers"]["one"] for one in second.answers.revisions.all()] == ["a"]


def test_a_save_from_an_old_page_is_kept_beside_the_one_that_won(authority: Authority) -> None:
    audit = authority.audit()

    def save(text: str, seen: int) -> Saved | Conflict:
        return save_section(
            audit,
            section="improvement",
            document={"answers": {"one": text}, "raw": {}},
            seen_revision=seen,
            by=authority.auditor,
        )

    save("from the first tab", 0)
    outcome = save("from the second tab", 0)
    assert isinstance(outcome, Conflict)
    assert outcome.winning.document["answers"]["one"] == "from the first tab"
    # The losing page's autosave tries again: still one row, with its newest text.
    again = save("from the second tab, longer", 0)
    assert isinstance(again, Conflict)
    assert again.losing.pk == outcome.losing.pk
    # The same text is no conflict, whatever revision the page saw.
    assert isinstance(save("from the first tab", 0), Saved)

    answers = settle_rejected(again.losing, use_losing=True, by=authority.auditor)
    assert answers.document["answers"]["one"] == "from the second tab, longer"
    assert [one.document["answers"]["one"] for one in answers.revisions.all()] == ["from the first tab"]


def test_nothing_can_be_saved_after_submission(authority: Authority) -> None:
    audit = walk.submit(authority.audit())
    with pytest.raises(Stale):
        save_section(
            audit, section="improvement", document={"answers": {}, "raw": {}}, seen_revision=0, by=authority.auditor
        )


def test_what_is_written_is_encrypted_in_the_database(authority: Authority) -> None:
    audit = authority.audit()
    save_section(
        audit,
        section="improvement",
        document={"answers": {"one": "Zebediah said so"}, "raw": {}},
        seen_revision=0,
        by=authority.auditor,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT document FROM audits_sectionanswers")
        stored = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT identifier, initials FROM audits_case")
        stored += " ".join(str(cell) for row in cursor.fetchall() for cell in row)
    assert "Zebediah" not in stored
    assert "SYN-0000" not in stored


def test_no_notice_or_trail_entry_holds_the_childs_data(authority: Authority) -> None:
    audit = walk.moderate(walk.submit(authority.audit(), grade="I"))
    said = " ".join(Notice.objects.values_list("text", flat=True))
    said += " ".join(str(details) for details in Entry.objects.values_list("details", flat=True))
    assert audit.case.identifier not in said
    assert "AB, 7" not in said
    assert walk.TEXT not in said


def test_who_sees_an_audit_follows_from_part_and_scope(authority: Authority) -> None:
    audit = authority.audit()

    def sees(person: object) -> bool:
        assert isinstance(person, User)
        return visible_to(User.objects.get(pk=person.pk)).filter(pk=audit.pk).exists()

    assert sees(authority.auditor)
    assert sees(authority.officer)
    assert sees(authority.service_manager)
    assert not may(authority.service_manager, "read", audit)
    assert not sees(authority.practitioner)
    assert not sees(authority.team_manager)
    assert not sees(authority.second_auditor)
    audit = walk.moderate(walk.submit(audit))
    distribution.distribute(audit, recipients=distribution.propose_recipients(audit), by=authority.officer)
    assert sees(authority.practitioner)
    assert sees(authority.team_manager)
    assert not sees(authority.second_auditor)


def test_a_case_holder_who_was_left_out_gets_nothing(authority: Authority) -> None:
    audit = walk.moderate(walk.submit(authority.audit()))
    chosen = [one for one in distribution.propose_recipients(audit) if one.person != authority.practitioner]
    audit = distribution.distribute(audit, recipients=chosen, by=authority.officer)
    assert (audit.step, audit.step_owner) == ("closing", authority.officer)
    assert not may(authority.practitioner, "read", audit)
    assert told(authority.practitioner) == []


def test_a_cancelled_reaudit_lands_on_the_qa_managers_desk_and_can_be_opened_anew(authority: Authority) -> None:
    audit = walk.moderate(walk.submit(authority.audit(), grade="I"))
    first = audit.reaudit
    assert first is not None
    allocation.cancel(first, reason="The second auditor has left.", by=authority.officer)
    assert Deadline.objects.about(audit).open().get(kind="reaudit_allocation").owner == authority.qa_manager
    again = reaudits.allocate_reaudit(audit, auditor=authority.second_auditor, by=authority.qa_manager)
    assert Audit.objects.get(pk=audit.pk).reaudit == again
    assert "reaudit_allocation" not in open_kinds(audit)


def test_nobody_acts_as_qa_on_an_audit_they_are_part_of(authority: Authority) -> None:
    for person in (authority.auditor, authority.practitioner):
        PostFactory.create(person=person, role="qa_officer")
    audit = authority.audit()
    for person in (authority.auditor, authority.practitioner):
        for action in ("cancel", "extend", "close", "distribute"):
            assert not may(User.objects.get(pk=person.pk), action, audit)
    assert not may(User.objects.get(pk=authority.practitioner.pk), "read", audit)


def test_reasons_are_kept(authority: Authority) -> None:
    audit = walk.moderate(walk.submit(authority.audit()))
    distribution.close(audit, reason="The worker has left.", by=authority.officer)
    assert [(one.kind, one.text) for one in audit.reasons.all()] == [("closed", "The worker has left.")]
