"""The parts of every page as people meet them: in a browser, on a phone, by keyboard, without script."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from qaf.deadlines.models import Deadline
from qaf.notices.models import Notice
from tests.browser import no_sideways_scrolling
from tests.factories import TeamFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.pages.urls")]


def fill_inbox(owner):
    today = timezone.localdate()
    for days in (-4, 0, 9):
        Deadline.objects.create(
            subject=TeamFactory.create(),
            kind="audit",
            owner=owner,
            title=f"Audit BCF-2026-000{days + 14}: finish and submit the audit",
            path="/gallery/",
            starts_on=today,
            due_on=today + timedelta(days=days),
            first_due_on=today,
        )
    Notice.objects.create(person=owner, key="1", text="BCF-2026-00010 was graded at the lowest grade", urgent=True)
    Notice.objects.create(person=owner, key="2", text="BCF-2026-00011 was given to you", path="/gallery/")


def test_home_with_and_without_anything_waiting(person, new_page, axe, screenshot):
    administrator = person("admin", "qa_manager", name="Bronwen Okonkwo-Fitzgerald")
    page = new_page(administrator)
    page.goto("/")
    axe(page)
    screenshot(page, "home-empty")
    fill_inbox(administrator)
    page.reload()
    axe(page)
    screenshot(page, "home")
    no_sideways_scrolling(page)


def test_every_component_passes_axe_and_fits_a_phone(person, new_page, axe, screenshot):
    page = new_page(person("auditor", name="Ade Okoro"))
    page.goto("/gallery/")
    axe(page)
    screenshot(page, "components")
    no_sideways_scrolling(page)
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title("Error: Components – QAF case-file audit")
    axe(page)
    screenshot(page, "components-errors")
    no_sideways_scrolling(page)


def test_every_error_leads_to_a_box_that_is_on_the_page(person, new_page):
    page = new_page(person("auditor"))
    page.goto("/gallery/")
    page.get_by_role("button", name="Save").click()
    links = page.locator(".govuk-error-summary a")
    assert links.count() == 7
    for link in links.all():
        target = link.get_attribute("href")
        assert page.locator(f"input{target}, select{target}, textarea{target}").count() == 1, target


@pytest.mark.parametrize("javascript", [True, False])
def test_a_form_can_be_filled_by_its_labels(person, new_page, tmp_path, javascript):
    cases = tmp_path / "cases.csv"
    cases.write_text("id\n1\n")
    page = new_page(person("auditor"), javascript=javascript)
    page.goto("/gallery/")
    page.get_by_label("Reference").fill("BCF-2026-00012")
    page.get_by_label("What went well").fill("Much")
    page.get_by_label("Team").select_option("The second")
    page.get_by_role("group", name="Grade").get_by_label("The first").check()
    page.get_by_role("group", name="Factors").get_by_label("The second").check()
    visit = page.get_by_role("group", name="When was the visit?")
    visit.get_by_label("Day").fill("24")
    visit.get_by_label("Month").fill("Nov")
    visit.get_by_label("Year").fill("2026")
    page.get_by_label("List of open cases").set_input_files(cases)
    page.get_by_label("I have read the record").check()
    page.get_by_role("button", name="Save").click()
    assert page.inner_text("body") == "visited 2026-11-24"


@pytest.mark.parametrize("name", ["refused", "stale", "forbidden", "broken", "suspicious"])
def test_every_page_of_something_gone_wrong_passes_axe(person, new_page, axe, screenshot, name):
    page = new_page(person("auditor", name="Ade Okoro"))
    page.goto(f"/wrong/{name}/")
    axe(page)
    screenshot(page, f"wrong-{name}")


def test_what_was_typed_when_the_session_ended_is_shown_and_can_be_read_on_a_phone(person, new_page, axe, screenshot):
    page = new_page(person("auditor", name="Ade Okoro"))
    page.goto("/gallery/")
    page.get_by_label("What went well").fill("The worker knew the family well.\n\n" + "They met every week. " * 30)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("heading", level=1).inner_text() == "You have been signed out"
    assert "The worker knew the family well." in page.inner_text("main")
    axe(page)
    screenshot(page, "session-ended")
    no_sideways_scrolling(page)


def test_a_form_open_since_before_another_sign_in_is_shown_back(person, new_page, axe, screenshot):
    page = new_page(person("auditor", name="Ade Okoro"))
    page.goto("/gallery/")
    page.get_by_label("What went well").fill("The worker knew the family well.")
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("heading", level=1).inner_text() == "This page was open too long"
    assert "The worker knew the family well." in page.inner_text("main")
    axe(page)
    screenshot(page, "csrf")


def test_the_first_stop_of_the_keyboard_skips_to_the_content(person, new_page):
    page = new_page(person("auditor"))
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"


def test_the_menu_of_a_phone_opens(person, new_page):
    page = new_page(person("auditor"), width=375)
    page.goto("/")
    assert not page.get_by_role("link", name="Notices", exact=True).is_visible()
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("link", name="Notices", exact=True).is_visible()


def test_every_error_names_its_field(person, new_page):
    page = new_page(person("auditor"))
    page.goto("/gallery/")
    page.get_by_role("button", name="Save").click()
    assert page.locator(".govuk-error-summary a").all_inner_texts() == [
        "Enter reference",
        "Choose team",
        "Choose grade",
        "Choose factors",
        "Enter the date of the visit, such as 24 11 2026",
        "Choose list of open cases",
        "Tick the box: I have read the record",
    ]
