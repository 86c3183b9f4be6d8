"""The pages of coverage: who is shown them, what they say, and the same as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import openpyxl
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.coverage.setting import DAY, expect, make_audit, make_cycle, make_row, observed_practice, someone
from tests.factories import ServiceFactory, TeamFactory
from tests.moderation.agreement.setting import make_type

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
PAGES = ("", "teams/", "people/", "observations/", "clinic/")


@pytest.fixture(autouse=True)
def on_the_day() -> object:
    with time_machine.travel("2026-11-25T10:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def place() -> SimpleNamespace:
    service = ServiceFactory.create(name="Area Social Care")
    north, south = (TeamFactory.create(name=name, service=service) for name in ("North", "South"))
    case_audit, observation = make_type(), observed_practice()
    made = SimpleNamespace(
        service=service,
        north=north,
        south=south,
        case_audit=case_audit,
        observation=observation,
        ade=someone(Role.AUDITOR, "Ade Auditor", team=north),
        sam=someone(Role.AUDITOR, "Sam Second", team=south),
        pat=someone(Role.PRACTITIONER, "Pat Practitioner", team=north),
        nia=someone(Role.PRACTITIONER, "Nia New", team=south, since=date(2026, 11, 2)),
        officer=someone(Role.QA_OFFICER, "Oli Officer", agency=service.agency),
        head=someone(Role.SERVICE_MANAGER, "Sal Head", service=service),
        team_manager=someone(Role.TEAM_MANAGER, "Tay Manager", team=north),
        cycle=make_cycle(make_row(service, case_audit)),
    )
    make_row(service, observation)
    expect(made.cycle, made.ade, north, make_audit(north, made.ade, case_audit, submitted=date(2026, 11, 10)))
    expect(made.cycle, made.sam, south, make_audit(south, made.sam, case_audit))
    expect(made.cycle, made.sam, south, state="skipped", why="load")
    return made


def shown(client: Client, page: str, **query: object) -> str:
    response = client.get(f"/coverage/{page}", query)
    assert response.status_code == 200, page
    return " ".join(response.content.decode().split())


def rows_of(response: object) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_qa_sees_expected_against_done_in_words_beside_every_bar(place: SimpleNamespace, client_for: ClientFor) -> None:
    page = shown(client_for(place.officer), "")
    assert "Cycles that are running on 25 November 2026." in page
    assert "1 (50%)" in page
    assert 'aria-hidden="true"' in page.partition('class="coverage-bar"')[2][:120]
    assert f"/audits/?service={place.service.pk}&amp;type={place.case_audit.pk}" in page
    # The observation's row has no cycle yet.
    assert "No cycle was opened in this period" in page
    assert "Has as many open audits as anybody may have" in page


def test_a_team_manager_sees_their_team_and_no_other(place: SimpleNamespace, client_for: ClientFor) -> None:
    client = client_for(place.team_manager)
    for page in PAGES[:4]:
        words = shown(client, page)
        assert "Sam Second" not in words
        assert "Nia New" not in words
        assert "South" not in words
    assert "Ade Auditor" in shown(client, "people/")
    # They have neither the programme nor the schedule, so coverage has its own place in the navigation.
    assert 'href="/coverage/"' in " ".join(client.get("/").content.decode().split())
    assert "Pat Practitioner" in shown(client, "observations/")
    assert client.get("/coverage/clinic/").status_code == 403
    # Another team's key in the address is refused as a filter, and shows nothing more.
    assert "There is no such team" in shown(client, "people/", team=place.south.pk)


def test_those_without_a_manager_or_qa_post_are_refused(place: SimpleNamespace, client_for: ClientFor) -> None:
    for user in (place.ade, place.pat, someone(Role.ADMIN, "Ada"), someone(Role.BOARD_MEMBER, "Bo")):
        client = client_for(user)
        for page in (*PAGES, "csv/", "observations/csv/", "clinic/pdf/"):
            assert client.get(f"/coverage/{page}").status_code == 403, page


def test_people_are_sorted_by_any_heading(place: SimpleNamespace, client_for: ClientFor) -> None:
    client = client_for(place.officer)
    usual = shown(client, "people/")
    assert usual.index("Sam Second") < usual.index("Ade Auditor")
    assert "16 November 2026" in usual
    by_name = shown(client, "people/", sort="person")
    assert by_name.index("Ade Auditor") < by_name.index("Sam Second")
    assert 'aria-sort="ascending"' in by_name
    shown(client, "people/", sort="shoe-size")


def test_periods_and_filters_narrow_what_is_counted(place: SimpleNamespace, client_for: ClientFor) -> None:
    client = client_for(place.officer)
    assert "Cycles that end from 1 October 2026 to 31 December 2026." in shown(client, "teams/", period="quarter")
    assert "Cycles that end from 1 April 2025 to 31 March 2026." in shown(client, "teams/", period="last_year")
    narrowed = shown(client, "people/", team=place.north.pk)
    assert "Team: North" in narrowed
    assert "Sam Second" not in narrowed
    odd = shown(client, "people/", team="999999", period="fortnight", type="x")
    for words in ("There is no such team", "There is no such period", "There is no such type of audit"):
        assert words in odd
    assert "Sam Second" in odd


def test_nothing_expected_says_so(client_for: ClientFor) -> None:
    bare = TeamFactory.create(service__name="Bare Service")
    client = client_for(someone(Role.SERVICE_MANAGER, "Eli", service=bare.service))
    assert "Nothing is expected of your services" in shown(client, "")
    assert "Nothing is expected of your teams" in shown(client, "teams/")
    assert "the schedule has no row that asks for one" in shown(client, "observations/")
    assert "Nothing is expected of this service" in shown(client, "clinic/")


def test_observations_are_listed_and_narrowed_to_the_late(place: SimpleNamespace, client_for: ClientFor) -> None:
    client = client_for(place.officer)
    page = shown(client, "observations/")
    assert "1 of 2 late; 2 not observed in the last 12 months" in page
    assert page.index("Pat Practitioner") < page.index("Nia New")
    late = shown(client, "observations/", late="on")
    assert "Pat Practitioner" in late
    assert "Nia New" not in late
    new = shown(client, "observations/", duty="first")
    assert "Nia New" in new
    assert "14 December 2026" in new
    assert "Pat Practitioner" not in new
    names = shown(client, "observations/", sort="-name")
    assert names.index("Pat Practitioner") < names.index("Nia New")


def test_each_table_is_had_as_a_file_and_the_trail_says_by_whom(place: SimpleNamespace, client_for: ClientFor) -> None:
    client = client_for(place.officer)
    people = rows_of(client.get("/coverage/people/csv/", {"team": place.south.pk}))
    assert [(row["Person"], row["Expected"], row["Late"], row["Skipped"]) for row in people] == [
        ("Sam Second", "1", "1", "1")
    ]
    entry = Entry.objects.get(verb="coverage.exported")
    assert (entry.details["table"], entry.details["filters"]["team"]) == ("people", place.south.pk)
    assert rows_of(client.get("/coverage/observations/csv/", {"late": "on"}))[0]["Person"] == "Pat Practitioner"
    assert [row["Team"] for row in rows_of(client.get("/coverage/teams/csv/"))] == ["North", "South"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get("/coverage/xlsx/").streaming_content)))
    assert [cell.value for cell in book.worksheets[0][2]][:4] == ["Area Social Care", "Case audit", 2, 1]
    # No file leaves with more in it than was asked for.
    assert client.get("/coverage/people/csv/", {"team": "999999"}).status_code == 302
    assert Entry.objects.filter(verb="coverage.exported").count() == 4


def test_a_head_of_service_takes_the_sheet_of_their_own_service(place: SimpleNamespace, client_for: ClientFor) -> None:
    client = client_for(place.head)
    other = TeamFactory.create(service__name="Other Service").service
    page = shown(client, "clinic/")
    assert "Performance clinic: Area Social Care, November 2026" in page
    assert "Other Service" not in page
    assert "There is no such service" in shown(client, "clinic/", service=other.pk)
    pdf = client.get("/coverage/clinic/pdf/", {"service": place.service.pk, "month": "2026-10"})
    assert pdf["Content-Disposition"].endswith('"performance-clinic-area-social-care-2026-10.pdf"')
    assert PdfReader(io.BytesIO(pdf.content)).metadata.title == "Performance clinic: Area Social Care, October 2026"  # type: ignore[union-attr]
    assert client.get("/coverage/clinic/xlsx/", {"service": place.service.pk}).status_code == 200
    assert client.get("/coverage/clinic/pdf/", {"service": other.pk}).status_code == 302
    assert client.get("/coverage/clinic/pdf/", {"month": "2030-01"}).status_code == 302
    taken = Entry.objects.filter(verb="clinic.taken")
    assert [entry.details["month"] for entry in taken.order_by("pk")] == ["2026-10", "2026-11"]


def test_qa_of_one_team_has_no_whole_service(place: SimpleNamespace, client_for: ClientFor) -> None:
    client = client_for(someone(Role.QA_OFFICER, "Ona Officer", team=place.north))
    assert "Your posts cover no whole service" in shown(client, "clinic/")
    assert client.get("/coverage/clinic/pdf/").status_code == 302


def test_pages_ask_as_many_questions_however_much_there_is(place: SimpleNamespace, client_for: ClientFor) -> None:
    client = client_for(place.officer)

    def asked(page: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            shown(client, page)
        return len(seen)

    cache.clear()
    for page in PAGES:
        asked(page)
    before = {page: asked(page) for page in PAGES}
    for number in range(4):
        team = TeamFactory.create(service=place.service)
        auditor = someone(Role.AUDITOR, f"Auditor {number}", team=team)
        practitioner = someone(Role.PRACTITIONER, f"Practitioner {number}", team=team)
        expect(place.cycle, auditor, team, make_audit(team, auditor, place.case_audit))
        make_audit(team, auditor, place.observation, submitted=DAY, case_holder=practitioner)
    assert {page: asked(page) for page in PAGES} == before
    assert max(before[page] for page in PAGES[:4]) <= 16
