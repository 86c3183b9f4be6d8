"""A panel from draw to minutes, in browsers: planned, drawn, graded blind, talked over, closed, and minuted."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from audits.models import Audit
from qaf.people.roles import Role
from tests.audits.setting import Authority, make_authority, someone
from tests.browser import no_sideways_scrolling
from tests.moderation.panels.meeting import settled

pytestmark = pytest.mark.django_db(transaction=True)
Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Any, screenshot: Any) -> Look:
    def check(page: Page, name: str) -> None:
        axe(page)
        no_sideways_scrolling(page)
        screenshot(page, f"panel-{name}")

    return check


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=name, exact=True)


def fill_day(page: Page, name: str, day: Any) -> None:
    for place, part in enumerate((day.day, day.month, day.year)):
        page.locator(f"#id_{name}_{place}").fill(str(part))


def plan(page: Page, look: Look) -> None:
    """The chair plans a panel of two audits and chooses its members."""
    today = timezone.localdate()
    page.goto("/moderation/panels/")
    look(page, "list-empty")
    page.get_by_role("button", name="Plan a panel").click()
    button(page, "Plan the panel").click()
    look(page, "plan-errors")
    page.get_by_label("Title").fill("Moderation panel, autumn 2026")
    fill_day(page, "meets_on", today + timedelta(days=14))
    fill_day(page, "decided_to", today)
    page.get_by_label("Place").fill("Room 4, City Hall")
    page.get_by_label("Drawn at random").fill("1")
    page.get_by_label("From the domains").fill("0")
    button(page, "Plan the panel").click()
    expect(page.get_by_text("still needs another member who grades")).to_be_visible()
    look(page, "planned")
    page.get_by_role("button", name="Choose the members").click()
    page.get_by_label("Mia Member").select_option("Member")
    page.get_by_label("Ned Member").select_option("Member")
    page.get_by_label("Oli Officer").select_option("Support")
    look(page, "members")
    button(page, "Save the members").click()


def draw(page: Page, look: Look) -> None:
    """A dry run with a seed of one's own, kept; then opened for reading."""
    page.get_by_role("button", name="Draw the cases").click()
    page.get_by_label("Seed of the draw").fill("4711")
    button(page, "Show this draw").click()
    expect(page.get_by_text("seed 4711").first).to_be_visible()
    look(page, "draw")
    button(page, "Keep these cases").click()
    expect(page.get_by_role("heading", name="2 cases", exact=True)).to_be_visible()
    look(page, "drawn")
    page.get_by_role("button", name="Open for reading").click()
    look(page, "open")
    button(page, "Open for reading").click()
    expect(page.get_by_text("You have recorded 0 of 2 grades")).to_be_visible()


def read_and_grade(page: Page, path: str, grade: str, reason: str, look: Look | None = None) -> None:
    """A member reads both cases one after the other and records a grade on each."""
    page.goto(path)
    page.get_by_role("button", name="Read CCA-").click()
    expect(page.get_by_text("The auditor’s grade:")).to_have_count(0)
    if look:
        page.get_by_text("What ‘Good’ looks like").click()
        look(page, "reading")
        page.get_by_role("button", name="Record and go to the next case").click()
        look(page, "reading-errors")
    page.get_by_label(grade, exact=True).check()
    page.get_by_label("Your reason").fill(f"{reason} on the first case.")
    button(page, "Record and go to the next case").click()
    page.get_by_label(grade, exact=True).check()
    page.get_by_label("Your reason").fill(f"{reason} on the second case.")
    button(page, "Record your grade").click()
    expect(page.get_by_text("The auditor’s grade:")).to_be_visible()


def invite_and_accept(chair: Page, auditor: Page, path: str, look: Look) -> None:
    chair.goto(path)
    look(chair, "reading-chair")
    chair.get_by_role("link", name="Invite the auditor").first.click()
    chair.get_by_label("What do you want to talk about?").fill("How did you weigh the voice of the child?")
    look(chair, "invite")
    button(chair, "Invite Ade Auditor").click()
    auditor.goto("/notices/")
    auditor.get_by_role("button", name="You are invited to the moderation panel").click()
    expect(auditor.get_by_text("How did you weigh the voice of the child?")).to_be_visible()
    auditor.get_by_label("Yes, I will come").check()
    button(auditor, "Send your answer").click()
    look(auditor, "invitation")


def discuss(page: Page, path: str, look: Look) -> None:
    """Everybody's grades are opened; each case is talked over and agreed; who came is noted."""
    page.goto(path)
    page.get_by_role("button", name="Open the discussion").click()
    look(page, "discuss")
    button(page, "Open the discussion").click()
    page.get_by_role("button", name="Discuss CCA-").click()
    expect(page.get_by_text("The members lie one grade apart")).to_be_visible()
    look(page, "discussing")
    for place, last in enumerate((False, True), start=1):
        page.get_by_label("What was discussed").fill(f"The evidence of case {place} was weighed.\nTwice.")
        page.get_by_label("Requires improvement", exact=True).check()
        page.get_by_label("Lessons").fill("Write down what the child said.")
        button(page, "Save" if last else "Save and go to the next case").click()
    page.goto(f"{path}close/")
    expect(page.get_by_role("link", name="Note whether they came")).to_be_visible()
    look(page, "close-lacking")
    page.get_by_role("link", name="Note whether they came").click()
    for name in ("Quin Manager", "Mia Member", "Oli Officer"):
        page.get_by_role("group", name=f"Did {name} come?").get_by_label("Yes").check()
    page.get_by_role("group", name="Did Ned Member come?").get_by_label("No, sent apologies").check()
    page.get_by_label("General notes").fill("The descriptors of oversight need an example.")
    look(page, "notes")
    button(page, "Save").click()


def test_a_panel_from_draw_to_minutes(new_page: Any, look: Look) -> None:
    authority: Authority = make_authority()
    audits: list[Audit] = [settled(authority, moderated="I"), settled(authority, moderated="RI")]
    first, second = (someone(Role.PANEL_MEMBER, name) for name in ("Mia Member", "Ned Member"))
    # The moderator marked both as innovative, so that the sample has two kinds.
    for audit in audits:
        audit.moderation.innovative = True
        audit.moderation.save(update_fields=["innovative"])
    chair, mia = new_page(authority.qa_manager), new_page(first)
    ned = new_page(second, javascript=False)
    plan(chair, look)
    path = chair.url
    draw(chair, look)
    read_and_grade(mia, path, "Good", "Mia's reason", look)
    read_and_grade(ned, path, "Requires improvement", "Ned's reason")
    # Neither sees the other's; nor does the chair, who sees how many.
    for page, other in ((mia, "Ned's reason"), (ned, "Mia's reason")):
        page.reload()
        expect(page.get_by_text(other)).to_have_count(0)
    look(mia, "recorded")
    chair.goto(path)
    expect(chair.get_by_text("has recorded 2 of 2")).to_have_count(2)
    expect(chair.get_by_text("has recorded 0 of 2")).to_have_count(1)
    read_and_grade(chair, path, "Requires improvement", "Chair's reason")
    invite_and_accept(chair, new_page(authority.auditor), path, look)
    discuss(chair, path, look)
    mia.goto(path)
    look(mia, "discussing-member")
    chair.goto(f"{path}close/")
    look(chair, "close")
    button(chair, "Close the panel").click()
    expect(chair.get_by_role("heading", name="Minutes: Moderation panel, autumn 2026")).to_be_visible()
    look(chair, "minutes")
    with mia.expect_download() as download:
        mia.goto(path)
        mia.get_by_role("link", name="Download the minutes (PDF)").click(no_wait_after=True)
    look(mia, "closed")
    pdf = PdfReader(BytesIO(Path(download.value.path()).read_bytes()))
    text = " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split())
    for words in (
        "Room 4, City Hall", "Mia Member (member)", "Ned Member (member)", "seed 4711", audits[0].reference,
        audits[1].reference, "The evidence of case 1 was weighed.", "Write down what the child said.",
        "The descriptors of oversight need an example.", "Ade Auditor (accepted)",
    ):  # fmt: skip
        assert words in text, words
    assert "SYN-0" not in text
    chair.goto("/moderation/panels/")
    look(chair, "list")
