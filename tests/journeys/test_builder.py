"""A QA manager builds a form with the keyboard alone, publishes it, and an audit of it is done; two build at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from audits.models import AuditType, FormVersion, State
from audits.workflow.drafts import discard
from qaf.people.roles import Role
from tests.audits.setting import Authority, make_authority, someone
from tests.audits.views.builder_setting import Building, begin
from tests.browser import no_sideways_scrolling
from tests.journeys.filling import fill_page
from tests.journeys.keyboard import Keyboard

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def authority(transactional_db: None) -> Authority:
    return make_authority()


def add_question(keys: Keyboard, kind: str, label: str) -> None:
    """From the outline, behind everything that is in the section "Visit", to the form of the new question."""
    keys.press("Add a question to Visit")
    keys.choose(re.compile(kind))
    keys.press("Continue")
    keys.write("Question", label)


def begin_the_form(keys: Keyboard) -> None:
    keys.page.goto("/forms/new/")
    keys.write("What is the form called?", "Home visits")
    keys.choose(re.compile("Nothing: I build it"))
    keys.press("Start the draft")
    keys.press("Add a section")
    keys.write("Title of the section", "Visit")
    keys.press("Save the section")
    keys.follow(re.compile("^Grading scale"))
    keys.choose(re.compile("^Ofsted grades"))
    keys.press("Save the grading scale")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("What the grades look like")
    keys.follow("Back")


def ask_the_questions(keys: Keyboard) -> None:
    add_question(keys, "^Evidence: strengths", "What did the visit show?")
    keys.press("Add it")
    add_question(keys, "^Yes or no", "Was the child seen alone?")
    keys.press("Add it")
    add_question(keys, "^Long text", "What did the child say?")
    # Beside the form, the preview follows what is typed.
    pane = keys.page.locator(".qaf-builder__pane")
    expect(pane.get_by_text("What did the child say?")).to_be_visible()
    keys.press("Add it")
    keys.follow("Edit What did the child say?")
    keys.follow("Change when it is asked")
    keys.select("Which question does it hang on?", "Was the child seen alone?")
    keys.press("Go on to its answers")
    keys.choose("When the answer is one of those ticked")
    keys.tick("Yes")
    keys.press("Save the condition")
    keys.follow("Back to the form")
    expect(keys.page.get_by_text("Only if “Was the child seen alone?” is “Yes”")).to_be_visible()


def take_one_from_the_library(keys: Keyboard) -> str:
    keys.press("Add a question to Visit")
    keys.follow("take questions from the library")
    keys.write("Words", "chronology")
    keys.press("Search")
    box = keys.page.get_by_role("checkbox").first
    name = str(box.evaluate("e => e.labels[0].textContent.trim()"))
    keys.tick(name)
    keys.press("Add what is ticked")
    expect(keys.page.locator(".qaf-outline__label", has_text=name)).to_be_visible()
    return name


def grade_it_and_mend_what_is_wrong(keys: Keyboard) -> None:
    add_question(keys, "^Judgement: a grade", "Quality of the visit")
    keys.press("Add it")
    fault = keys.page.locator(".qaf-builder__faults a").first
    expect(fault).to_be_visible()
    expect(keys.page.get_by_role("button", name="Go on to publish")).to_have_count(0)
    keys.follow("Edit Quality of the visit")
    keys.tick("This grade stands for the audit as a whole")
    keys.press("Save")
    expect(keys.page.get_by_text("Nothing. The form can be published.")).to_be_visible()


def move_the_grade_up_and_down(keys: Keyboard) -> None:
    """The focus stays with the button, so pressing it again goes on."""
    up = keys.page.get_by_role("button", name="Move up Quality of the visit")
    keys.to(up)
    for place in (4, 3):
        keys.page.keyboard.press("Enter")
        expect(keys.page.get_by_text(f"question {place} of 5 in “Visit”")).to_be_visible()
        expect(up).to_be_focused()
    down = keys.page.get_by_role("button", name="Move down Quality of the visit")
    keys.to(down)
    for place in (4, 5):
        keys.page.keyboard.press("Enter")
        expect(keys.page.get_by_text(f"question {place} of 5 in “Visit”")).to_be_visible()
    # At the end, where it can only go up.
    expect(up).to_be_focused()


def publish_it(keys: Keyboard) -> None:
    keys.follow("Preview")
    expect(keys.page.get_by_text("Nothing you type here is kept.")).to_be_visible()
    keys.follow("Back")
    keys.press("Go on to publish")
    keys.write("What is new in this version, and why?", "Home visits were not looked at so far.")
    keys.press("Publish")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Add a type of audit")
    keys.write("What is this type of audit called?", "Home visit audit")
    keys.write("Letters that references begin with", "HVA")
    keys.press("Save")


def test_a_form_is_built_with_the_keyboard_alone_and_an_audit_of_it_is_done(
    authority: Authority, new_page: Callable[..., Page], axe: Any
) -> None:
    page = new_page(authority.qa_manager)
    keys = Keyboard(page)
    begin_the_form(keys)
    ask_the_questions(keys)
    from_the_library = take_one_from_the_library(keys)
    grade_it_and_mend_what_is_wrong(keys)
    move_the_grade_up_and_down(keys)
    axe(page)
    no_sideways_scrolling(page)
    publish_it(keys)

    authority.type = AuditType.objects.get(title="Home visit audit")
    audit = authority.audit()
    assert audit.form.title == "Home visits"
    auditor = new_page(authority.auditor)
    auditor.goto(f"/audits/{audit.reference}/sections/visit/")
    expect(auditor.get_by_text(from_the_library).first).to_be_visible()
    said = auditor.get_by_role("textbox", name=re.compile("^What did the child say"))
    expect(said).to_be_hidden()
    auditor.get_by_role("group", name=re.compile("Was the child seen alone")).get_by_role("radio", name="Yes").check()
    expect(said).to_be_visible()
    fill_page(auditor, grade="G")
    auditor.get_by_role("button", name="Save and continue").click()
    auditor.get_by_role("button", name="Submit the audit").click()
    expect(auditor.get_by_text("is submitted")).to_be_visible()
    audit.refresh_from_db()
    assert audit.state in (State.SUBMITTED, State.MODERATING, State.MODERATED)
    assert audit.judgements.get().auditor_grade == "G"


@pytest.fixture
def building(authority: Authority) -> Building:
    return begin(authority.qa_manager, Client())


def test_two_people_change_one_question_and_nothing_is_lost(
    authority: Authority, building: Building, new_page: Callable[..., Page], axe: Any, screenshot: Any
) -> None:
    other = someone(Role.QA_MANAGER, "Sam Other")
    mine, theirs = new_page(authority.qa_manager), new_page(other)
    path = f"{building.path}sections/plan/questions/voice/"
    mine.goto(path)
    theirs.goto(path)
    theirs.get_by_label("Question", exact=True).fill("Is the child’s view in it?")
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.locator(".qaf-outline__label", has_text="Is the child’s view in it?")).to_be_visible()

    mine.get_by_label("Question", exact=True).fill("Does the plan say what the child wants?")
    mine.get_by_label("Hint (optional)", exact=True).fill("Their own words count most.")
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("heading", name="Somebody else has changed this meanwhile")).to_be_visible()
    expect(mine.get_by_role("cell", name="Is the child’s view in it?")).to_be_visible()
    expect(mine.get_by_text("Sam Other").first).to_be_visible()
    axe(mine)
    no_sideways_scrolling(mine)
    screenshot(mine, "builder-clash")
    mine.get_by_role("button", name="Keep mine").click()
    expect(mine.locator(".qaf-outline__label", has_text="Does the plan say what the child wants?")).to_be_visible()
    assert building.piece("question", "plan", "voice")["hint"] == "Their own words count most."

    # The other one, who still has an older page open, lets the first one's words stand.
    theirs.goto(path)
    mine.goto(path)
    mine.get_by_label("Hint (optional)", exact=True).fill("In their own words.")
    mine.get_by_role("button", name="Save").click()
    theirs.get_by_label("Hint (optional)", exact=True).fill("Never mind.")
    theirs.get_by_role("button", name="Save").click()
    theirs.get_by_role("button", name="Keep theirs").click()
    expect(theirs.get_by_label("Hint (optional)", exact=True)).to_have_value("In their own words.")


def test_it_works_without_a_script(building: Building, new_page: Callable[..., Page], authority: Authority) -> None:
    page = new_page(authority.qa_manager, javascript=False)
    page.goto(building.path)
    page.get_by_role("button", name="Move up Which team?").click()
    expect(page.get_by_role("button", name="Move up Which team?")).to_be_focused()
    expect(page.get_by_text("question 2 of 4 in “Plan”")).to_be_visible()
    page.get_by_role("link", name="Edit Which team?").click()
    page.get_by_label("Answers to choose from").fill("North\nSouth\nWest")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Undo the last change: Question changed").click()
    expect(page.get_by_text(re.compile("Taken back: Question changed"))).to_be_visible()
    options = building.piece("question", "plan", "team_type")["options"]
    assert [option["label"] for option in options] == ["North", "South"]
    page.get_by_role("link", name="Go on to publish").or_(page.get_by_role("button", name="Go on to publish")).click()
    page.get_by_label("What is new in this version, and why?").fill("First.")
    page.get_by_role("button", name="Publish").click()
    assert FormVersion.objects.get(pk=building.draft.pk).state == "published"


def test_a_preview_is_tried_out_and_nothing_of_it_is_kept(
    building: Building, new_page: Callable[..., Page], authority: Authority
) -> None:
    before = building.document
    page = new_page(authority.qa_manager)
    page.goto(f"{building.path}preview/")
    heard = page.get_by_role("group", name=re.compile("Is the child heard in it"))
    expect(heard).to_be_hidden()
    page.get_by_role("group", name=re.compile("Is there a plan")).get_by_role("radio", name="Yes").check()
    expect(heard).to_be_visible()
    heard.get_by_label("Strengths").fill("Typed into the preview")
    page.reload()
    expect(page.get_by_text("Typed into the preview")).to_have_count(0)
    assert building.document == before


def test_moving_refreshes_the_outline_and_the_side_but_not_the_page(
    building: Building, new_page: Callable[..., Page], authority: Authority
) -> None:
    page = new_page(authority.qa_manager)
    page.goto(building.path)
    page.evaluate("window.kept = true")
    page.get_by_role("button", name="Move down Is there a plan?").click()
    expect(page.get_by_text("question 2 of 4 in “Plan”")).to_be_visible()
    expect(page.get_by_role("button", name="Undo the last change: Question moved down")).to_be_visible()
    assert page.evaluate("window.kept") is True
    page.get_by_text("Preview of the whole form").click()
    expect(page.locator(".qaf-builder__sheet--whole").get_by_text("Overall grade").first).to_be_visible()


def test_a_button_that_is_refused_in_the_background_shows_the_page_that_says_why(
    building: Building, new_page: Callable[..., Page], authority: Authority
) -> None:
    page = new_page(authority.qa_manager)
    # htmx tells the console of the refusal, which is the point here.
    page.add_init_script("console.error = () => {}")
    page.goto(building.path)
    discard(building.draft, by=authority.qa_manager)
    page.get_by_role("button", name="Move down Is there a plan?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("not found", re.IGNORECASE))


def test_the_question_that_is_worked_on_is_in_sight_beside_the_form(
    building: Building, new_page: Callable[..., Page], authority: Authority
) -> None:
    page = new_page(authority.qa_manager)
    page.goto(f"{building.path}sections/plan/questions/actions/columns/when_seen/")
    shown = page.locator(".qaf-builder__pane").get_by_role("group", name="Who was spoken to?")
    expect(shown.get_by_label("Who", exact=False).first).to_be_in_viewport()
    page.get_by_label("Question", exact=True).fill("On which day?")
    expect(shown.get_by_text("On which day?").first).to_be_in_viewport()
    # What is wrong stays in sight above the preview, however far that is scrolled.
    page.set_viewport_size({"width": 1280, "height": 600})
    page.locator(".qaf-builder__rest").evaluate("rest => rest.scrollTo(0, rest.scrollHeight)")
    assert page.locator(".qaf-builder__rest").evaluate("rest => rest.scrollTop") > 0
    expect(page.get_by_role("heading", name="What is still to put right")).to_be_in_viewport()
    assert page.evaluate("window.scrollY") == 0
