"""An administrator says who moderates, in a real browser: adds a rule, moves it by keyboard, tries it, removes it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from moderation.models import ModeratorRule
from qaf.people.roles import Role
from tests.audits.setting import make_authority, someone
from tests.browser import no_sideways_scrolling

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_rule_is_added_moved_tried_and_removed(
    new_page: Callable[..., Page], axe: Callable[[Page], None], screenshot: Callable[[Page, str], None]
) -> None:
    authority = make_authority()
    page = new_page(someone(Role.ADMIN, "Ada Admin"))

    def look(name: str) -> None:
        axe(page)
        page.set_viewport_size({"width": 320, "height": 800})
        no_sideways_scrolling(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        screenshot(page, name)

    page.goto("/moderation/rules/")
    look("moderation-rules")
    page.get_by_role("link", name="Add a rule").click()
    page.get_by_role("button", name="Add the rule").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the moderator’s role")
    look("moderation-rule-error")
    page.get_by_label("And the type of audit is").select_option("Child case audit")
    page.get_by_label("Then the moderator holds the role").select_option("Service manager")
    page.get_by_label("The audit’s service, with a post for that service").check()
    page.get_by_role("button", name="Add the rule").click()
    rows = page.get_by_role("row")
    expect(rows.nth(2)).to_contain_text("2. Anybody Child case audit")
    # By keyboard alone; the button that was pressed keeps the focus, or the other where it is gone.
    up = rows.nth(2).get_by_role("button", name="Move up")
    up.focus()
    page.keyboard.press("Enter")
    expect(rows.nth(1)).to_contain_text("1. Anybody Child case audit")
    expect(rows.nth(1).get_by_role("button", name="Move down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows.nth(2).get_by_role("button", name="Move down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows.nth(3)).to_contain_text("Never reached")
    expect(rows.nth(3).get_by_role("button", name="Move up")).to_be_focused()
    look("moderation-rules-never-reached")
    page.keyboard.press("Enter")
    expect(rows.nth(2)).to_contain_text("2. Anybody Child case audit")
    page.get_by_role("link", name="Try out who would moderate").click()
    page.get_by_label("Auditor").select_option("Ade Auditor")
    page.get_by_label("Type of audit").select_option("Child case audit")
    page.get_by_label("Team").select_option(index=1)
    page.get_by_role("button", name="Who would moderate it?").click()
    expect(page.get_by_role("heading", name=f"{authority.service_manager} would moderate it")).to_be_visible()
    page.get_by_text("Why others may not").click()
    expect(page.get_by_text("No post of theirs is one that the rule asks for.")).to_be_visible()
    look("moderation-rules-try")
    page.get_by_role("link", name="Who moderates").click()
    rows.nth(2).get_by_role("link", name="Remove").click()
    look("moderation-rule-remove")
    page.get_by_role("button", name="Remove the rule").click()
    expect(rows).to_have_count(3)
    page.get_by_role("link", name="Settings of concerns and the panel").click()
    look("moderation-settings")
    assert ModeratorRule.objects.in_force().count() == 2
