"""The page that allocates an audit about something else than a case."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits.models import Audit, AuditType
from qaf.people.models import User
from tests.audits.setting import Authority
from tests.audits.workflow.test_subjects import authority
from tests.browser import no_sideways_scrolling

__all__ = ["authority"]

pytestmark = pytest.mark.django_db
OTHER = reverse("audits:allocate_other")


@pytest.fixture
def client(authority: Authority, client_for: Callable[[User], Client]) -> Client:
    return client_for(authority.officer)


def words(authority: Authority, key: str, **more: Any) -> dict[str, Any]:
    return {
        "type": AuditType.objects.get(key=key).pk,
        "team": authority.team.pk,
        "auditor": authority.auditor.pk,
        "reason": "Due this quarter.",
        **more,
    }


def test_it_works(client: Client, authority: Authority) -> None:
    response = client.post(OTHER, words(authority, "observed-practice", practitioner="PAT@example.org"))
    assert "Nobody signs in here as PAT@example.org" in response.content.decode()
    response = client.post(
        OTHER, words(authority, "observed-practice", practitioner=authority.practitioner.email.upper())
    )
    audit = Audit.objects.get()
    assert response["Location"] == reverse("audits:detail", args=[audit.reference])
    assert (audit.case_holder, audit.team, audit.auditor) == (
        authority.practitioner, authority.team, authority.auditor,
    )  # fmt: skip
    page = client.get(response["Location"]).content.decode()
    assert "Practitioner" in page
    assert "Case-holder" not in page


def test_only_types_about_something_else_are_offered_and_the_confidential_ones_to_qa_managers(
    client: Client, authority: Authority, client_for: Callable[[User], Client]
) -> None:
    def offered(client: Client) -> set[str]:
        return {kind.key for kind in client.get(OTHER).context["form"].fields["type"].queryset}

    assert "observed-practice" in offered(client)
    assert not {"child-case-audit", "exit-interview", "fostering-file-reaudit"} & offered(client)
    assert offered(client_for(authority.qa_manager)) - offered(client) == {"exit-interview"}


@pytest.mark.parametrize(
    ("key", "said", "field"),
    [
        ("observed-practice", {"text": "Kept"}, "practitioner"),
        ("lado-audit", {"reason": "Kept"}, "text"),
        ("lado-audit", {"text": "Kept", "auditor": ""}, "auditor"),
        ("lado-audit", {"text": "Kept", "reason": ""}, "reason"),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_typed_is_kept(client, authority, key, said, field) -> None:
    response = client.post(OTHER, words(authority, key, **said))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Kept" in response.content.decode()
    assert not Audit.objects.exists()


def test_nobody_is_given_their_own_work(client: Client, authority: Authority) -> None:
    response = client.post(OTHER, words(authority, "observed-practice", practitioner=authority.auditor.email))
    assert list(response.context["form"].errors) == ["auditor"]


def test_without_such_types_the_page_says_what_to_do(client: Client) -> None:
    AuditType.objects.exclude(about="case").update(is_active=False)
    assert "There is no such type of audit yet." in client.get(OTHER).content.decode()


def test_the_page_costs_the_same_queries_whatever_the_number_of_types(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get(OTHER)
    with django_assert_max_num_queries(14):
        client.get(OTHER)


@pytest.mark.django_db(transaction=True)
def test_the_page_in_a_browser(authority, new_page, axe, screenshot) -> None:
    page = new_page(authority.officer)
    page.goto(OTHER)
    axe(page)
    screenshot(page, "allocate-other")
    no_sideways_scrolling(page)
    page.get_by_role("button", name="Allocate the audit").click()
    axe(page)
    screenshot(page, "allocate-other-errors")
    no_sideways_scrolling(page)
