"""Two people fill one audit, each in a browser of their own."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audits.models import Action, Audit, Case, Contribution, SectionAnswers
from audits.workflow.contributions import ask
from qaf.people.models import User
from tests.audits import walk
from tests.audits.setting import Authority, make_authority
from tests.browser import no_sideways_scrolling
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
NewPage = Callable[..., Page]


@pytest.fixture
def authority(transactional_db: None) -> Authority:
    return make_authority()


@pytest.fixture
def audit(authority: Authority) -> Audit:
    return authority.audit()


@pytest.fixture
def colleague(authority: Authority) -> User:
    return UserFactory.create(name="Casey Colleague", email="casey@example.org")


def box(page: Page) -> Any:
    return page.locator("form[data-autosave] textarea").first


def state(page: Page) -> Any:
    return page.locator("[data-autosave-state]")


def look_over(page: Page, axe: Callable[[Page], None], screenshot: Any, name: str) -> None:
    axe(page)
    no_sideways_scrolling(page)
    screenshot(page, name)


@pytest.mark.parametrize("javascript", [True, False])
def test_from_asking_to_done(
    authority: Authority,
    audit: Audit,
    colleague: User,
    new_page: NewPage,
    axe: Callable[[Page], None],
    screenshot: Any,
    javascript: bool,
) -> None:
    auditor, helper = new_page(authority.auditor), new_page(colleague, javascript=javascript)
    auditor.goto(f"/audits/{audit.reference}/")
    auditor.get_by_role("link", name="Ask a colleague to fill a section").click()
    look_over(auditor, axe, screenshot, "contribution-ask")
    auditor.get_by_role("button", name="Ask them").click()
    look_over(auditor, axe, screenshot, "contribution-ask-missing")
    auditor.get_by_label("Section").select_option(label="Improvement")
    auditor.get_by_label("Or the e-mail address").fill(colleague.email)
    auditor.get_by_label("Note").fill("You know the family best. What should improve?")
    auditor.get_by_role("button", name="Ask them").click()
    expect(auditor.get_by_text("Casey Colleague was asked to fill this section")).to_be_visible()
    look_over(auditor, axe, screenshot, "contribution-audit-page")

    helper.goto("/")
    if javascript:
        look_over(helper, axe, screenshot, "contribution-home")
    helper.get_by_role("link", name=f"{audit.reference}: Improvement").click()
    expect(helper.get_by_text("Ade Auditor asked you to fill this section")).to_be_visible()
    if javascript:
        look_over(helper, axe, screenshot, "contribution-section")
    box(helper).fill("See the child alone each time.")
    helper.get_by_role("button", name="Save and say that it is done").click()
    expect(helper.get_by_text("has been told that it is done")).to_be_visible()
    if javascript:
        look_over(helper, axe, screenshot, "contribution-helpers-audit-page")
    assert Contribution.objects.get().done_at is not None
    assert "See the child alone" in str(SectionAnswers.objects.get(section="improvement").document)

    auditor.goto(f"/audits/{audit.reference}/")
    expect(auditor.get_by_text("Saved by Casey Colleague")).to_be_visible()
    auditor.get_by_role("link", name="Ask no longer").click()
    look_over(auditor, axe, screenshot, "contribution-withdraw")
    auditor.get_by_role("button", name="Ask them no longer").click()
    expect(auditor.get_by_text("is no longer asked to fill")).to_be_visible()


def test_two_people_on_two_sections_are_both_kept(
    authority: Authority, audit: Audit, colleague: User, new_page: NewPage
) -> None:
    ask(audit, section="improvement", person=colleague, note="", by=authority.auditor)
    auditor, helper = new_page(authority.auditor), new_page(colleague)
    auditor.goto(f"/audits/{audit.reference}/sections/assessment/")
    helper.goto(f"/audits/{audit.reference}/sections/improvement/")
    box(auditor).fill("Written by the auditor.")
    box(helper).fill("Written by the colleague.")
    expect(state(auditor)).to_contain_text("Saved at")
    expect(state(helper)).to_contain_text("Saved at")
    saved = {row.section: str(row.saved_by) for row in SectionAnswers.objects.select_related("saved_by")}
    assert saved == {"assessment": "Ade Auditor", "improvement": "Casey Colleague"}


def test_two_people_on_one_section_see_both_texts(
    authority: Authority, audit: Audit, colleague: User, new_page: NewPage
) -> None:
    ask(audit, section="improvement", person=colleague, note="", by=authority.auditor)
    auditor, helper = new_page(authority.auditor), new_page(colleague)
    for page in (auditor, helper):
        page.goto(f"/audits/{audit.reference}/sections/improvement/")
    box(auditor).fill("Written by the auditor.")
    expect(state(auditor)).to_contain_text("Saved at")
    box(helper).fill("Written by the colleague.")
    expect(state(helper)).to_contain_text("Your text is kept")
    helper.get_by_role("button", name="Save and continue").click()
    expect(helper.get_by_text("Ade Auditor saved")).to_be_visible()
    helper.get_by_role("button", name="Put my text in its place").click()
    expect(box(helper)).to_have_value("Written by the colleague.")


def test_typing_after_the_audit_was_submitted_says_so_and_keeps_the_text(
    authority: Authority, audit: Audit, colleague: User, new_page: NewPage
) -> None:
    ask(audit, section="improvement", person=colleague, note="", by=authority.auditor)
    helper = new_page(colleague)
    helper.goto(f"/audits/{audit.reference}/sections/improvement/")
    walk.submit(Audit.objects.get(pk=audit.pk))
    box(helper).fill("Too late.")
    expect(state(helper)).to_contain_text("You can no longer write in this section")
    expect(box(helper)).to_have_value("Too late.")


def test_what_came_of_the_last_audit_is_at_hand(
    authority: Authority, new_page: NewPage, axe: Callable[[Page], None], screenshot: Any
) -> None:
    first = walk.moderate(walk.submit(authority.audit(), grade="RI"))
    authority.officer.refresh_from_db()
    Action.objects.filter(audit=first).update(owner_name="The allocated worker")
    Audit.objects.filter(pk=first.pk).update(state="closed")
    second = authority.audit(Case.objects.get(pk=authority.case.pk))
    page = new_page(authority.second_auditor if second.auditor == authority.second_auditor else authority.auditor)
    for path in ("", "sections/improvement/"):
        page.goto(f"/audits/{second.reference}/{path}")
        page.get_by_text("Last time:").click()
        expect(page.get_by_text("See the child alone and record what they say.")).to_be_visible()
        look_over(page, axe, screenshot, f"last-time-{path.strip('/').replace('/', '-') or 'audit'}")
