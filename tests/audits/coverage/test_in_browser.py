"""The pages of coverage in a real browser: nothing for axe to find, nothing to scroll sideways, keys alone suffice."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect as shows

from qaf.people.roles import Role
from tests.audits.coverage.setting import expect, make_audit, make_cycle, make_row, observed_practice, settle, someone
from tests.browser import no_sideways_scrolling
from tests.factories import ServiceFactory, TeamFactory
from tests.moderation.agreement.setting import make_type

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_head_of_service_sees_who_is_behind_and_takes_the_sheet(new_page: Any, axe: Any, screenshot: Any) -> None:
    today = timezone.localdate()
    service = ServiceFactory.create(name="Area Social Care and Safeguarding")
    team = TeamFactory.create(name="North of the River", service=service)
    ade = someone(Role.AUDITOR, "Ade Auditor-of-a-Long-Name", team=team)
    someone(Role.PRACTITIONER, "Una Unseen", team=team)
    someone(Role.PRACTITIONER, "Nia New", team=team, since=today - timedelta(7))
    cycle = make_cycle(make_row(service, make_type()), today - timedelta(40), today + timedelta(20))
    make_row(service, observed_practice())
    late = make_audit(team, ade, make_type(), audit_due_on=today - timedelta(9), due_on=today - timedelta(9))
    expect(cycle, ade, team, late)
    expect(cycle, ade, team, state="skipped", why="away")
    for grade in ("G", "G", "RI"):
        settled = settle(
            make_audit(team, ade, make_type()), min(today, date(today.year, today.month, 2)), overall=grade
        )
        expect(cycle, ade, team, settled)
    head = someone(Role.SERVICE_MANAGER, "Sal Head", service=service)

    page = new_page(head)
    page.goto("/coverage/")
    shows(page).to_have_title("Coverage – QAF case-file audit")
    shows(page.get_by_role("row", name="Case audit of Area Social Care")).to_contain_text("3 (75%)")
    for words, heading in (
        ("By service and type", "Coverage"),
        ("By team", "Coverage by team"),
        ("By person", "Coverage by person"),
        ("Observations", "Observations"),
    ):
        if words != "By service and type":
            page.get_by_role("navigation", name="Coverage").get_by_role("link", name=words).press("Enter")
        shows(page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()
        axe(page)
        no_sideways_scrolling(page)
        screenshot(page, f"coverage-{words.split()[-1].lower()}")
    # The late ones alone, by the keyboard.
    page.locator("summary", has_text="Choose what is counted").press("Enter")
    page.get_by_label("Late only").press("Space")
    page.get_by_role("button", name="Apply filters").press("Enter")
    shows(page.get_by_role("link", name="Take away the filter Late only")).to_be_visible()
    shows(page.get_by_role("row", name="Una Unseen")).to_be_visible()
    shows(page.get_by_role("row", name="Nia New")).to_have_count(0)
    axe(page)

    page.get_by_role("navigation", name="Coverage").get_by_role("link", name="Performance clinic").press("Enter")
    shows(page.get_by_role("table", name="Overall grades by team")).to_contain_text("—")
    shows(page.get_by_role("table", name="Audits whose present step is late")).to_contain_text(late.reference)
    axe(page)
    no_sideways_scrolling(page)
    screenshot(page, "coverage-clinic")
    with page.expect_download() as taken:
        page.get_by_role("link", name="PDF document").press("Enter")
    assert taken.value.suggested_filename.endswith(".pdf")
