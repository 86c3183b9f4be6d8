"""The scorecard in a real browser: found by keyboard, legible on a phone, and no word of a comment lost."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard.models import Indicator, QaComment
from tests.browser import no_sideways_scrolling
from tests.scorecard.board.conftest import tell
from tests.scorecard.board_factories import somebody

pytestmark = pytest.mark.django_db(transaction=True)


def test_qa_reads_the_scorecard_comments_and_a_second_tab_loses_nothing(
    indicator: Indicator,
    few: Indicator,
    qa: User,
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
    screenshot: Any,
) -> None:
    tell(indicator, "Two more officers have been in post since January.")
    page = new_page(qa)
    page.goto("/scorecard/")
    axe(page)
    no_sideways_scrolling(page)
    screenshot(page, "scorecard")

    page.get_by_label("Variation").select_option("common")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Variation: Common cause, no real change").first).to_be_visible()

    page.get_by_role("link", name="Reviews in time", exact=True).click()
    expect(page.get_by_role("img", name="Reviews in time")).to_be_visible()
    axe(page)
    no_sideways_scrolling(page)
    screenshot(page, "scorecard-indicator")

    page.get_by_role("link", name="Add the QA comment").click()
    second = new_page(qa)
    second.goto(page.url)
    page.get_by_label("QA comment").fill("It holds.")
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved at")
    axe(page)
    no_sideways_scrolling(page)
    second.get_by_label("QA comment").fill("Mine.")
    expect(second.locator("[data-autosave-state]")).to_contain_text("Your text is still on this page")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_text("It holds.")).to_be_visible()
    axe(second)
    no_sideways_scrolling(second)
    second.get_by_role("button", name="Put my text in its place").click()
    expect(second.get_by_text("The comment is saved.")).to_be_visible()
    assert QaComment.objects.get().text == "Mine."


def test_the_subgroup_compares_quarters_on_a_phone_without_scripts(
    indicator: Indicator, few: Indicator, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = new_page(somebody(Role.SUBGROUP_MEMBER), javascript=False, width=320)
    page.goto("/scorecard/")
    page.get_by_role("link", name="Compare with another quarter").click()
    expect(page.get_by_role("row", name="Children arrested")).to_contain_text("[c]")
    no_sideways_scrolling(page)
    with_scripts = new_page(somebody(Role.SUBGROUP_MEMBER))
    with_scripts.goto("/scorecard/compare/")
    axe(with_scripts)
