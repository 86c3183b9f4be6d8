"""The pages on which colleagues are asked to fill sections, and fill them."""

from collections.abc import Callable

import pytest
from django.test import Client

from audits.models import Audit, Contribution, SectionAnswers
from audits.workflow.contributions import ask, end_contributions
from qaf.people.models import User
from tests.audits import walk
from tests.audits.setting import Authority, make_authority
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


@pytest.fixture
def authority(db: None) -> Authority:
    return make_authority()


@pytest.fixture
def audit(authority: Authority) -> Audit:
    return authority.audit()


@pytest.fixture
def colleague(authority: Authority) -> User:
    return UserFactory.create(name="Casey Colleague", email="casey@example.org")


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def ask_path(audit: Audit) -> str:
    return f"/audits/{audit.reference}/contributions/ask/"


def asked(audit: Audit, person: User, section: str = "plan") -> Contribution:
    return ask(audit, section=section, person=person, note="Say what you saw.", by=audit.auditor)


def test_somebody_of_the_service_is_asked_from_the_list(
    authority: Authority, audit: Audit, client_for: ClientFor
) -> None:
    client = client_for(authority.auditor)
    assert "Ask a colleague to fill a section" in page(client, f"/audits/{audit.reference}/")
    response = client.post(
        ask_path(audit), {"section": "plan", "person": authority.team_manager.pk, "email": "", "note": "Your view?"}
    )
    assert response["Location"] == f"/audits/{audit.reference}/"
    assert Contribution.objects.get().person == authority.team_manager
    assert "Tay Team-Manager was asked to fill this section" in page(client, response["Location"])


def test_the_list_leaves_out_auditor_case_holder_and_other_services(
    authority: Authority, audit: Audit, colleague: User, client_for: ClientFor
) -> None:
    html = page(client_for(authority.auditor), ask_path(audit))
    people = html.split('name="person"')[1].split("</select>")[0]
    assert "Sam Second" in people
    for name in ("Ade Auditor", "Pat Practitioner", "Casey Colleague"):
        assert name not in people


def test_somebody_else_is_asked_by_address(
    authority: Authority, audit: Audit, colleague: User, client_for: ClientFor
) -> None:
    client = client_for(authority.auditor)
    client.post(ask_path(audit), {"section": "plan", "person": "", "email": "Casey@example.org", "note": ""})
    assert Contribution.objects.get().person == colleague


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose a section"),
        ({"section": "plan"}, "Choose a person, or enter an e-mail address below"),
        ({"section": "plan", "email": "nobody@example.org"}, "Nobody signs in here as nobody@example.org"),
        ({"section": "plan", "email": "pat"}, "Enter an e-mail address in the right form"),
    ],
)
def test_what_is_missing_or_wrong_is_said(
    authority: Authority, audit: Audit, client_for: ClientFor, data: dict[str, str], words: str
) -> None:
    response = client_for(authority.auditor).post(ask_path(audit), data)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_the_case_holder_by_address_is_refused_on_the_form(
    authority: Authority, audit: Audit, client_for: ClientFor
) -> None:
    data = {"section": "plan", "email": authority.practitioner.email}
    response = client_for(authority.auditor).post(ask_path(audit), data)
    assert response.status_code == 422
    assert "nobody audits their own case" in response.content.decode()
    assert not Contribution.objects.exists()


def test_nobody_is_asked_about_an_audit_that_is_submitted(
    authority: Authority, audit: Audit, client_for: ClientFor
) -> None:
    walk.submit(audit)
    client = client_for(authority.auditor)
    assert "Ask a colleague" not in page(client, f"/audits/{audit.reference}/")
    page(client, ask_path(audit), status=403)


def test_the_contributor_finds_their_section(
    authority: Authority, audit: Audit, colleague: User, client_for: ClientFor
) -> None:
    asked(audit, colleague)
    client = client_for(colleague)
    home = page(client, "/")
    assert "Sections you were asked to fill" in home
    assert f"/audits/{audit.reference}/sections/plan/" in home
    detail = page(client, f"/audits/{audit.reference}/")
    assert detail.count("You were asked to fill this section") == 1
    assert "Check your answers and submit" not in detail
    assert "Ask a colleague" not in detail
    mine = page(client, f"/audits/{audit.reference}/sections/plan/")
    assert "Ade Auditor asked you to fill this section" in mine
    assert "Say what you saw." in mine
    other = page(client, f"/audits/{audit.reference}/sections/assessment/")
    assert "<textarea" not in other


def test_a_section_that_lacks_an_answer_is_saved_but_not_done_and_says_what_is_missing(
    authority: Authority, audit: Audit, colleague: User, client_for: ClientFor
) -> None:
    asked(audit, colleague, "plan")
    client = client_for(colleague)
    path = f"/audits/{audit.reference}/sections/plan/"
    data = {"revision": "0", "go": "done", "plan__applies": "yes", "plan__voice-strengths": "Her words are in it."}
    response = client.post(path, data)
    text = page(client, response["Location"])
    assert "is saved, but not done yet" in text
    summary = text.split("govuk-error-summary__list")[1].split("</ul>")[0]
    assert 'href="#plan__actions' in summary
    assert "Her words are in it." in str(SectionAnswers.objects.get().document)
    assert Contribution.objects.get().done_at is None
    assert "Save and say that it is done" in text


def test_the_contributor_saves_and_says_done(
    authority: Authority, audit: Audit, colleague: User, client_for: ClientFor
) -> None:
    asked(audit, colleague, "improvement")
    client = client_for(colleague)
    path = f"/audits/{audit.reference}/sections/improvement/"
    field = audit.form.section("improvement").questions[0].key
    response = client.post(path, {"revision": "0", "go": "done", f"improvement__{field}": "Seen it."})
    assert response["Location"] == f"/audits/{audit.reference}/"
    assert SectionAnswers.objects.get().saved_by == colleague
    assert Contribution.objects.get().done_at is not None
    assert "Sections you were asked to fill" not in page(client, "/")
    assert "Casey Colleague was asked to fill this section: done" in page(
        client_for(authority.auditor), f"/audits/{audit.reference}/"
    ).replace("\n", "")


def test_saving_leads_to_the_next_section_that_was_asked_for(
    audit: Audit, colleague: User, client_for: ClientFor
) -> None:
    asked(audit, colleague, "plan")
    asked(audit, colleague, "improvement")
    client = client_for(colleague)
    start = f"/audits/{audit.reference}/sections/"
    assert client.post(f"{start}plan/", {"revision": "0"})["Location"] == f"{start}improvement/"
    assert client.post(f"{start}improvement/", {"revision": "0"})["Location"] == f"/audits/{audit.reference}/"


def test_another_section_is_not_saved(audit: Audit, colleague: User, client_for: ClientFor) -> None:
    asked(audit, colleague)
    client = client_for(colleague)
    path = f"/audits/{audit.reference}/sections/assessment/"
    for headers in ({}, {"X-Autosave": "1"}):
        assert client.post(path, {"revision": "0"}, headers=headers).status_code == 403
    assert not SectionAnswers.objects.exists()


def test_a_contributor_can_neither_check_nor_submit(audit: Audit, colleague: User, client_for: ClientFor) -> None:
    asked(audit, colleague)
    client = client_for(colleague)
    page(client, f"/audits/{audit.reference}/check/", status=403)
    assert client.post(f"/audits/{audit.reference}/submit/").status_code == 403


def test_text_that_comes_after_the_submission_is_shown_back(
    audit: Audit, colleague: User, client_for: ClientFor
) -> None:
    asked(audit, colleague)
    client = client_for(colleague)
    walk.submit(audit)
    path = f"/audits/{audit.reference}/sections/plan/"
    late = client.post(path, {"revision": "0", "plan__x": "Too late."}, headers={"Origin": "http://testserver"})
    assert late.status_code == 404
    assert "Too late." in late.content.decode()


def test_asking_no_longer_asks_first(audit: Audit, colleague: User, client_for: ClientFor) -> None:
    path = f"/audits/{audit.reference}/contributions/{asked(audit, colleague).pk}/withdraw/"
    client = client_for(audit.auditor)
    assert "Ask Casey Colleague no longer?" in page(client, path)
    assert Contribution.objects.exists()
    client.post(path)
    assert not Contribution.objects.exists()
    page(client_for(colleague), f"/audits/{audit.reference}/", status=404)
    page(client_for(colleague), path, status=404)


def test_a_contribution_of_another_audit_is_not_found(
    authority: Authority, audit: Audit, colleague: User, client_for: ClientFor
) -> None:
    other = asked(authority.audit(authority.another_case()), colleague)
    page(client_for(audit.auditor), f"/audits/{audit.reference}/contributions/{other.pk}/withdraw/", status=404)


def test_each_section_says_who_saved_it(
    authority: Authority, audit: Audit, colleague: User, client_for: ClientFor
) -> None:
    asked(audit, colleague, "improvement")
    client_for(colleague).post(f"/audits/{audit.reference}/sections/improvement/", {"revision": "0"})
    SectionAnswers.objects.update(saved_at="2026-11-02T10:05:00Z")
    client = client_for(authority.auditor)
    for path in ("", "sections/improvement/"):
        assert "Saved by Casey Colleague, 2 November 2026, 10:05" in page(client, f"/audits/{audit.reference}/{path}")


def test_what_ended_with_the_submission_is_not_said_to_wait_when_the_audit_comes_back(
    authority: Authority, audit: Audit, colleague: User, client_for: ClientFor
) -> None:
    asked(audit, colleague)
    detail = f"/audits/{audit.reference}/"
    assert page(client_for(audit.auditor), detail).count("ot done yet") == 2
    Audit.objects.filter(pk=audit.pk).update(state="submitted")
    end_contributions(Audit.objects.get(pk=audit.pk))
    Audit.objects.filter(pk=audit.pk).update(state="in_progress")
    text = page(client_for(audit.auditor), detail)
    assert "Casey Colleague was asked to fill this section" in text
    assert "ot done yet" not in text
    assert "Ask no longer" not in text
    assert "Ask a colleague to fill a section" in text
