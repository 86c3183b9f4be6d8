"""Every way a request can go wrong ends on a page that says what is wrong and what to do, with nothing lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.pages.urls")]

HERE = {"HTTP_REFERER": "http://testserver/audits/7/section/"}
TYPED = {
    "assessment-strengths": "The family <b>felt heard</b>.\nTwice.",
    "password": "hunter2",
    "csrfmiddlewaretoken": "a-token-of-the-form",
    "empty": "",
}


@pytest.fixture
def client(person, client_for):
    return client_for(person("auditor"))


@pytest.mark.parametrize(
    ("path", "status", "title", "sentence"),
    [
        ("/wrong/refused/", 409, "This could not be done", "The audit was closed yesterday. Open a new one."),
        ("/wrong/stale/", 409, "Somebody else was quicker", "Ade Okoro saved this section first."),
        ("/wrong/not-allowed/", 403, "You cannot do this", "Only the moderator may regrade."),
    ],
)
def test_a_refusal_is_a_page_with_its_own_sentence_and_status(client, path, status, title, sentence):
    answer = client.get(path)
    assert answer.status_code == status
    assert f'<h1 class="govuk-heading-l">{title}</h1>' in answer.text
    assert sentence in answer.text


def test_a_refusal_shows_back_what_was_typed_but_no_secret(client):
    page = client.post("/wrong/refused/", TYPED, **HERE).text
    assert "What you typed" in page
    assert "The family &lt;b&gt;felt heard&lt;/b&gt;.\nTwice." in page
    assert "Assessment strengths" in page
    assert "hunter2" not in page
    assert "a-token-of-the-form" not in page
    assert ">Empty<" not in page
    assert 'href="/audits/7/section/"' in page


def test_words_that_another_site_sent_are_never_shown(client):
    page = client.post("/wrong/refused/", TYPED, HTTP_REFERER="http://evil.example/form").text
    assert "felt heard" not in page
    assert "evil.example" not in page


def test_the_name_of_a_chosen_file_is_shown_back(client):
    page = client.post("/wrong/refused/", {"file": SimpleUploadedFile("cases.csv", b"id\n1\n")}, **HERE).text
    assert "cases.csv (choose this file again)" in page


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/wrong/suspicious/", 400, "This request could not be read"),
        ("/wrong/forbidden/", 403, "You cannot open this page"),
        ("/no/such/page/", 404, "Page not found"),
    ],
)
def test_each_error_has_its_page(client, path, status, title):
    answer = client.get(path)
    assert answer.status_code == status
    assert f'<h1 class="govuk-heading-l">{title}</h1>' in answer.text
    assert "Sign out" in answer.text


def test_a_fault_of_ours_tells_no_detail(client):
    client.raise_request_exception = False
    answer = client.post("/wrong/broken/", TYPED, **HERE)
    assert answer.status_code == 500
    assert "Sorry, something is wrong with the service" in answer.text
    assert "a secret detail" not in answer.text
    assert "felt heard" in answer.text


def test_a_form_without_its_secret_is_answered_with_a_page_and_the_text(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("auditor"), backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/wrong/ask/", TYPED, **HERE)
    assert answer.status_code == 403
    assert "This page was open too long" in answer.text
    assert "felt heard" in answer.text


def test_a_form_sent_after_the_session_ended_is_shown_back_with_the_way_to_sign_in():
    answer = Client().post("/wrong/ask/", TYPED, **HERE)
    assert answer.status_code == 403
    assert "You have been signed out" in answer.text
    assert "felt heard" in answer.text
    assert "/accounts/login/?next=%2Faudits%2F7%2Fsection%2F" in answer.text


def test_a_page_opened_after_the_session_ended_leads_to_sign_in_and_back():
    answer = Client().get("/wrong/ask/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/wrong/ask/"
