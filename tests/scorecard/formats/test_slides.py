"""What stands on slides: never more than there is room for, nothing that QA wrote left out."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.reports.document import Cell, Document, Row, Section, Table, Theme
from scorecard.reports.fitting import height_of, lines_of, width_of
from scorecard.reports.slides import BESIDE_CHART, FULL, ROOM, TITLE_LINES, TITLE_SIZE, Slide, row_heights, slides_of
from tests.scorecard.formats.samples import ARABIC, charts, full_document, hostile_documents, number_table, word_table

TEXT = st.text(st.sampled_from("abc mWi.,–\n 12é漢"), min_size=1, max_size=600)
CELL = st.text(st.sampled_from("ab W12 "), max_size=60)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.integers(1, 8))
    rows = [Row(draw(CELL), [Cell(draw(CELL)) for _ in range(columns)]) for _ in range(draw(st.integers(0, 12)))]
    return Table(
        "t", draw(TEXT)[:80], draw(CELL), [draw(CELL) for _ in range(columns)], rows, words=draw(st.booleans())
    )


SECTIONS = st.builds(
    Section,
    key=st.just("key"),
    title=TEXT.map(lambda text: text[:200]),
    paragraphs=st.lists(TEXT, max_size=2),
    charts=st.sampled_from([[], charts(), charts()[:1]]),
    tables=st.lists(tables(), max_size=2),
    commentary=st.lists(TEXT, max_size=4),
    themes=st.lists(st.builds(Theme, title=TEXT, text=TEXT), max_size=2),
)


def taken(slide: Slide) -> float:
    """How much of a slide's height is in use."""
    width = BESIDE_CHART if slide.chart else FULL
    words = sum(one.height(width) for one in slide.words)
    return words + (sum(row_heights(slide.table, slide.widths, slide.table_size)) if slide.table else 0)


def of(*sections: Section) -> list[Slide]:
    return slides_of(Document("Report", "All", "Today", [], list(sections)))


def squeezed(texts: list[str]) -> str:
    return "".join("".join(texts).split())


@settings(deadline=None, max_examples=60)
@given(st.lists(SECTIONS, min_size=1, max_size=2))
def test_nothing_is_written_over_the_edge_and_no_word_of_qa_is_lost(sections: list[Section]) -> None:
    slides = of(*sections)
    for slide in slides:
        assert taken(slide) <= ROOM
        assert not slide.table or sum(slide.widths) <= FULL + 1
        assert len(lines_of(slide.title, FULL - 15, TITLE_SIZE, bold=True)) <= TITLE_LINES
    assert len({slide.title for slide in slides}) == len(slides)
    shown = squeezed([one.text for slide in slides for one in slide.words])
    for section in sections:
        for text in section.commentary:
            assert squeezed([text]) in shown


@settings(deadline=None)
@given(TEXT, st.floats(30, 600), st.sampled_from([12, 18, 26]))
def test_lines_fit_and_have_all_letters(text: str, width: float, size: float) -> None:
    lines = lines_of(text, width, size)
    assert squeezed(lines) == squeezed([text])
    assert all(width_of(line, size) <= width or len(line) == 1 for line in lines)
    assert height_of(text, width, size) == pytest.approx(len(lines) * size * 1.2)


def test_a_section_with_a_chart_says_beside_it_what_was_written() -> None:
    first, *others = of(full_document().sections[0])
    assert first.title == "Grades: Final grades"
    assert [one.text for one in first.words] == ["Grades are steady.", "They were not a year ago."]
    assert first.chart == charts()[0]
    # The rest of its charts have a slide each; one without figures is left to the report.
    assert [slide.chart and slide.chart.key for slide in others] == ["shares", "time"]


def test_a_long_commentary_stands_before_its_chart() -> None:
    slides = of(Section("s", "Grades", charts=charts()[:1], commentary=["Grades are steady. " * 60]))
    assert [(bool(slide.words), bool(slide.chart)) for slide in slides] == [(True, False), (False, True)]


def test_a_section_without_charts_shows_its_first_table_below_what_was_written() -> None:
    [slide] = of(Section("s", "Teams", tables=[number_table(), number_table()], commentary=["One stands out."]))
    assert slide.table == number_table()
    assert [one.text for one in slide.words] == ["One stands out."]


def test_the_notes_of_a_section_have_all_its_tables_in_words() -> None:
    [slide] = of(
        Section("s", "Teams", ["In time means on the day."], tables=[number_table(), number_table(caption="B")])
    )
    assert "In time means on the day." in slide.notes
    assert "Team 1: Good 1, Inadequate [c], Share 33%" in slide.notes
    assert slide.notes.count("All teams: Good 2") == 2
    assert "As they were then." in slide.notes


def test_a_table_too_long_for_slides_is_named_and_begun_in_the_notes() -> None:
    [slide] = of(Section("s", "Teams", tables=[number_table(300)]))
    assert [one.text for one in slide.words] == ["In the report: Grades by team."]
    assert "261 more rows are in the report." in slide.notes


def test_a_list_goes_on_on_further_slides_that_say_so() -> None:
    slides = of(Section("recommendations", "Recommendations", tables=[word_table(20, "Look at supervision. " * 6)]))
    assert len(slides) > 1
    assert slides[0].title == f"Recommendations: What was said (1 of {len(slides)})"
    assert sum(len(slide.table.rows) for slide in slides if slide.table) == 20


def test_what_a_section_and_its_table_are_called_is_said_once() -> None:
    [slide] = of(Section("s", "Grades by team", tables=[number_table()]))
    assert slide.title == "Grades by team"


def test_a_quotation_stays_with_whose_it_is() -> None:
    themes = full_document().sections[2].themes * 9
    for slide in of(Section("themes", "Themes", themes=themes)):
        kinds = [one.kind for one in slide.words]
        assert kinds.count("quote") == kinds.count("voice")
        assert kinds[-1] != "heading"


def test_a_number_is_not_broken() -> None:
    table = Table("t", "Facts", "Fact", ["Of"], [Row("Good " * 40, [Cell("1234 of 5678")])])
    [slide] = of(Section("s", "Facts", tables=[table]))
    assert len(lines_of("1234 of 5678", slide.widths[1] - 15, slide.table_size, bold=True)) == 1


@pytest.mark.parametrize("name", hostile_documents())
def test_strange_documents_fit_as_well(name: str) -> None:
    assert all(taken(slide) <= ROOM for slide in slides_of(hostile_documents()[name]))


def test_words_from_the_right_take_their_room() -> None:
    assert height_of(ARABIC, 100, 18) > height_of("a", 100, 18)


def test_the_same_document_gives_the_same_slides() -> None:
    made: list[Any] = [slides_of(full_document()) for _ in range(2)]
    assert made[0] == made[1]
