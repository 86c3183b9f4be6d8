"""The list of audits as a file."""

import csv
import io
import tracemalloc
from collections.abc import Callable

import openpyxl
import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from audits.access import visible_to
from audits.models import State
from audits.queries.tracker import Filters
from audits.queries.tracker_export import HEADERS, every_row
from audits.views import tracker
from audits.workflow.parts import give_part
from audits.workflow.steps import STEPS
from qaf.people.models import User
from qaf.trail.models import Entry
from tests.audits.factories import make_audit
from tests.audits.setting import Authority, make_authority
from tests.audits.test_tracker import plain_audits
from tests.factories import UserFactory

Sign = Callable[[User], Client]


@pytest.fixture
def authority(db: None) -> Authority:
    return make_authority()


def table(client: Client, **query: str) -> list[list[str]]:
    response = client.get(reverse("audits:tracker_csv"), query)
    assert isinstance(response, StreamingHttpResponse)
    return list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def test_the_file_holds_the_filtered_list_in_its_order(authority: Authority, client_for: Sign) -> None:
    closed = make_audit(authority, State.CLOSED, grade="RI")
    plain_audits(authority, 60)
    client = client_for(authority.officer)
    rows = table(client, sort="-reference")
    assert rows[0] == list(HEADERS)
    assert [row[0] for row in rows[1:]] == list(
        visible_to(authority.officer).order_by("-pk").values_list("reference", flat=True)
    )
    (only,) = table(client, state="closed")[1:]
    assert only[:6] == [
        closed.reference, "Child case audit", "Area Social Care", "North", "Ade Auditor", "Closed"
    ]  # fmt: skip
    assert only[10:12] == ["Requires improvement", "Requires improvement"]


def test_nothing_in_the_file_is_about_the_child(authority: Authority, client_for: Sign) -> None:
    audit = make_audit(authority, State.DISTRIBUTED)
    text = str(table(client_for(authority.officer)))
    assert audit.case.identifier not in text
    assert audit.case.initials_and_age not in text


def test_a_name_that_looks_like_a_formula_is_written_as_text(authority: Authority, client_for: Sign) -> None:
    authority.auditor.name = "=HYPERLINK(1)"
    authority.auditor.save()
    authority.audit()
    client = client_for(authority.officer)
    assert table(client)[1][4] == "'=HYPERLINK(1)"
    sheet = client.get(reverse("audits:tracker_xlsx"))
    cell = openpyxl.load_workbook(io.BytesIO(b"".join(sheet))).active["E2"]
    assert (cell.value, cell.data_type) == ("'=HYPERLINK(1)", "s")


def test_the_workbook_holds_real_days(authority: Authority, client_for: Sign) -> None:
    audit = authority.audit()
    response = client_for(authority.officer).get(reverse("audits:tracker_xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response))).active
    assert [cell.value for cell in sheet[1]] == list(HEADERS)
    assert sheet["A2"].value == audit.reference
    assert sheet["I2"].value.date() == audit.due_on


def test_the_trail_says_who_took_which_part_of_the_list(authority: Authority, client_for: Sign) -> None:
    authority.audit()
    table(client_for(authority.officer), auditor="ade", state="open", sort="-due")
    entry = Entry.objects.get(verb="tracker.exported")
    assert entry.actor == authority.officer
    assert entry.details == {
        "format": "csv",
        "sort": "-due",
        "filters": {"state": "open", "auditors": [authority.auditor.pk]},
    }


def test_a_file_is_not_made_of_filters_that_were_not_understood(authority: Authority, client_for: Sign) -> None:
    authority.audit()
    response = client_for(authority.officer).get(reverse("audits:tracker_csv"), {"team": "nowhere", "state": "open"})
    assert response.status_code == 302
    assert response["Location"] == "/audits/?team=nowhere&state=open"
    assert not Entry.objects.filter(verb="tracker.exported").exists()


def test_a_list_too_long_for_a_workbook_is_offered_as_csv(
    authority: Authority, client_for: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracker, "XLSX_ROWS", 2)
    plain_audits(authority, 3)
    client = client_for(authority.officer)
    html = client.get(reverse("audits:tracker_xlsx"), follow=True).content.decode()
    assert "too many for a workbook" in html
    assert client.get(reverse("audits:tracker_xlsx"), {"state": "closed"}).status_code == 200


def test_everybody_takes_only_what_they_may_know_of(authority: Authority, client_for: Sign) -> None:
    mine, _other = plain_audits(authority, 2)
    person = UserFactory.create()
    give_part(mine, person, "read_audit")
    assert [row[0] for row in table(client_for(person))[1:]] == [mine.reference]


def test_a_long_list_is_never_held_in_memory(authority: Authority) -> None:
    plain_audits(authority, 300)

    def peak(rows: int) -> int:
        tracemalloc.start()
        taken = every_row(authority.officer, Filters(), sort="due", step_words=STEPS)
        for _ in range(rows):
            next(taken)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        taken.close()
        return most

    # A list of them all would be a multiple of the little that the first rows take.
    assert peak(300) < 2 * peak(100)
