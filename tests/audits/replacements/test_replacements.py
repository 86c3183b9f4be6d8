"""A case that turns out unsuitable: asked, answered, replaced; and what stays on record."""

import pytest
from django.test import Client
from django.utils import timezone

from audits.models import Audit, Cycle, Expectation, Expected, Reason, Replacement, Selection, State
from audits.workflow import draws
from audits.workflow.replacements import Finding, ask_replacement, let_stand, pending, replace
from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.models import User
from qaf.trail.models import Entry
from tests.audits import walk
from tests.audits.setting import Authority, make_authority

pytestmark = pytest.mark.django_db
CLOSED = Finding(Replacement.Reason.CLOSED, "")


@pytest.fixture
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def audit(authority: Authority) -> Audit:
    """The one audit of a draw among four cases for one auditor."""
    for _ in range(3):
        authority.another_case()
    order = draws.make_order(
        type=authority.type, teams=[authority.team], auditors=[authority.auditor], per_auditor=1, seed="seed0001",
        by=authority.officer,
    )  # fmt: skip
    _, (found,) = draws.allocate_draw(order, by=authority.officer)
    return found


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_auditor_asks_and_qa_has_another_case_drawn(authority: Authority, audit: Audit) -> None:
    ask_replacement(audit, finding=Finding(Replacement.Reason.KNOWN, "I was her social worker."), by=authority.auditor)
    duty = Deadline.objects.about(audit).open().get(kind="replacement")
    assert duty.owner == authority.officer
    fresh = replace(audit, by=authority.officer)
    audit.refresh_from_db()
    assert audit.state == State.CANCELLED
    assert fresh.state == State.ALLOCATED
    assert (fresh.auditor, fresh.draw) == (authority.auditor, audit.draw)
    assert fresh.case_id != audit.case_id
    assert "in place of an unsuitable case" in fresh.selection
    assert "seed0001, replacement 1" in fresh.selection
    kept = Replacement.objects.get(audit=audit)
    assert (kept.agreed, kept.replaced_by, kept.answered_by) == (True, fresh, authority.officer)
    assert not Deadline.objects.about(audit).open().exists()
    assert list(Entry.objects.order_by("-sequence").values_list("verb", flat=True)[:4]) == [
        "audit.replaces", "audit.replaced", "audit.cancelled", "audit.allocated",
    ]  # fmt: skip


def test_the_same_case_is_not_drawn_again_until_none_is_left(authority: Authority, audit: Audit) -> None:
    seen = {audit.case_id}
    for _ in range(3):
        audit = replace(audit, finding=CLOSED, by=authority.officer)
        assert audit.case_id not in seen
        seen.add(audit.case_id)
    before = Audit.objects.count()
    with pytest.raises(Refused, match="No other case can be drawn"):
        replace(audit, finding=CLOSED, by=authority.officer)
    audit.refresh_from_db()
    assert (audit.state, Audit.objects.count()) == (State.ALLOCATED, before)
    assert pending(audit) is None


def test_qa_lets_the_case_stand_and_the_auditor_reads_why(authority: Authority, audit: Audit) -> None:
    ask_replacement(audit, finding=CLOSED, by=authority.auditor)
    with pytest.raises(Refused, match="Say why"):
        let_stand(audit, answer=" ", by=authority.officer)
    let_stand(audit, answer="It closed only last week.", by=authority.officer)
    audit.refresh_from_db()
    assert audit.state == State.ALLOCATED
    assert Reason.objects.filter(audit=audit, kind="case kept").get().text == "It closed only last week."
    assert Notice.objects.filter(person=authority.auditor, text__contains="The case stands").exists()
    # They may say so again, with more to say.
    ask_replacement(audit, finding=Finding(Replacement.Reason.OTHER, "The file is sealed."), by=authority.auditor)
    assert pending(audit) is not None


def test_a_second_request_waits_for_the_answer_to_the_first(authority: Authority, audit: Audit) -> None:
    ask_replacement(audit, finding=CLOSED, by=authority.auditor)
    with pytest.raises(Stale, match="already"):
        ask_replacement(audit, finding=CLOSED, by=authority.auditor)


def test_a_request_lapses_when_the_audit_is_handed_in(authority: Authority, audit: Audit) -> None:
    ask_replacement(audit, finding=CLOSED, by=authority.auditor)
    walk.submit(audit)
    assert pending(audit) is None
    assert not Deadline.objects.about(audit).open().filter(kind="replacement").exists()
    with pytest.raises(Stale):
        replace(Audit.objects.get(pk=audit.pk), finding=CLOSED, by=authority.officer)


def test_only_its_auditor_asks_and_only_qa_answers(authority: Authority, audit: Audit) -> None:
    with pytest.raises(NotAllowed):
        ask_replacement(audit, finding=CLOSED, by=authority.second_auditor)
    with pytest.raises(NotAllowed):
        replace(audit, finding=CLOSED, by=authority.auditor)
    with pytest.raises(NotAllowed):
        let_stand(audit, answer="No.", by=authority.moderator)


def test_another_reason_has_to_be_said(authority: Authority, audit: Audit) -> None:
    with pytest.raises(Refused, match="Say why"):
        ask_replacement(audit, finding=Finding(Replacement.Reason.OTHER, " "), by=authority.auditor)
    page = signed_in(authority.auditor).post(f"/audits/{audit.reference}/unsuitable/", {"reason": "other", "text": ""})
    assert page.status_code == 422
    assert "Say why the case cannot be audited" in page.content.decode()


def test_what_a_cycle_expects_is_now_the_new_audit(authority: Authority, audit: Audit) -> None:
    row = Expectation.objects.create(
        service_name="Area", type_name="Case file", type=authority.type, service=authority.service,
        selection=Selection.DRAWN, every_months=2,
    )  # fmt: skip
    today = timezone.localdate()
    cycle = Cycle.objects.create(expectation=row, starts_on=today, ends_on=today, seed="s")
    expected = Expected.objects.create(
        cycle=cycle, auditor=authority.auditor, opens_on=today, state=Expected.State.ALLOCATED, audit=audit
    )
    fresh = replace(audit, finding=CLOSED, by=authority.officer)
    expected.refresh_from_db()
    assert (expected.audit, expected.state) == (fresh, Expected.State.ALLOCATED)


def test_a_reaudits_case_is_not_replaced(authority: Authority, audit: Audit) -> None:
    Audit.objects.filter(pk=audit.pk).update(reaudit_of=authority.audit(authority.another_case()))
    with pytest.raises(Refused, match="cannot be replaced"):
        replace(Audit.objects.get(pk=audit.pk), finding=CLOSED, by=authority.officer)


def test_the_pages_lead_from_the_request_to_the_new_audit(authority: Authority, audit: Audit) -> None:
    auditor, officer = signed_in(authority.auditor), signed_in(authority.officer)
    assert "Say that the case is unsuitable" in auditor.get(f"/audits/{audit.reference}/").content.decode()
    asked = {"reason": "court", "text": ""}
    assert auditor.post(f"/audits/{audit.reference}/unsuitable/", asked).status_code == 302
    assert "QA has not answered yet" in auditor.get(f"/audits/{audit.reference}/").content.decode()
    page = officer.get(f"/audits/{audit.reference}/replace/").content.decode()
    assert "Ade Auditor finds the case unsuitable" in page
    answered = officer.post(f"/audits/{audit.reference}/replace/", {"replaced": "no", "answer": ""})
    assert answered.status_code == 422
    answered = officer.post(f"/audits/{audit.reference}/replace/", {"replaced": "yes", "answer": ""}, follow=True)
    fresh = Replacement.objects.get(audit=audit).replaced_by
    assert fresh is not None
    text = answered.content.decode()
    assert f"has audit {fresh.reference} in its place" in text
    assert "It took the place of" in text
    assert fresh.reference in officer.get(f"/audits/{audit.reference}/").content.decode()
