"""Sections of the Bristol form in a real browser, with and without its script, looked over by axe."""

import pytest
from playwright.sync_api import expect

from tests.audits.kloe import site
from tests.browser import no_sideways_scrolling

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.audits.kloe.site")]


@pytest.fixture(autouse=True)
def nothing_saved() -> None:
    site.SAVED.clear()


# Between them these have every kind of question that the form asks; the others are built alike.
SECTIONS = ["details", "referral", "file-recording", "family-feedback", "assessment", "professionals", "action-plan"]


@pytest.mark.parametrize("key", SECTIONS)
def test_sections_are_accessible_on_any_screen(new_page, axe, screenshot, key) -> None:
    page = new_page()
    page.goto(f"/section/{key}/")
    axe(page)
    screenshot(page, f"kloe-{key}")
    no_sideways_scrolling(page)


def test_a_question_appears_when_it_applies(new_page) -> None:
    page = new_page()
    page.goto("/section/referral/")
    other = page.get_by_label("Which other factor was it?")
    assert other.is_hidden()
    assert page.get_by_text("Only if").first.is_hidden()
    page.get_by_label("Other (FGM").check()
    other.fill("Unaccompanied")
    page.get_by_label("Other (FGM").uncheck()
    assert other.is_hidden()
    page.get_by_role("button", name="Save").click()
    # Hidden, and kept all the same.
    assert site.SAVED["referral"]["answers"]["other_factor"] == "Unaccompanied"


def test_hiding_one_question_hides_what_hangs_on_it(new_page) -> None:
    page = new_page()
    page.goto("/section/family-feedback/")
    score = page.get_by_role("group", name="Young person").first
    assert score.is_hidden()
    page.get_by_role("group", name="Has anyone in the family").get_by_label("Yes").check()
    page.get_by_role("checkbox", name="Young person/child").check()
    assert score.is_visible()
    page.get_by_role("group", name="Has anyone in the family").get_by_label("No", exact=True).check()
    assert score.is_hidden()


def test_without_a_script_everything_is_there_with_a_note_and_can_be_saved(new_page, axe) -> None:
    page = new_page(javascript=False)
    page.goto("/section/referral/")
    assert page.get_by_label("Which other factor was it?").is_visible()
    assert page.get_by_text("Only if “Main referral factors” is “Other").is_visible()
    page.get_by_label("Neglect").check()
    page.locator("#referral__social_workers").fill("about 3")
    page.get_by_role("button", name="Save").click()
    assert page.locator("#referral__social_workers").input_value() == "about 3"
    assert page.get_by_text("must be a number, such as 3").is_visible()
    assert site.SAVED["referral"]["answers"]["factors"] == ["neglect"]


def test_rows_are_added_and_removed_without_a_script(new_page) -> None:
    page = new_page(javascript=False)
    page.goto("/section/action-plan/")
    page.get_by_label("To be completed by").fill("Ade Okoro")
    page.get_by_role("button", name="Add another action").click()
    page.get_by_label("To be completed by").nth(1).fill("Bo Lee")
    page.get_by_role("button", name="Remove Action 1").click()
    assert page.get_by_label("To be completed by").input_value() == "Bo Lee"


def test_enter_in_a_row_saves_it(new_page) -> None:
    page = new_page()
    page.goto("/section/action-plan/")
    page.get_by_label("To be completed by").fill("Ade Okoro")
    page.get_by_label("To be completed by").press("Enter")
    page.wait_for_load_state()
    assert page.get_by_label("To be completed by").input_value() == "Ade Okoro"


def test_text_comes_back_to_the_letter(new_page) -> None:
    typed = "\n\nFirst line,  two blanks\n\tand <b>“quotes”</b> & 👩‍👧\n"
    page = new_page()
    page.goto("/section/family-feedback/")
    page.get_by_role("group", name="Has anyone in the family").get_by_label("Yes").check()
    page.get_by_label("What has gone well").fill(typed)
    page.get_by_role("button", name="Save").click()
    assert page.get_by_label("What has gone well").input_value() == typed
    assert site.SAVED["family-feedback"]["answers"]["went_well"] == typed


def test_a_text_box_grows_and_says_quietly_when_little_room_is_left(new_page) -> None:
    page = new_page()
    page.goto("/section/referral/")
    box = page.get_by_label("Which of the service's teams")
    before = box.bounding_box()["height"]
    box.fill("Team\n" * 30)
    assert box.bounding_box()["height"] > before
    expect(page.locator(".govuk-character-count__status:visible")).to_have_count(0)
    box.fill("x" * 1990)
    box.press("End")
    expect(page.locator(".govuk-character-count__status", has_text="You have 10 characters remaining")).to_be_visible()
    box.fill("x" * 2001)
    box.press("End")
    expect(page.locator(".govuk-character-count__status", has_text="You have 1 character too many")).to_be_visible()
