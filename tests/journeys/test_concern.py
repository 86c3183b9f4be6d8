"""A moderator raises a concern; the service manager acknowledges and resolves it, each in a browser of their own."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audits.models import Audit
from moderation.models import Concern
from moderation.workflow.concerns import raise_concern
from tests.audits import walk
from tests.audits.setting import Authority, make_authority
from tests.browser import no_sideways_scrolling

pytestmark = pytest.mark.django_db(transaction=True)
NewPage = Callable[..., Page]
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 3


@pytest.fixture
def authority(transactional_db: None) -> Authority:
    return make_authority()


@pytest.fixture
def audit(authority: Authority) -> Audit:
    return walk.submit(authority.audit())


@pytest.mark.parametrize("javascript", [True, False])
def test_from_raised_to_resolved(
    authority: Authority,
    audit: Audit,
    new_page: NewPage,
    axe: Callable[[Page], None],
    screenshot: Any,
    javascript: bool,
) -> None:
    def look_over(page: Page, name: str) -> None:
        if javascript:
            axe(page)
            no_sideways_scrolling(page)
            screenshot(page, f"concern-{name}")

    moderator = new_page(authority.moderator, javascript=javascript)
    moderator.goto(f"/moderation/{audit.reference}/")
    moderator.get_by_role("link", name="Raise a concern").click()
    look_over(moderator, "raise")
    moderator.get_by_role("button", name="Check before you send").click()
    expect(moderator.get_by_role("link", name="Say what worries you")).to_be_visible()
    look_over(moderator, "raise-missing")
    worry = moderator.get_by_label("What worries you?")
    worry.fill(f"The child was not seen alone for six weeks.\n\n{LONG}")
    moderator.get_by_role("button", name="Check before you send").click()
    expect(moderator.get_by_text("Sal Service-Manager, who has to acknowledge it")).to_be_visible()
    look_over(moderator, "check")
    moderator.get_by_role("button", name="Change what you wrote").click()
    expect(worry).to_have_value(f"The child was not seen alone for six weeks.\n\n{LONG}")
    moderator.get_by_label("What has been done already").fill("I rang the duty manager.")
    moderator.get_by_role("button", name="Check before you send").click()
    moderator.get_by_role("button", name="Send the concern").click()
    expect(moderator.get_by_text("Sal Service-Manager and Quin Manager have been told")).to_be_visible()
    expect(moderator.get_by_role("button", name="Acknowledge")).to_have_count(0)
    moderator.goto(f"/moderation/{audit.reference}/")
    expect(moderator.get_by_role("link", name="Concern raised on")).to_be_visible()

    manager = new_page(authority.service_manager, javascript=javascript)
    manager.goto("/")
    manager.get_by_role("link", name=f"{audit.reference}: acknowledge the concern").click()
    look_over(manager, "raised")
    manager.get_by_role("button", name="Acknowledge").click()
    look_over(manager, "acknowledge")
    manager.get_by_label("What is going to be done?").fill("The team manager visits tomorrow.")
    manager.get_by_role("button", name="Acknowledge").click()
    expect(manager.get_by_text("The concern is acknowledged")).to_be_visible()
    look_over(manager, "acknowledged")
    manager.get_by_role("link", name="Give it to somebody else").click()
    look_over(manager, "reassign")
    manager.get_by_role("link", name="Back to the concern").click()
    manager.get_by_role("button", name="Resolve").click()
    manager.get_by_label("What came of it?").fill("The child was seen alone and is safe.")
    manager.get_by_role("button", name="Resolve").click()
    expect(manager.get_by_text("The concern is resolved")).to_be_visible()
    look_over(manager, "resolved")
    manager.get_by_role("navigation", name="Moderation").get_by_role("link", name="Concerns").click()
    expect(manager.get_by_text("No open concerns")).to_be_visible()
    look_over(manager, "list-empty")
    manager.get_by_label("Show").select_option("Resolved")
    manager.get_by_role("button", name="Apply").click()
    expect(manager.get_by_role("link", name=audit.reference)).to_be_visible()
    look_over(manager, "list")

    # Whoever raised it reads what came of it.
    moderator.goto("/notices/")
    expect(moderator.get_by_text("The concern that you raised was resolved").first).to_be_visible()
    moderator.goto(f"/moderation/concerns/{Concern.objects.get().pk}/")
    expect(moderator.get_by_text("The child was seen alone and is safe.")).to_be_visible()


def test_second_to_acknowledge_sees_both_texts(
    authority: Authority, audit: Audit, new_page: NewPage, axe: Callable[[Page], None], screenshot: Any
) -> None:
    concern = raise_concern(audit, worry="Not seen alone.", done_at_once="", by=authority.moderator)
    pages = [new_page(person) for person in (authority.service_manager, authority.qa_manager)]
    for page, text in zip(pages, ("A visit today.", "I ring the team manager."), strict=True):
        page.goto(f"/moderation/concerns/{concern.pk}/acknowledge/")
        page.get_by_label("What is going to be done?").fill(text)
    for page in pages:
        page.get_by_role("button", name="Acknowledge").click()
    late = pages[1]
    expect(late.get_by_role("heading", name="Somebody else was quicker")).to_be_visible()
    for text in ("A visit today.", "I ring the team manager.", "Sal Service-Manager acknowledged this concern on"):
        expect(late.get_by_text(text)).to_be_visible()
    axe(late)
    no_sideways_scrolling(late)
    screenshot(late, "concern-stale")
    late.get_by_role("link", name="Open the concern as it is now").click()
    expect(late.get_by_role("button", name="Resolve")).to_be_visible()
