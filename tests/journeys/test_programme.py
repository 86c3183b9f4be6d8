"""A theme from its proposal to the triangulation, in browsers: agreed, audited by two agencies apart, compared."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from audits.models import Audit, SectionAnswers, Work
from audits.models.programme import TERMS
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.fieldwork.setting import Partnership, make_people, someone
from tests.browser import no_sideways_scrolling
from tests.journeys.test_panel import button, fill_day, link

pytestmark = pytest.mark.django_db(transaction=True)
Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Any, screenshot: Any) -> Look:
    def check(page: Page, name: str) -> None:
        axe(page)
        no_sideways_scrolling(page)
        screenshot(page, f"programme-{name}")

    return check


def propose(page: Page, partnership: Partnership) -> Work:
    """The QA manager proposes a theme with all seven points, and names the two agencies."""
    today = timezone.localdate()
    page.goto("/programme/new/")
    page.get_by_label("Thematic multi-agency audit").check()
    page.get_by_label("Title").fill("Neglect of young children")
    fill_day(page, "fieldwork_from", today)
    fill_day(page, "fieldwork_until", today + timedelta(days=28))
    page.locator("#id_type").select_option(label="Multi-agency audit 2025-27")
    page.locator("#id_commissioned_by").fill("The Audit and Performance subgroup")
    for point in TERMS:
        page.locator(f"#id_{point}").fill("As the partnership has talked it over.")
    button(page, "Propose it").click()
    work = Work.objects.get()
    page.goto(f"/programme/{work.reference}/agencies/")
    for row, name in enumerate(partnership.agencies):
        page.locator(f"#id_row-{row}-agency").select_option(label=name)
        page.locator(f"#id_row-{row}-team").select_option(value=str(partnership.teams[name].pk))
        page.locator(f"#id_row-{row}-auditor").fill(partnership.auditors[name].email)
    button(page, "Save").click()
    assert work.agencies.count() == 2, page.locator("main").inner_text()
    return work


def agree(page: Page, work: Work) -> None:
    """A member of the subgroup writes down where its minutes say so."""
    page.goto(f"/programme/{work.reference}/steps/agree/")
    page.get_by_label("Where the minutes say so").fill("Audit and Performance subgroup, item 4")
    fill_day(page, "on", timezone.localdate())
    button(page, "Record that the subgroup agreed it").click()
    work.refresh_from_db()
    assert work.state == "agreed", page.locator("main").inner_text()


def fill_matrix_and_open(page: Page, work: Work, identifier: str, look: Look) -> None:
    page.goto(f"/programme/{work.reference}/")
    page.get_by_role("button", name="Fieldwork: children and agencies").or_(
        page.get_by_role("link", name="Fieldwork: children and agencies")
    ).first.click()
    look(page, "fieldwork-empty")
    page.get_by_role("button", name="Add children").click()
    button(page, "Add this child").click()
    look(page, "add-errors")
    page.get_by_label("Child's identifier").fill(identifier)
    page.get_by_label("Why this child?").fill("Known to both agencies for long.")
    button(page, "Add this child").click()
    look(page, "fieldwork-agreed")
    page.get_by_role("link", name="who audits child 1 for Police").click()
    look(page, "cell")
    button(page, "Save").click()
    page.get_by_role("button", name="Open the fieldwork").click()
    look(page, "open")
    button(page, "Open the fieldwork").click()
    expect(page.get_by_text("2 audits allocated. The auditors have been told.")).to_be_visible()
    look(page, "fieldwork-open")


def police_submit(page: Page, audit: Audit) -> None:
    """The form is filled by the workflow; its auditor looks it over and submits it in the browser."""
    walk.fill(audit, part="audit", by=audit.auditor, grade="DNMG")
    row = SectionAnswers.objects.get(audit=audit, section="case-grading")
    assert row.document["answers"]["grade"] == "DNMG"
    page.goto("/notices/")
    page.get_by_role("button", name="You have an audit to do").first.click()
    page.goto(f"/audits/{audit.reference}/check/")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text(f"Audit {audit.reference} is submitted")).to_be_visible()


def cannot_see(page: Page, audit: Audit, work: Work, look: Look) -> None:
    """Another agency's auditor: neither the audit nor the comparison nor, of two agencies, how far the other is."""
    page.goto(f"/audits/{audit.reference}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("not found")
    page.goto(f"/programme/{work.reference}/triangulation/")
    expect(page.get_by_text("Until then each agency sees its own alone.")).to_be_visible()
    page.goto(f"/programme/{work.reference}/fieldwork/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fieldwork")
    expect(page.get_by_text("of 2 audits submitted")).to_have_count(0)
    expect(page.get_by_text(audit.reference)).to_have_count(0)
    look(page, "fieldwork-auditor")


def test_a_theme_from_proposal_to_triangulation(new_page: Any, look: Look) -> None:
    partnership = make_people("Council", "Police")
    member = someone(Role.SUBGROUP_MEMBER, "Sue Subgroup")
    case = partnership.case()
    manager = new_page(partnership.manager)
    work = propose(manager, partnership)
    agree(new_page(member), work)
    fill_matrix_and_open(manager, work, case.identifier, look)
    partnership.work = work
    police, council = partnership.audit("Police"), partnership.audit("Council")
    police_page, council_page = new_page(partnership.auditors["Police"]), new_page(partnership.auditors["Council"])
    police_submit(police_page, police)
    cannot_see(council_page, police, work, look)
    walk.submit(council, grade="MG")
    cannot_see(police_page, council, work, look)

    path = f"/programme/{work.reference}/fieldwork/"
    manager.goto(path)
    expect(manager.get_by_text("2 of 2 audits submitted")).to_be_visible()
    manager.get_by_role("button", name="Close the fieldwork").click()
    look(manager, "close")
    button(manager, "Close the fieldwork").click()
    manager.get_by_role("button", name="Compare what the agencies found").click()
    expect(manager.get_by_text("Grades differ").first).to_be_visible()
    look(manager, "triangulation")
    link(manager, "Child 1").click()
    expect(manager.get_by_role("heading", name="Overall case grade")).to_be_visible()
    expect(manager.get_by_text("Does Not Meet Good Yet").first).to_be_visible()
    look(manager, "child")
    manager.locator("#id_show").select_option(label="Everything")
    button(manager, "Show").click()
    expect(manager.get_by_role("heading", name="How well is the child heard?")).to_be_visible()
    look(manager, "child-everything")
    police_page.goto(f"/programme/{work.reference}/triangulation/1/")
    expect(police_page.get_by_role("row", name="Council")).not_to_have_count(0)
