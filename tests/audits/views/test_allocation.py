"""The pages of drawing and allocating."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits.models import Audit, Case, LegalStatus
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits.factories import CaseFactory
from tests.audits.setting import Authority, make_authority

pytestmark = pytest.mark.django_db
ALLOCATE, PREVIEW, CONFIRM, ONE = (
    reverse(f"audits:{name}") for name in ("allocate", "allocate_preview", "allocate_confirm", "allocate_one")
)
NOT_QA = [role for role in Role if role not in (Role.QA_OFFICER, Role.QA_MANAGER)]


@pytest.fixture
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def client(authority: Authority, client_for: Callable[[User], Client]) -> Client:
    return client_for(authority.officer)


def words(authority: Authority, **more: Any) -> dict[str, Any]:
    return {
        "type": authority.type.pk, "per_auditor": 1, "auditors": [authority.auditor.pk], "seed": "abc", **more
    }  # fmt: skip


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_form_offers_what_can_be_started_by_hand(client: Client, authority: Authority) -> None:
    form = client.get(ALLOCATE).context["form"]
    assert list(form.fields["type"].queryset) == [authority.type]
    assert [label for _, label in form.fields["auditors"].choices] == [
        "Ade Auditor (North team)", "Sam Second (North team)",
    ]  # fmt: skip


def test_the_preview_explains_each_pick_without_naming_the_child(client: Client, authority: Authority) -> None:
    page = text_of(client.get(PREVIEW, words(authority)))
    assert "1 case drawn from 1 that could be drawn, with the seed abc. Nothing is allocated yet." in page
    assert "CP, aged 7" in page
    assert "held by Pat Practitioner" in page
    assert "Drawn from the only eligible case of North team." in page
    assert "SYN-00001" not in page
    assert not Audit.objects.exists()


def test_a_new_seed_goes_into_the_address_so_that_the_page_stays_the_same(client: Client, authority: Authority) -> None:
    response = client.get(PREVIEW, words(authority, seed=""))
    assert response.status_code == 302
    assert "seed=" in response["Location"]
    assert response["Location"].split("seed=")[1]


def test_confirming_allocates_what_was_shown(client: Client, authority: Authority) -> None:
    CaseFactory.create_batch(20, team=authority.team)
    page = client.get(PREVIEW, words(authority))
    (drawn,) = page.context["picks"][0]["picks"]
    response = client.post(CONFIRM, words(authority, mark=page.context["mark"]), follow=True)
    assert "1 audit allocated. The auditors have been told." in text_of(response)
    audit = Audit.objects.get()
    assert (audit.case, audit.auditor, audit.selection) == (drawn["case"], authority.auditor, drawn["reason"])


def test_a_stale_preview_shows_the_new_draw_and_allocates_nothing(client: Client, authority: Authority) -> None:
    mark = client.get(PREVIEW, words(authority)).context["mark"]
    Case.objects.all().delete()
    CaseFactory.create(team=authority.team, legal_status=LegalStatus.PLO)
    response = client.post(CONFIRM, words(authority, mark=mark))
    assert response.status_code == 409
    assert "would now come out differently" in text_of(response)
    assert "PLO, aged 9" in text_of(response)
    assert not Audit.objects.exists()


def test_confirming_without_a_preview_allocates_nothing(client: Client, authority: Authority) -> None:
    assert client.post(CONFIRM, words(authority)).status_code == 409
    assert not Audit.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("type", "", "Choose a type of audit"),
        ("per_auditor", "0", "Each auditor gets at least 1 case"),
        ("per_auditor", "two", "Enter a whole number, such as 1"),
        ("auditors", "999999", "Choose auditors from the list"),
        ("teams", "999999", "Choose teams from the list"),
    ],
)
def test_a_wrong_choice_is_told_beside_its_field(
    client: Client, authority: Authority, field: str, value: str, message: str
) -> None:
    for response in (
        client.get(PREVIEW, words(authority, **{field: value})),
        client.post(CONFIRM, words(authority, **{field: value})),
    ):
        assert response.status_code == 422
        assert message in text_of(response)


def test_whoever_goes_short_is_named(client: Client, authority: Authority) -> None:
    page = text_of(client.get(PREVIEW, words(authority, per_auditor=3)))
    assert "<strong>Ade Auditor</strong> gets 1 of 3." in page


def test_a_draw_without_any_case_says_what_to_do(client: Client, authority: Authority) -> None:
    Case.objects.all().delete()
    assert "No case can be drawn for these auditors." in text_of(client.get(PREVIEW, words(authority)))


def test_the_choices_come_back_when_the_draw_is_to_be_changed(client: Client, authority: Authority) -> None:
    change = client.get(PREVIEW, words(authority)).context["change"]
    page = client.get(change)
    assert page.status_code == 200
    assert f'value="{authority.auditor.pk}" checked' in text_of(page)
    assert 'value="abc"' in text_of(page)


@pytest.mark.parametrize("number", [1, 60])
def test_the_preview_takes_the_same_number_of_queries_for_any_number_of_cases(
    client: Client, authority: Authority, number: int, django_assert_num_queries: Any
) -> None:
    CaseFactory.create_batch(number, team=authority.team)
    # Session, person, posts, types (twice), teams and auditors (for the form and for the order), cases, audits, what
    # was drawn, unread notices.
    with django_assert_num_queries(14):
        client.get(PREVIEW, words(authority))


def test_a_case_is_found_by_identifier_and_allocated_by_hand(client: Client, authority: Authority) -> None:
    response = client.post(ONE, {"identifier": "syn-00001"})
    assert response["Location"] == f"{ONE}?case={authority.case.pk}"
    assert "AB, 7" in text_of(client.get(response["Location"]))
    response = client.post(
        response["Location"],
        {"type": authority.type.pk, "auditor": authority.auditor.pk, "reason": "A complaint was made."},
    )
    audit = Audit.objects.get()
    assert response["Location"] == reverse("audits:detail", args=[audit.reference])
    assert audit.selection == "Chosen by Oli Officer: A complaint was made."


def test_an_unknown_identifier_is_told_and_kept_in_its_field(client: Client) -> None:
    response = client.post(ONE, {"identifier": "SYN-404"})
    assert response.status_code == 422
    assert "No case of your teams has this identifier" in text_of(response)
    assert 'value="SYN-404"' in text_of(response)


def test_a_case_that_is_being_audited_leads_to_that_audit(client: Client, authority: Authority) -> None:
    audit = authority.audit()
    page = text_of(client.get(ONE, {"case": authority.case.pk}))
    assert f'This case is being audited already: <a class="govuk-link" href="/audits/{audit.reference}/">' in page


def test_the_case_holder_is_not_offered_as_auditor(client: Client, authority: Authority) -> None:
    case = authority.another_case(case_holder=authority.auditor)
    form = client.get(ONE, {"case": case.pk}).context["form"]
    assert [person.person for person in form.people.values()] == [authority.second_auditor]


@pytest.mark.parametrize("key", ["x", "999999", "1e5", "9" * 40])
def test_a_case_that_is_not_there_is_not_found(client: Client, key: str) -> None:
    assert client.get(ONE, {"case": key}).status_code == 404


def test_a_case_of_another_service_is_not_found(
    authority: Authority, client_for: Callable[[User], Client], person: Callable[..., User]
) -> None:
    officer = person(Role.QA_OFFICER, team=CaseFactory.create().team)
    assert client_for(officer).get(ONE, {"case": authority.case.pk}).status_code == 404


@pytest.mark.parametrize("role", NOT_QA)
@pytest.mark.parametrize(("address", "method"), [(ALLOCATE, "get"), (PREVIEW, "get"), (CONFIRM, "post"), (ONE, "get")])
def test_every_other_role_is_refused(
    role: Role, address: str, method: str, person: Callable[..., User], client_for: Callable[[User], Client]
) -> None:
    assert getattr(client_for(person(role)), method)(address).status_code == 403
