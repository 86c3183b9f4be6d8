"""The whole life of an audit in a real browser: all roles, a good case, and an inadequate one up to its re-audit.

axe looks at every page on the way.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audits.models import Audit, State
from qaf.people.models import User
from scorecard.making import make
from scorecard.models import Report
from tests.audits.setting import Authority, make_authority
from tests.browser import no_sideways_scrolling
from tests.journeys.filling import fill_page

pytestmark = pytest.mark.django_db(transaction=True)

CASES = """Child Unique ID,Initials,Age,Status,Allocated Team,Allocated Worker,Start date
SYN-10001,KL,11,CP,North,Pat Practitioner,03/03/2026
SYN-10002,MN,4,CIN,North,Pat Practitioner,04/05/2026
"""


class Walk:
    """One browser for each person, and a look by axe at every page they come to."""

    def __init__(self, new_page: Callable[..., Page], axe: Callable[[Page], None], shoot: Callable[..., None]) -> None:
        self.new_page, self.axe, self.shoot = new_page, axe, shoot
        self.pages: dict[int, Page] = {}
        self.seen: set[str] = set()

    def of(self, person: User) -> Page:
        if person.pk not in self.pages:
            self.pages[person.pk] = self.new_page(person)
        return self.pages[person.pk]

    def look(self, page: Page, name: str) -> None:
        """Check a page the first time the walk comes to one of its kind."""
        if name not in self.seen:
            self.seen.add(name)
            self.axe(page)
            no_sideways_scrolling(page)
            self.shoot(page, f"journey-{len(self.seen):02d}-{name}")


@pytest.fixture
def walk(new_page: Any, axe: Any, screenshot: Any) -> Walk:
    return Walk(new_page, axe, screenshot)


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def fill_audit(walk: Walk, page: Page, audit: Audit, *, grade: str, kind: str) -> None:
    """From the task list through every section to the page that checks the answers, then submit."""
    page.goto(f"/audits/{audit.reference}/")
    walk.look(page, f"{kind}-task-list")
    page.locator(".govuk-task-list__link").first.click()
    for _ in range(40):
        if heading(page).startswith("Check your answers"):
            break
        section = page.url.rstrip("/").rsplit("/", 1)[-1]
        fill_page(page, grade=grade)
        walk.look(page, f"{kind}-{section}")
        page.get_by_role("button", name="Save and continue").click()
        page.wait_for_load_state()
        assert section not in page.url, page.locator(".govuk-error-summary").all_inner_texts()
    walk.look(page, f"{kind}-check")
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    page.get_by_role("button", name="Submit the audit").click()
    expect(page.get_by_text("is submitted")).to_be_visible()
    walk.look(page, f"{kind}-submitted")


def moderate(walk: Walk, page: Page, audit: Audit, *, regrade: str = "") -> None:
    page.goto("/")
    walk.look(page, "moderator-home")
    page.get_by_role("link", name=re.compile(audit.reference)).first.click()
    page.goto("/moderation/")
    walk.look(page, "desk")
    page.get_by_role("link", name=audit.reference).click()
    walk.look(page, "review")
    page.locator(".govuk-task-list__link").first.click()
    for judgement in audit.judgements.all():
        if not judgement.is_overall:
            page.locator('input[name="evidence"][value="sufficient"]').check()
            page.locator('textarea[name="sampled"]').fill("Case notes of the last month.")
        page.locator(f'input[name="grade"][value="{regrade or judgement.auditor_grade}"]').check()
        if regrade:
            page.locator('textarea[name="reason"]').fill("The record shows otherwise.")
        walk.look(page, "domain")
        page.get_by_role("button", name=re.compile("Save and go to")).click()
        expect(page).not_to_have_url(re.compile(f"/domains/{judgement.domain}/"))
    page.get_by_role("button", name="Save and go on to decide").click()
    page.locator(".govuk-error-summary").get_by_role("link").first.click()
    walk.look(page, "moderation-part-missing")
    fill_page(page, grade=regrade or "G")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Save and go on to decide").click()
    walk.look(page, "decide")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("is decided")).to_be_visible()


def distribute(walk: Walk, page: Page, audit: Audit) -> None:
    page.goto(f"/audits/{audit.reference}/")
    walk.look(page, "moderated")
    page.get_by_role("button", name="Distribute the audit").click()
    walk.look(page, "distribute")
    page.get_by_role("button", name="Distribute").click()
    expect(page.get_by_text(re.compile("was sent to"))).to_be_visible()


def give_feedback(walk: Walk, page: Page, audit: Audit) -> None:
    page.goto(f"/audits/{audit.reference}/feedback/")
    walk.look(page, "feedback")
    page.locator(".govuk-task-list__link").first.click()
    fill_page(page, grade="")
    walk.look(page, "feedback-section")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Send your feedback").click()
    expect(page.get_by_text("the audit is closed")).to_be_visible()


def allocate_by_draw(walk: Walk, page: Page) -> Audit:
    """The officer imports the list of open cases and draws one for the auditor."""
    page.goto("/audits/cases/import/")
    walk.look(page, "case-list-import")
    page.locator("input[type=file]").set_input_files(
        {"name": "open-cases.csv", "mimeType": "text/csv", "buffer": CASES.encode()}
    )
    page.get_by_label("What is this list called?").fill("Open cases, November")
    page.get_by_role("button", name="Look it over").click()
    walk.look(page, "case-list-dry-run")
    page.get_by_role("button", name="Import the list").click()
    walk.look(page, "case-lists")
    page.goto("/audits/allocate/")
    walk.look(page, "allocate")
    page.get_by_role("checkbox", name=re.compile("Ade Auditor")).check()
    page.get_by_label("Seed").fill("journey")
    page.get_by_role("button", name="Show the draw").click()
    walk.look(page, "allocate-preview")
    page.get_by_role("button", name=re.compile("Allocate this audit|Allocate these")).click()
    walk.look(page, "allocated")
    return Audit.objects.latest("pk")


def count_in_report(walk: Walk, page: Page) -> None:
    """The QA manager has this quarter's report made; the audit is counted in it."""
    page.goto("/reports/")
    walk.look(page, "reports-empty")
    page.goto("/reports/new/")
    walk.look(page, "report-new")
    page.get_by_role("radio", name="Quarterly report").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Quarter", exact=True).select_option(index=0)
    page.get_by_role("button", name="Make the report").click()
    # The page looks after the report and shows it once it is there.
    expect(page.get_by_role("heading", name="Quarterly report")).to_be_visible()
    # What the worker does; that a worker does it, and once, is shown by tests/scorecard.
    assert make(Report.objects.get().pk)
    expect(page.get_by_role("button", name="Download PDF")).to_be_visible(timeout=20_000)
    walk.look(page, "report")
    expect(page.get_by_role("button", name="Download PDF")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")


@pytest.fixture
def authority(transactional_db: None) -> Authority:
    return make_authority()


def test_a_good_case_from_the_imported_list_to_the_closed_audit(authority: Authority, walk: Walk) -> None:
    officer = walk.of(authority.officer)
    officer.goto("/")
    walk.look(officer, "officer-home")
    audit = allocate_by_draw(walk, officer)
    assert audit.auditor == authority.auditor

    auditor = walk.of(authority.auditor)
    auditor.goto("/")
    walk.look(auditor, "auditor-home")
    fill_audit(walk, auditor, audit, grade="G", kind="audit")

    moderate(walk, walk.of(authority.moderator), audit)
    distribute(walk, officer, audit)

    practitioner = walk.of(authority.practitioner)
    practitioner.goto("/notices/")
    walk.look(practitioner, "inbox")
    practitioner.goto(f"/audits/{audit.reference}/")
    walk.look(practitioner, "practitioner-detail")
    give_feedback(walk, practitioner, audit)

    audit = Audit.objects.get(pk=audit.pk)
    assert (audit.state, audit.final_grade) == (State.CLOSED, "G")
    officer.goto("/audits/")
    walk.look(officer, "tracker")
    expect(officer.get_by_text(audit.reference).first).to_be_visible()
    walk.of(authority.team_manager).goto(f"/audits/{audit.reference}/")
    walk.look(walk.of(authority.team_manager), "team-manager-detail")
    count_in_report(walk, walk.of(authority.qa_manager))


def test_an_inadequate_case_up_to_its_reaudit(authority: Authority, walk: Walk) -> None:
    audit = authority.audit()
    fill_audit(walk, walk.of(authority.auditor), audit, grade="I", kind="audit")

    manager = walk.of(authority.service_manager)
    manager.goto("/notices/")
    expect(manager.get_by_text(re.compile("lowest grade")).first).to_be_visible()
    walk.look(manager, "service-manager-inbox")

    moderate(walk, walk.of(authority.moderator), audit)
    manager.goto("/")
    walk.look(manager, "service-manager-home")
    manager.goto(f"/audits/{audit.reference}/")
    walk.look(manager, "lowest-grade-detail")
    manager.get_by_role("link", name="Write the case direction").click()
    walk.look(manager, "case-direction")
    manager.get_by_label("Case direction").fill("See the child alone this week.")
    manager.get_by_role("button", name="Save the case direction").click()
    manager.get_by_role("link", name="Review the actions").click()
    walk.look(manager, "actions-review")
    manager.get_by_label("What has been done about each action?").fill("Done on Monday.")
    manager.get_by_role("button", name="Save the review").click()

    officer = walk.of(authority.officer)
    distribute(walk, officer, audit)
    give_feedback(walk, walk.of(authority.practitioner), audit)

    reaudit = Audit.objects.get(reaudit_of=audit)
    assert reaudit.auditor == authority.second_auditor
    fill_audit(walk, walk.of(authority.second_auditor), reaudit, grade="G", kind="reaudit")
    distribute(walk, officer, reaudit)
    reaudit = Audit.objects.get(pk=reaudit.pk)
    assert (reaudit.state, reaudit.final_grade) == (State.CLOSED, "G")


def test_the_officer_returns_extends_and_cancels(authority: Authority, walk: Walk) -> None:
    officer = walk.of(authority.officer)
    audit = authority.audit()
    officer.goto(f"/audits/{audit.reference}/")
    officer.get_by_role("link", name="Extend the deadline").click()
    walk.look(officer, "extend")
    officer.get_by_role("button", name="Extend").click()
    walk.look(officer, "extend-error")
    officer.get_by_role("link", name="Back to the audit").click()
    officer.get_by_role("link", name="Cancel the audit").click()
    walk.look(officer, "cancel")
    officer.get_by_label("Why is it cancelled?").fill("The family moved away.")
    officer.get_by_role("button", name="Cancel the audit").click()
    assert Audit.objects.get(pk=audit.pk).state == State.CANCELLED
