"""No word is lost: autosave, a second tab, a dropped network, an ended session, a page without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from audits.models import Audit, RejectedSave, SectionAnswers
from tests.audits.setting import Authority, make_authority

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Each visit is recorded, and what the child said with it."


@pytest.fixture
def authority(transactional_db: None) -> Authority:
    return make_authority()


@pytest.fixture
def audit(authority: Authority) -> Audit:
    return authority.audit()


def box(page: Page) -> Any:
    return page.locator("form[data-autosave] textarea").first


def open_section(page: Page, audit: Audit) -> None:
    page.goto(f"/audits/{audit.reference}/sections/improvement/")


def state(page: Page) -> Any:
    return page.locator("[data-autosave-state]")


def stored() -> str:
    row = SectionAnswers.objects.filter(section="improvement").first()
    return str(row.document) if row else ""


def test_what_is_typed_is_saved_without_a_button(
    authority: Authority, audit: Audit, new_page: Callable[..., Page]
) -> None:
    page = new_page(authority.auditor)
    open_section(page, audit)
    box(page).fill(WORDS)
    expect(state(page)).to_contain_text("Saved at")
    assert WORDS in stored()
    box(page).fill(WORDS + " More.")
    expect(page.locator("input[name=revision]")).to_have_value("2")
    page.reload()
    expect(box(page)).to_have_value(WORDS + " More.")


def test_two_tabs_show_both_texts_and_lose_none(
    authority: Authority, audit: Audit, new_page: Callable[..., Page], axe: Callable[[Page], None], screenshot: Any
) -> None:
    first, second = new_page(authority.auditor), new_page(authority.auditor)
    open_section(first, audit)
    open_section(second, audit)
    box(first).fill("Written in the first tab.")
    expect(state(first)).to_contain_text("Saved at")
    box(second).fill("Written in the second tab.")
    expect(state(second)).to_contain_text("Your text is kept")
    second.get_by_role("button", name="Save and continue").click()
    expect(second.get_by_text("Written in the first tab.")).to_be_visible()
    expect(second.get_by_text("Written in the second tab.")).to_be_visible()
    axe(second)
    screenshot(second, "two-texts")
    second.get_by_role("button", name="Put my text in its place").click()
    expect(box(second)).to_have_value("Written in the second tab.")
    second.get_by_role("link", name="Earlier texts of this section").click()
    expect(second.get_by_text("Written in the first tab.")).to_be_visible()
    axe(second)
    assert RejectedSave.objects.filter(settled_at=None).count() == 0


@pytest.mark.parametrize("decides", ["at once", "later"])
def test_a_text_that_was_given_up_is_not_offered_again(
    authority: Authority, audit: Audit, new_page: Callable[..., Page], decides: str
) -> None:
    first, second = new_page(authority.auditor), new_page(authority.auditor)
    open_section(first, audit)
    open_section(second, audit)
    box(first).fill("Written in the first tab.")
    expect(state(first)).to_contain_text("Saved at")
    box(second).fill("Written in the second tab.")
    expect(state(second)).to_contain_text("Your text is kept")
    second.get_by_role("button", name="Save and continue").click()
    if decides == "later":
        second.get_by_role("link", name="Decide later").click()
    second.get_by_role("button", name="Keep the saved text").click()
    if decides == "later":
        second.goto(f"/audits/{audit.reference}/sections/improvement/")
    expect(box(second)).to_have_value("Written in the first tab.")
    expect(second.locator("form[data-autosave-ready]")).to_have_count(1)
    expect(second.get_by_text("Text that you typed here earlier was not saved")).to_have_count(0)


def test_a_dropped_network_is_told_and_the_text_saved_when_it_is_back(
    authority: Authority, audit: Audit, new_page: Callable[..., Page]
) -> None:
    page = new_page(authority.auditor)
    open_section(page, audit)
    page.context.set_offline(True)
    box(page).fill(WORDS)
    expect(state(page)).to_contain_text("There is no connection")
    page.context.set_offline(False)
    expect(state(page)).to_contain_text("Saved at", timeout=20_000)
    assert WORDS in stored()


def test_an_ended_session_keeps_the_text_on_the_page_until_one_has_signed_in_again(
    authority: Authority, audit: Audit, new_page: Callable[..., Page]
) -> None:
    page = new_page(authority.auditor)
    open_section(page, audit)
    Session.objects.all().delete()
    box(page).fill(WORDS)
    expect(state(page)).to_contain_text("You have been signed out")
    expect(box(page)).to_have_value(WORDS)
    page.on("dialog", lambda dialog: dialog.accept())
    # Whoever presses the button all the same sees the text again, with what to do.
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    assert WORDS not in stored()


def test_a_closed_page_gives_the_unsaved_text_back(
    authority: Authority, audit: Audit, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = new_page(authority.auditor)
    page.on("dialog", lambda dialog: dialog.accept())
    open_section(page, audit)
    page.context.set_offline(True)
    box(page).fill(WORDS)
    expect(state(page)).to_contain_text("There is no connection")
    page.context.set_offline(False)
    page.evaluate("window.stop()")
    open_section(page, audit)
    if box(page).input_value() != WORDS:
        axe(page)
        page.get_by_role("button", name="Put it back into the form").click()
    expect(box(page)).to_have_value(WORDS)


def test_the_form_works_without_javascript(authority: Authority, audit: Audit, new_page: Callable[..., Page]) -> None:
    page = new_page(authority.auditor, javascript=False)
    page.goto(f"/audits/{audit.reference}/sections/action-plan/")
    page.locator("textarea").first.fill("See the child alone.")
    page.get_by_role("button", name="Add another action").click()
    expect(page.locator("textarea").first).to_have_value("See the child alone.")
    expect(page.locator("textarea")).to_have_count(2)
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(audit.reference)
    row = SectionAnswers.objects.get(section="action-plan")
    assert "See the child alone." in str(row.document)
