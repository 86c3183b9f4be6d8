"""Asking for a report in a real browser, with keys alone, and the pages of kinds with the widest tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect as shows

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard import making
from scorecard.models import Report
from scorecard.workflow.report_requests import about_year, ask_for
from tests.browser import no_sideways_scrolling
from tests.factories import ServiceFactory, TeamFactory
from tests.scorecard.factories import make_finished

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_clinic_is_asked_for_and_an_annual_review_is_read(
    person: Callable[..., User], new_page: Any, axe: Any, screenshot: Any
) -> None:
    manager = person(Role.QA_MANAGER)
    service = ServiceFactory.create(name="Area Social Care")
    for grade in ("O", "G", "RI", "I"):
        make_finished(TeamFactory.create(service=service), grade)

    page = new_page(manager)
    page.goto("/reports/new/")
    axe(page)
    no_sideways_scrolling(page)
    screenshot(page, "report-kind")
    page.get_by_role("radio", name="Performance clinic").press("Space")
    page.get_by_role("button", name="Continue").press("Enter")
    shows(page.get_by_role("heading", name="Performance clinic")).to_be_visible()
    axe(page)
    no_sideways_scrolling(page)
    screenshot(page, "report-clinic")
    page.get_by_label("Service").select_option("Area Social Care")
    page.get_by_role("button", name="Make the report").press("Enter")
    shows(page.get_by_role("heading", name="Performance clinic: Area Social Care")).to_be_visible()
    clinic = Report.objects.get()
    assert making.make(clinic.pk)
    page.goto(clinic.get_absolute_url())
    axe(page)
    no_sideways_scrolling(page)

    annual = ask_for(about_year(Report.Kind.ANNUAL, 2026), by=manager)
    assert making.make(annual.pk)
    page.goto(annual.get_absolute_url())
    axe(page)
    no_sideways_scrolling(page)
    screenshot(page, "report-annual")
