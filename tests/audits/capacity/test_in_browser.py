"""Capacity in a real browser: nothing for axe to find, nothing to scroll sideways, keys alone suffice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect as shows

from audits.models import Work, WorkKind, WorkPerson, WorkState
from audits.workflow import draws
from tests.audits.setting import make_authority
from tests.browser import no_sideways_scrolling

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_qa_manager_weighs_a_theme_and_tries_out_an_inspection(new_page: Any, axe: Any, screenshot: Any) -> None:
    authority = make_authority()
    manager, start = authority.qa_manager, timezone.localdate() + timedelta(weeks=2)
    days = {"fieldwork_from": start, "fieldwork_until": start + timedelta(weeks=1)}
    common = {"kind": WorkKind.THEMATIC, "year": 2026, "quarter": 3, "lead": manager, "proposed_by": manager, **days}
    busy = Work.objects.create(
        reference="PROG-2026-90001", title="A busy fortnight", state=WorkState.AGREED, agreed_on=start,
        agreed_minute="4.2", **common,
    )  # fmt: skip
    new = Work.objects.create(reference="PROG-2026-90002", title="Neglect", **common)
    for work in (busy, new):
        WorkPerson.objects.create(work=work, person=manager, part=WorkPerson.Part.AUDITOR, hours=Decimal(14))
    authority.audit()

    page = new_page(manager)
    page.goto("/capacity/")
    shows(page).to_have_title("Capacity – QAF case-file audit")
    shows(page.get_by_role("row", name="Quin Manager")).to_be_visible()
    axe(page)
    no_sideways_scrolling(page)
    screenshot(page, "capacity")
    page.get_by_role("link", name="Neglect").press("Enter")
    shows(page.get_by_text("over their limit", exact=False).first).to_be_visible()
    shows(page.get_by_role("heading", name="When it would clash less")).to_be_visible()
    axe(page)
    no_sideways_scrolling(page)
    screenshot(page, "capacity-work")

    page.get_by_role("navigation", name="Programme").get_by_role("link", name="Capacity").press("Enter")
    page.get_by_role("link", name="Try out an inspection").press("Enter")
    page.get_by_label("Year").fill("20")
    page.get_by_role("button", name="Try it out").press("Enter")
    shows(page.get_by_role("alert")).to_contain_text("real date")
    axe(page)
    for label, value in (("Day", start.day), ("Month", start.month), ("Year", start.year)):
        page.get_by_label(label, exact=True).fill(str(value))
    page.get_by_role("button", name="Try it out").press("Enter")
    shows(page.get_by_role("table", name="What slips")).to_contain_text("A busy fortnight")
    axe(page)
    no_sideways_scrolling(page)
    screenshot(page, "capacity-inspection")


def test_an_auditor_says_that_a_case_is_unsuitable_and_qa_has_another_drawn(
    new_page: Any, axe: Any, screenshot: Any
) -> None:
    authority = make_authority()
    authority.another_case()
    order = draws.make_order(
        type=authority.type, teams=[authority.team], auditors=[authority.auditor], per_auditor=1, seed="seed0001",
        by=authority.officer,
    )  # fmt: skip
    _, (audit,) = draws.allocate_draw(order, by=authority.officer)
    page = new_page(authority.auditor)
    page.goto(f"/audits/{audit.reference}/")
    page.get_by_role("link", name="Say that the case is unsuitable").press("Enter")
    page.get_by_label("The auditor has worked with the family").press("Space")
    axe(page)
    page.get_by_role("button", name="Tell QA").press("Enter")
    shows(page.get_by_text("QA was told")).to_be_visible()
    axe(page)

    qa = new_page(authority.officer)
    qa.goto(f"/audits/{audit.reference}/replace/")
    qa.get_by_label("Yes, have another drawn in its place").press("Space")
    axe(qa)
    no_sideways_scrolling(qa)
    screenshot(qa, "replace")
    qa.get_by_role("button", name="Go on").press("Enter")
    shows(qa.get_by_text("It took the place of")).to_be_visible()
    axe(qa)
