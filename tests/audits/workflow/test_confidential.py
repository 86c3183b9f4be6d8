"""What is confidential stays so, wherever else an audit leaves its mark: late steps, reports, moderation, re-audits."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from audits.models import Audit, AuditType, ProcessMap, State
from audits.queries.cases import cases_for_list
from audits.workflow import submission
from audits.workflow.reaudits import allocate_reaudit
from moderation import workflow as moderation
from moderation.eligibility import eligible_moderators
from moderation.models import Moderation
from qaf.deadlines.sweep import sweep
from qaf.errors import Refused
from qaf.notices.models import Notice
from qaf.people.roles import Role
from scorecard.figures import count
from scorecard.period import Period
from tests.audits import walk
from tests.audits.setting import Authority, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit(authority: Authority) -> Audit:
    """A confidential audit of the usual form, with every step that there is."""
    AuditType.objects.update(confidential=True)
    authority.type.refresh_from_db()
    authority.officer = authority.qa_manager
    return Audit.objects.get(pk=authority.audit().pk)


def far_past_its_end(audit: Audit) -> date:
    assert audit.due_on is not None
    return audit.due_on + timedelta(days=60)


def told() -> set[str]:
    return set(Notice.objects.values_list("person__name", flat=True))


def test_lists_of_cases_say_nothing_of_it_to_whoever_may_not_see_it(authority: Authority, audit: Audit) -> None:
    officer = someone(Role.QA_OFFICER, "Oli Officer", service=authority.service)
    assert not cases_for_list(officer).get(pk=audit.case_id).being_audited
    assert cases_for_list(authority.qa_manager).get(pk=audit.case_id).being_audited


def test_that_it_is_late_is_told_to_a_qa_manager_and_not_to_its_owners_manager(audit: Audit) -> None:
    sweep(far_past_its_end(audit))
    assert told() == {"Ade Auditor", "Quin Manager"}


def test_any_other_late_audit_is_told_to_its_owners_manager(authority: Authority) -> None:
    sweep(far_past_its_end(authority.audit()))
    assert told() == {"Ade Auditor", "Sal Service-Manager"}


def test_when_its_owner_has_left_a_qa_manager_is_told(authority: Authority, audit: Audit) -> None:
    type(authority.auditor).objects.filter(pk=authority.auditor.pk).update(is_active=False)
    Notice.objects.all().delete()
    assert audit.due_on is not None
    sweep(audit.due_on)
    assert "Quin Manager" in told()
    assert "Sal Service-Manager" not in told()


def test_a_qa_manager_who_is_late_is_told_once(authority: Authority, audit: Audit) -> None:
    ProcessMap.objects.update(qa_check=True)
    audit = walk.submit(Audit.objects.get(pk=audit.pk))
    assert audit.step_owner == authority.qa_manager
    Notice.objects.all().delete()
    sweep(far_past_its_end(audit))
    assert list(Notice.objects.values_list("person__name", flat=True)) == ["Quin Manager"]


def test_no_report_counts_it(authority: Authority, audit: Audit) -> None:
    today = timezone.localdate()
    assert count(Period(today, today)) == count(Period(today + timedelta(days=400), today + timedelta(days=400)))
    Audit.objects.update(confidential=False)
    assert count(Period(today, today))["cells"]["whole|allocated"] == 1


def test_it_is_moderated_by_a_qa_manager(authority: Authority, audit: Audit) -> None:
    audit = walk.submit(audit)
    decision = Moderation.objects.get(audit=audit)
    assert decision.moderator == authority.qa_manager
    second = someone(Role.QA_MANAGER, "Val Manager")
    # Nobody else, and first whoever has none in hand.
    assert eligible_moderators(audit) == [second, authority.qa_manager]
    with pytest.raises(Refused):
        moderation.hand_over(decision, to=authority.moderator, reason="On leave.", by=authority.qa_manager)


def test_its_re_audit_is_confidential_too(authority: Authority, audit: Audit) -> None:
    AuditType.objects.filter(key="child-case-reaudit").update(confidential=False)
    audit = walk.moderate(walk.submit(audit, grade="I"))
    assert audit.reaudit is not None
    assert audit.reaudit.confidential


def test_a_re_audit_that_cannot_be_opened_does_not_keep_the_grades_from_standing(authority: Authority) -> None:
    first, second = authority.audit(), walk.submit(authority.audit(authority.another_case()), grade="I")
    first = walk.moderate(walk.submit(first, grade="I"))
    assert first.reaudit is not None
    # The case of the first audit is being re-audited already when another audit of it comes to the lowest grade.
    Audit.objects.filter(pk=first.pk).update(state=State.CLOSED)
    Audit.objects.filter(pk=second.pk).update(case=first.case)
    second = walk.moderate(Audit.objects.get(pk=second.pk))
    assert (second.state, second.final_grade, second.reaudit) == (State.MODERATED, "I", None)
    assert Notice.objects.filter(person=authority.qa_manager, text__contains="re-audit could not be opened").exists()
    with pytest.raises(Refused):
        allocate_reaudit(second, auditor=authority.second_auditor, by=authority.qa_manager)


def test_the_check_is_still_passed_on(authority: Authority, audit: Audit) -> None:
    ProcessMap.objects.update(qa_check=True)
    audit = submission.pass_check(walk.submit(audit), by=authority.qa_manager)
    assert audit.state == State.MODERATING
