"""The slides can be read in a room, listened to, and edited."""

from io import BytesIO
from typing import Any

import pptx
import pytest

from scorecard.reports.pptx import make_pptx
from tests.scorecard.formats.conftest import Make
from tests.scorecard.formats.samples import ARABIC, DIGEST, full_document, hostile_documents, written_content


@pytest.fixture
def file(make: Make) -> Any:
    return pptx.Presentation(BytesIO(make("pptx", full_document())))


@pytest.fixture
def written() -> Any:
    return pptx.Presentation(BytesIO(make_pptx(written_content(), DIGEST)))


def titles(file: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in file.slides]


def named(file: Any, title: str) -> Any:
    return next(slide for slide in file.slides if slide.shapes.title.text_frame.text == title)


def test_it_is_wide_titled_and_in_english(file: Any) -> None:
    assert file.slide_width / file.slide_height == pytest.approx(16 / 9)
    assert file.core_properties.title == "Board report, July to September 2026"
    assert file.core_properties.language == "en-GB"
    languages = {run.font.language_id for slide in file.slides for shape in slide.shapes if shape.has_text_frame
                 for paragraph in shape.text_frame.paragraphs for run in paragraph.runs}  # fmt: skip
    assert languages == {pptx.enum.lang.MSO_LANGUAGE_ID.ENGLISH_UK}


def test_the_first_slide_says_what_it_is_of_whom_and_which_version(written: Any) -> None:
    first = written.slides[0]
    assert first.shapes.title.text_frame.text == "Quarterly report, July to September 2026"
    assert first.placeholders[1].text_frame.text.split("\n") == [
        "Whole organisation", "Version 3, signed off on 24 November 2026", "Counted on 7 October 2026 at 09:00",
    ]  # fmt: skip


def test_every_slide_has_a_title_of_its_own_and_recommendations_have_a_slide(written: Any) -> None:
    found = titles(written)
    assert len(set(found)) == len(found)
    assert {"Key figures", "Summary", "Themes", "Recommendations", "Recommendations: Action plan"} <= set(found)


def test_charts_are_charts_with_words_and_figures(file: Any) -> None:
    [frame] = [shape for shape in named(file, "Grades: Final grades").shapes if shape.has_chart]
    assert frame._element.nvGraphicFramePr.cNvPr.get("descr").startswith("Final grades. Outstanding: 18.")
    assert list(frame.chart.plots[0].series[0].values) == [18, 38, 27, 16]
    assert list(frame.chart.plots[0].categories) == ["Outstanding", "Good", "Requires improvement", "Inadequate"]


def test_every_chart_and_table_has_a_name_and_words(file: Any) -> None:
    frames = [shape for slide in file.slides for shape in slide.shapes if shape.has_chart or shape.has_table]
    assert len(frames) > 4
    assert all(shape.name and shape._element.nvGraphicFramePr.cNvPr.get("descr") for shape in frames)


def test_tables_have_headings_for_columns_and_rows(file: Any) -> None:
    [frame] = [shape for shape in named(file, "Teams: Grades by team").shapes if shape.has_table]
    assert frame.table.first_row
    assert frame.table.first_col
    assert [cell.text for cell in frame.table.rows[1].cells] == ["Team 1", "1", "[c]", "33%"]


def test_the_notes_have_the_tables_in_words(file: Any) -> None:
    notes = named(file, "Teams: Grades by team").notes_slide.notes_text_frame.text
    assert "Team 1: Good 1, Inadequate [c], Share 33%" in notes


def test_slides_are_numbered_and_say_which_report_they_are_of(file: Any) -> None:
    for slide in list(file.slides)[1:]:
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert "Board report, July to September 2026. Whole organisation" in texts
        assert any('type="slidenum"' in shape._element.xml for shape in slide.shapes)


@pytest.mark.parametrize("name", ["", *hostile_documents()])
def test_nothing_stands_outside_its_slide(make: Make, name: str) -> None:
    file = pptx.Presentation(BytesIO(make("pptx", hostile_documents()[name] if name else full_document())))
    for slide in file.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= file.slide_width
            assert shape.top + shape.height <= file.slide_height


def test_what_is_written_from_the_right_is_set_from_the_right(written: Any) -> None:
    [quote] = [one for one in named(written, "Themes").placeholders[1].text_frame.paragraphs if ARABIC in one.text]
    assert quote._p.get_or_add_pPr().get("rtl") == "1"
