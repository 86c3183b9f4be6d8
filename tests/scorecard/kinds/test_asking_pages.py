"""The pages on which a report is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard.models import Report
from scorecard.quarters import last_finished
from tests.factories import AgencyFactory, ServiceFactory

pytestmark = pytest.mark.django_db
People = Callable[..., User]
Clients = Callable[[User], Client]
NEW = "/reports/new/"


def page_of(kind: str) -> str:
    return reverse("scorecard:new_report_kind", args=[kind])


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_each_kind_is_offered_with_a_sentence(person: People, client_for: Clients) -> None:
    page = text_of(client_for(person(Role.QA_MANAGER)).get(NEW))
    for kind in (Report.Kind.QUARTERLY, Report.Kind.THEMATIC, Report.Kind.ANNUAL, Report.Kind.CLINIC):
        assert f'value="{kind.value}"' in page
    assert "What the framework expected of a year" in page


def test_qa_of_one_agency_is_not_offered_what_is_about_the_whole(person: People, client_for: Clients) -> None:
    client = client_for(person(Role.QA_OFFICER, agency=AgencyFactory.create()))
    assert 'value="annual"' not in text_of(client.get(NEW))
    assert client.get(page_of("annual")).status_code == 404
    assert client.get(page_of("agency")).status_code == 200


def test_no_kind_chosen_is_told_on_the_page(person: People, client_for: Clients) -> None:
    answer = client_for(person(Role.QA_MANAGER)).post(NEW, {})
    assert answer.status_code == 200
    assert "There is a problem" in text_of(answer)
    assert "Choose a kind of report" in text_of(answer)


def test_the_kind_leads_to_its_own_page_and_is_remembered(person: People, client_for: Clients) -> None:
    client = client_for(person(Role.QA_MANAGER))
    assert client.post(NEW, {"kind": "observation"})["Location"] == page_of("observation")
    assert 'value="observation"' in text_of(client.get(NEW))
    assert client.session["report_asked"]["kind"] == "observation"


@pytest.mark.parametrize("kind", ["quarterly", "observation"])
def test_a_quarter_and_a_scope_are_asked_for(person: People, client_for: Clients, kind: str) -> None:
    agency = AgencyFactory.create(name="Fairhaven Council")
    client = client_for(person(Role.QA_MANAGER))
    quarter = last_finished(timezone.localdate())
    answer = client.post(page_of(kind), {"quarter": quarter.code, "scope": f"agency-{agency.pk}"})
    report = Report.objects.get()
    assert answer["Location"] == report.get_absolute_url()
    assert (report.kind, report.period_from, report.agency) == (kind, quarter.first_day, agency)
    page = text_of(client.get(page_of(kind)))
    assert f'<option value="agency-{agency.pk}" selected>' in page


def test_a_clinic_is_asked_for_by_service_and_month(person: People, client_for: Clients) -> None:
    service = ServiceFactory.create(name="Area Social Care")
    client = client_for(person(Role.QA_MANAGER))
    month = timezone.localdate().replace(day=1)
    client.post(page_of("clinic"), {"service": service.pk, "month": f"{month:%Y-%m}"})
    report = Report.objects.get()
    assert (report.service, report.agency, report.period_from) == (service, service.agency, month)
    assert report.period_to >= timezone.localdate()


def test_a_year_is_asked_for(person: People, client_for: Clients) -> None:
    client_for(person(Role.QA_MANAGER)).post(page_of("annual"), {"year": "2025"})
    report = Report.objects.get()
    assert (report.period_from, report.period_to) == (date(2025, 4, 1), date(2026, 3, 31))


def test_where_there_is_nothing_to_choose_the_page_says_what_to_do(person: People, client_for: Clients) -> None:
    page = text_of(client_for(person(Role.QA_MANAGER)).get(page_of("thematic")))
    assert "Close the fieldwork of one first" in page
    assert "<select" not in page


@pytest.mark.parametrize("kind", ["quarterly", "thematic", "programme", "observation", "agency", "clinic", "annual"])
@pytest.mark.parametrize("value", ["", "x", "2026-9", "-1", "99999999999999999999", "²", "\x00", "agency-0"])
def test_a_wrong_choice_makes_nothing(person: People, client_for: Clients, kind: str, value: str) -> None:
    names = ("quarter", "scope", "agency", "work", "year", "service", "month")
    answer = client_for(person(Role.QA_MANAGER)).post(page_of(kind), dict.fromkeys(names, value))
    assert answer.status_code == 200
    assert not Report.objects.exists()


def test_an_unknown_kind_is_not_found(person: People, client_for: Clients) -> None:
    client = client_for(person(Role.QA_MANAGER))
    assert client.get("/reports/new/secret/").status_code == 404
    assert client.post(NEW, {"kind": "secret"}).status_code == 200


def test_others_are_refused(person: People, client_for: Clients) -> None:
    client = client_for(person(Role.BOARD_MEMBER))
    assert client.get(NEW).status_code == 403
    assert client.post(page_of("quarterly"), {"quarter": "2026-3", "scope": "all"}).status_code == 403


def test_a_remembered_choice_that_is_gone_is_forgotten(person: People, client_for: Clients) -> None:
    client = client_for(person(Role.QA_MANAGER))
    session = client.session
    session["report_asked"] = {"kind": "nothing", "chosen": {"quarterly": {"scope": "agency-0", "quarter": "1999-1"}}}
    session.save()
    assert client.get(NEW).status_code == 200
    assert '<option value="all" selected>' in text_of(client.get(page_of("quarterly")))
