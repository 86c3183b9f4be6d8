"""The pages of lists: a source from last time, the columns, what would change, and what an import changed."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from audits.models import Case, CaseList, ListKind, ListSource, PendingImport
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.lists.setting import CP, bring_in, make_officer, team
from tests.factories import PostFactory, ServiceFactory

pytestmark = pytest.mark.django_db
IMPORT, COLUMNS, CONFIRM, IMPORTS = (
    reverse(f"audits:{name}") for name in ("case_list_import", "case_list_columns", "case_list_confirm", "case_imports")
)
ODD = "Ref,Where,Who,Postcode\nSYN-1,East,Ade Okoro,XX1 1XX\n"
CHOSEN = {"identifier": "Ref", "team": "Where", "holder": "Who"}


@pytest.fixture
def officer() -> User:
    return make_officer()


@pytest.fixture
def client(officer: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(officer)


def upload(client: Client, text: str, path: str = IMPORT, **more: Any) -> Any:
    return client.post(path, {"file": SimpleUploadedFile("list.csv", text.encode(), "text/csv"), **more})


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def errors_of(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = response.context["form"].errors.get_json_data()
    return {field: [error["message"] for error in errors] for field, errors in found.items()}  # type: ignore[index]


def test_from_an_odd_list_by_its_columns_to_the_import(client: Client) -> None:
    response = upload(client, ODD, source="Plans of the county", kind="cp")
    assert (response.status_code, response["Location"]) == (302, COLUMNS)
    page = text_of(client.get(COLUMNS))
    assert "The file holds 1 row." in page
    assert "SYN-1" not in page
    # Nothing was recognised, so everything stands under what is not kept.
    assert client.get(COLUMNS).context["not_kept"] == ["Ref", "Where", "Who", "Postcode"]
    assert errors_of(client.post(COLUMNS, {"holder": "Who"})) == {
        "identifier": ["Choose the column that holds the child’s identifier"],
        "team": ["Choose the column that holds the team, or the team that all the cases belong to"],
    }
    response = client.post(COLUMNS, CHOSEN)
    assert (response.status_code, response["Location"]) == (302, CONFIRM)
    # What is not kept was dropped with the rest of the file.
    assert "XX1" not in str(PendingImport.objects.get().rows)
    listed = CaseList.objects.get(pk=client.post(CONFIRM, {"answer": "import"})["Location"].rstrip("/").split("/")[-1])
    assert (listed.kind, listed.new) == ("cp", 1)
    assert ListSource.objects.get().mapping["identifier"] == ["Ref"]


def test_a_list_of_last_time_is_one_choice_and_its_columns_are_remembered(client: Client) -> None:
    upload(client, ODD, source="Plans of the county", kind="cp")
    client.post(COLUMNS, CHOSEN)
    client.post(CONFIRM, {"answer": "import"})
    known = ListSource.objects.get()
    page = text_of(client.get(IMPORT))
    assert f'href="{IMPORT}?source={known.pk}">Plans of the county</a>' in page
    form = client.get(f"{IMPORT}?source={known.pk}").context["form"]
    assert list(form.fields) == ["file", "sheet", "team", "close_missing", "look_at_columns"]
    response = upload(client, ODD, f"{IMPORT}?source={known.pk}")
    assert (response.status_code, response["Location"]) == (302, CONFIRM)
    client.post(CONFIRM, {"answer": "import"})
    assert ListSource.objects.count() == 1
    assert client.get(f"{IMPORT}?source={known.pk + 1}").status_code == 404


def test_a_heading_that_has_vanished_is_said_on_the_page_of_columns(client: Client, officer: User) -> None:
    bring_in(officer, "cp", CP + "SYN-1,AB,7,East,Ade Okoro,02/03/2026,Neglect,\n")
    known = ListSource.objects.get()
    response = upload(client, "ChildUniqueID,AllocatedTeam\nSYN-1,East\n", f"{IMPORT}?source={known.pk}")
    assert response["Location"] == COLUMNS
    assert "The last list had the column “AllocatedWorker” (worker), and this one has not." in text_of(
        client.get(COLUMNS)
    )


def test_bad_rows_are_shown_beside_the_columns_which_can_be_chosen_again(client: Client) -> None:
    upload(client, ODD.replace("East", "Nowhere"), source="Plans", kind="cp")
    response = client.post(COLUMNS, CHOSEN)
    assert response.status_code == 422
    assert "1 row needs to be put right." in text_of(response)
    assert "There is no team called “Nowhere”." in text_of(response)
    assert client.post(COLUMNS, {**CHOSEN, "team": "", "team_of_all": team("East").pk})["Location"] == CONFIRM


def test_one_column_holds_one_thing(client: Client) -> None:
    upload(client, ODD, source="Plans", kind="cp")
    assert errors_of(client.post(COLUMNS, {**CHOSEN, "initials": "Ref"})) == {
        "initials": ["“Ref” is chosen for child’s identifier already. One column holds one thing"]
    }


@pytest.mark.parametrize(
    ("more", "errors"),
    [
        (
            {"source": " annex a,  CP "},
            {"source": ["A list called “Annex A, cp” was imported before. Choose it among"]},
        ),
        ({"source": "Contacts", "kind": "contacts"}, {"team": ["Choose the team that the contacts belong to"]}),
        ({"source": "X", "file": ""}, {"file": ["Choose the file that holds the list"]}),
        ({"source": "X", "file": SimpleUploadedFile("x.csv", b"")}, {"file": ["The file is empty. Choose the file"]}),
        (
            {"source": "X", "file": SimpleUploadedFile("x.csv", b"ChildUniqueID,AllocatedTeam\n")},
            {"file": ["The list holds headings but no cases. Choose the file"]},
        ),
    ],
    ids=["two of one name", "contacts without a team", "no file", "empty file", "empty list"],
)
def test_what_is_wrong_is_said_beside_its_field(
    client: Client, officer: User, more: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    bring_in(officer, "cp", CP + "SYN-1,AB,7,East,,02/03/2026,Neglect,\n")
    response = upload(client, CP, **{"kind": "cp", **more})
    assert response.status_code == 422
    found = errors_of(response)
    assert set(found) == set(errors)
    for field, (begins,) in errors.items():
        assert found[field][0].startswith(begins)


def test_the_dry_run_is_shown_by_initials_filtered_and_paged(client: Client, officer: User) -> None:
    bring_in(officer, "cp", CP + "".join(f"SYN-{n},AB,7,East,,02/03/2026,Neglect,\n" for n in range(3)))
    rows = "".join(f"SYN-{n},CD,8,West,Someone,02/03/2026,Neglect,\n" for n in range(2, 55))
    upload(client, CP + rows, f"{IMPORT}?source={ListSource.objects.get().pk}", close_missing="on")
    page = client.get(CONFIRM)
    assert (len(page.context["rows"]), page.context["next"]) == (50, "?page=2")
    assert "Nobody of these names is known in the teams, so they are kept as names only: Someone." in text_of(page)
    moved = client.get(CONFIRM, {"change": "moved"})
    (row,) = moved.context["rows"]
    assert (row["child"], row["team_before"], row["team"]) == ("CD, 8", "East", "West")
    assert row["fields"] == "initials, age, worker"
    assert not any(case.identifier in text_of(page) + text_of(moved) for case in Case.objects.all())
    # No case of the East is in the list any more, which holds no team of it: nobody is closed.
    assert not page.context["plan"].missing


def test_what_an_import_changed_is_kept_filtered_and_exported(client: Client, officer: User) -> None:
    first = CP + "SYN-1,AB,7,East,,02/03/2026,Neglect,\nSYN-2,CD,9,East,,02/03/2026,Neglect,\n"
    bring_in(officer, "cp", first)
    listed = bring_in(officer, "cp", first.replace("CD,9,East", "CD,9,West").replace("AB,7", "AB,8"))
    path = reverse("audits:case_import", args=[listed.pk])
    page = client.get(path)
    assert [(one.change, fields) for one, fields in page.context["rows"]] == [("changed", "age"), ("moved", "")]
    (only,) = client.get(path, {"change": "moved"}).context["rows"]
    assert only[0].case.initials == "CD"
    assert f'href="/audits/cases/?team={team("West").pk}&amp;status=cp">West' in text_of(page)
    # The kind of change goes along to the file.
    response = client.get(reverse("audits:case_import_csv", args=[listed.pk]), {"change": "moved"})
    (line,) = csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")))
    assert (line["Change"], line["What changed"], line["ChildUniqueID"]) == ("Moved to another team", "", "SYN-2")
    book: Any = client.get(reverse("audits:case_import_xlsx", args=[listed.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).worksheets[0]
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == ["SYN-1", "SYN-2"]
    entries = Entry.objects.filter(verb="cases.changes_exported").order_by("pk")
    assert [entry.details for entry in entries] == [{"rows": 1, "format": "CSV"}, {"rows": 2, "format": "XLSX"}]


def test_an_import_that_changed_nothing_says_so(client: Client, officer: User) -> None:
    text = CP + "SYN-1,AB,7,East,,02/03/2026,Neglect,\n"
    bring_in(officer, "cp", text)
    listed = bring_in(officer, "cp", text)
    assert "Everything was as it was" in text_of(client.get(reverse("audits:case_import", args=[listed.pk])))
    assert client.get(IMPORTS).context["page"].object_list[0] == listed


def test_imports_of_other_services_are_not_found(officer: User, client_for: Callable[[User], Client]) -> None:
    listed = bring_in(officer, "cp", CP + "SYN-1,AB,7,East,,02/03/2026,Neglect,\n")
    other = client_for(PostFactory.create(role=Role.QA_OFFICER, service=ServiceFactory.create()).person)
    assert "Nothing has been imported for your teams yet." in text_of(other.get(IMPORTS))
    for name in ("case_import", "case_import_csv", "case_import_xlsx"):
        assert other.get(reverse(f"audits:{name}", args=[listed.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 40])
def test_the_pages_take_the_same_number_of_queries_for_any_list(
    client: Client, officer: User, rows: int, django_assert_max_num_queries: Any
) -> None:
    text = CP + "".join(f"SYN-{n},AB,7,East,Ade Okoro,02/03/2026,Neglect,\n" for n in range(rows))
    listed = bring_in(officer, "cp", text)
    upload(client, text.replace("AB,7", "AB,8"), f"{IMPORT}?source={ListSource.objects.get().pk}")
    for path, most in (
        (reverse("audits:case_import", args=[listed.pk]), 10),
        (IMPORTS, 8),
        (CONFIRM, 14),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200


def test_every_kind_of_list_can_be_chosen(client: Client) -> None:
    form = client.get(IMPORT).context["form"]
    assert [value for value, _ in form.fields["kind"].choices] == list(ListKind.values)
    assert "contact" not in [value for value, _ in form.fields["status"].choices]
