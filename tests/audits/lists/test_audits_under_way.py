"""Audits under way whose case a list closes, moves to another team or gives to another worker."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.kloe.filling import prefill
from audits.list_extras import case_note
from audits.models import Audit, Case, CaseList
from audits.queries.answers import facts_of
from audits.queries.lists import touched_audits
from audits.workflow.allocation import cancel
from audits.workflow.list_audits import running_known_to
from qaf.notices.models import Notice
from qaf.people.models import User
from tests.audits.lists.setting import bring_in, upload
from tests.audits.setting import Authority, make_authority
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
HEAD = "ChildUniqueID,AllocatedTeam,AllocatedWorker,ChildProtectionPlanStartDate,ChildProtectionPlanEndDate\n"
AS_IT_WAS = "SYN-00001,North,Pat Practitioner,02/03/2026,"


@pytest.fixture
def authority(db: None) -> Authority:
    made = make_authority()
    bring_in(made.officer, "cp", f"{HEAD}{AS_IT_WAS}\n")
    return made


def take_in(authority: Authority, row: str, *, by: User | None = None) -> CaseList:
    return bring_in(by or authority.qa_manager, "cp", f"{HEAD}{row}\n")


def sentences(user: User, audit: Audit) -> list[str]:
    note = case_note(user, Audit.objects.select_related("case__case_holder").get(pk=audit.pk))
    return note.context["sentences"] if note is not None else []


CLOSED = AS_IT_WAS + "02/11/2026"
MOVED = AS_IT_WAS.replace("North", "South")
GIVEN = AS_IT_WAS.replace("Pat Practitioner", "Ade Auditor")


@pytest.mark.parametrize(
    ("row", "what", "said"),
    [
        (CLOSED, "closed", ["The list of cases says that the case was closed on 2 November 2026."]),
        (MOVED, "moved", ["The list of cases says that the case has moved to the team South."]),
        (
            GIVEN,
            "worker",
            [
                "The list of cases says that the case is now with Ade Auditor.",
                "That is the auditor, and nobody audits their own case.",
            ],
        ),
    ],
    ids=["closed", "moved", "given"],
)
def test_it_is_said_on_the_audits_page_in_notices_and_in_the_result(
    authority: Authority, row: str, what: str, said: list[str]
) -> None:
    TeamFactory.create(service=authority.service, name="South")
    audit = authority.audit()
    plan, _ = upload(authority.qa_manager, "cp", f"{HEAD}{row}\n")
    assert running_known_to(authority.qa_manager, plan) == [(audit, what)]
    listed = take_in(authority, row)
    assert sentences(authority.auditor, audit) == said
    assert [(one.audit, one.what) for one in touched_audits(listed, authority.officer)] == [(audit, what)]
    told = Notice.objects.filter(key__contains=f"case_{what}")
    assert {notice.person for notice in told} == {authority.auditor, authority.officer}
    for notice in told:
        assert notice.text.startswith(f"{audit.reference}: the list of cases says that this case has")
        assert "SYN" not in notice.text + notice.path


def test_whoever_imports_the_list_is_not_told_what_they_see_anyway(authority: Authority) -> None:
    authority.audit()
    take_in(authority, CLOSED, by=authority.officer)
    assert {notice.person for notice in Notice.objects.filter(key__contains="case_closed")} == {authority.auditor}


def test_nothing_is_said_when_the_list_changes_nothing_of_it(authority: Authority) -> None:
    audit = authority.audit()
    listed = take_in(authority, AS_IT_WAS)
    assert (sentences(authority.auditor, audit), touched_audits(listed, authority.officer)) == ([], [])
    assert not Notice.objects.filter(key__contains="case_").exists()


def test_an_audit_that_has_ended_or_a_change_before_it_was_allocated_is_left_alone(authority: Authority) -> None:
    ended = cancel(authority.audit(), reason="The family moved away.", by=authority.officer)
    listed = take_in(authority, CLOSED)
    assert sentences(authority.auditor, ended) == []
    assert touched_audits(listed, authority.officer) == []
    CaseList.objects.filter(pk=listed.pk).update(imported_at=timezone.now() - timedelta(days=2))
    assert sentences(authority.auditor, authority.audit(Case.objects.get(pk=authority.case.pk))) == []


def test_the_note_asks_nothing_while_the_case_is_as_it_was(authority: Authority) -> None:
    audit = Audit.objects.select_related("case__case_holder").get(pk=authority.audit().pk)
    with CaptureQueriesContext(connection) as seen:
        assert case_note(authority.auditor, audit) is None
    assert len(seen) == 0


def test_the_pages_tell_of_it(authority: Authority, client_for: Callable[[User], Client]) -> None:
    audit = authority.audit()
    listed = take_in(authority, CLOSED)

    def shown(user: User, path: str) -> str:
        response: Any = client_for(user).get(path)
        return " ".join(response.content.decode().split())

    assert "the case was closed on 2 November 2026" in shown(authority.auditor, f"/audits/{audit.reference}/")
    page = shown(authority.officer, f"/audits/cases/imports/{listed.pk}/")
    assert "1 audit under way is about cases that this list closed" in page
    assert f"{audit.reference}</a>: its case has closed" in page


def test_the_form_is_not_filled_in_with_a_status_that_it_does_not_offer(authority: Authority) -> None:
    audit = authority.audit(authority.another_case(legal_status="contact"))
    section = audit.form.sections_of(audit.part)[0]
    question = next(one for one in section.questions if one.prefill == "case.status")
    assert facts_of(audit)["case.status"] == "contact"

    assert question.key not in prefill(audit.form, section, facts_of(audit))
