"""The schedule in a real browser, as an administrator uses it; every page at 320 pixels and with axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from qaf.people.roles import Role
from tests.audits.schedule.setting import row
from tests.audits.setting import make_authority, someone
from tests.browser import no_sideways_scrolling

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_row_gets_its_service_and_is_changed_from_a_day_on(
    new_page: Callable[..., Page], axe: Callable[[Page], None], screenshot: Callable[[Page, str], None]
) -> None:
    authority = make_authority()
    row(None, authority.type, service_name="Area Unit", frequency_name="Bimonthly")
    page = new_page(someone(Role.ADMIN, "Ada Admin"))

    def look(name: str) -> None:
        axe(page)
        page.set_viewport_size({"width": 320, "height": 800})
        no_sideways_scrolling(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        screenshot(page, name)

    page.goto("/schedule/")
    page.get_by_text("Filter and sort").click()
    look("schedule")
    page.get_by_role("link", name="Choose one for “Area Unit”").click()
    look("schedule-service")
    page.get_by_label("Service").select_option(index=1)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("rowheader", name="Area Social Care")).to_be_visible()
    page.get_by_role("link", name="Change Area Social Care").click()
    page.get_by_label("How often?").select_option("Every 6 months")
    page.get_by_label("From a later day on").check()
    page.get_by_role("button", name="Save the row").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the day from which this holds")
    look("schedule-change-error")
    later = page.get_by_role("group", name="The later day")
    for part, text in (("Day", "1"), ("Month", "april"), ("Year", "2030")):
        later.get_by_label(part).fill(text)
    page.get_by_role("button", name="Save the row").click()
    expect(page.get_by_text("What held until then stays in the history.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Every 6 months")).to_contain_text("To come")
    page.get_by_role("link", name="End or remove Area Social Care").first.click()
    look("schedule-remove")
    page.goto("/schedule/absences/")
    page.get_by_label("Who is away?").fill("second")
    for part, text in (("Day", "1"), ("Month", "1"), ("Year", "2030")):
        page.get_by_role("group", name="First day away").get_by_label(part).fill(text)
    page.get_by_role("button", name="Note the absence").click()
    expect(page.get_by_role("row").filter(has_text="Sam Second")).to_contain_text("Until further notice")
    look("schedule-absences")
