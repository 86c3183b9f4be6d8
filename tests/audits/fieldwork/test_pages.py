"""The pages of the fieldwork and its triangulation: what they show, to whom, and in how many queries."""

from io import BytesIO

import docx
import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import Audit, Work, WorkState
from audits.workflow import fieldwork_matrix
from audits.workflow.fieldwork import allocate_waiting, close_fieldwork
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.fieldwork.setting import Partnership, make_partnership, someone

pytestmark = pytest.mark.django_db
PATH = "/programme/AUD-2026-00001/fieldwork/"
TRIANGULATION = "/programme/AUD-2026-00001/triangulation/"


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def page(person: User, path: str = PATH, status: int = 200) -> str:
    response = as_(person).get(path)
    assert response.status_code == status, response.content[:2000]
    return response.content.decode()


def queries(person: User, path: str) -> int:
    client = as_(person)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(path).status_code == 200
    return len(found)


@pytest.fixture
def closed(partnership: Partnership) -> Partnership:
    """Two children: on the first the grades differ, the second Health does not know; all submitted and closed."""
    first = partnership.child()
    second = partnership.child()
    fieldwork_matrix.set_cell(
        second, partnership.takes_part("Health"), auditor=None, not_known=True, by=partnership.manager
    )
    partnership.open()
    assert first.number == 1
    partnership.submit("Council", grade="MG")
    partnership.submit("Police", grade="DNMG")
    partnership.submit("Health", grade="MG")
    partnership.submit("Council", 2)
    close_fieldwork(partnership.work, reason="The police auditor left.", by=partnership.manager)
    partnership.work = Work.objects.get()
    return partnership


def test_the_qa_manager_fills_the_matrix_and_opens_it(partnership: Partnership) -> None:
    client, case = as_(partnership.manager), partnership.case()
    wrong = client.post(f"{PATH}add/", {"how": "choose", "identifier": "SYN-99999", "reason": "A look."})
    assert "No case of your teams has this identifier" in wrong.content.decode()
    assert client.post(f"{PATH}add/", {"how": "choose", "identifier": case.identifier, "reason": "A look."}).url == PATH
    partnership.case()
    assert client.post(f"{PATH}add/", {"how": "draw", "draw-how_many": "1"}).url == PATH
    health = partnership.agencies["Health"].pk
    assert client.post(f"{PATH}2/{health}/", {"answer": "not_known", "auditor": ""}).url == PATH
    shown = page(partnership.manager)
    assert "Q1, 7" in shown
    assert "Child not known" in shown
    assert case.identifier not in shown
    assert "Child 2, Police: Police Auditor" in page(partnership.manager, f"{PATH}open/")
    assert client.post(f"{PATH}open/").url == PATH
    assert Audit.objects.count() == 5
    assert "0 of 5 audits submitted" in page(partnership.manager)


def test_what_stands_in_the_way_is_on_the_page_before_anybody_presses(partnership: Partnership) -> None:
    assert "There are no children yet" in page(partnership.manager)
    refused = as_(partnership.manager).post(f"{PATH}open/")
    assert refused.status_code == 409
    assert "There are no children yet" in refused.content.decode()


def test_a_child_is_removed_after_a_question(partnership: Partnership) -> None:
    partnership.child()
    assert "Remove child 1?" in page(partnership.manager, f"{PATH}1/remove/")
    assert as_(partnership.manager).post(f"{PATH}1/remove/").url == PATH
    assert page(partnership.manager, f"{PATH}1/remove/", 404)


def test_closing_asks_for_the_reason_and_says_what_becomes_of_the_rest(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    assert "Child 1, Police: Police Auditor" in page(partnership.manager, f"{PATH}close/")
    client = as_(partnership.manager)
    assert client.post(f"{PATH}close/", {"reason": ""}).status_code == 422
    assert client.post(f"{PATH}remind/").url == PATH
    assert client.post(f"{PATH}close/", {"reason": "No time."}).url == PATH
    assert Work.objects.get().state == WorkState.ANALYSIS
    assert "Not done" in page(partnership.manager)
    assert client.post(f"{PATH}close/", {"reason": "Again."}).status_code == 409


def test_the_matrix_is_the_qa_managers_to_change(partnership: Partnership) -> None:
    partnership.child()
    for name in ("add", "open"):
        assert as_(partnership.officers["Police"]).get(f"{PATH}{name}/").status_code == 403
        assert as_(partnership.auditors["Police"]).get(f"{PATH}{name}/").status_code == 403
    assert as_(someone(Role.AUDITOR, "A stranger")).get(PATH).status_code == 404


def test_initials_are_shown_to_those_who_may_see_the_case_alone(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    assert "Q1, 7" in page(partnership.manager)
    assert "Q1, 7" in page(partnership.officers["Council"])
    assert "Q1, 7" in page(partnership.auditors["Police"]), "The auditor has the child before them anyway."
    for person in (partnership.officers["Police"], partnership.leads["Police"], partnership.leads["Health"]):
        assert "Q1, 7" not in page(person)


def test_triangulation_opens_once_the_fieldwork_is_closed(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    for path in (TRIANGULATION, f"{TRIANGULATION}1/", "/programme/AUD-2026-00001/triangulation.csv"):
        assert as_(partnership.manager).get(path).status_code == 409
        assert as_(partnership.auditors["Police"]).get(path).status_code == 409


def test_triangulation_marks_the_grades_that_differ(closed: Partnership) -> None:
    shown = page(closed.manager, TRIANGULATION)
    assert "Grades differ" in shown
    assert "Child not known" in shown
    assert "Not done" in shown
    assert "Q1, 7" not in shown
    child = page(closed.manager, f"{TRIANGULATION}1/")
    assert "Does Not Meet Good Yet" in child
    assert "Q1, 7" in child
    assert "Q1, 7" not in page(closed.auditors["Police"], f"{TRIANGULATION}1/")
    assert page(closed.manager, f"{TRIANGULATION}9/", 404)


def test_triangulation_can_be_narrowed_to_a_line_and_shown_whole(closed: Partnership) -> None:
    everything = page(closed.manager, f"{TRIANGULATION}1/?show=all&order=form")
    assert "How good are the assessments of this child?" in everything
    narrowed = page(closed.manager, f"{TRIANGULATION}1/?show=all&line=case-grading")
    assert "How good are the assessments of this child?" not in narrowed
    assert "Overall case grade" in narrowed
    assert "Overall case grade" in page(closed.manager, f"{TRIANGULATION}1/?agency=Police")
    for odd in ("No such agency", "\x00", "9" * 300):
        for field in ("agency", "line", "show", "order"):
            for path in (TRIANGULATION, f"{TRIANGULATION}1/"):
                assert as_(closed.manager).get(path, {field: odd}).status_code == 200


def test_a_member_of_the_subgroup_sees_how_many_and_no_more(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    shown = page(someone(Role.SUBGROUP_MEMBER, "Sue Subgroup"))
    assert "0 of 3 audits submitted" in shown
    assert "Police Auditor" not in shown
    assert partnership.audit("Police").reference not in shown


def test_those_who_took_part_compare_and_nobody_else_does(closed: Partnership) -> None:
    for person in (closed.auditors["Police"], closed.leads["Health"]):
        assert "Grades differ" in page(person, TRIANGULATION)
    page(closed.officers["Police"], TRIANGULATION, 403)
    page(someone(Role.SUBGROUP_MEMBER, "Sub Group"), TRIANGULATION, 403)
    page(someone(Role.QA_MANAGER, "Of the police", agency=closed.agencies["Police"]), TRIANGULATION, 403)
    page(someone(Role.AUDITOR, "A stranger"), TRIANGULATION, 404)


def test_reading_is_on_record_once_a_day(closed: Partnership) -> None:
    page(closed.manager, TRIANGULATION)
    page(closed.manager, f"{TRIANGULATION}1/")
    page(closed.leads["Health"], TRIANGULATION)
    read = Entry.objects.filter(verb="work.triangulation_read")
    assert [entry.actor for entry in read] == [closed.manager, closed.leads["Health"]]


def test_files_name_children_by_number_alone(closed: Partnership) -> None:
    client = as_(closed.manager)
    base = "/programme/AUD-2026-00001/triangulation"
    csv = b"".join(client.get(f"{base}.csv?show=all").streaming_content).decode("utf-8-sig")
    book = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"{base}.xlsx?show=all").streaming_content)))
    word = docx.Document(BytesIO(client.get(f"{base}.docx?show=all").content))
    cells = [str(cell.value) for row in book.active.iter_rows() for cell in row]
    texts = [one.text for one in word.paragraphs]
    texts += [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    for found in (csv, "\n".join(cells), "\n".join(texts)):
        assert "Child 1" in found
        assert "Does Not Meet Good Yet" in found
        assert "Q1" not in found
        assert "SYN-0" not in found
    assert Entry.objects.filter(verb="work.triangulation_exported").count() == 3
    assert client.get(f"{base}.pdf").status_code == 404


def test_pages_ask_no_more_for_more_children_and_agencies() -> None:
    small = make_partnership()
    small.child()
    small.open()
    few = queries(small.manager, PATH)
    for _ in range(5):
        small.child()
    allocate_waiting(small.work, by=small.manager)
    assert queries(small.manager, PATH) == few
    assert few <= 15
    assert queries(small.auditors["Police"], PATH) <= 15


def test_triangulation_asks_no_more_for_more_audits(closed: Partnership) -> None:
    counted = {path: queries(closed.manager, path) for path in (TRIANGULATION, f"{TRIANGULATION}1/?show=all")}
    assert all(count <= 20 for count in counted.values()), counted


def test_an_audits_page_says_that_others_audit_the_child_too_until_it_is_closed(partnership: Partnership) -> None:
    partnership.child()
    partnership.open()
    path = reverse("audits:detail", args=[partnership.audit("Police").reference])
    assert "Other agencies audit the same child at the same time" in page(partnership.auditors["Police"], path)
    partnership.submit("Police")
    close_fieldwork(partnership.work, reason="Enough.", by=partnership.manager)
    shown = page(partnership.auditors["Police"], path)
    assert "This audit is part of" in shown
    assert "Other agencies audit" not in shown


def test_addresses_name_no_child(partnership: Partnership) -> None:
    child = partnership.child()
    assert reverse("programme:work_case_remove", args=["AUD-2026-00001", child.number]) == f"{PATH}1/remove/"
