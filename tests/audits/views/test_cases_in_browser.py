"""A QA officer imports a list, draws from it and allocates, in a real browser and without anything in axe's way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from audits.models import Audit
from qaf.people.models import User
from tests.audits.setting import make_authority
from tests.browser import no_sideways_scrolling

LIST = (
    "Child Unique ID,Initials,Date Of Birth,Case Status,Allocated Team,Allocated Worker\n"
    "SYN-1,AB,01/02/2016,CP,North,Pat Practitioner\n"
    "SYN-2,CD,01/02/2012,PLO,North,Ade Auditor\n"
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_case_list_to_the_allocated_audits(
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], None],
    javascript: bool,
) -> None:
    authority = make_authority()
    authority.case.delete()
    page = new_page(authority.officer, javascript=javascript)

    def look(name: str) -> None:
        if javascript:
            axe(page)
            no_sideways_scrolling(page)
            screenshot(page, name)

    def upload(text: str) -> None:
        page.get_by_label("The list", exact=True).set_input_files(
            {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        page.get_by_label("What is this list called?").fill("November")
        page.get_by_role("button", name="Look it over").click()

    page.goto("/audits/cases/")
    look("case-lists-empty")
    page.get_by_role("button", name="Import a list").click()
    look("case-list-import")
    upload(LIST.replace("PLO", "Ward of court"))
    expect(page.get_by_role("alert")).to_contain_text("1 row needs to be put right.")
    look("case-list-faults")
    upload(LIST.replace("Allocated Team", "Where"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Which column is what")
    look("case-list-columns")
    page.get_by_label("Team", exact=False).first.select_option("Where")
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the list before you import it")
    look("case-list-confirm")
    page.get_by_role("button", name="Import the list").click()
    expect(page.get_by_text("2 new, 0 changed, 0 moved", exact=False).first).to_be_visible()
    look("case-import")
    page.get_by_role("link", name="Imports of lists").click()
    look("case-imports")
    page.get_by_role("link", name="Case lists").last.click()
    look("case-lists")
    page.get_by_label("Child's identifier").fill("syn-2")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("row", name="SYN-2")).to_be_visible()
    assert "SYN" not in page.url.upper()
    look("case-found")

    page.goto("/audits/allocate/")
    look("allocate")
    page.get_by_label("Ade Auditor").check()
    page.get_by_role("button", name="Show the draw").click()
    # Ade holds SYN-2, so only SYN-1 can be drawn.
    expect(page.get_by_text("CP, aged 10")).to_be_visible()
    look("allocate-preview")
    page.get_by_role("button", name="Allocate this audit").click()
    expect(page.get_by_text("1 audit allocated. The auditors have been told.")).to_be_visible()
    audit = Audit.objects.get()
    assert (audit.auditor, audit.case.identifier) == (authority.auditor, "SYN-1")

    page.goto("/audits/allocate/one/")
    look("allocate-find")
    page.get_by_label("Child's identifier").fill("SYN-2")
    page.get_by_role("button", name="Find the case").click()
    look("allocate-one")
    auditor: User = authority.second_auditor
    page.get_by_label("Auditor", exact=True).select_option(str(auditor.pk))
    page.get_by_label("Why this case?").fill("Asked for by the worker.")
    page.get_by_role("button", name="Allocate the case").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CCA-")
    assert Audit.objects.count() == 2
