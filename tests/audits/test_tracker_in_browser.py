"""The list of audits in a real browser: it can be read on a phone, by keyboard and by machine, without scripts too."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from audits.models import State
from tests.audits.setting import make_authority
from tests.audits.test_tracker import plain_audits
from tests.browser import no_sideways_scrolling


@pytest.mark.django_db(transaction=True)
def test_the_list_is_filtered_sorted_and_paged_without_a_script(
    new_page: Callable[..., Page], axe: Callable[[Page], None], screenshot: Callable[[Page, str], None]
) -> None:
    authority = make_authority()
    plain_audits(authority, 55)
    plain_audits(
        authority, 2, due_on=timezone.localdate().replace(year=2025), state=State.MODERATING, auditor_grade="I"
    )
    plain_audits(
        authority, 2, state=State.CLOSED, step="", step_owner=None, due_on=None, auditor_grade="G", final_grade="RI"
    )
    page = new_page(authority.officer, javascript=False)
    page.goto("/audits/")
    expect(page.get_by_text("59 audits")).to_be_visible()
    screenshot(page, "tracker")
    page.get_by_role("link", name="Next page").click()
    expect(page.locator("tbody tr")).to_have_count(9)
    page.get_by_role("link", name="Previous page").click()
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("columnheader", name="State").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="State")).to_have_attribute("aria-sort", "ascending")
    page.get_by_text("Filter and sort").click()
    page.get_by_label("Grade").select_option("Requires improvement")
    page.get_by_label("Team").select_option("North")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_text("Filters in use")).to_be_visible()
    screenshot(page, "tracker-filtered")
    page.get_by_role("link", name="Clear filters").click()
    page.get_by_label("Only overdue").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Overdue", exact=True)).to_have_count(2)

    with_scripts = new_page(authority.officer)
    for address in (
        "/audits/",
        "/audits/?state=closed&grade=RI",
        "/audits/?team=99&reference=zz",
        "/audits/?state=checked",
    ):
        with_scripts.goto(address)
        axe(with_scripts)
        no_sideways_scrolling(with_scripts)
    with_scripts.goto("/audits/?team=99&reference=zz")
    screenshot(with_scripts, "tracker-errors")
    with_scripts.set_viewport_size({"width": 375, "height": 900})
    with_scripts.goto("/audits/")
    axe(with_scripts)
    expect(with_scripts.get_by_role("rowheader").first).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_the_list_fits_the_page_however_long_its_grades(new_page: Callable[..., Page]) -> None:
    authority = make_authority()
    plain_audits(authority, 2, state=State.MODERATING, auditor_grade="RI", final_grade="RI")
    page = new_page(authority.officer, width=1280)
    page.goto("/audits/")
    measure = "(element) => element.getBoundingClientRect().toJSON()"
    frame = page.locator(".qaf-tracker__filters").evaluate(measure)
    assert page.locator(".qaf-tracker").evaluate(measure)["width"] <= frame["width"]
    assert page.get_by_role("columnheader", name="Waits for").evaluate(measure)["width"] >= 100
    for tag in page.locator(".qaf-tracker .govuk-tag").all():
        assert tag.evaluate(measure)["right"] <= frame["right"]
