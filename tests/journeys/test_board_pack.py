"""From partners' returns to the board: asked, sent, queried, accepted, on the scorecard, and as a pack before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from qaf.people.roles import Role
from scorecard import making
from scorecard.models import Report, Return
from tests.browser import no_sideways_scrolling
from tests.factories import PostFactory, UserFactory
from tests.journeys.test_report import button, fill_day
from tests.journeys.test_return import fill_in
from tests.scorecard.returns.setting import Setting, make_setting

pytestmark = pytest.mark.django_db(transaction=True)
Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Any, screenshot: Any) -> Look:
    def check(page: Page, name: str) -> None:
        axe(page)
        page.set_viewport_size({"width": 320, "height": 800})
        no_sideways_scrolling(page)
        page.set_viewport_size({"width": 1280, "height": 800})
        screenshot(page, f"pack-{name}")

    return check


def named(role: Role, name: str) -> Any:
    return PostFactory.create(person=UserFactory.create(name=name), role=role).person


def return_is_accepted(manager: Page, lead: Page, setting: Setting) -> None:
    """The agency is asked, fills and sends; QA asks something back, the agency answers, QA accepts."""
    manager.goto("/scorecard/returns/")
    button(manager, "Ask for returns").click()
    button(manager, "Ask the agencies").click()
    lead.goto("/")
    lead.get_by_role("link", name="send the figures").first.click()
    fill_in(lead, setting, lambda page, name: None)
    button(lead, "Send it to QA").click()
    expect(lead.get_by_text("The return is sent to QA")).to_be_visible()
    path = f"/scorecard/returns/{Return.objects.get().pk}/"
    manager.goto(path)
    button(manager, "Query").click()
    manager.get_by_role("textbox", name="Plans reviewed in time").fill("Are all teams counted?")
    button(manager, "Send the questions").click()
    lead.goto("/")
    lead.get_by_role("link", name="answer the queries").first.click()
    lead.get_by_label("Your answer").fill("All but the night team.")
    button(lead, "Save and check before sending").click()
    button(lead, "Send it to QA").click()
    expect(lead.get_by_text("The return is sent to QA")).to_be_visible()
    manager.goto(path)
    button(manager, "Accept").click()
    button(manager, "Accept").click()
    expect(manager.get_by_text("is accepted. Its figures are in the scorecard")).to_be_visible()


def comment_on_the_scorecard(manager: Page, look: Look) -> None:
    """QA finds the figure and the narrative on the scorecard, and says what it makes of them."""
    manager.goto("/scorecard/")
    expect(manager.get_by_text("75%").first).to_be_visible()
    expect(manager.get_by_text("Two teams were short of reviewers.")).to_be_visible()
    look(manager, "scorecard")
    manager.get_by_role("link", name="Add a QA comment").first.click()
    manager.get_by_label("QA comment").fill("To be looked at with the night team.")
    expect(manager.locator("[data-autosave-state]")).to_contain_text("Saved at")
    button(manager, "Save").click()
    expect(manager.get_by_text("The comment is saved.")).to_be_visible()


def pack_is_made(manager: Page, look: Look) -> Report:
    """QA has the pack made from the scorecard's page; the worker of the test makes it."""
    manager.goto("/scorecard/")
    manager.get_by_role("link", name="Have a scorecard pack made").click()
    look(manager, "asking")
    manager.locator("main form button[type=submit], main form button.govuk-button").last.click()
    expect(manager.get_by_role("heading", name="Scorecard pack")).to_be_visible()
    report = Report.objects.get(kind=Report.Kind.SCORECARD)
    assert making.make(report.pk) is True
    # The page looks after the report and shows it once it is there.
    expect(manager.get_by_text("Draft", exact=True)).to_be_visible(timeout=20_000)
    return report


def pack_goes_to_the_board(manager: Page, chair: Page, member: Page, report: Report, look: Look) -> None:
    """The chair signs it off, the subgroup considers it, and QA records that it was presented."""
    path = report.get_absolute_url()
    expect(manager.get_by_text("To be looked at with the night team.").first).to_be_visible()
    look(manager, "draft")
    button(manager, "Send the draft to the chair").click()
    manager.get_by_label("Audit chair").select_option("Chidi Chair")
    button(manager, "Send the draft").click()
    chair.goto(path)
    button(chair, "Sign the report off").click()
    button(chair, "Sign it off").click()
    member.goto(path)
    button(member, "Record that the subgroup considered it").click()
    fill_day(member, timezone.localdate())
    member.get_by_label("Minute reference").fill("Item 4.3")
    button(member, "Record it").click()
    manager.goto(path)
    button(manager, "Record that it was presented").click()
    manager.get_by_label("Boards").fill("Partnership Board")
    fill_day(manager, timezone.localdate())
    button(manager, "Record it").click()
    expect(manager.get_by_text("Everybody it is for is told.")).to_be_visible()


@pytest.mark.usefixtures("patient_clicks")
def test_a_return_becomes_a_figure_and_the_quarter_a_pack_before_the_board(
    transactional_db: None, new_page: Callable[..., Page], look: Look
) -> None:
    setting = make_setting()
    chair = named(Role.AUDIT_CHAIR, "Chidi Chair")
    manager, lead = new_page(setting.manager), new_page(setting.lead)
    board = new_page(named(Role.BOARD_MEMBER, "Bea Board"))
    return_is_accepted(manager, lead, setting)
    comment_on_the_scorecard(manager, look)
    board.goto("/scorecard/")
    expect(board.get_by_text("75%")).to_have_count(0)
    report = pack_is_made(manager, look)
    member = new_page(named(Role.SUBGROUP_MEMBER, "Mia Member"), javascript=False)
    pack_goes_to_the_board(manager, new_page(chair), member, report, look)
    board.goto("/scorecard/")
    expect(board.get_by_text("75%").first).to_be_visible()
    look(board, "board")
    board.goto(report.get_absolute_url())
    look(board, "board-pack")
    for name, ending in (("Download PDF", "pdf"), ("Slides", "pptx")):
        with board.expect_download() as download:
            board.get_by_role("button", name=name).click(no_wait_after=True)
        assert download.value.suggested_filename.endswith(ending)
