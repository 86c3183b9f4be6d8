"""A report from the end of its quarter to the board, in browsers: made, written, signed off, considered, presented."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard import making
from scorecard.models import Report
from scorecard.workflow import open_quarter_end_report
from tests.browser import no_sideways_scrolling
from tests.factories import TeamFactory
from tests.scorecard.factories import make_finished

pytestmark = pytest.mark.django_db(transaction=True)
Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Any, screenshot: Any) -> Look:
    def check(page: Page, name: str) -> None:
        axe(page)
        no_sideways_scrolling(page)
        screenshot(page, f"report-{name}")

    return check


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=name, exact=True)


def fill_day(page: Page, day: date) -> None:
    for place, part in enumerate((day.day, day.month, day.year)):
        page.locator(f"#id_on_{place}").fill(str(part))


def report_of_the_quarter() -> Report:
    """What the schedule does some working days after the quarter: it opens the report and has it made."""
    for team in TeamFactory.create_batch(2, service__name="Area Social Care"):
        for grade in ("O", "G", "G", "RI", "I", "G"):
            make_finished(team, grade)
    report = open_quarter_end_report(date(2026, 10, 7))
    assert report is not None
    assert making.make(report.pk) is True
    return Report.objects.get(pk=report.pk)


def write(page: Page, report: Report, look: Look) -> None:
    """QA finds the report, writes two sections, one of them saved while typing, and recommends two things."""
    page.goto("/")
    link(page, "Quarterly report, July to September 2026").click()
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()
    look(page, "draft")
    button(page, "Write the commentary").click()
    look(page, "commentary")
    link(page, "Summary").click()
    page.get_by_label("Your commentary").fill(
        "Practice is steady.\n\nThe board is asked to agree both recommendations."
    )
    expect(page.get_by_text("Saved at")).to_be_visible()
    button(page, "Save and go to next").click()
    expect(page.get_by_role("heading", name="What the report shows here")).to_be_visible()
    look(page, "section")
    page.get_by_label("Your commentary").fill("Volume was as planned.")
    button(page, "Save and go to the list").click()
    expect(page.get_by_text("“Audits done” is saved.")).to_be_visible()
    page.get_by_role("navigation", name="This report").get_by_role("link", name="Recommendations").click()
    look(page, "recommendations-empty")
    for text in ("Ask every father.", "Look at repeat plans."):
        page.get_by_label("What is recommended?").fill(text)
        button(page, "Add").click()
    page.get_by_role("button", name="Move up recommendation 2").click()
    expect(page.get_by_role("heading", name="Recommendation 1")).to_be_visible()
    look(page, "recommendations")
    assert [one.text for one in report.recommendations.order_by("number")] == [
        "Look at repeat plans.",
        "Ask every father.",
    ]


def send(page: Page, report: Report, look: Look) -> None:
    """QA sends the draft to the chair; a first try without a chair says what is missing."""
    page.goto(report.get_absolute_url())
    button(page, "Send the draft to the chair").click()
    button(page, "Send the draft").click()
    look(page, "send-errors")
    page.get_by_label("Audit chair").select_option("Chidi Chair")
    page.get_by_label("Remark for the chair").fill("The summer was short of auditors.")
    button(page, "Send the draft").click()
    expect(page.get_by_text("The draft waits for Chidi Chair")).to_be_visible()
    look(page, "sent")


def sign_off(page: Page, look: Look) -> None:
    """The chair comes by the notice, reads, and signs off."""
    page.goto("/notices/")
    page.get_by_role("button", name="waits for you to read it and sign it off").click()
    expect(page.get_by_text("The board is asked to agree both recommendations.")).to_be_visible()
    look(page, "chair")
    button(page, "Sign the report off").click()
    look(page, "sign-off")
    button(page, "Sign it off").click()
    expect(page.get_by_text("The report is signed off.")).to_be_visible()


def consider(page: Page, report: Report) -> None:
    """A member of the subgroup, without JavaScript, records what the meeting asked for."""
    page.goto(report.get_absolute_url())
    button(page, "Record that the subgroup considered it").click()
    fill_day(page, timezone.localdate())
    page.get_by_label("Minute reference").fill("Item 4.2")
    page.get_by_label("Amendments that the subgroup asks for").fill("Say why the summer was slow.")
    button(page, "Record it").click()
    expect(page.get_by_text("It is recorded that the subgroup considered the report.")).to_be_visible()


def amend_and_present(page: Page, report: Report, look: Look) -> None:
    """QA makes the amendment, looks at the difference, keeps it and records the board."""
    page.goto(f"{report.get_absolute_url()}writing/work/")
    page.get_by_label("Your commentary").fill("Volume was as planned. August was slow: auditors were on leave.")
    button(page, "Save and go to the list").click()
    page.get_by_role("navigation", name="This report").get_by_role("link", name="Versions").click()
    expect(page.get_by_text("Say why the summer was slow.")).to_be_visible()
    look(page, "versions")
    link(page, "Compare what is being written with the last version").click()
    expect(page.locator("ins").filter(has_text="auditors were on leave.")).to_be_visible()
    look(page, "differences")
    page.goto(report.get_absolute_url())
    button(page, "Record the final amendments").click()
    button(page, "Keep the amendments").click()
    button(page, "Record that it was presented").click()
    page.get_by_label("Boards").fill("Partnership Board")
    fill_day(page, timezone.localdate())
    look(page, "present")
    button(page, "Record it").click()
    expect(page.get_by_text("Everybody it is for is told.")).to_be_visible()


def test_a_report_from_the_end_of_the_quarter_to_the_board(
    person: Callable[..., User], new_page: Any, look: Look
) -> None:
    manager = person(Role.QA_MANAGER, name="Quin Manager")
    chair = person(Role.AUDIT_CHAIR, name="Chidi Chair")
    member = person(Role.SUBGROUP_MEMBER, name="Mia Member")
    reader = person(Role.BOARD_MEMBER, name="Bea Board")
    report = report_of_the_quarter()
    qa, board = new_page(manager), new_page(reader)
    write(qa, report, look)
    send(qa, report, look)
    board.goto("/reports/")
    expect(board.get_by_text("No report is ready to read yet")).to_be_visible()
    sign_off(new_page(chair), look)
    consider(new_page(member, javascript=False), report)
    amend_and_present(qa, report, look)
    board.goto("/notices/")
    board.get_by_role("button", name="was presented and can be read").click()
    expect(board.get_by_text("August was slow: auditors were on leave.")).to_be_visible()
    expect(board.get_by_role("heading", name="What to do next")).to_have_count(0)
    look(board, "board")
    with board.expect_download() as download:
        button(board, "Download PDF").click(no_wait_after=True)
    assert download.value.suggested_filename == f"quarterly-report-2026-07-{report.pk}-v5.pdf"
    board.goto("/reports/published/")
    expect(board.get_by_role("cell", name="Partnership Board")).to_be_visible()
    look(board, "published")
    qa.goto("/reports/")
    look(qa, "list")
