"""The Word document has a structure that people and their programs can move in."""

import zipfile
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from openpyxl import load_workbook

from scorecard.reports.docx import make_docx
from tests.scorecard.formats.conftest import Make
from tests.scorecard.formats.samples import ARABIC, DIGEST, charts, full_document, hostile_documents, written_content

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture
def package(make: Make) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(make("docx", full_document())))


@pytest.fixture
def file(make: Make) -> Any:
    return docx.Document(BytesIO(make("docx", full_document())))


@pytest.fixture
def written() -> Any:
    return docx.Document(BytesIO(make_docx(written_content(), DIGEST)))


def styled(file: Any, style: str) -> list[str]:
    return [one.text for one in file.paragraphs if one.style.name == style]


def test_it_is_titled_and_in_english(file: Any) -> None:
    properties = file.core_properties
    assert properties.title == "Board report, July to September 2026"
    assert properties.language == "en-GB"
    assert f"{properties.created:%Y-%m-%d %H:%M}" == "2026-10-07 08:00"
    assert {one.get(qn("w:val")) for one in file.styles.element.iter(qn("w:lang"))} == {"en-GB"}


def test_its_sections_are_headings_and_themes_stand_below_them(written: Any) -> None:
    assert styled(written, "Title") == ["Quarterly report, July to September 2026"]
    sections = styled(written, "Heading 1")
    assert sections[0] == "Summary"
    assert sections[-1] == "How this was counted"
    assert styled(written, "Heading 2") == ["Voices are heard", "Planning", "Supervision"]


def test_it_says_what_was_written_and_which_version_it_is(written: Any) -> None:
    text = "\n".join(one.text for one in written.paragraphs)
    assert "Version 3, signed off on 24 November 2026." in text
    assert "The board is asked to agree" in text
    assert "“The plan says what will be different, and by when.”\nAn auditor" in text
    assert written.paragraphs[-1].text == f"Snapshot {DIGEST}"


def test_every_table_has_a_caption_headings_that_repeat_and_headed_rows(file: Any) -> None:
    captions = styled(file, "Caption")
    for table in file.tables:
        first = table.rows[0]._tr
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert table._tbl.find(f".//{qn('w:tblLook')}").get(qn("w:firstColumn")) == "1"
        assert table._tbl.find(f".//{qn('w:tblCaption')}").get(qn("w:val")) in captions


def test_tables_are_as_wide_as_the_page(file: Any) -> None:
    for table in file.tables:
        widths = [int(one.get(qn("w:w"))) for one in table._tbl.iter(qn("w:gridCol"))]
        assert sum(widths) == 9980
        assert min(widths) > 400


def test_small_numbers_are_not_in_it(file: Any) -> None:
    table = next(one for one in file.tables if one.rows[0].cells[0].text == "Team")
    assert [cell.text for cell in table.rows[1].cells] == ["Team 1", "1", "[c]", "33%"]
    assert any("[c]: not shown" in text for text in styled(file, "Note"))


def test_charts_with_figures_are_charts_of_word_with_words_for_those_who_do_not_see(package: zipfile.ZipFile) -> None:
    body = etree.fromstring(package.read("word/document.xml"))
    told = [one.get("descr") for one in body.iter("{*}docPr")]
    assert [words.split(". ")[0] for words in told] == [
        "Final grades",
        "Final grades by service",
        "Good or better over time",
    ]
    assert "Requires improvement: 27" in told[0]
    chart = etree.fromstring(package.read("word/charts/chart1.xml"))
    assert [value.text for value in chart.iterfind(f".//{CHART}val//{CHART}v")] == ["18", "38", "27", "16"]


def test_a_charts_figures_can_be_edited_in_its_sheet(package: zipfile.ZipFile) -> None:
    sheet = load_workbook(BytesIO(package.read("word/embeddings/Microsoft_Excel_Sheet1.xlsx"))).active
    assert sheet is not None
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        [None, "Audits"], ["Outstanding", 18], ["Good", 38], ["Requires improvement", 27], ["Inadequate", 16],
    ]  # fmt: skip


def test_a_gap_in_a_line_is_a_gap(package: zipfile.ZipFile) -> None:
    chart = etree.fromstring(package.read("word/charts/chart3.xml"))
    first = chart.find(f".//{CHART}ser/{CHART}val//{CHART}numCache")
    assert len(first.findall(f"{CHART}pt")) == 11
    assert chart.find(f".//{CHART}dispBlanksAs").get("val") == "gap"


def test_names_like_formulas_stay_names_in_a_charts_sheet(make: Make) -> None:
    package = zipfile.ZipFile(BytesIO(make("docx", hostile_documents()["charts of nothing"])))
    sheet = load_workbook(BytesIO(package.read("word/embeddings/Microsoft_Excel_Sheet1.xlsx"))).active
    assert sheet is not None
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")


def test_a_chart_without_figures_is_left_to_the_table_beside_it(file: Any) -> None:
    assert "Only drawn" not in styled(file, "Caption")
    assert charts()[-1].data is None


def test_what_is_written_from_the_right_is_set_from_the_right(written: Any) -> None:
    quote = next(one for one in written.paragraphs if ARABIC in one.text)
    assert quote._p.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None
    assert quote._p.find(f"{qn('w:r')}/{qn('w:rPr')}/{qn('w:rtl')}") is not None


def test_a_table_of_many_columns_lies_across_its_page(make: Make) -> None:
    file = docx.Document(BytesIO(make("docx", hostile_documents()["very many columns"])))
    assert [section.orientation for section in file.sections] == [0, 1, 0]
    assert all("page" in section.footer.paragraphs[0].text for section in file.sections)
