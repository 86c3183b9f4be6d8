"""Whatever stands in a report, each of its files is made and can be opened."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pptx
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from scorecard.reports.files import MAKERS, TYPES
from tests.scorecard.formats.conftest import Make
from tests.scorecard.formats.samples import hostile_documents


def _words_of_workbook(file: BytesIO) -> str:
    return " ".join(str(value) for sheet in load_workbook(file) for row in sheet.values for value in row)


def _words_of_document(file: BytesIO) -> str:
    found = docx.Document(file)
    cells = [cell.text for table in found.tables[:2] for row in table.rows[:3] for cell in row.cells]
    return " ".join([*(one.text for one in found.paragraphs), *cells])


def _words_of_slides(file: BytesIO) -> str:
    shapes: list[Any] = [shape for slide in pptx.Presentation(file).slides for shape in slide.shapes]
    return " ".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)


def _words_of_pdf(file: BytesIO) -> str:
    found = PdfReader(file)
    # The text of pages with letters of several fonts is beyond this library; the title is not.
    return " ".join([str(found.metadata and found.metadata.title), *(page.extract_text() for page in found.pages[:4])])


READERS: dict[str, Callable[[BytesIO], str]] = {
    "pdf": _words_of_pdf,
    "xlsx": _words_of_workbook,
    "docx": _words_of_document,
    "pptx": _words_of_slides,
}


def test_every_format_has_a_maker_a_type_and_a_reader_here() -> None:
    assert set(MAKERS) == set(TYPES) == set(READERS)


@pytest.mark.parametrize("format", READERS)
@pytest.mark.parametrize("name", hostile_documents())
def test_it_is_made_and_can_be_read(make: Make, name: str, format: str) -> None:
    document = hostile_documents()[name]
    words = READERS[format](BytesIO(make(format, document)))
    # Line ends and marks are set in many ways; the first letters of the title are there in all.
    assert document.title[:5] in words


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_no_row_of_three_hundred_is_lost(make: Make, format: str) -> None:
    file = BytesIO(make(format, hostile_documents()["three hundred rows"]))
    if format == "docx":
        assert [len(table.rows) for table in docx.Document(file).tables] == [302, 301]
    else:
        assert [sheet.max_row for sheet in load_workbook(file)][1:] == [306, 303]


def test_a_table_of_three_hundred_rows_goes_over_pages_with_its_headings(make: Make) -> None:
    pages = PdfReader(BytesIO(make("pdf", hostile_documents()["three hundred rows"]))).pages
    assert sum("Inadequate" in page.extract_text() for page in pages) > 5
