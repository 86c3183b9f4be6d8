"""An auditor takes an audit home in Word, fills it in, brings it back and looks it over, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from docx.oxml import parse_xml
from playwright.sync_api import Page, expect

from audits.documents.word_parts import W
from audits.models import Audit, SectionAnswers
from audits.workflow.filling import save_section
from tests.audits.documents.word import Word
from tests.audits.setting import make_authority
from tests.browser import no_sideways_scrolling


def save(audit: Audit, section: str, answers: dict[str, object], seen: int = 0) -> None:
    save_section(audit, section=section, document={"answers": answers, "raw": {}}, seen_revision=seen, by=audit.auditor)


def answers_of(audit: Audit, section: str) -> dict[str, object]:
    document: dict[str, dict[str, object]] = SectionAnswers.objects.get(audit=audit, section=section).document
    return document["answers"]


def fill_in(data: bytes) -> bytes:
    """What the auditor does in Word: one section anew, one anew that was changed in the browser, one emptied."""
    word = Word(data)
    word.write("details__child", "AB, 7")
    word.write("details__audit_date", "31/2/2026")
    word.write("improvement__what_would_it_take", "A plan that the family can say in their own words.\nAnd keep to.")
    word.write("overall__judgement", "No answer")
    word.choose("referral__decision_timely", "Yes")
    beside = word.control("details__team").getparent()
    beside.addnext(parse_xml(f'<w:p xmlns:w="{W}"><w:r><w:t>Ask the team about this.</w:t></w:r></w:p>'))
    return word.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_out_to_word_and_back(
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], None],
    javascript: bool,
    tmp_path: Path,
) -> None:
    authority = make_authority()
    audit = authority.audit()
    save(audit, "improvement", {"what_would_it_take": "Before."})
    save(audit, "overall", {"judgement": "G"})
    page = new_page(authority.auditor, javascript=javascript)

    def look(name: str) -> None:
        if javascript:
            axe(page)
            no_sideways_scrolling(page)
            screenshot(page, name)

    page.goto(f"/audits/{audit.reference}/")
    page.get_by_role("link", name="Work on paper or in Word").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Work on paper or in Word")
    look("paper")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the audit as a Word document").click()
    assert waiting.value.suggested_filename == f"{audit.reference}.docx"
    waiting.value.save_as(tmp_path / "audit.docx")
    # Meanwhile, in another tab.
    save(audit, "improvement", {"what_would_it_take": "In the browser."}, seen=1)

    page.get_by_label("The filled-in Word document").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Dear all,"}
    )
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("alert")).to_contain_text("The file is not a Word document")
    look("paper-refused")
    page.get_by_label("The filled-in Word document").set_input_files(
        {
            "name": "audit.docx",
            "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "buffer": fill_in((tmp_path / "audit.docx").read_bytes()),
        }
    )
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look over what was read")
    expect(page.get_by_text("1 answer could not be read")).to_be_visible()
    expect(page.get_by_text("Ask the team about this.")).to_be_visible()
    look("paper-look-over")

    page.get_by_role("button", name="Save as chosen").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what shall stand in “Improvement”")
    look("paper-choose")
    page.get_by_role("group", name="What shall stand in “Improvement”?").get_by_label("Save what the document").check()
    page.get_by_role("button", name="Save as chosen").click()
    expect(page.get_by_text("sections are saved from the document", exact=False).first).to_be_visible()
    assert answers_of(audit, "improvement") == {
        "what_would_it_take": "A plan that the family can say in their own words.\nAnd keep to."
    }
    # Emptied in the document, but nobody chose to empty it here.
    assert answers_of(audit, "overall") == {"judgement": "G"}
    details = SectionAnswers.objects.get(audit=audit, section="details").document
    assert details["answers"]["child"] == "AB, 7"
    assert details["raw"]["audit_date"]["audit_date-day"] == "31"
