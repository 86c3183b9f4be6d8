"""Indicators in a real browser: asked for, decided, and nothing for axe to find on any screen."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from scorecard.models import Indicator, IndicatorChange
from tests.browser import no_sideways_scrolling
from tests.scorecard.indicators.setting import Setting

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/scorecard/indicators/"


def looked_over(page: Any, axe: Any, address: str) -> None:
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        axe(page)
        no_sideways_scrolling(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_an_indicator_is_asked_for_decided_and_read_without_script(new_page: Any, axe: Any) -> None:
    setting = Setting()
    page = new_page(setting.lead, javascript=False)
    page.goto(LIST)
    page.get_by_role("button", name="Ask for a new indicator").first.click()
    page.get_by_label("Code").fill("plans-late")
    page.get_by_label("Name", exact=True).fill("Plans reviewed late")
    page.get_by_label("Definition").fill("Plans whose review was held after the day it was due.")
    page.get_by_label("Numerator", exact=True).fill("Plans reviewed late")
    page.get_by_label("Percentage").check()
    page.get_by_label("Lower is better").check()
    page.get_by_label("Priority").select_option(label="Neglect")
    page.get_by_label("Lens").select_option(label="Provider")
    page.get_by_label("Agency", exact=False).first.select_option(label=setting.agency.name)
    page.get_by_label("Why is it asked for?").fill("Neglect is our priority.")
    page.get_by_role("button", name="Ask for it").click()
    assert page.get_by_role("alert").get_by_text("Enter what is counted below the line").is_visible()
    page.get_by_role("textbox", name="Denominator").fill("Plans reviewed")
    page.get_by_role("button", name="Ask for it").click()
    assert page.get_by_role("heading", name="Plans reviewed late (plans-late)").is_visible()

    change = IndicatorChange.objects.get()
    manager = new_page(setting.manager)
    looked_over(manager, axe, f"{LIST}changes/{change.pk}/decide/")
    day = timezone.localdate()
    manager.get_by_label("It approves").check()
    for label, part in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        manager.get_by_label(label, exact=True).fill(str(part))
    manager.get_by_label("Where the minutes record it").fill("Subgroup, item 4.2")
    manager.get_by_label(setting.chair.name).check()
    manager.get_by_role("button", name="Record the decision").click()
    assert manager.get_by_role("alert").get_by_text("not quorate").is_visible()
    for member in setting.members[:2]:
        manager.get_by_label(member.name, exact=True).check()
    manager.get_by_role("button", name="Record the decision").click()
    assert manager.get_by_text("The decision is recorded").is_visible()
    assert Indicator.objects.get().code == "plans-late"
    for address in (
        LIST,
        f"{LIST}plans-late/",
        f"{LIST}plans-late/change/",
        f"{LIST}plans-late/benchmarks/",
        f"{LIST}plans-late/earlier/",
        f"{LIST}changes/",
        f"{LIST}changes/{change.pk}/",
        f"{LIST}priorities/",
        f"{LIST}priorities/reset/",
        f"{LIST}new/",
    ):
        looked_over(manager, axe, address)
