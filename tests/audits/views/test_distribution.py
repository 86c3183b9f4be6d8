"""The pages on which an audit is checked, distributed, kept in view, answered with feedback, and closed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.kloe.packs import read_pack
from audits.models import Audit, AuditType, Recipient, State
from audits.workflow import distribution, draws
from audits.workflow.packs import load_pack
from audits.workflow.subjects import Subject
from qaf.people.models import User
from tests.audits import walk
from tests.audits.factories import make_audit
from tests.audits.setting import Authority, make_authority
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def authority(db: None) -> Authority:
    return make_authority()


def ticked(page: str) -> list[str]:
    """The values of the boxes that are ticked, in order."""
    boxes = re.findall(r'<input class="govuk-checkboxes__input"[^>]*>', page, re.S)
    return [re.search(r'value="([^"]*)"', box)[1] for box in boxes if re.search(r"\bchecked\b", box)]  # type: ignore[index]


def test_others_are_searched_for_and_every_tick_is_kept(authority: Authority, client_for: SignIn) -> None:
    audit = make_audit(authority, State.MODERATED)
    rae, gone = UserFactory.create(name="Rae Reviewing"), UserFactory.create(name="Rae Gone", is_active=False)
    ann = UserFactory.create(name="Ann Head")
    client, path = client_for(authority.officer), f"/audits/{audit.reference}/distribute/"
    page = client.get(path).content.decode()
    keys = [str(one.pk) for one in (authority.team_manager, authority.practitioner, authority.auditor)]
    assert ticked(page) == keys
    assert "Sal Service-Manager (service manager)" in page

    # One unticked; a search finds people without ticking them.
    data: dict[str, object] = {"proposed": keys[1:], "go": "search", "search": "rae", "receives_as": "0"}
    response = client.post(path, data)
    page = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" not in page
    assert ticked(page) == keys[1:]
    assert f"Rae Reviewing, {rae.email} (IRO or CP chair)" in page
    assert str(gone.email) not in page
    # Ticked, and searched once more: it stays, with the reason that was chosen for it.
    found = f"{rae.pk}:0"
    data |= {"found": [found], "search": "ann", "receives_as": "4"}
    page = client.post(path, data).content.decode()
    assert ticked(page) == [*keys[1:], found]
    page = client.post(path, data | {"search": "<nobody> ☃"}).content.decode()
    assert "has “&lt;nobody&gt; ☃” in their name" in page
    assert ticked(page) == [*keys[1:], found]
    # No database looks up a NUL byte: it parts words, as a blank does.
    assert str(ann.email) in client.post(path, data | {"search": "an\x00head"}).content.decode()
    # A name that was typed and not searched for is not passed over.
    response = client.post(path, {"proposed": keys[1:], "search": "ann"})
    assert response.status_code == 422
    assert "Choose Search to find this person" in response.content.decode()
    for made_up in ("999999:0", f"{gone.pk}:0", "x", "1:99", ""):
        assert client.post(path, {"proposed": keys, "found": [made_up]}).status_code == 422
    assert client.post(path, {}).status_code == 422
    assert Audit.objects.get(pk=audit.pk).state == State.MODERATED

    response = client.post(
        path, {"proposed": keys[1:], "found": [found, f"{ann.pk}:4"], "search": "ann", "searched": "ann"}, follow=True
    )
    assert "was sent to 4 people" in response.content.decode()
    got = Recipient.objects.filter(audit=audit).values_list("person__name", "reason")
    assert set(got) == {
        ("Pat Practitioner", "Case-holder"),
        ("Ade Auditor", "Auditor"),
        ("Rae Reviewing", "IRO or CP chair"),
        ("Ann Head", "Other professional"),
    }
    # Opening the page is what counts as opening.
    client_for(rae).get(f"/audits/{audit.reference}/")
    page = client.get(f"/audits/{audit.reference}/recipients/").content.decode()
    assert page.count("Not opened yet") == 3
    assert page.count("Opened ") == 1
    assert "not opened yet" in client.get(f"/audits/{audit.reference}/").content.decode()
    assert "not opened yet" not in client_for(rae).get(f"/audits/{audit.reference}/").content.decode()


def test_sent_on_reminded_and_taken_back_on_the_pages(authority: Authority, client_for: SignIn) -> None:
    audit = make_audit(authority, State.DISTRIBUTED)
    rae = UserFactory.create(name="Rae Reviewing")
    client, path = client_for(authority.officer), f"/audits/{audit.reference}/recipients/"
    response = client.post(f"{path}add/", {"found": [f"{rae.pk}:0"]}, follow=True)
    page = response.content.decode()
    assert "was sent to Rae Reviewing as well" in page
    # Who has it already is neither proposed nor found.
    page = client.post(f"{path}add/", {"go": "search", "search": "Rae"}).content.decode()
    assert "Nobody else who can be sent this audit" in page
    assert "Sal Service-Manager" in page
    assert ticked(page) == []
    recipient = Recipient.objects.get(person=rae)
    assert "has been reminded" in client.post(f"{path}{recipient.pk}/remind/", follow=True).content.decode()
    assert "reminded today already" in client.post(f"{path}{recipient.pk}/remind/", follow=True).content.decode()
    page = client.get(f"{path}{recipient.pk}/withdraw/").content.decode()
    assert "has not opened it yet" in page
    assert client.post(f"{path}{recipient.pk}/withdraw/", {"reason": ""}).status_code == 422
    response = client.post(f"{path}{recipient.pk}/withdraw/", {"reason": "A mistake."}, follow=True)
    assert "taken back from Rae Reviewing" in response.content.decode()
    # From another tab, and of another audit.
    assert client.post(f"{path}{recipient.pk}/withdraw/", {"reason": "A mistake."}).status_code == 404
    other = make_audit(authority, State.DISTRIBUTED)
    elsewhere = other.recipients.first()
    assert elsewhere is not None
    assert client.post(f"{path}{elsewhere.pk}/remind/").status_code == 404
    # The worker's row says what taking it back means.
    worker = Recipient.objects.get(audit=audit, person=authority.practitioner)
    assert "no longer asked for" in client.get(f"{path}{worker.pk}/withdraw/").content.decode()
    assert client_for(rae).get(path).status_code == 404

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    few = queries()
    for name in ("One More", "Two More", "Three More"):
        Recipient.objects.create(audit=audit, person=UserFactory.create(name=name), reason="Deputy manager")
    assert queries() == few <= 9


@pytest.mark.parametrize(("grade", "plan"), [("I", True), ("RI", True), ("G", False)])
def test_six_questions_of_feedback_and_a_plan_at_the_two_lower_grades(
    authority: Authority, client_for: SignIn, grade: str, plan: bool
) -> None:
    # The auditor says good: it is the moderated grade that counts.
    audit = walk.moderate(walk.submit(authority.audit()), grade=grade)
    distribution.distribute(audit, recipients=distribution.propose_recipients(audit), by=authority.officer)
    client, path = client_for(authority.practitioner), f"/audits/{audit.reference}/feedback/"
    [section] = audit.form.sections_of("feedback")
    six = [question for question in section.questions if question.key != "discussed_on"]
    assert len(six) == 6
    page = client.get(f"/audits/{audit.reference}/sections/{section.key}/").content.decode()
    assert all(question.label in page for question in six if question.key != "improvement_plan")
    response = client.post(path)
    assert response.status_code == 422
    assert ("plan for improvement" in response.content.decode()) is plan
    walk.fill(Audit.objects.get(pk=audit.pk), part="feedback", by=authority.practitioner)
    assert "the audit is closed" in client.post(path, follow=True).content.decode()
    assert Audit.objects.get(pk=audit.pk).state == State.CLOSED


def test_an_observation_is_reviewed_for_its_evidence_instead_of_moderated(
    authority: Authority, client_for: SignIn
) -> None:
    load_pack(read_pack(Path(settings.BASE_DIR) / "fixtures" / "packs" / "bristol"))
    audit = draws.allocate_other(
        Subject(authority.team, practitioner=authority.practitioner),
        type=AuditType.objects.get(key="observed-practice"),
        auditor=authority.auditor,
        reason="Due this quarter.",
        by=authority.officer,
    )
    audit = walk.submit(audit)
    client, path = client_for(authority.officer), f"/audits/{audit.reference}/qa-check/"
    assert "Review the evidence for the grades" in client.get(f"/audits/{audit.reference}/").content.decode()
    page = client.get(path).content.decode()
    assert "Is there enough evidence for each grade?" in page
    assert "not moderated" in page
    for judgement in audit.judgements.all():
        assert page.count(judgement.title.replace("'", "&#x27;")) >= 1
    assert page.count("What the grades mean") >= 2
    response = client.post(path)
    assert response.status_code == 422
    assert "Say that there is enough evidence" in response.content.decode()
    assert "Its grades stand" in client.post(path, {"sufficient": "on"}, follow=True).content.decode()
    audit = Audit.objects.get(pk=audit.pk)
    assert (audit.state, audit.final_grade) == (State.MODERATED, "G")


def test_a_moderated_type_is_checked_for_completeness_and_returned_with_reasons(
    authority: Authority, client_for: SignIn
) -> None:
    audit = make_audit(authority, State.SUBMITTED)
    client, path = client_for(authority.officer), f"/audits/{audit.reference}/qa-check/"
    page = client.get(path).content.decode()
    assert "it goes to its moderator" in page
    assert "sufficient" not in page
    assert client.post(f"/audits/{audit.reference}/return/", {"reason": ""}).status_code == 422
    client.post(f"/audits/{audit.reference}/return/", {"reason": "Say what the child said."})
    assert Audit.objects.get(pk=audit.pk).state == State.IN_PROGRESS
    assert (
        "Say what the child said." in client_for(authority.auditor).get(f"/audits/{audit.reference}/").content.decode()
    )
