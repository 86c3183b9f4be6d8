"""The PDF of a form is one that a screen reader can read."""

from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from audits.documents.docx_package import open_package
from audits.documents.docx_writing import write_docx
from audits.documents.layout import Layout
from audits.documents.pdf import make_pdf
from tests.audits.documents.test_filling_in import form
from tests.audits.documents.word import Word, documents, layout
from tests.scorecard.formats import structure

HELD = documents({"all": {"text": "Written by hand.", "one": "second", "some": ["third"], "day": "2026-03-03"}})


def laid() -> Layout:
    return replace(layout(form(), HELD), reference="CCA-2026-00001", revisions={"all": 4})


@lru_cache
def pdf() -> PdfReader:
    return PdfReader(BytesIO(make_pdf(laid())))


def test_it_is_tagged_titled_and_says_its_language() -> None:
    root: Any = pdf().root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert pdf().metadata.title == "Made up, CCA-2026-00001"  # type: ignore[union-attr]
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_it_has_headings_and_tables_with_headings() -> None:
    names = structure.names(pdf())
    assert {"/H1", "/H2", "/H3", "/H4", "/Table", "/TH", "/L"} <= set(names)


def test_it_says_which_form_version_audit_and_revisions_it_holds() -> None:
    marks = {name.strip("/"): value for name, value in (pdf().metadata or {}).items()}
    assert marks["qafform"] == "made-up"
    assert (marks["qafversion"], marks["qafaudit"], marks["qafsectionall"]) == ("1", "CCA-2026-00001", "4")


def test_it_shows_the_answers() -> None:
    text = "\n".join(page.extract_text() for page in pdf().pages)
    for words in ("Written by hand.", "3 March 2026", "☒ Second", "☐ First", "☒ Third"):
        assert words in text


def test_the_word_document_has_language_title_headings_and_table_headings() -> None:
    data = write_docx(laid())
    word = Word(data)
    assert word.document.core_properties.title == "Made up, CCA-2026-00001"
    assert word.document.core_properties.language == "en-GB"
    assert 'w:val="en-GB"' in word.document.styles.element.xml
    assert 'w:val="en-US"' not in word.document.styles.element.xml
    styles = [paragraph.style.name for paragraph in word.document.paragraphs if paragraph.style]
    assert {"Title", "Heading 1", "Heading 2", "Heading 3"} <= set(styles)
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in word.document.tables)
    assert open_package(data).properties == {
        "qaf-form": "made-up",
        "qaf-version": "1",
        "qaf-audit": "CCA-2026-00001",
        "qaf-section-all": "4",
    }


@pytest.mark.parametrize("locked", [True, False])
def test_what_is_filled_in_elsewhere_cannot_be_written_in(locked: bool) -> None:
    made_of = laid()
    sections = tuple(replace(one, locked=locked) for one in made_of.sections)
    words = Word(write_docx(replace(made_of, sections=sections))).body.xml
    assert ('w:val="sdtContentLocked"' in words) == locked
