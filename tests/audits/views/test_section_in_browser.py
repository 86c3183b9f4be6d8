"""The page of a section at every width, with everything unfolded: each pack's biggest form and fullest gradings."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from audits.kloe.definition import FormDefinition, Section
from audits.kloe.packs import read_pack
from audits.models import Audit, AuditType
from audits.workflow.allocation import allocate
from audits.workflow.packs import load_pack
from audits.workflow.subjects import Subject
from tests.audits.setting import Authority, make_authority
from tests.browser import no_sideways_scrolling

pytestmark = pytest.mark.django_db(transaction=True)

PACKS = Path(settings.BASE_DIR) / "fixtures" / "packs"
NAMES = sorted(folder.name for folder in PACKS.iterdir() if folder.is_dir())


@pytest.fixture
def authority(transactional_db: None) -> Authority:
    return make_authority()


def questions(form: FormDefinition) -> int:
    return sum(len(section.questions) for section in form.sections_of("audit"))


def sentences(form: FormDefinition, section: Section) -> int:
    """How many sentences unfold beside a section's grades."""
    shown = [form.descriptor(key) for question in section.judgements for key in question.descriptors]
    return sum(len(lines) for one in shown if one is not None for lines in one.grades.values())


def audit_of_biggest_form(authority: Authority, name: str) -> Audit:
    """An audit with the pack's form that has the most questions, about whatever its type is about."""
    pack = read_pack(PACKS / name)
    form = max(pack.forms, key=questions)
    types = tuple(one for one in pack.types if one.form == form.key)
    load_pack(replace(pack, forms=(form,), types=types), by=None)
    kind = AuditType.objects.get(key=types[0].key)
    subject = Subject.of_case(authority.case)
    if kind.about != "case":
        subject = Subject(authority.team, practitioner=authority.practitioner, text="The record 17 of the service")
    return allocate(
        subject=subject, type=kind, auditor=authority.auditor, by=authority.officer, selection="Chosen by hand."
    )


def telling_sections(form: FormDefinition) -> list[Section]:
    """The section with the most questions, and the one with the most said about its grades."""
    sections = [section for section in form.sections_of("audit") if section.when is None]
    most = max(sections, key=lambda one: len(one.questions))
    fullest = max(sections, key=lambda one: sentences(form, one))
    return [most] if not sentences(form, fullest) or fullest == most else [most, fullest]


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")


def show_everything(page: Page) -> None:
    """Every part unfolded, and every question shown that only some answers ask for."""
    unfold(page)
    page.evaluate("document.querySelectorAll('main .kloe-question[hidden]').forEach(one => one.hidden = false)")


@pytest.mark.parametrize("name", NAMES)
def test_the_fullest_sections_reflow_and_are_accessible(
    authority: Authority,
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], None],
    name: str,
) -> None:
    audit = audit_of_biggest_form(authority, name)
    page = new_page(authority.auditor)
    for section in telling_sections(audit.form):
        page.goto(f"/audits/{audit.reference}/sections/{section.key}/")
        screenshot(page, f"section-{name}-{section.key}")
        show_everything(page)
        screenshot(page, f"section-{name}-{section.key}-unfolded")
        axe(page)
        # What is 1280 wide at 400 % is 320 wide.
        no_sideways_scrolling(page)
        page.set_viewport_size({"width": 320, "height": 800})
        axe(page)
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("name", NAMES)
def test_without_javascript_they_say_all_in_words(
    authority: Authority, new_page: Callable[..., Page], screenshot: Callable[[Page, str], None], name: str
) -> None:
    audit = audit_of_biggest_form(authority, name)
    page = new_page(authority.auditor, javascript=False, width=320)
    for section in telling_sections(audit.form):
        page.goto(f"/audits/{audit.reference}/sections/{section.key}/")
        boxes = page.locator("form[data-autosave] textarea")
        limits = page.locator(".govuk-character-count__message:visible")
        assert limits.count() == boxes.count()
        if boxes.count():
            expect(limits.first).to_contain_text("You can enter up to")
        for summary in page.locator("main form summary").all():
            if summary.is_visible():
                summary.click()
        no_sideways_scrolling(page)
        screenshot(page, f"no-script-{name}-{section.key}")


def test_descriptors_stand_beside_the_grade_and_below_it_on_a_phone(
    authority: Authority, new_page: Callable[..., Page]
) -> None:
    audit = authority.audit()
    page = new_page(authority.auditor)
    page.goto(f"/audits/{audit.reference}/sections/assessment/")
    grade = page.locator(".kloe-grade").first
    radio, words = grade.locator(".govuk-radios__item"), grade.locator("summary").first
    assert words.bounding_box()["x"] > radio.bounding_box()["x"] + 100
    assert abs(words.bounding_box()["y"] - radio.bounding_box()["y"]) < 30
    words.click()
    expect(grade.locator("li").first).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 800})
    assert words.bounding_box()["y"] >= radio.bounding_box()["y"] + radio.bounding_box()["height"]


def test_a_text_box_grows_and_warns_gently(authority: Authority, new_page: Callable[..., Page]) -> None:
    audit = authority.audit()
    page = new_page(authority.auditor)
    page.goto(f"/audits/{audit.reference}/sections/improvement/")
    box = page.locator("form[data-autosave] textarea").first
    limit = int(box.locator("xpath=..").get_attribute("data-maxlength") or 0)
    count = box.locator("xpath=..").locator(".govuk-character-count__status")
    before = box.bounding_box()["height"]
    box.fill("A line.\n" * 20)
    box.press("End")
    assert box.bounding_box()["height"] > before + 100
    expect(count).not_to_be_visible()
    box.fill("x" * (limit - 10))
    box.press("End")
    expect(count).to_have_text("You have 10 characters remaining")
    expect(count).to_be_visible()
    box.fill("x" * (limit + 1))
    box.press("End")
    expect(count).to_have_text("You have 1 character too many")


def test_a_text_box_grows_in_a_browser_that_cannot_size_it_by_itself(
    authority: Authority, new_page: Callable[..., Page]
) -> None:
    audit = authority.audit()
    page = new_page(authority.auditor)
    page.add_init_script("CSS.supports = () => false")
    page.goto(f"/audits/{audit.reference}/sections/improvement/")
    box = page.locator("form[data-autosave] textarea").first
    box.evaluate("one => { one.style.fieldSizing = 'fixed'; }")
    before = box.bounding_box()["height"]
    box.fill("A line.\n" * 20)
    assert box.bounding_box()["height"] > before + 100
    assert box.evaluate("one => one.scrollHeight <= one.clientHeight + 2")
