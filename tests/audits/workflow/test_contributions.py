"""Several people fill one audit: who may be asked, what they may do, and when it ends."""

from typing import Any

import pytest

from audits.access import CONTRIBUTE, may, may_fill_section, may_read_part, parts, visible_to
from audits.models import Audit, Contribution, ProcessMap, SectionAnswers
from audits.workflow import allocation, submission
from audits.workflow.contributions import CannotAsk, NotDone, ask, mark_done, withdraw
from audits.workflow.filling import Conflict, Saved, save_section, settle_rejected
from moderation.eligibility import is_eligible
from moderation.models import Moderation
from qaf.errors import NotAllowed, Stale
from qaf.notices.models import Notice, OutboxEmail
from qaf.people.models import User
from qaf.trail.models import Entry
from tests.audits import walk
from tests.audits.setting import Authority
from tests.factories import UserFactory

NOTE = "Please say what AB told you."


@pytest.fixture
def audit(authority: Authority) -> Audit:
    return authority.audit()


@pytest.fixture
def colleague(authority: Authority) -> User:
    return UserFactory.create(name="Casey Colleague")


def again(audit: Audit) -> Audit:
    return Audit.objects.get(pk=audit.pk)


def save(audit: Audit, section: str, text: str, *, by: User, seen: int = 0) -> Saved | Conflict:
    document: dict[str, Any] = {"answers": {"one": text}, "raw": {}}
    return save_section(again(audit), section=section, document=document, seen_revision=seen, by=by)


def asked(audit: Audit, person: User, section: str = "plan", by: User | None = None) -> Contribution:
    return ask(again(audit), section=section, person=person, note=NOTE, by=by or audit.auditor)


def may_fill(person: User, audit: Audit, section: str) -> bool:
    return may_fill_section(User.objects.get(pk=person.pk), again(audit), section)


def test_it_works(audit: Audit, colleague: User) -> None:
    assert not may(colleague, "see", again(audit))
    contribution = asked(audit, colleague)
    assert (contribution.note, contribution.asked_by, contribution.done_at) == (NOTE, audit.auditor, None)
    assert may(colleague, "see", again(audit))
    assert visible_to(colleague).get() == audit
    assert may_read_part(colleague, again(audit), "audit")
    assert may_fill(colleague, audit, "plan")
    assert not may_fill(colleague, audit, "assessment")
    assert isinstance(save(audit, "plan", "Written by the colleague.", by=colleague), Saved)
    assert again(audit).state == "in_progress"


@pytest.mark.parametrize("action", ["ask", "cancel", "check", "distribute", "extend", "fill", "moderate", "submit"])
def test_a_contributor_may_do_nothing_else(audit: Audit, colleague: User, action: str) -> None:
    asked(audit, colleague)
    assert not may(colleague, action, again(audit))


def test_they_read_no_other_part(audit: Audit, colleague: User) -> None:
    asked(audit, colleague)
    assert not may_read_part(colleague, again(audit), "moderation")
    assert not may_fill(colleague, audit, "moderation")


def test_a_section_that_was_not_asked_for_is_refused(audit: Audit, colleague: User) -> None:
    asked(audit, colleague)
    with pytest.raises(NotAllowed):
        save(audit, "assessment", "Written out of turn.", by=colleague)


def test_somebody_who_was_asked_elsewhere_may_not_write_here(
    authority: Authority, audit: Audit, colleague: User
) -> None:
    asked(authority.audit(authority.another_case()), colleague)
    with pytest.raises(NotAllowed):
        save(audit, "plan", "The wrong audit.", by=colleague)


def test_the_notice_says_nothing_of_the_child_nor_of_the_note(audit: Audit, colleague: User) -> None:
    asked(audit, colleague)
    notice = Notice.objects.get(person=colleague)
    assert notice.text == f"{audit.reference}: You are asked to fill a section of this audit."
    assert notice.path == f"/audits/{audit.reference}/sections/plan/"
    assert NOTE not in OutboxEmail.objects.get(person=colleague).body
    assert NOTE not in str(list(Entry.objects.filter(verb__startswith="audit.contribution").values()))


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("auditor", True), ("officer", True), ("second_auditor", False), ("service_manager", False), ("moderator", False)],
)
def test_who_may_ask(authority: Authority, audit: Audit, colleague: User, who: str, allowed: bool) -> None:
    by = getattr(authority, who)
    if allowed:
        asked(audit, colleague, by=by)
    else:
        with pytest.raises(NotAllowed):
            asked(audit, colleague, by=by)
    assert Contribution.objects.exists() is allowed


def test_a_contributor_asks_nobody(authority: Authority, audit: Audit, colleague: User) -> None:
    asked(audit, colleague)
    with pytest.raises(NotAllowed):
        asked(audit, authority.second_auditor, by=colleague)


def test_the_case_holder_is_never_asked(authority: Authority, audit: Audit) -> None:
    with pytest.raises(CannotAsk, match="nobody audits their own case"):
        asked(audit, authority.practitioner)


def test_a_case_holder_who_is_only_known_by_name_is_never_asked(authority: Authority, colleague: User) -> None:
    case = authority.another_case(case_holder=None, case_holder_name="casey  COLLEAGUE")
    with pytest.raises(CannotAsk, match="nobody audits their own case"):
        asked(authority.audit(case), colleague)


def test_whoever_cannot_sign_in_or_is_the_auditor_is_not_asked(authority: Authority, audit: Audit) -> None:
    gone = UserFactory.create(is_active=False)
    for person in (gone, authority.auditor):
        with pytest.raises(CannotAsk):
            asked(audit, person)


@pytest.mark.parametrize("section", ["moderation", "no-such-section"])
def test_only_sections_of_the_auditor_are_given_away(audit: Audit, colleague: User, section: str) -> None:
    with pytest.raises(CannotAsk):
        asked(audit, colleague, section)


def test_nobody_is_asked_to_help_with_a_confidential_audit(audit: Audit, colleague: User) -> None:
    Audit.objects.filter(pk=audit.pk).update(confidential=True)
    with pytest.raises(NotAllowed):
        asked(audit, colleague)


def test_an_audit_that_becomes_confidential_is_closed_to_contributors(audit: Audit, colleague: User) -> None:
    asked(audit, colleague)
    Audit.objects.filter(pk=audit.pk).update(confidential=True)
    assert not may(colleague, "read", again(audit))
    assert not may_fill(colleague, audit, "plan")


def test_done_is_told_to_the_auditor_once(audit: Audit, colleague: User) -> None:
    contribution = asked(audit, colleague)
    walk.fill(again(audit), part="audit", by=audit.auditor)
    for _ in range(2):
        mark_done(contribution, by=colleague)
    told = Notice.objects.filter(person=audit.auditor, text__contains="colleague was asked to fill is done")
    assert told.count() == 1
    assert Entry.objects.filter(verb="audit.contribution_done").count() == 1
    # What they see later, they may still put right.
    assert may_fill(colleague, audit, "plan")


def test_only_the_contributor_says_done(audit: Audit, colleague: User) -> None:
    contribution = asked(audit, colleague)
    with pytest.raises(NotAllowed):
        mark_done(contribution, by=audit.auditor)


def test_a_section_that_lacks_something_is_not_done(audit: Audit, colleague: User) -> None:
    contribution = asked(audit, colleague)
    with pytest.raises(NotDone) as refused:
        mark_done(contribution, by=colleague)
    assert {one.section.key for one in refused.value.missing} == {"plan"}
    assert not Contribution.objects.exclude(done_at=None).exists()
    assert not Entry.objects.filter(verb="audit.contribution_done").exists()


def test_asked_again_it_is_open_once_more(audit: Audit, colleague: User) -> None:
    walk.fill(again(audit), part="audit", by=audit.auditor)
    mark_done(asked(audit, colleague), by=colleague)
    assert asked(audit, colleague).done_at is None
    assert Contribution.objects.count() == 1
    assert Notice.objects.filter(person=colleague).count() == 2


def test_withdrawing_one_of_two_leaves_the_other(audit: Audit, colleague: User) -> None:
    first, _ = asked(audit, colleague), asked(audit, colleague, "assessment")
    withdraw(first, by=audit.auditor)
    assert not may_fill(colleague, audit, "plan")
    assert may_fill(colleague, audit, "assessment")


def test_withdrawing_the_last_takes_everything(audit: Audit, colleague: User) -> None:
    contribution = asked(audit, colleague)
    save(audit, "plan", "Stays.", by=colleague)
    withdraw(contribution, by=audit.auditor)
    assert not may(colleague, "see", again(audit))
    assert not parts(colleague, again(audit))
    assert "Stays." in str(SectionAnswers.objects.get(section="plan").document)
    with pytest.raises(Stale):
        withdraw(contribution, by=audit.auditor)


def test_a_contributor_withdraws_nobody(audit: Audit, colleague: User) -> None:
    with pytest.raises(NotAllowed):
        withdraw(asked(audit, colleague), by=colleague)


def test_with_the_submission_it_ends(audit: Audit, colleague: User) -> None:
    contribution = asked(audit, colleague)
    walk.submit(again(audit))
    assert not may(colleague, "see", again(audit))
    assert not may_fill(colleague, audit, "plan")
    assert not visible_to(colleague).exists()
    with pytest.raises(Stale):
        mark_done(contribution, by=colleague)
    with pytest.raises(Stale):
        asked(audit, colleague)
    # Who helped stays on record.
    assert Contribution.objects.get().person == colleague


def test_whoever_has_another_reason_reads_on(authority: Authority, audit: Audit) -> None:
    asked(audit, authority.officer, by=authority.auditor)
    walk.submit(again(audit))
    assert may(authority.officer, "read", again(audit))
    assert CONTRIBUTE not in parts(authority.officer, again(audit))


def test_an_audit_that_came_back_does_not_wake_what_was_asked_before(
    authority: Authority, audit: Audit, colleague: User
) -> None:
    asked(audit, colleague, "assessment")
    authority.type.process.qa_check = True
    authority.type.process.save()
    walk.submit(again(audit))
    submission.return_to_auditor(again(audit), reasons="Say more.", by=authority.officer)
    assert not may(colleague, "see", again(audit))
    asked(audit, colleague, "plan")
    assert may_fill(colleague, audit, "plan")
    assert not may_fill(colleague, audit, "assessment")


def test_with_a_cancelled_audit_it_ends(authority: Authority, audit: Audit, colleague: User) -> None:
    asked(audit, colleague)
    allocation.cancel(again(audit), reason="Moved away.", by=authority.officer)
    assert not may(colleague, "see", again(audit))


def test_whoever_is_no_longer_active_writes_no_more(audit: Audit, colleague: User) -> None:
    asked(audit, colleague)
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert not may_fill(colleague, audit, "plan")


def test_two_people_on_two_sections_are_both_kept(audit: Audit, colleague: User) -> None:
    asked(audit, colleague)
    assert isinstance(save(audit, "assessment", "By the auditor.", by=audit.auditor), Saved)
    assert isinstance(save(audit, "plan", "By the colleague.", by=colleague), Saved)
    kept = {row.section: (row.saved_by, row.document["answers"]["one"]) for row in SectionAnswers.objects.all()}
    assert kept == {"assessment": (audit.auditor, "By the auditor."), "plan": (colleague, "By the colleague.")}


def test_two_people_on_one_section_lose_nothing(audit: Audit, colleague: User) -> None:
    asked(audit, colleague)
    save(audit, "plan", "By the auditor.", by=audit.auditor)
    outcome = save(audit, "plan", "By the colleague.", by=colleague)
    assert isinstance(outcome, Conflict)
    assert outcome.winning.document["answers"] == {"one": "By the auditor."}
    settled = settle_rejected(outcome.losing, use_losing=True, by=colleague)
    assert (settled.document["answers"], settled.saved_by) == ({"one": "By the colleague."}, colleague)


def test_a_losing_text_can_no_longer_win_once_nobody_asks_for_it(audit: Audit, colleague: User) -> None:
    contribution = asked(audit, colleague)
    save(audit, "plan", "By the auditor.", by=audit.auditor)
    outcome = save(audit, "plan", "By the colleague.", by=colleague)
    assert isinstance(outcome, Conflict)
    withdraw(contribution, by=audit.auditor)
    with pytest.raises(NotAllowed):
        settle_rejected(outcome.losing, use_losing=True, by=colleague)


def test_nobody_moderates_what_they_helped_to_write(authority: Authority, audit: Audit) -> None:
    asked(audit, authority.moderator)
    walk.submit(again(audit))
    assert Moderation.objects.get(audit=audit).moderator == authority.qa_manager
    assert not is_eligible(authority.moderator, again(audit))


def test_nobody_checks_what_they_helped_to_write(authority: Authority, audit: Audit) -> None:
    audit.process.qa_check = True
    audit.process.save()
    asked(audit, authority.officer)
    submitted = walk.submit(again(audit))
    assert submitted.step_owner == authority.qa_manager
    assert not may(authority.officer, "check", again(audit))
    assert may(authority.qa_manager, "check", again(audit))


def test_whoever_wrote_judges_nothing_when_they_are_asked_no_longer(authority: Authority, audit: Audit) -> None:
    for person in (authority.officer, authority.moderator):
        contribution = asked(audit, person)
        revision = SectionAnswers.objects.filter(audit=audit).values_list("revision", flat=True).first() or 0
        save(audit, "plan", f"Written by {person}.", by=person, seen=revision)
        withdraw(contribution, by=audit.auditor)
    save(audit, "plan", "Put right by the auditor.", by=audit.auditor, seen=2)
    Audit.objects.filter(pk=audit.pk).update(state="submitted")
    ProcessMap.objects.update(qa_check=True)
    assert not may(authority.officer, "check", again(audit))
    assert not is_eligible(authority.moderator, again(audit))
    assert may(authority.qa_manager, "check", again(audit))
