"""The pages of agreement in a real browser: nothing for axe to find, nothing to scroll sideways."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from qaf.people.models import User
from tests.browser import no_sideways_scrolling
from tests.factories import TeamFactory
from tests.moderation.agreement.setting import THREE, make_many, make_type

pytestmark = pytest.mark.django_db(transaction=True)
PAIRS = ("O O", "O G", "G G", "G G", "G RI", "RI RI", "RI RI", "RI G", "RI I", "I I")


def test_agreement_is_read_on_any_screen(person: Callable[..., User], new_page: Any, axe: Any, screenshot: Any) -> None:
    officer = person("qa_officer", name="Oli Officer")
    ade, sam = person("auditor", name="Ade Auditor"), person("auditor", name="Sam Second-Auditor of a Long Name")
    mo, max_ = person("moderator", name="Mo Moderator"), person("moderator", name="Max Moderator")
    north = TeamFactory.create(name="North", service__name="Area Social Care and Safeguarding")
    for place, pair in enumerate(PAIRS):
        for quarter, month in enumerate((4, 7, 10)):
            grades = {"planning": pair, "overall": PAIRS[(place + quarter) % 7]}
            make_many(2, north, ade, mo, grades, moderated=date(2026, month, 20))
    make_many(8, north, sam, max_, {"planning": "O I"}, moderated=date(2025, 10, 20))
    make_many(12, north, sam, max_, {"planning": "E M"}, type=make_type("multi-agency", scale=THREE))

    page = new_page(officer)
    page.goto("/moderation/agreement/")
    expect(page.get_by_role("heading", name="Agreement on grades")).to_be_visible()
    for division in ("domain", "quarter", "auditor"):
        if division != "domain":
            page.get_by_role("link", name=f"By {division}").first.click()
        expect(page.get_by_role("table", name=f"Agreement by {division}").first).to_be_visible()
        axe(page)
        no_sideways_scrolling(page)
        screenshot(page, f"agreement-by-{division}")
    # The filters are reached and used by the keyboard alone, and keep how the figures are divided.
    page.locator("summary", has_text="Choose which judgements count").press("Enter")
    page.get_by_label("Which grades").select_option(label="Overall grades")
    page.get_by_role("button", name="Apply filters").press("Enter")
    expect(page.get_by_role("link", name="Take away the filter Which grades: Overall grades")).to_be_visible()
    expect(page.get_by_role("table", name="Agreement by auditor").first).to_be_visible()
    axe(page)
    no_sideways_scrolling(page)
    screenshot(page, "agreement-filtered")

    own = new_page(ade)
    own.goto("/moderation/agreement/")
    expect(own.get_by_role("heading", name="My calibration")).to_be_visible()
    expect(own.get_by_role("img", name="What moderators did with your grades, by domain")).to_be_visible()
    axe(own)
    no_sideways_scrolling(own)
    screenshot(own, "agreement-own")
