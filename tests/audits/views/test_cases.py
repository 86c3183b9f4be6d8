"""The pages of the case lists."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audits.models import Case, CaseList, LegalStatus, PendingImport
from qaf.people.models import Team, User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.factories import CaseFactory
from tests.factories import ServiceFactory, TeamFactory

pytestmark = pytest.mark.django_db
LIST, IMPORT, CONFIRM = (reverse(f"audits:{name}") for name in ("case_lists", "case_list_import", "case_list_confirm"))
GOOD = "Child Unique ID,Case Status,Allocated Team\nSYN-1,CP,East\nSYN-2,CIN,East\n"
NOT_QA = [role for role in Role if role not in (Role.QA_OFFICER, Role.QA_MANAGER)]


@pytest.fixture
def team() -> Team:
    return TeamFactory.create(name="East", service=ServiceFactory.create(name="Area Social Care"))


@pytest.fixture
def officer(team: Team, person: Callable[..., User]) -> User:
    return person(Role.QA_OFFICER, service=team.service)


@pytest.fixture
def client(officer: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(officer)


def upload(client: Client, text: str, **more: Any) -> Any:
    file = SimpleUploadedFile("list.csv", text.encode(), "text/csv")
    return client.post(IMPORT, {"file": file, "source": "November", "kind": "mixed", **more})


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_list_is_looked_over_then_imported(client: Client) -> None:
    response = upload(client, GOOD)
    assert (response.status_code, response["Location"]) == (302, CONFIRM)
    page = text_of(client.get(CONFIRM))
    assert "The list holds 2 cases. Nothing has been imported yet." in page
    assert "SYN-1" not in page
    assert not Case.objects.exists()
    response = client.post(CONFIRM, {"answer": "import"}, follow=True)
    assert response.redirect_chain == [(reverse("audits:case_import", args=[CaseList.objects.get().pk]), 302)]
    assert "“November” is imported: 2 new, 0 changed, 0 moved, 0 closed, 0 open again." in text_of(response)
    assert Case.objects.count() == 2


def test_a_bad_list_is_shown_row_by_row_and_nothing_is_kept(client: Client) -> None:
    response = upload(client, GOOD + "SYN-3,Ward,East\n")
    assert response.status_code == 422
    assert "1 row needs to be put right." in text_of(response)
    assert "“Ward” is no status known here." in text_of(response)
    assert not PendingImport.objects.exists()


def test_a_file_that_cannot_be_read_is_refused_beside_its_field(client: Client) -> None:
    response = client.post(IMPORT, {"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7"), "source": "x", "kind": "mixed"})
    assert response.status_code == 422
    assert "neither a CSV nor an XLSX file" in text_of(response)


def test_a_list_can_be_thrown_away(client: Client) -> None:
    upload(client, GOOD)
    client.post(CONFIRM, {"answer": "discard"})
    assert not PendingImport.objects.exists()
    assert client.get(CONFIRM)["Location"] == IMPORT


def test_confirming_twice_imports_once_and_says_so(client: Client) -> None:
    upload(client, GOOD)
    client.post(CONFIRM, {"answer": "import"})
    response = client.post(CONFIRM, {"answer": "import"})
    assert response.status_code == 409
    assert "This list was imported already" in text_of(response)
    assert CaseList.objects.count() == 1


def test_a_child_is_found_by_identifier_sent_in_the_body(client: Client, team: Team) -> None:
    CaseFactory.create(identifier="SYN-77", initials="QZ", team=team)
    CaseFactory.create(identifier="SYN-78", initials="WV", team=team)
    page = text_of(client.post(LIST, {"identifier": " syn-77 "}))
    assert "QZ, 9" in page
    assert "WV, 9" not in page


@pytest.mark.parametrize("identifier", ["SYN-404", "SYN-5"])
def test_a_child_who_is_not_there_or_of_another_service_is_not_found(client: Client, identifier: str) -> None:
    CaseFactory.create(identifier="SYN-5", initials="QZ")
    page = text_of(client.post(LIST, {"identifier": identifier}))
    assert "No case of your teams has this identifier." in page
    assert "QZ, 9" not in page


def test_the_list_is_filtered_by_team_and_status_and_hides_closed_cases(client: Client, team: Team) -> None:
    west = TeamFactory.create(service=team.service, name="West")
    made: dict[str, dict[str, Any]] = {
        "AA": {"team": team}, "BB": {"team": west}, "CC": {"team": team, "legal_status": LegalStatus.CP},
        "DD": {"team": team, "closed_on": "2026-01-01"},
    }  # fmt: skip
    for initials, fields in made.items():
        CaseFactory.create(initials=initials, **fields)

    def shown(**query: Any) -> set[str]:
        return {case.initials for case in client.get(LIST, query).context["page"].object_list}

    assert shown() == {"AA", "BB", "CC"}
    assert shown(team=west.pk) == {"BB"}
    assert shown(status="cp") == {"CC"}
    assert shown(closed="on") == {"AA", "BB", "CC", "DD"}
    assert shown(team="x", status="y", sort="z", page="nonsense") == {"AA", "BB", "CC"}


def test_the_list_is_paged_by_fifty_with_the_filter_kept(client: Client, team: Team) -> None:
    CaseFactory.create_batch(51, team=team)
    page = client.get(LIST, {"status": "cin"})
    assert len(page.context["page"].object_list) == 50
    assert page.context["next"] == "?status=cin&page=2"
    assert len(client.get(LIST + page.context["next"]).context["page"].object_list) == 1


@pytest.mark.parametrize("number", [1, 60])
def test_the_list_takes_the_same_number_of_queries_for_any_number_of_cases(
    client: Client, team: Team, officer: User, number: int, django_assert_num_queries: Any
) -> None:
    CaseFactory.create_batch(number, team=team, case_holder=officer)
    # Session, person, posts, count, page, imports, teams to filter by, cases soon erased, unread notices.
    with django_assert_num_queries(9):
        client.get(LIST)


def test_an_empty_list_says_what_to_do(client: Client) -> None:
    assert "There are no cases yet. Import a list" in text_of(client.get(LIST))


def test_the_export_runs_no_formula_and_can_be_imported_again(client: Client, team: Team, officer: User) -> None:
    CaseFactory.create(identifier="=1+1", initials="+A", team=team, case_holder=officer, case_holder_name=officer.name)
    response = client.get(reverse("audits:case_list_export"))
    text = response.getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["ChildUniqueID"], row["Initials"]) == ("'=1+1", "'+A")
    assert Entry.objects.get(verb="cases.exported").details == {"rows": 1}
    upload(client, text)
    assert client.get(CONFIRM).context["plan"].unchanged == 1


@pytest.mark.parametrize("role", NOT_QA)
@pytest.mark.parametrize("name", ["case_lists", "case_list_export", "case_list_import", "case_list_confirm"])
def test_every_other_role_is_refused(
    role: Role, name: str, person: Callable[..., User], client_for: Callable[[User], Client]
) -> None:
    assert client_for(person(role)).get(reverse(f"audits:{name}")).status_code == 403
