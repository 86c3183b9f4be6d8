"""The pages of case direction and review, of the chain of re-audits, and the note of a lifted grade."""

from collections.abc import Callable

import pytest
from django.test import Client

from audits.models import Audit, CaseDirection, State
from audits.workflow.actions import move
from audits.workflow.directions import write_case_direction
from moderation import workflow as moderation_workflow
from moderation.models import Moderation
from qaf.people.models import User
from tests.audits import walk
from tests.audits.factories import make_audit
from tests.audits.setting import Authority, make_authority

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def authority(db: None) -> Authority:
    return make_authority()


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_stale_page_shows_both_texts_and_loses_neither(authority: Authority, client_for: SignIn) -> None:
    audit = make_audit(authority, State.MODERATED, grade="I")
    client, path = client_for(authority.service_manager), f"/audits/{audit.reference}/"
    assert 'name="revision" value="0"' in text_of(client.get(f"{path}direction/"))
    assert client.get(f"{path}direction/history/").status_code == 404
    client.post(f"{path}direction/", {"reason": "See the child today.", "revision": "0"})
    response = client.post(f"{path}direction/", {"reason": "See <the> child tomorrow ☃.", "revision": "0"})
    page = text_of(response)
    assert response.status_code == 409
    assert "See the child today." in page
    assert "See &lt;the&gt; child tomorrow ☃." in page
    assert 'name="revision" value="1"' in page
    assert CaseDirection.objects.get().text == "See the child today."
    # Saved from that page it stands in place of the other, which is kept.
    client.post(f"{path}direction/", {"reason": "See <the> child tomorrow ☃.", "revision": "1"})
    page = text_of(client.get(f"{path}direction/history/"))
    assert page.index("See &lt;the&gt; child tomorrow ☃.") < page.index("See the child today.")
    for made_up in ("", "-1", "x", "9" * 40):
        assert client.post(f"{path}direction/", {"reason": "Mine.", "revision": made_up}).status_code == 409
    response = client.post(f"{path}direction/", {"reason": "x" * 20_001, "revision": "2"})
    assert response.status_code == 422
    assert "Use at most 20,000 characters" in text_of(response)
    assert client.post(f"{path}direction/", {"reason": "", "revision": "2"}).status_code == 422

    # The review stands beside the actions, and is guarded in the same way.
    first = audit.actions.get(position=1)
    move(first, move="complete", note="Seen on Monday.", by=authority.service_manager)
    page = text_of(client.get(f"{path}actions-review/"))
    assert first.text in page
    assert "Seen on Monday." in page
    assert "See &lt;the&gt; child tomorrow ☃." in page
    response = client.post(f"{path}actions-review/", {"reason": "All done.", "revision": "1"})
    assert response.status_code == 409
    assert "All done." in text_of(response)
    client.post(f"{path}actions-review/", {"reason": "All done.", "revision": "2"})
    assert CaseDirection.objects.get().review == "All done."
    page = text_of(client_for(authority.officer).get(path))
    assert "All done." in page
    assert "Earlier texts of the case direction" in page


def test_a_lifted_grade_leaves_a_note_on_the_page(authority: Authority, client_for: SignIn) -> None:
    audit = walk.submit(authority.audit(), grade="I")
    write_case_direction(audit, text="See the child today.", seen_revision=0, by=authority.service_manager)
    audit = walk.moderate(audit, grade="RI")
    for person in (authority.service_manager, authority.officer, authority.auditor):
        page = text_of(client_for(person).get(f"/audits/{audit.reference}/"))
        assert "The lowest grade was lifted" in page
        assert "are no longer due" in page
        assert "Written while the lowest grade stood" in page
        assert "Change the case direction" not in page
    moderation = Moderation.objects.get(audit=audit)
    moderation_workflow.reopen(moderation, reason="More was found.", by=authority.moderator)
    audit = walk.moderate(Audit.objects.get(pk=audit.pk), grade="I")
    page = text_of(client_for(authority.service_manager).get(f"/audits/{audit.reference}/"))
    assert "The lowest grade was lifted" not in page
    assert "Change the case direction" in page


def test_the_chain_and_its_actions_are_on_the_page_of_the_reaudit(authority: Authority, client_for: SignIn) -> None:
    first = make_audit(authority, State.CLOSED, grade="I")
    second = first.reaudit
    assert second is not None
    action = first.actions.get(position=1)
    move(action, move="complete", note="Done.", by=authority.service_manager)
    page = text_of(client_for(authority.second_auditor).get(f"/audits/{second.reference}/"))
    assert f"Actions of the first audit, {first.reference}" in page
    assert action.text in page
    assert f'href="/audits/{first.reference}/"' in page
    section = text_of(client_for(authority.second_auditor).get(f"/audits/{second.reference}/sections/reaudit/"))
    assert action.text in section
    # The practitioner does not get the re-audit before it is distributed.
    page = text_of(client_for(authority.practitioner).get(f"/audits/{first.reference}/"))
    assert second.reference in page
    assert f'href="/audits/{second.reference}/"' not in page

    second = walk.submit(second, grade="I")
    manager, path = client_for(authority.qa_manager), f"/audits/{second.reference}/"
    page = text_of(manager.get(path))
    assert "Allocate the re-audit" in page
    assert "Decide that no further re-audit follows" in page
    page = text_of(manager.get(f"{path}re-audit/"))
    assert "Nobody is left who may do it" in page
    assert manager.post(f"{path}re-audit/none/", {"reason": ""}).status_code == 422
    officer = client_for(authority.officer)
    assert officer.post(f"{path}re-audit/none/", {"reason": "Enough."}).status_code == 403
    response = manager.post(f"{path}re-audit/none/", {"reason": "The child has moved."}, follow=True)
    assert "no further re-audit follows" in text_of(response)
    assert "Decide that no further re-audit" not in text_of(manager.get(path))
    assert manager.post(f"{path}re-audit/none/", {"reason": "Again."}).status_code == 409
    assert manager.get(f"/audits/{first.reference}/re-audit/none/").status_code == 403


def test_the_tracker_shows_a_confirmed_grade_once(authority: Authority, client_for: SignIn) -> None:
    make_audit(authority, State.MODERATED, grade="G")
    walk.moderate(walk.submit(authority.audit(authority.another_case())), grade="RI")
    page = text_of(client_for(authority.officer).get("/audits/"))
    assert page.count("→") == 1
    assert "Final, as the auditor graded" in page


def test_what_is_said_of_a_running_audit_is_what_may_be_known(authority: Authority, client_for: SignIn) -> None:
    audit = authority.audit()
    client, path = client_for(authority.officer), f"/audits/allocate/one/?case={audit.case_id}"
    assert audit.reference in text_of(client.get(path))
    Audit.objects.filter(pk=audit.pk).update(confidential=True)
    page = text_of(client.get(path))
    assert audit.reference not in page
    assert "being audited already" not in page
    assert audit.reference in text_of(client_for(authority.qa_manager).get(path))
