"""Colleagues who help, documents that come back and pages sent twice: at the same moment, each on a connection of its
own. Nothing is lost, nothing is done twice, and nobody waits for ever."""

import io
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits.documents.docx_writing import write_docx
from audits.models import Audit, AuditType, Contribution, PaperAnswers, SectionAnswers
from audits.queries.paper import paper_of
from audits.workflow import contributions, draws, paper, submission
from audits.workflow.allocation import CannotAllocate
from audits.workflow.filling import save_section
from audits.workflow.subjects import Subject
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import verify
from tests.audits import walk
from tests.audits.documents.word import Word
from tests.audits.setting import Authority, make_authority
from tests.factories import UserFactory
from tests.security.test_two_at_once import again, at_once, person

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
PLAN = "plan"


@pytest.fixture
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def colleague(authority: Authority) -> User:
    return UserFactory.create(name="Casey Colleague")


def ask(audit: Audit, colleague: User) -> Contribution:
    return contributions.ask(again(audit), section=PLAN, person=colleague, note="", by=person(audit.auditor))


def post(client: Client, audit: Audit, text: str, **more: Any) -> Any:
    path = reverse("audits:section", args=[audit.reference, PLAN])
    question = next(one for one in audit.form.section(PLAN).questions if one.kind == "evidence")
    name = f"{PLAN}__{question.key}-strengths"
    return client.post(path, {"revision": "0", name: text, **more}, headers={"origin": "http://testserver"})


def test_two_requests_are_one(authority: Authority, colleague: User) -> None:
    for _ in range(ROUNDS):
        audit = authority.audit(authority.another_case())
        results = at_once(lambda audit=audit: ask(audit, colleague), lambda audit=audit: ask(audit, colleague))
        assert not [one for one in results if isinstance(one, Exception)], results
        assert Contribution.objects.filter(audit=audit).count() == 1
    assert list(verify()) == []


def test_withdrawn_while_they_save_and_say_that_it_is_done(
    authority: Authority, colleague: User, client_for: Callable[[User], Client]
) -> None:
    for number in range(ROUNDS):
        audit = authority.audit(authority.another_case())
        asked = ask(audit, colleague)
        client = client_for(colleague)
        results = at_once(
            lambda audit=audit, client=client, number=number: post(client, audit, f"Typed {number}", go="done"),
            lambda asked=asked: contributions.withdraw(asked, by=person(authority.auditor)),
        )
        response, withdrawn = results
        assert withdrawn is None, repr(withdrawn)
        stored = SectionAnswers.objects.filter(audit=audit, section=PLAN).first()
        # Saved, or refused with the text on the page that says so.
        assert (response.status_code == 302 and stored is not None) or f"Typed {number}" in response.content.decode()
        assert not Contribution.objects.filter(audit=audit).exists()


def test_a_colleague_saves_while_the_auditor_submits(
    authority: Authority, colleague: User, client_for: Callable[[User], Client]
) -> None:
    for number in range(ROUNDS):
        audit = authority.audit(authority.another_case())
        walk.fill(audit, part="audit", by=audit.auditor)
        ask(audit, colleague)
        client = client_for(colleague)
        seen = SectionAnswers.objects.get(audit=audit, section=PLAN).revision
        submitted, response = at_once(
            lambda audit=audit: submission.submit(again(audit), by=person(authority.auditor)),
            lambda audit=audit, client=client, number=number, seen=seen: post(
                client, audit, f"Typed {number}", revision=str(seen)
            ),
        )
        assert isinstance(submitted, Audit | submission.Incomplete), repr(submitted)
        saved = f"Typed {number}" in str(SectionAnswers.objects.get(audit=audit, section=PLAN).document)
        assert saved or f"Typed {number}" in response.content.decode()
    assert list(verify()) == []


def document(audit: Audit, by: User, text: str) -> io.BytesIO:
    word = Word(write_docx(paper_of(audit, by)))
    question = next(one for one in audit.form.section(PLAN).questions if one.kind == "evidence")
    word.write(f"{PLAN}__{question.key}-strengths", text)
    return io.BytesIO(word.save())


def test_a_document_is_saved_once(authority: Authority) -> None:
    for number in range(ROUNDS):
        audit = again(authority.audit(authority.another_case()))
        paper.take_in(audit, file=document(audit, authority.auditor, f"On paper {number}"), by=authority.auditor)
        results = at_once(
            *(
                lambda audit=audit: paper.confirm(again(audit), taken={PLAN: 0}, by=person(authority.auditor))
                for _ in range(2)
            )
        )
        assert Counter(type(one) for one in results) == {paper.Outcome: 1, Stale: 1}, results
        row = SectionAnswers.objects.get(audit=audit, section=PLAN)
        assert row.revision == 1
        assert f"On paper {number}" in str(row.document)


def test_a_document_and_a_page_keep_both_texts(authority: Authority) -> None:
    for number in range(ROUNDS):
        audit = again(authority.audit(authority.another_case()))
        paper.take_in(audit, file=document(audit, authority.auditor, f"On paper {number}"), by=authority.auditor)
        results = at_once(
            lambda audit=audit: paper.confirm(again(audit), taken={PLAN: 0}, by=person(authority.auditor)),
            lambda audit=audit, number=number: save_section(
                again(audit),
                section=PLAN,
                document={"answers": {"one": f"On the page {number}"}, "raw": {}},
                seen_revision=0,
                by=person(authority.auditor),
            ),
        )
        assert not [one for one in results if isinstance(one, Exception)], results
        row = SectionAnswers.objects.get(audit=audit, section=PLAN)
        texts = f"{row.document} {[one.document for one in row.rejected.all()]}"
        assert f"On paper {number}" in texts
        assert f"On the page {number}" in texts


def test_two_uploads_leave_one_to_look_over(authority: Authority) -> None:
    for number in range(ROUNDS):
        audit = again(authority.audit(authority.another_case()))
        files = [document(audit, authority.auditor, f"Upload {number} {place}") for place in range(2)]
        results = at_once(
            *(
                lambda audit=audit, file=file: paper.take_in(again(audit), file=file, by=person(authority.auditor))
                for file in files
            )
        )
        assert not [one for one in results if isinstance(one, Exception)], results
        assert PaperAnswers.objects.filter(audit=audit, applied_at=None).count() == 1


def test_two_audits_of_one_record_are_one(authority: Authority) -> None:
    AuditType.objects.filter(pk=authority.type.pk).update(about="record")
    for number in range(ROUNDS):

        def allocate(number: int = number) -> Audit:
            return draws.allocate_other(
                Subject(authority.team, text=f"Carer {number}"),
                type=AuditType.objects.get(pk=authority.type.pk),
                auditor=person(authority.auditor),
                reason="Due.",
                by=person(authority.officer),
            )

        results = at_once(allocate, allocate)
        assert Counter(type(one) for one in results) == {Audit: 1, CannotAllocate: 1}, results
    assert Audit.objects.count() == ROUNDS
    assert list(verify()) == []


def test_a_document_is_not_saved_once_the_audit_is_submitted(authority: Authority) -> None:
    for number in range(ROUNDS):
        audit = again(authority.audit(authority.another_case()))
        walk.fill(audit, part="audit", by=authority.auditor)
        audit = again(audit)
        seen = SectionAnswers.objects.get(audit=audit, section=PLAN).revision
        paper.take_in(audit, file=document(audit, authority.auditor, f"On paper {number}"), by=authority.auditor)
        submitted, confirmed = at_once(
            lambda audit=audit: submission.submit(again(audit), by=person(authority.auditor)),
            lambda audit=audit, seen=seen: paper.confirm(
                again(audit), taken={PLAN: seen}, by=person(authority.auditor)
            ),
        )
        assert isinstance(submitted, Audit), repr(submitted)
        saved = f"On paper {number}" in str(SectionAnswers.objects.get(audit=audit, section=PLAN).document)
        assert isinstance(confirmed, paper.Outcome) if saved else isinstance(confirmed, Refused | NotAllowed)
    assert list(verify()) == []
