"""An agency's return from being asked for to being accepted: QA and the agency's lead, each in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scorecard.models import Figure, Return
from tests.browser import no_sideways_scrolling
from tests.scorecard.returns.setting import Setting, make_setting

pytestmark = pytest.mark.django_db(transaction=True)
NewPage = Callable[..., Page]


@pytest.fixture
def setting(transactional_db: None) -> Setting:
    return make_setting()


@pytest.mark.usefixtures("patient_clicks")
@pytest.mark.parametrize("javascript", [True, False])
def test_from_asked_for_to_accepted(
    setting: Setting, new_page: NewPage, axe: Callable[[Page], None], screenshot: Any, javascript: bool
) -> None:
    def look_over(page: Page, name: str) -> None:
        if javascript:
            axe(page)
            page.set_viewport_size({"width": 320, "height": 800})
            no_sideways_scrolling(page)
            page.set_viewport_size({"width": 1280, "height": 800})
            screenshot(page, f"return-{name}")

    manager = new_page(setting.manager, javascript=javascript)
    manager.goto("/scorecard/returns/")
    look_over(manager, "list-empty")
    manager.get_by_role("button", name="Ask for returns").click()
    look_over(manager, "ask")
    manager.get_by_role("button", name="Ask the agencies").click()
    expect(manager.get_by_text("1 agency was asked")).to_be_visible()
    look_over(manager, "list")

    lead = new_page(setting.lead, javascript=javascript)
    lead.goto("/")
    lead.get_by_role("link", name="send the figures").first.click()
    fill_in(lead, setting, look_over)
    lead.get_by_role("button", name="Send it to QA").click()
    expect(lead.get_by_text("The return is sent to QA")).to_be_visible()
    look_over(lead, "sent")

    manager.goto("/scorecard/returns/")
    manager.get_by_role("link", name="Avon Police").click()
    look_over(manager, "read")
    manager.get_by_role("button", name="Query").click()
    manager.get_by_role("button", name="Send the questions").click()
    expect(manager.get_by_role("link", name="Write at least one question")).to_be_visible()
    look_over(manager, "query")
    manager.get_by_role("textbox", name="Plans reviewed in time").fill("Are all teams counted?")
    manager.get_by_role("button", name="Send the questions").click()
    expect(manager.get_by_text("The return went back to Avon Police")).to_be_visible()

    lead.goto("/")
    lead.get_by_role("link", name="answer the queries").first.click()
    expect(lead.get_by_text("Are all teams counted?")).to_be_visible()
    look_over(lead, "queried")
    lead.get_by_role("button", name="Save and check before sending").click()
    expect(lead.get_by_role("link", name="answer the question")).to_be_visible()
    lead.get_by_label("Your answer").fill("All but the night team.")
    lead.get_by_role("button", name="Save and check before sending").click()
    lead.get_by_role("button", name="Send it to QA").click()

    manager.goto(f"/scorecard/returns/{Return.objects.get().pk}/")
    expect(manager.get_by_text("All but the night team.")).to_be_visible()
    manager.get_by_role("button", name="Accept").click()
    look_over(manager, "accept")
    manager.get_by_role("button", name="Accept").click()
    expect(manager.get_by_text("is accepted. Its figures are in the scorecard")).to_be_visible()
    manager.get_by_role("link", name="History").click()
    look_over(manager, "history")
    assert Figure.objects.get(indicator=setting.share).value == 75


def fill_in(lead: Page, setting: Setting, look_over: Callable[[Page, str], None]) -> None:
    """Fill the whole return, after it was tried to be sent too soon."""
    lead.get_by_role("button", name="Save and check before sending").click()
    expect(lead.get_by_role("heading", name="There is a problem")).to_be_visible()
    look_over(lead, "missing")
    lead.get_by_role("textbox", name="Plans reviewed in time").fill("150")
    lead.get_by_role("textbox", name="Plans reviewed", exact=True).fill("many")
    narratives = lead.get_by_label("Narrative")
    narratives.nth(0).fill("Two teams were short of reviewers.")
    narratives.nth(1).fill("As planned.")
    lead.get_by_label("Visits made").fill("12")
    lead.get_by_role("button", name="Save", exact=True).click()
    expect(lead.get_by_role("link", name="“many” is not a number")).to_be_visible()
    expect(lead.get_by_role("textbox", name="Plans reviewed", exact=True)).to_have_value("many")
    lead.get_by_role("textbox", name="Plans reviewed", exact=True).fill("200")
    lead.get_by_role("button", name="Save and check before sending").click()
    expect(lead.get_by_role("heading", name="Check and send this return")).to_be_visible()
    look_over(lead, "check")


def test_a_page_saves_itself_and_two_who_write_the_same_compare(
    setting: Setting, new_page: NewPage, axe: Callable[[Page], None], screenshot: Any
) -> None:
    one = setting.ask()
    pages = [new_page(setting.lead), new_page(setting.lead)]
    for page in pages:
        page.goto(f"/scorecard/returns/{one.pk}/")
    for page, text in zip(pages, ("From one page.", "From the other."), strict=True):
        page.get_by_label("Narrative").first.fill(text)
        expected = "Saved at" if page is pages[0] else "was saved from another page too"
        expect(page.locator("[data-autosave-state]")).to_contain_text(expected, timeout=15_000)
    late = pages[1]
    late.get_by_role("button", name="Save", exact=True).click()
    expect(late.get_by_role("heading", name="This was saved from another page")).to_be_visible()
    for text in ("From one page.", "From the other."):
        expect(late.get_by_text(text)).to_be_visible()
    axe(late)
    no_sideways_scrolling(late)
    screenshot(late, "return-conflict")
    late.get_by_role("button", name="Put my text in its place").click()
    expect(late.get_by_text("Saved. Nothing is sent yet.")).to_be_visible()
    assert one.lines.get(definition__indicator=setting.share).narrative == "From the other."
