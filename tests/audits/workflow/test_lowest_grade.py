"""The duties of the lowest grade: they come, rest while the grades are open again, fall away, and come again once."""

import pytest
from django.utils import timezone

from audits.access import DIRECT, READ, may, parts
from audits.models import Audit, AuditUserObjectPermission, CaseDirection, CaseDirectionRevision, State
from audits.queries.reaudits import actions_before, after, before, chain
from audits.workflow import allocation, distribution, filling, reaudits, submission
from audits.workflow.directions import DirectionConflict, review_actions, write_case_direction
from audits.workflow.reaudits import DUTIES, LIFTED, allocate_reaudit, auditors_so_far, decline_reaudit, may_decline
from audits.workflow.recipients import add_recipients
from audits.workflow.steps import after_weeks
from moderation import workflow as moderation_workflow
from moderation.models import Moderation
from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.models import Post, User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits import walk
from tests.audits.factories import make_audit
from tests.audits.setting import Authority, someone

pytestmark = pytest.mark.django_db


def again(audit: Audit) -> Audit:
    return Audit.objects.select_related("type__process").get(pk=audit.pk)


def duties(audit: Audit) -> list[str]:
    """The open duties of the lowest grade, each as often as it is open."""
    kinds = Deadline.objects.about(audit).open().values_list("kind", flat=True)
    return sorted(kind for kind in kinds if kind in DUTIES)


def told(person: User, words: str) -> list[bool]:
    """Whether each notice with these words was an urgent one."""
    found = Notice.objects.filter(person=person, text__contains=words).order_by("pk")
    return list(found.values_list("urgent", flat=True))


def reopen(audit: Audit) -> None:
    moderation = Moderation.objects.get(audit=audit)
    assert moderation.moderator is not None
    moderation_workflow.reopen(moderation, reason="More was found.", by=moderation.moderator)


def test_the_service_manager_is_told_at_once_and_again_and_the_duties_come_once_each_time(authority: Authority) -> None:
    manager = authority.service_manager
    audit = walk.submit(authority.audit(), grade="I")
    assert told(manager, "submitted at the lowest grade") == [True]
    assert may(manager, "direct", again(audit))
    audit = walk.moderate(audit)
    assert told(manager, "The lowest grade stands") == [True]
    assert duties(audit) == ["action_review", "case_direction"]
    reaudit = audit.reaudit
    assert reaudit is not None
    assert reaudit.auditor == authority.second_auditor

    # Open again: they rest, and the re-audit that nobody has begun is called off.
    reopen(audit)
    assert duties(audit) == []
    assert again(reaudit).state == State.CANCELLED
    assert told(manager, "rests until it is decided again") == [False]
    assert told(authority.second_auditor, "was cancelled") == [False]
    assert not may(authority.second_auditor, "see", again(audit))

    # Lifted: a note stays with the audit, and nobody has a part in it for the sake of the grade any more.
    audit = walk.moderate(again(audit), grade="RI")
    assert duties(audit) == []
    assert told(manager, "Moderation lifted the lowest grade") == [False]
    note = audit.reasons.get(kind=LIFTED)
    assert note.by == authority.moderator
    assert not AuditUserObjectPermission.objects.filter(permission__codename=DIRECT).exists()
    assert not may(manager, "direct", audit)
    assert audit.reaudit is None

    # Lowered again: once more, and once.
    reopen(audit)
    audit = walk.moderate(again(audit), grade="I")
    assert duties(audit) == ["action_review", "case_direction"]
    assert told(manager, "The lowest grade stands") == [True, True]
    assert audit.reaudit is not None
    assert Audit.objects.filter(reaudit_of=audit).count() == 2
    # And lifted a second time: told a second time.
    reopen(audit)
    audit = walk.moderate(again(audit), grade="G")
    assert len(told(manager, "Moderation lifted the lowest grade")) == 2
    assert audit.reasons.filter(kind=LIFTED).count() == 2
    assert Entry.objects.filter(verb="audit.lowest_grade_lifted").count() == 2


def test_what_was_written_for_the_grade_that_stands_is_not_asked_for_twice(authority: Authority) -> None:
    manager = authority.service_manager
    audit = walk.submit(authority.audit(), grade="I")
    write_case_direction(audit, text="See the child today.", seen_revision=0, by=manager)
    audit = walk.moderate(audit)
    assert duties(audit) == ["action_review"]
    reopen(audit)
    audit = walk.moderate(again(audit), grade="G")
    direction = CaseDirection.objects.get(audit=audit)
    assert direction.text == "See the child today."
    with pytest.raises(NotAllowed):
        write_case_direction(audit, text="Too late.", seen_revision=1, by=authority.team_manager)
    # After it was lifted in between, it is asked for anew.
    reopen(audit)
    audit = walk.moderate(again(audit), grade="I")
    assert duties(audit) == ["action_review", "case_direction"]


def test_moderation_stands_once_the_reaudit_has_begun(authority: Authority) -> None:
    audit = make_audit(authority, State.MODERATED, grade="I")
    reaudit = audit.reaudit
    assert reaudit is not None
    document = {"answers": {"auditor": "Sam Second"}, "raw": {}}
    filling.save_section(reaudit, section="reaudit", document=document, seen_revision=0, by=reaudit.auditor)
    with pytest.raises(Refused, match=reaudit.reference):
        reopen(audit)
    assert (again(audit).state, again(reaudit).state) == (State.MODERATED, State.IN_PROGRESS)
    assert duties(audit) == ["action_review", "case_direction"]


def test_an_auditor_who_thinks_better_of_it_lifts_it_too(authority: Authority) -> None:
    authority.type.process.qa_check = True
    authority.type.process.save()
    audit = walk.submit(authority.audit(), grade="I")
    submission.return_to_auditor(audit, reasons="The evidence says otherwise.", by=authority.officer)
    for section in audit.form.sections_of("audit"):
        row = audit.sections.filter(section=section.key).first()
        graded = {one.key: "G" for one in section.judgements if row and one.key in row.document["answers"]}
        if row is not None and graded:
            document = {"answers": {**row.document["answers"], **graded}, "raw": {}}
            filling.save_section(
                audit, section=section.key, document=document, seen_revision=row.revision, by=audit.auditor
            )
    submission.submit(again(audit), by=audit.auditor)
    assert told(authority.service_manager, "It no longer has the lowest grade") == [False]
    assert again(audit).reasons.filter(kind=LIFTED).exists()


def test_a_qa_manager_stands_in_where_there_is_no_service_manager(authority: Authority) -> None:
    Post.objects.filter(person=authority.service_manager).delete()
    audit = walk.submit(authority.audit(), grade="I")
    assert told(authority.qa_manager, "submitted at the lowest grade") == [True]
    audit = walk.moderate(audit)
    assert told(authority.qa_manager, "The lowest grade stands") == [True]
    owners = {one.owner for one in Deadline.objects.about(audit).open().filter(kind__in=DUTIES)}
    assert owners == {authority.qa_manager}
    write_case_direction(audit, text="See the child today.", seen_revision=0, by=authority.qa_manager)


def test_two_tabs_never_overwrite_one_another(authority: Authority) -> None:
    audit, manager = make_audit(authority, State.MODERATED, grade="I"), authority.service_manager
    with pytest.raises(Refused, match="case direction first"):
        review_actions(audit, text="Done.", seen_revision=0, by=manager)
    for _ in range(2):
        # The same sent twice is the same.
        assert write_case_direction(audit, text="First.\n", seen_revision=0, by=manager).revision == 1
    with pytest.raises(DirectionConflict) as conflict:
        write_case_direction(audit, text="From another tab.", seen_revision=0, by=manager)
    assert conflict.value.winning is not None
    assert conflict.value.winning.text == "First."
    write_case_direction(audit, text="From another tab.", seen_revision=1, by=manager)
    with pytest.raises(DirectionConflict):
        review_actions(audit, text="Done on Monday.", seen_revision=1, by=manager)
    review_actions(audit, text="Done on Monday.", seen_revision=2, by=manager)
    assert duties(audit) == []
    write_case_direction(audit, text="A third.", seen_revision=3, by=manager)
    kept = CaseDirectionRevision.objects.filter(direction__audit=audit).values_list("revision", "text", "review")
    assert list(kept) == [(1, "First.", ""), (2, "From another tab.", ""), (3, "From another tab.", "Done on Monday.")]
    for text in ("", " \n"):
        with pytest.raises(Refused):
            write_case_direction(audit, text=text, seen_revision=4, by=manager)
    with pytest.raises(NotAllowed):
        write_case_direction(audit, text="Mine.", seen_revision=4, by=authority.moderator)
    entries = Entry.objects.filter(verb__in=("audit.case_direction", "audit.actions_reviewed"))
    assert not any("Monday" in str(entry.details) for entry in entries)


def test_a_reaudit_at_the_lowest_grade_lands_on_both_managers_desks(authority: Authority) -> None:
    first = make_audit(authority, State.CLOSED, grade="I")
    second = walk.submit(first.reaudit, grade="I")
    assert second.final_grade == "I"
    assert duties(second) == ["action_review", "case_direction", "further_reaudit"]
    waits = Deadline.objects.about(second).open().get(kind="further_reaudit")
    assert waits.owner == authority.qa_manager
    assert told(authority.service_manager, f"{second.reference}: The lowest grade stands") == [True]
    assert told(authority.qa_manager, "at the lowest grade again") == [False]
    second = distribution.distribute(second, recipients=distribution.propose_recipients(second), by=authority.officer)

    # The QA manager has it audited once more, by somebody who never audited it.
    assert auditors_so_far(second) == {authority.auditor.pk, authority.second_auditor.pk}
    for person in (authority.auditor, authority.second_auditor):
        with pytest.raises(Refused, match="never done by the first auditor"):
            allocate_reaudit(second, auditor=person, by=authority.qa_manager)
    third_auditor = someone(Role.AUDITOR, "Tess Third", service=authority.service)
    third = allocate_reaudit(second, auditor=third_auditor, by=authority.qa_manager)
    assert third.type == second.type
    assert duties(second) == ["action_review", "case_direction"]
    assert all(READ in parts(third_auditor, again(one)) for one in (first, second))
    with pytest.raises(Stale):
        decline_reaudit(second, reason="Enough.", by=authority.qa_manager)
    # Called off, it lands on the QA manager's desk again, and can be decided anew. Its auditor reads on only
    # what was sent to them.
    sent = [distribution.Proposal(third_auditor, "Other professional")]
    add_recipients(second, recipients=sent, by=authority.officer)
    allocation.cancel(third, reason="Allocated by mistake.", by=authority.officer)
    assert [READ in parts(third_auditor, again(one)) for one in (first, second)] == [False, True]
    assert duties(second) == ["action_review", "case_direction", "reaudit_allocation"]
    third = allocate_reaudit(second, auditor=third_auditor, by=authority.qa_manager)

    # The whole chain is seen from each of its audits, and the actions of all before it by whoever follows them up.
    assert (before(third), after(first)) == ([second, first], [second, third])
    for one in (first, second, third):
        links = chain(authority.officer, again(one))
        assert [link.audit for link in links] == [first, second, third]
        assert [link.words for link in links] == ["First audit", "Re-audit", "Second re-audit"]
        assert [link.here for link in links] == [link.audit == one for link in links]
        assert [link.knows_grade for link in links] == [True, True, False]
    assert [one.audit for one in actions_before(third_auditor, third)] == [second, first]
    assert all(one.actions for one in actions_before(third_auditor, third))
    # The practitioner got both, and learns of the third that there is one, no more.
    links = chain(authority.practitioner, again(first))
    assert [(link.opens, link.knows_grade) for link in links] == [(True, True), (True, True), (False, False)]
    assert chain(authority.officer, make_audit(authority, State.MODERATED)) == []


def test_a_qa_manager_may_decide_that_no_further_reaudit_follows(authority: Authority) -> None:
    first = make_audit(authority, State.MODERATED, grade="I")
    second = walk.submit(first.reaudit, grade="I")
    assert not may_decline(authority.qa_manager, first)
    for person in (authority.officer, authority.service_manager):
        with pytest.raises(NotAllowed):
            decline_reaudit(second, reason="Enough.", by=person)
    with pytest.raises(Refused, match="what happens instead"):
        decline_reaudit(second, reason=" ", by=authority.qa_manager)
    decline_reaudit(second, reason="The child has moved to another authority.", by=authority.qa_manager)
    assert duties(second) == ["action_review", "case_direction"]
    assert second.reasons.get(kind="no further re-audit").text.startswith("The child has moved")
    with pytest.raises(Stale):
        decline_reaudit(second, reason="Twice.", by=authority.qa_manager)


def test_a_reaudit_follows_by_itself_where_its_process_map_says_so(authority: Authority) -> None:
    third_auditor = someone(Role.AUDITOR, "Tess Third", service=authority.service)
    first = make_audit(authority, State.CLOSED, grade="I")
    second = first.reaudit
    assert second is not None
    # Whoever of the two is left: nobody who audited before.
    left = {authority.second_auditor, third_auditor} - {second.auditor}
    process = second.type.process
    process.reaudit_type = second.type
    process.save()
    second = walk.submit(again(second), grade="I")
    # Of one kind only one at a time runs for a case: it waits until this one is distributed.
    assert duties(second) == ["action_review", "case_direction", "reaudit_allocation"]
    second = distribution.distribute(second, recipients=distribution.propose_recipients(second), by=authority.officer)
    third = allocate_reaudit(second, auditor=left.pop(), by=authority.qa_manager)
    assert third.due_on is not None
    assert (third.due_on - timezone.localdate()).days >= 56
    assert reaudits.reaudit_type_of(third) == second.type


def test_the_first_audits_process_map_says_when_the_reaudit_is_due(authority: Authority) -> None:
    authority.type.process.reaudit_weeks = 3
    authority.type.process.save()
    reaudit = walk.moderate(walk.submit(authority.audit(), grade="I")).reaudit
    assert reaudit is not None
    assert reaudit.due_on == reaudit.audit_due_on == after_weeks(timezone.localdate(), 3)
