"""The pages of the schedule: who sees what, filters, files, bad input, stale pages."""

from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audits.models import Expectation
from audits.schedule_words import mark_of
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.schedule.setting import APRIL, another_type, cycle, row
from tests.audits.setting import Authority
from tests.factories import AgencyFactory, PostFactory, ServiceFactory, UserFactory

LIST = "/schedule/"


@pytest.fixture
def stored(authority: Authority) -> Expectation:
    return row(authority.service, authority.type)


@pytest.fixture
def client(admin: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(admin)


def text_of(response: object) -> str:
    return " ".join(unescape(response.content.decode()).split())  # type: ignore[attr-defined]


def sent(expectation: Expectation | None = None, **changes: str) -> dict[str, str]:
    """The form of a row as a browser sends it: what is stored, with changes; an empty text leaves a field empty."""
    form = {"selection": "undecided", "each": "1", "valid_from_0": "1", "valid_from_1": "4", "valid_from_2": "2026"}
    if expectation is not None:
        form |= {
            "service": str(expectation.service_id or ""),
            "type": str(expectation.type_id or ""),
            "every_months": str(expectation.every_months),
            "auditor_role": expectation.auditor_role,
            "selection": expectation.selection,
            "service_name": expectation.service_name,
            "type_name": expectation.type_name,
            "how": "whole",
            "seen": mark_of(expectation),
        }
    return form | changes


def day(name: str, value: date) -> dict[str, str]:
    return {f"{name}_{index}": str(part) for index, part in enumerate((value.day, value.month, value.year))}


def test_it_works(client: Client, authority: Authority) -> None:
    page = text_of(client.get(LIST))
    assert "The schedule has no rows yet. Add one, or let an administrator load a framework pack" in page
    form = sent(service=str(authority.service.pk), type=str(authority.type.pk), every_months="2")
    assert client.post(f"{LIST}rows/new/", form).status_code == 302
    made = Expectation.objects.get()
    assert (made.service_name, made.type_name, made.valid_from) == ("Area Social Care", "Child case audit", APRIL)
    page = text_of(client.get(LIST))
    assert "Its cycles do not open by themselves yet." in page
    assert "Added from 1 April 2026: Area Social Care: Child case audit, every 2 months" in page


def test_who_may_read_and_who_may_change(
    authority: Authority, stored: Expectation, client_for: Callable[[User], Client]
) -> None:
    page = text_of(client_for(authority.service_manager).get(LIST))
    assert "Child case audit" in page
    assert "Add a row" not in page
    assert client_for(authority.auditor).get(LIST).status_code == 403
    assert client_for(authority.officer).get(f"{LIST}rows/{stored.pk}/").status_code == 403
    # A QA manager of another agency reads it, and changes their own services' rows alone.
    other = UserFactory.create()
    PostFactory.create(person=other, role=Role.QA_MANAGER, agency=AgencyFactory.create())
    theirs = client_for(other)
    assert "Not yours" in text_of(theirs.get(LIST))
    assert theirs.get(f"{LIST}rows/{stored.pk}/").status_code == 403
    response = theirs.post(f"{LIST}rows/new/", sent(service=str(authority.service.pk), type_name="Case file"))
    assert response.status_code == 422
    assert "belongs to another part of the organisation than your post. Choose one from the list" in text_of(response)


def test_rows_stand_by_service_and_say_what_they_lack(client: Client, authority: Authority) -> None:
    care = ServiceFactory.create(name="Through Care")
    row(None, None, service_name="FIF/SF", type_name="FIF Case file", every_months=None, auditor_role="")
    row(care, authority.type, frequency_name="Bimonthly")
    row(None, None, service_name="FIF/SF", type_name="Observation")
    row(None, authority.type, every_service=True, service_name="All services")
    response = client.get(LIST)
    assert [(group.title, len(group.rows)) for group in response.context["groups"]] == [
        ("FIF/SF", 2),
        ("Through Care", 1),
        ("Every service", 1),
    ]
    page = text_of(response)
    assert "2 rows have no service here yet" in page
    assert "No type of audit here" in page
    assert "“Bimonthly”" in page


def test_filters_and_sorting(client: Client, authority: Authority) -> None:
    other, today = another_type(authority, "zebra"), timezone.localdate()
    care = ServiceFactory.create(name="Through Care")
    rows = {
        "first": row(authority.service, authority.type, position=1, every_months=6, selection="drawn"),
        "ended": row(authority.service, other, position=2, valid_until=today - timedelta(days=1)),
        "coming": row(care, other, position=3, valid_from=today + timedelta(days=30), every_months=1),
        "lost": row(None, None, position=4, service_name="Nowhere"),
        "every": row(None, authority.type, position=5, every_service=True, other_type=other, auditor_role=""),
    }
    names = {one.pk: name for name, one in rows.items()}
    past = day("on", today - timedelta(days=10))
    for asked, found in (
        ({}, "first coming lost every"),
        ({"past": "on"}, "first ended coming lost every"),
        (past, "first ended lost every"),
        ({"service": str(authority.service.pk)}, "first"),
        ({"service": "every"}, "every"),
        ({"unmatched": "on"}, "lost"),
        ({"type": str(other.pk)}, "coming every"),
        ({"type": "none"}, "lost"),
        ({"selection": "drawn"}, "first"),
        ({"sort": "often"}, "coming lost every first"),
        ({"sort": "type"}, "first every coming lost"),
        ({"sort": "service"}, "first coming lost every"),
        ({"service": "12345", "sort": "luck"}, "first coming lost every"),
    ):
        response = client.get(LIST, asked)
        shown = [names[one.pk] for group in response.context["groups"] for one in group.rows]
        assert " ".join(shown) == found, asked
    assert "No row fits all of these filters" in text_of(client.get(LIST, {"selection": "programme"}))


def test_files_hold_the_rows_as_the_page_shows_them(client: Client, stored: Expectation) -> None:
    Expectation.objects.update(form_name="=HYPERLINK()")
    row(None, None, service_name="Nowhere", position=9)
    table = b"".join(client.get(f"{LIST}export/csv/?unmatched=on").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert len(table.strip().splitlines()) == 2
    assert "Nowhere (no service here yet)" in table
    book = load_workbook(BytesIO(b"".join(client.get(f"{LIST}export/xlsx/").streaming_content)))  # type: ignore[attr-defined]
    header, first, *_ = book.active.iter_rows(values_only=True)  # type: ignore[union-attr]
    cells = dict(zip(header, first, strict=True))
    assert (cells["Service"], cells["Every … months"]) == ("Area Social Care", 2)
    assert cells["Form (framework)"] == "'=HYPERLINK()"
    assert client.get(f"{LIST}export/pdf/").status_code == 404
    assert client.get(f"{LIST}export/csv/?service=12345").status_code == 302
    assert [one.details["format"] for one in Entry.objects.filter(verb="schedule.exported")] == ["csv", "xlsx"]


def test_bad_input_is_said_beside_its_field(client: Client, authority: Authority, stored: Expectation) -> None:
    for changes, field, text in (
        ({"every_months": "5"}, "every_months", "Choose every 1, 2, 3, 4, 6 or 12 months"),
        ({"every_months": "0"}, "every_months", "Choose every 1, 2, 3, 4, 6 or 12 months"),
        ({"each": "many"}, "each", "Enter a whole number of audits, such as 1"),
        ({"each": "11"}, "each", "Enter 10 or fewer"),
        ({"type": "999999"}, "type", "This type is not there any more, is switched off, or its form is not published"),
        ({"service": "999999"}, "service", "This service is not there any more, or belongs to another part"),
        ({"service": "", "service_name": ""}, "service", "Choose a service, or enter below how the framework calls it"),
        ({"type": "", "type_name": ""}, "type", "Choose a type of audit, or enter below how the framework calls it"),
        ({"how": "later"}, "from_day", "Enter the day from which this holds, such as 1 4 2027"),
        ({"valid_from_1": "13"}, "valid_from", "The first day must be a real date"),
        (day("valid_until", date(2026, 3, 1)), "valid_until", "The last day cannot be before the first day, 1 April"),
        ({"form_name": "x" * 121}, "form_name", "Enter 120 characters or fewer"),
    ):
        response = client.post(f"{LIST}rows/{stored.pk}/", sent(stored, **changes))
        assert response.status_code == 422, changes
        assert response.context["form"].errors[field][0].startswith(text), changes
    twin = client.post(f"{LIST}rows/new/", sent(stored))
    assert twin.status_code == 422
    assert "asks the same people for the same audit, from 1 April 2026 on" in text_of(twin)
    stored.refresh_from_db()
    assert stored.revision == 0


def test_a_row_is_changed_from_a_day_on(client: Client, stored: Expectation) -> None:
    form = sent(stored, every_months="6", how="later", **day("from_day", date(2026, 12, 1)))
    assert client.post(f"{LIST}rows/{stored.pk}/", form).status_code == 302
    stored.refresh_from_db()
    assert stored.valid_until == date(2026, 11, 30)
    assert "What held until then stays in the history." in text_of(client.get(LIST))


def test_an_old_page_shows_both_texts_and_saving_again_is_a_choice(client: Client, stored: Expectation) -> None:
    form = sent(stored, every_months="6", form_name="Mine")
    Expectation.objects.update(form_name="Theirs", every_months=3)
    response = client.post(f"{LIST}rows/{stored.pk}/", form)
    page = text_of(response)
    assert response.status_code == 409
    assert "<strong>Form, in the framework’s words:</strong> Theirs" in page
    assert 'value="Mine"' in page
    assert "Every 3 months" in page
    assert client.post(f"{LIST}rows/{stored.pk}/", form | {"seen": response.context["seen"]}).status_code == 302
    stored.refresh_from_db()
    assert (stored.form_name, stored.every_months) == ("Mine", 6)


def test_ending_and_removing_ask_first(client: Client, stored: Expectation) -> None:
    address = f"{LIST}rows/{stored.pk}/remove/"
    assert "Remove the row" in text_of(client.get(address))
    early = client.post(address, {"seen": mark_of(stored), **day("last_day", date(2026, 3, 1))})
    assert early.status_code == 422
    assert "The row begins on 1 April 2026" in text_of(early)
    assert client.post(address, {"seen": mark_of(stored)}).status_code == 422
    assert client.post(address, {"seen": "another", "do": "remove"}).status_code == 409
    assert client.post(address, {"seen": mark_of(stored), **day("last_day", date(2026, 12, 31))}).status_code == 302
    stored.refresh_from_db()
    assert stored.valid_until == date(2026, 12, 31)
    cycle(stored, date(2026, 10, 1), date(2026, 11, 30))
    assert "Remove the row" not in text_of(client.get(address))
    assert client.post(address, {"seen": mark_of(stored), "do": "remove"}).status_code == 409
    stored.cycles.all().delete()
    assert client.post(address, {"seen": mark_of(stored), "do": "remove"}).status_code == 302
    assert client.get(address).status_code == 404


def test_the_dry_run_is_offered_before_cycles_open_by_themselves(client: Client, stored: Expectation) -> None:
    address = f"{LIST}rows/{stored.pk}/opening/"
    page = text_of(client.get(address))
    assert "Look at the dry run first" in page
    assert reverse("schedule:dry_run") in page
    assert client.post(address, {"seen": mark_of(stored), "opens": "yes"}).status_code == 302
    stored.refresh_from_db()
    assert stored.opens_itself
    assert "Cycles open by themselves" in text_of(client.get(LIST))
    assert client.post(address, {"seen": "an old page", "opens": "no"}).status_code == 409
    Expectation.objects.update(opens_itself=False, every_months=None)
    assert "It has no frequency yet" in text_of(client.get(address))


def test_a_service_is_chosen_once_for_all_rows_of_its_name(
    client: Client, authority: Authority, client_for: Callable[[User], Client]
) -> None:
    one = row(None, authority.type, service_name="PDT")
    two = row(None, None, service_name="pdt", type_name="Observation")
    far = row(None, None, service_name="CMT", type_name="SAV")
    address = f"{LIST}rows/{one.pk}/service/"
    assert "holds for all 2 rows of this name" in text_of(client.get(address))
    assert client.post(address, {"seen": mark_of(one)}).status_code == 422
    form = {"seen": mark_of(one), "service": str(authority.service.pk)}
    taken = row(authority.service, authority.type)
    clash = client.post(address, form)
    assert clash.status_code == 422
    assert "asks the same people for the same audit" in text_of(clash)
    taken.delete()
    assert client.post(address, form).status_code == 302
    found = dict(Expectation.objects.values_list("pk", "service"))
    assert found == {one.pk: authority.service.pk, two.pk: authority.service.pk, far.pk: None}
    one.refresh_from_db()
    # It has one now, and a pack that brings it still may bring it up to date.
    assert one.revision == 0
    assert client.post(address, form | {"seen": mark_of(one)}).status_code == 409
    assert "“PDT” is Area Social Care here; rows: 2" in text_of(client.get(LIST))


def test_the_list_asks_as_few_questions_of_many_rows_as_of_few(client: Client, authority: Authority) -> None:
    # What is looked up once in a process is no part of the count.
    client.get(LIST)
    counts = []
    for number in (1, 12):
        for _ in range(number):
            service = ServiceFactory.create()
            row(service, authority.type)
            row(None, None, service_name=service.name)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14
