"""The schedule from its table to an audit, in browsers: a pack's row, the dry run, a cycle, a case that is selected."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from audits import tasks
from audits.kloe.packs import read_pack
from audits.models import Audit, Cycle, Expectation, Expected
from audits.workflow.packs import load_pack
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits.setting import Authority, bristol, make_authority, someone
from tests.browser import no_sideways_scrolling
from tests.journeys.test_panel import button, link

pytestmark = pytest.mark.django_db(transaction=True)
Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Any, screenshot: Any) -> Look:
    def check(page: Page, name: str) -> None:
        axe(page)
        no_sideways_scrolling(page)
        screenshot(page, f"schedule-{name}")

    return check


def switch_on(page: Page, row: Expectation, authority: Authority, look: Look) -> None:
    """The administrator finds the pack's row, says which service is meant, and lets its cycles open."""
    page.goto("/schedule/")
    expect(page.get_by_text(row.service_name).first).to_be_visible()
    look(page, "table")
    page.goto(f"/schedule/rows/{row.pk}/service/")
    page.locator("#id_service").select_option(value=str(authority.service.pk))
    page.locator("main form button").click()
    page.goto(f"/schedule/rows/{row.pk}/opening/")
    look(page, "opening")
    button(page, "Let them open").click()


def open_now(page: Page, look: Look) -> Cycle:
    """They look at the dry run, in which nothing is sent, and open the present cycle instead of waiting for it."""
    link(page, "Dry run: the coming twelve months").click()
    expect(page.get_by_role("heading", name="Dry run: the coming twelve months")).to_be_visible()
    page.locator("details summary").nth(1).click()
    look(page, "dry-run")
    assert not Cycle.objects.exists()
    page.get_by_role("link", name="Open a cycle of PDT: Case file").click()
    expect(page.get_by_text("Ade Auditor, North: opens on").first).to_be_visible()
    look(page, "open")
    button(page, "Open the cycle").click()
    expect(page.get_by_role("heading", name="PDT: Case file")).to_be_visible()
    look(page, "cycle")
    return Cycle.objects.get()


def select(page: Page, look: Look) -> None:
    """The auditor is told on the home page, and selects a case."""
    page.goto("/")
    expect(page.get_by_role("heading", name="Expected of you")).to_be_visible()
    look(page, "home")
    link(page, "All that is expected").click()
    look(page, "mine")
    page.get_by_role("main").get_by_role("link", name="Case file, PDT").click()
    button(page, "Choose this case").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a case")
    look(page, "select-errors")
    page.get_by_text("Filter or find a case").click()
    page.get_by_text("1 that cannot be chosen, and why").click()
    look(page, "select")
    page.get_by_label("AB, 7: CP").check()
    page.get_by_label("Why this one?").fill("The plan has run for long.")
    button(page, "Choose this case").click()


def the_day_comes(cycle: Cycle, auditor: User) -> None:
    Expected.objects.filter(cycle=cycle, auditor=auditor).update(opens_on=timezone.localdate())
    tasks.open_cycles()


def test_the_schedule_from_table_to_audit(new_page: Any, look: Look) -> None:
    authority = make_authority()
    authority.another_case(case_holder=authority.auditor, initials="QQ")
    rows = read_pack(Path(settings.BASE_DIR) / "fixtures" / "packs" / "bristol").expectations
    # Those of the forms that are there, and those without a form.
    load_pack(replace(bristol(), expectations=tuple(one for one in rows if one.type in ("child-case-audit", ""))))
    row = Expectation.objects.get(key="pdt-case-file")
    admin = new_page(someone(Role.ADMIN, "Ann Administrator"))
    switch_on(admin, row, authority, look)
    cycle = open_now(admin, look)
    the_day_comes(cycle, authority.auditor)
    auditor = new_page(authority.auditor)
    select(auditor, look)
    audit = Audit.objects.get()
    expect(auditor.get_by_role("heading", name=audit.reference)).to_be_visible()
    assert audit.selection == "Selected by Ade Auditor, as the schedule says: The plan has run for long."
    # Whoever configures the schedule sees that it is under way, and not which audit it is.
    admin.goto(f"/schedule/cycles/{cycle.pk}/")
    expect(admin.get_by_text("Not open to you")).to_be_visible()
    expect(admin.get_by_text(audit.reference)).to_have_count(0)
    manager = new_page(authority.qa_manager)
    manager.goto(f"/schedule/cycles/{cycle.pk}/")
    expect(link(manager, audit.reference)).to_be_visible()
    look(manager, "cycle-qa")
    manager.goto("/schedule/cycles/")
    look(manager, "cycles")
