"""From the lowest grade to the re-audit, in a real browser: who is told, what is written, who gets it, what follows."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from audits.models import Audit, SectionAnswers, State
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.setting import make_authority, someone
from tests.browser import no_sideways_scrolling
from tests.factories import UserFactory
from tests.journeys.filling import fill_page

pytestmark = pytest.mark.django_db(transaction=True)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).click()
    page.wait_for_load_state()


def test_inadequate_to_reaudit(
    transactional_db: None,
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
    screenshot: Callable[..., None],
) -> None:
    authority = make_authority()
    chair = UserFactory.create(name="Rae Reviewing", email="rae@example.org")
    deputy = someone(Role.SERVICE_MANAGER, "Del Deputy", team=authority.another_case().team)
    pages: dict[int, Page] = {}

    def of(person: User) -> Page:
        if person.pk not in pages:
            pages[person.pk] = new_page(person)
        return pages[person.pk]

    def look(page: Page, name: str) -> None:
        axe(page)
        no_sideways_scrolling(page)
        page.set_viewport_size({"width": 320, "height": 800})
        no_sideways_scrolling(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        screenshot(page, f"lowest-grade-{name}")

    # The auditor submits; the service manager is told at once.
    audit = authority.audit()
    walk.fill(audit, part="audit", by=authority.auditor, grade="I")
    details = SectionAnswers.objects.get(audit=audit, section="details")
    details.document["answers"]["chair"] = "Rae Reviewing (IRO)"
    details.save()
    auditor = of(authority.auditor)
    auditor.goto("/")
    auditor.goto(f"/audits/{audit.reference}/check/")
    press(auditor, "Submit the audit")
    manager = of(deputy)
    manager.goto("/notices/")
    expect(manager.get_by_text("This audit was submitted at the lowest grade").first).to_be_visible()

    # The moderator confirms; the case direction, with a second tab that comes too late.
    audit = walk.moderate(Audit.objects.get(pk=audit.pk))
    manager.goto("/notices/")
    expect(manager.get_by_text("The lowest grade stands").first).to_be_visible()
    manager.goto(f"/audits/{audit.reference}/")
    look(manager, "detail")
    manager.get_by_role("link", name="Write the case direction").click()
    look(manager, "direction")
    tab = manager.context.new_page()
    tab.goto(manager.url)
    manager.get_by_label("Case direction").fill("See the child alone this week.")
    press(manager, "Save the case direction")
    tab.get_by_label("Case direction").fill("Call a strategy meeting.")
    press(tab, "Save the case direction")
    expect(tab.get_by_role("heading", name="Somebody else, or another tab, saved this first")).to_be_visible()
    expect(tab.get_by_text("See the child alone this week.")).to_be_visible()
    expect(tab.get_by_label("Case direction")).to_have_value("Call a strategy meeting.")
    look(tab, "direction-stale")
    tab.get_by_label("Case direction").fill("See the child alone this week, and call a strategy meeting.")
    press(tab, "Put my text in its place")
    tab.get_by_role("link", name="Earlier texts of the case direction").click()
    expect(tab.get_by_text("See the child alone this week.", exact=True)).to_be_visible()
    look(tab, "direction-history")
    tab.close()

    # Distributed: the reviewing officer is proposed from the form, somebody else is searched for with the keyboard.
    officer = of(authority.officer)
    officer.goto(f"/audits/{audit.reference}/distribute/")
    expect(officer.get_by_label("Rae Reviewing (IRO or CP chair)")).to_be_checked()
    expect(officer.get_by_label("Del Deputy (service manager)")).to_be_checked()
    officer.get_by_label("Tay Team-Manager (team manager)").uncheck()
    officer.get_by_label("Find somebody else").fill("quin")
    officer.get_by_label("Find somebody else").press("Enter")
    officer.get_by_label(re.compile("Quin Manager, ")).check()
    expect(officer.get_by_label("Tay Team-Manager (team manager)")).not_to_be_checked()
    look(officer, "distribute")
    press(officer, "Distribute")
    expect(officer.get_by_text("was sent to 5 people")).to_be_visible()
    reader = of(chair)
    reader.goto("/notices/")
    press(reader, re.compile(audit.reference))
    expect(reader.get_by_role("heading", level=1, name=re.compile(audit.reference))).to_be_visible()
    officer.goto(f"/audits/{audit.reference}/recipients/")
    expect(officer.get_by_text("Not opened yet")).to_have_count(4)
    press(officer, "Remind Pat Practitioner")
    expect(officer.get_by_text("Pat Practitioner has been reminded.")).to_be_visible()
    look(officer, "recipients")
    officer.get_by_role("link", name="Take it back from Quin Manager").click()
    look(officer, "take-back")
    officer.get_by_label("Why is it taken back?").fill("Not meant for them.")
    press(officer, "Take it back")
    officer.get_by_role("button", name="Send it to more people").click()
    officer.get_by_label("Tay Team-Manager (team manager)").check()
    look(officer, "add")
    press(officer, "Send it")
    expect(officer.get_by_text("was sent to Tay Team-Manager as well")).to_be_visible()

    # The worker's feedback is not complete without the plan.
    worker = of(authority.practitioner)
    worker.goto(f"/audits/{audit.reference}/feedback/")
    press(worker, "Send your feedback")
    worker.locator(".govuk-error-summary").get_by_role("link", name=re.compile("plan for improvement")).click()
    fill_page(worker, grade="")
    press(worker, "Save and continue")
    press(worker, "Send your feedback")
    expect(worker.get_by_text("the audit is closed")).to_be_visible()

    # The actions are reviewed with the list of them beside.
    manager.goto(f"/audits/{audit.reference}/actions-review/")
    expect(manager.get_by_role("link", name="Action 1", exact=True)).to_be_visible()
    manager.get_by_label("What has been done about each action?").fill("The child was seen on Monday.")
    look(manager, "review")
    press(manager, "Save the review")

    # The re-audit, by another, of the actions, with a grade of its own; the chain is on both pages.
    reaudit = Audit.objects.get(reaudit_of=audit)
    assert reaudit.auditor == authority.second_auditor
    second = of(authority.second_auditor)
    second.goto(f"/audits/{reaudit.reference}/")
    expect(second.get_by_text(f"Actions of the first audit, {audit.reference}")).to_be_visible()
    look(second, "reaudit")
    second.get_by_role("link", name="Re-audit", exact=True).click()
    expect(second.get_by_text("See the child alone and record what they say.").last).to_be_visible()
    fill_page(second, grade="RI")
    press(second, "Save and continue")
    press(second, "Submit the audit")
    reaudit = Audit.objects.get(pk=reaudit.pk)
    assert (reaudit.state, reaudit.final_grade) == (State.MODERATED, "RI")
    officer.goto(f"/audits/{audit.reference}/")
    chain = officer.locator(".govuk-summary-list", has=officer.get_by_text("First audit", exact=True))
    expect(chain.get_by_text("Inadequate")).to_be_visible()
    expect(chain.get_by_text("Requires improvement")).to_be_visible()
    chain.get_by_role("link", name=reaudit.reference).click()
    expect(officer.get_by_role("link", name=audit.reference).first).to_be_visible()
    look(officer, "chain")
