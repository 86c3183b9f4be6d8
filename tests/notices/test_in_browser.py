"""The ground's own pages in a real browser: notices, people and the import, with axe and without JavaScript."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from qaf.notices.models import Notice
from qaf.notices.outbox import tell
from qaf.people.models import User
from tests.browser import no_sideways_scrolling

pytestmark = pytest.mark.django_db(transaction=True)

Person = Callable[..., User]
NewPage = Callable[..., Page]
Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Callable[[Page], None], screenshot: Callable[[Page, str], None]) -> Look:
    """Check a page for accessibility and reflow, and keep a picture of it."""

    def check(page: Page, name: str) -> None:
        axe(page)
        no_sideways_scrolling(page)
        screenshot(page, name)

    return check


@pytest.mark.parametrize("javascript", [True, False])
def test_a_notice_is_opened_and_read(person: Person, new_page: NewPage, look: Look, javascript: bool) -> None:
    ann = person("auditor", name="Ann Reed")
    tell(
        ann, key="1", text="Audit BCF-2026-00012: finish and submit the audit. Due today.", path="/notices/preferences/"
    )
    tell(ann, key="2", text="An audit was graded at the bottom.", urgent=True)
    page = new_page(ann, javascript=javascript)

    page.goto("/notices/")
    assert "You have 2 unread notices." in page.inner_text("main")
    if javascript:
        look(page, "notices")
    page.get_by_role("button", name=re.compile("Open.*Audit BCF-2026-00012")).click()
    assert page.get_by_role("heading", level=1).inner_text() == "How you get notices"
    page.goto("/notices/")
    page.get_by_role("button", name="Mark all as read").click()

    assert "1 notice marked as read." in page.inner_text("main")
    assert not Notice.objects.filter(read_at=None).exists()


def test_the_choice_and_the_calendar_feed(person: Person, new_page: NewPage, look: Look) -> None:
    page = new_page(person("auditor"))

    page.goto("/notices/preferences/")
    look(page, "preferences")
    page.get_by_label("Once a day, all in one e-mail").check()
    page.get_by_role("button", name="Save").click()
    assert page.get_by_label("Once a day, all in one e-mail").is_checked()
    page.get_by_role("button", name="Make a calendar feed").click()
    assert page.locator("code").inner_text().endswith(".ics")
    look(page, "preferences-feed")
    page.get_by_role("button", name="Switch it off").click()
    assert page.get_by_role("button", name="Make a calendar feed").is_visible()


def test_a_list_of_people_is_looked_at_corrected_and_applied(
    person: Person, new_page: NewPage, look: Look, tmp_path: Path
) -> None:
    page = new_page(person("admin", name="Ad Min"))

    def choose(text: str) -> None:
        file = tmp_path / "people.csv"
        file.write_text(text)
        page.goto("/people/import/")
        page.get_by_label("List of people").set_input_files(file)
        page.get_by_role("button", name="Read the list").click()

    page.goto("/people/import/")
    look(page, "people-import")
    page.get_by_role("button", name="Read the list").click()
    assert "Choose the file that holds the list" in page.locator(".govuk-error-summary").inner_text()
    look(page, "people-import-error")
    choose("name,email,role\nAnn Reed,ann@example.org,boss\n")
    assert "There is no role called boss" in page.inner_text("main")
    look(page, "people-import-bad")
    choose("name,email,role\nAnn Reed,ann@example.org,auditor\n")
    look(page, "people-import-preview")
    page.get_by_role("button", name="Apply the list").click()

    assert "The list is applied." in page.inner_text("main")
    look(page, "people")
    page.get_by_label("Name or e-mail address").fill("reed")
    page.get_by_role("button", name="Find").click()
    assert page.locator("tbody tr").count() == 1


def test_administration_works_under_the_content_security_policy(person: Person, new_page: NewPage) -> None:
    page = new_page(person("admin"))

    page.goto("/administration/people/team/")
    page.goto("/administration/people/user/add/")
    page.get_by_label("Name:").fill("Bo Lane")
    page.get_by_label("E-mail address:").fill("bo@example.org")
    page.get_by_role("button", name="Save", exact=True).click()

    assert "was added successfully" in page.inner_text("body")
