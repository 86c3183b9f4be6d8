"""A moderation in the browser: domain by domain with the keyboard, regraded, decided, read, reopened, and two tabs."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.audits import walk
from tests.audits.setting import Authority, make_authority
from tests.browser import no_sideways_scrolling
from tests.journeys.filling import fill_page
from tests.journeys.keyboard import Keyboard

pytestmark = pytest.mark.django_db(transaction=True)

REASON = "Nothing on the record says how the plan was made."


@pytest.fixture
def authority(transactional_db: None) -> Authority:
    return make_authority()


@pytest.fixture
def look(axe: Callable[[Page], None], screenshot: Callable[[Page, str], None]) -> Callable[[Page, str], None]:
    """What every page of a kind is held against once: axe, a screen of 320 pixels, and a picture to look at."""

    def look_at(page: Page, name: str) -> None:
        axe(page)
        no_sideways_scrolling(page)
        screenshot(page, f"regrade-{name}")

    return look_at


def judge(keyboard: Keyboard, *, grade: str, domain: bool = True) -> None:
    """Fill a domain's page; the overall judgement has a grade alone."""
    if domain:
        keyboard.choose("Yes")
        keyboard.write("What did you look at in the record?", "Case notes of the last month.")
    keyboard.choose(re.compile(grade))


def test_a_moderator_regrades_by_keyboard_and_the_auditor_reads_why(
    authority: Authority, new_page: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    audit = walk.submit(authority.audit())
    titles = list(audit.judgements.values_list("title", flat=True))
    page = new_page(authority.moderator)
    keyboard = Keyboard(page)
    page.goto("/moderation/")
    look(page, "desk")
    keyboard.follow(audit.reference)
    keyboard.follow(titles[0])

    # Without a reason a changed grade stays on its page; with one it goes on.
    judge(keyboard, grade="Requires improvement")
    look(page, "domain")
    keyboard.press("Save and go to next")
    expect(page.get_by_role("alert")).to_contain_text("Give the reason for the new grade")
    expect(page.get_by_role("radio", name="Requires improvement")).to_be_checked()
    look(page, "without-a-reason")
    keyboard.write("Reason for a different grade", REASON)
    keyboard.press("Save and go to next")
    for title in titles[1:-1]:
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        judge(keyboard, grade=r"\(confirm\)")
        keyboard.press("Save and go to next")

    # From one domain to the next and back: the first link that Tab comes to in the page; access keys too.
    page.locator("main").evaluate("main => { main.tabIndex = -1; main.focus(); }")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("rel", "prev")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(titles[-2])
    expect(page.get_by_role("link", name="Next:")).to_have_attribute("accesskey", "n")
    keyboard.follow(re.compile("Next:"))
    judge(keyboard, grade="Inadequate", domain=False)
    keyboard.write("Reason for a different grade", "The plan carries the rest.")
    keyboard.press("Save and go to the overview")
    expect(page.get_by_text("The overall grade is out of line")).to_be_visible()
    look(page, "overview")

    keyboard.write("Comment on the write-up", "Say more of what the child said.")
    keyboard.press("Save and go on to decide")
    page.locator(".govuk-error-summary").get_by_role("link").first.click()
    fill_page(page, grade="G")
    page.get_by_role("button", name="Save and continue").click()
    page.goto(f"/moderation/{audit.reference}/decide/")
    expect(page.get_by_text("2 of 9 grades change")).to_be_visible()
    expect(page.get_by_text("out of line with the domains")).to_be_visible()
    look(page, "decide")
    keyboard.press("Decide")
    expect(page.get_by_text("is decided")).to_be_visible()

    auditor = new_page(authority.auditor)
    auditor.goto(f"/audits/{audit.reference}/")
    for words in (REASON, "The plan carries the rest.", "Say more of what the child said."):
        expect(auditor.get_by_text(words)).to_be_visible()
    look(auditor, "auditor-reads")


def test_a_decision_is_reopened_and_two_browsers_do_not_overwrite_one_another(
    authority: Authority, new_page: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    audit = walk.moderate(walk.submit(authority.audit()))
    path = f"/moderation/{audit.reference}/domains/plan/"
    one, two = new_page(authority.moderator), new_page(authority.moderator, javascript=False)
    one.goto(path)
    expect(one.get_by_text("What the moderator found")).to_be_visible()
    look(one, "read-only")

    manager = new_page(authority.qa_manager)
    manager.goto(f"/moderation/{audit.reference}/")
    manager.get_by_role("link", name="Reopen the moderation").click()
    manager.get_by_role("button", name="Reopen").click()
    expect(manager.get_by_role("alert")).to_contain_text("Say why the moderation is reopened")
    look(manager, "reopen")
    manager.get_by_label("Why is it reopened?").fill("The panel reads the plan otherwise.")
    manager.get_by_role("button", name="Reopen").click()
    expect(manager.get_by_text("is open again")).to_be_visible()

    for page in (one, two):
        page.goto(path)
    one.get_by_label("What did you look at in the record?").fill("The plan of March.")
    expect(one.get_by_text(re.compile("Saved at"))).to_be_visible()
    # Without JavaScript, and from a page that is older by now.
    two.get_by_label("What did you look at in the record?").fill("The review of May.")
    two.get_by_role("button", name="Save and come back later").click()
    expect(two.get_by_role("heading", level=1)).to_have_text("This domain was saved from another page")
    for words in ("The plan of March.", "The review of May."):
        expect(two.get_by_role("cell", name=words)).to_be_visible()
    two.get_by_role("button", name="Put my text in its place").click()
    expect(two.get_by_text("is saved.")).to_be_visible()
    two.goto(path)
    expect(two.get_by_label("What did you look at in the record?")).to_have_value("The review of May.")
    one.get_by_role("button", name="Save and go to next").click()
    look(one, "two-texts")
    expect(one.get_by_role("cell", name="The review of May.")).to_be_visible()
    one.get_by_role("link", name="Keep what is saved").click()
    expect(one.get_by_label("What did you look at in the record?")).to_have_value("The review of May.")
