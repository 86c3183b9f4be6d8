"""The pages about forms in a real browser: read, compared, retired, loaded, and nothing in axe's way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from audits.kloe.packs import read_pack
from audits.models import AuditType, Form, FormVersion
from audits.workflow.packs import load_pack
from qaf.people.models import User
from tests.audits.setting import make_authority
from tests.audits.small_pack import rewrite, write_pack
from tests.browser import no_sideways_scrolling

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def look(axe: Callable[[Page], None], screenshot: Callable[[Page, str], None]) -> Callable[[Page, str], None]:
    def check(page: Page, name: str) -> None:
        axe(page)
        no_sideways_scrolling(page)
        screenshot(page, name)

    return check


@pytest.fixture
def packs(tmp_path: Path, settings: Any) -> Path:
    """A folder with three packs: one to load, one with two forms, one with mistakes."""
    settings.PACKS_FOLDER = tmp_path / "packs"
    write_pack(settings.PACKS_FOLDER, "north", title="Northshire")
    write_pack(settings.PACKS_FOLDER, "south", title="Southshire", forms=("-a", "-b"), prefix="SOU")
    broken = write_pack(settings.PACKS_FOLDER, "west", title="Westshire")
    rewrite(broken, "forms/west-form.yaml", "kind: evidence", "kind: evidense")
    return Path(settings.PACKS_FOLDER)


def test_a_form_is_found_read_compared_and_retired(
    new_page: Callable[..., Page], look: Callable[[Page, str], None], packs: Path
) -> None:
    authority = make_authority()
    load_pack(read_pack(packs / "north"))
    form = "forms/north-form.yaml"
    rewrite(packs / "north", form, "label: How good is the plan?", "label: How well does the plan fit the child?")
    rewrite(packs / "north", form, "hint: Look at direct work too", "hint: Look at direct work, and at what was done")
    rewrite(packs / "north", form, "domain: plan\n", "domain: planning\n")
    first = "      - {key: chronology"
    added = "      - {key: genogram, kind: yes_no, label: Is there a genogram?}\n"
    rewrite(packs / "north", form, first, added + first)
    load_pack(read_pack(packs / "north"))
    page = new_page(authority.qa_manager)
    page.goto("/forms/")
    look(page, "forms")
    page.get_by_label("Search for forms").fill("north form")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_have_text("1 form found")
    page.get_by_label("Search for forms").fill("nowhere")
    page.get_by_role("button", name="Show").click()
    look(page, "forms-none-found")
    page.get_by_role("link", name="Show all forms").click()
    page.get_by_role("link", name="Northshire form", exact=True).click()
    look(page, "form")
    page.get_by_role("link", name="Version 2").click()
    expect(page).to_have_title("Northshire form, version 2 – QAF case-file audit")
    expect(page.get_by_text("Only if “Is there a plan?” is “No”")).to_be_visible()
    page.get_by_text("What ‘Good’ looks like").click()
    expect(page.get_by_text("The plan says who does what by when.")).to_be_visible()
    look(page, "form-version")
    page.get_by_role("link", name="The form and its versions").click()
    page.get_by_role("link", name="Compare two versions").click()
    expect(page.get_by_text("How well does the plan fit the child?").first).to_be_visible()
    look(page, "form-compare")
    page.get_by_role("link", name="The form and its versions").click()
    page.get_by_role("link", name="Retire the form").click()
    look(page, "form-retire")
    page.get_by_role("button", name="Retire the form").click()
    expect(page.get_by_text("The form “Northshire form” is retired.")).to_be_visible()
    look(page, "form-retired")


def test_the_child_case_audit_can_be_read_as_a_whole(
    new_page: Callable[..., Page], axe: Callable[[Page], None], look: Callable[[Page, str], None]
) -> None:
    authority = make_authority()
    page = new_page(authority.practitioner)
    page.goto("/forms/child-case-audit/versions/1/")
    axe(page)
    no_sideways_scrolling(page)
    page.goto("/forms/types/child-case-audit/")
    look(page, "type-read")


def test_a_draft_stands_in_the_list_and_is_read(
    new_page: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    authority = make_authority()
    published = Form.objects.get(key="child-case-audit").published_version
    assert published is not None
    own = Form.objects.create(key="thematic", title="Thematic audit of plans")
    definition = {**published.definition, "form": "thematic", "title": own.title}
    definition["sections"] = [*definition["sections"][:2], {"key": "new", "title": "New", "questions": []}]
    FormVersion.objects.create(
        form=own, number=1, definition=definition, saved_by=authority.qa_manager, saved_at=timezone.now()
    )
    page = new_page(authority.qa_manager)
    page.goto("/forms/?state=draft")
    look(page, "forms-draft")
    page.get_by_role("link", name="Thematic audit of plans").click()
    look(page, "form-draft")
    page.get_by_role("link", name="Version 1").click()
    look(page, "form-version-draft")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_type_of_audit_is_made_and_changed(
    new_page: Callable[..., Page], look: Callable[[Page, str], None], javascript: bool
) -> None:
    authority = make_authority()
    page = new_page(authority.qa_manager, javascript=javascript)
    page.goto("/forms/child-case-audit/")
    page.get_by_role("link", name="Add a type of audit").click()
    if javascript:
        look(page, "type-new")
    page.get_by_label("Letters that references begin with").fill("kin1")
    page.get_by_label("Working days for the audit").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title("Error: Add a type of audit – QAF case-file audit")
    if javascript:
        look(page, "type-new-errors")
    page.get_by_label("What is this type of audit called?").fill("Kinship audit")
    page.get_by_label("Letters that references begin with").fill("KIN")
    page.get_by_label("Working days for the audit").fill("15")
    page.get_by_label("Practitioner’s feedback").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The type of audit “Kinship audit” is saved.")).to_be_visible()
    kind = AuditType.objects.get(title="Kinship audit")
    assert (kind.reference_prefix, kind.process.audit_days, kind.process.feedback) == ("KIN", 15, False)
    page.get_by_role("link", name="Kinship audit").click()
    page.get_by_label("Working days for the audit").fill("20")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Kinship audit").click()
    expect(page.get_by_text("working days to audit: 15 → 20")).to_be_visible()
    if javascript:
        look(page, "type-change")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_administrator_looks_at_packs_and_loads_them(
    new_page: Callable[..., Page],
    look: Callable[[Page, str], None],
    person: Callable[..., User],
    packs: Path,
    javascript: bool,
) -> None:
    load_pack(read_pack(packs / "north"))
    kind = AuditType.objects.get(key="north-form-type")
    kind.process.audit_days = 15
    kind.process.save()
    rewrite(packs / "north", "forms/north-form.yaml", "hint: Look at direct work too", "hint: Look at direct work")
    page = new_page(person("admin", name="Bronwen Okonkwo"), javascript=javascript)

    def seen(name: str) -> None:
        if javascript:
            look(page, name)

    page.goto("/forms/")
    page.get_by_role("button", name="Load framework packs").click()
    seen("packs")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title("Error: Framework packs – QAF case-file audit")
    seen("packs-none-chosen")
    for name in ("Northshire", "Southshire", "west"):
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("unknown kind ‘evidense’")).to_be_visible()
    page.get_by_text("What changes in Northshire form").click()
    seen("packs-review")
    page.get_by_label("Put the pack’s process maps back").check()
    page.get_by_role("button", name="Load 2 packs").click()
    expect(page.get_by_role("link", name="Northshire form, version 2")).to_be_visible()
    seen("packs-loaded")
    assert Form.objects.count() == 3
    assert AuditType.objects.get(pk=kind.pk).process.audit_days == 10


def test_the_packs_that_ship_can_be_looked_at(
    new_page: Callable[..., Page], look: Callable[[Page, str], None], person: Callable[..., User]
) -> None:
    make_authority()
    page = new_page(person("admin", name="Bronwen Okonkwo"))
    page.goto("/forms/packs/")
    look(page, "packs-shipped")
    page.goto("/forms/packs/bristol/")
    look(page, "pack-bristol")
