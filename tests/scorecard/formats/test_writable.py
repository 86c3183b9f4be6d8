"""Text of any kind can be written into a file, and charts have words for those who do not see them."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scorecard.reports.document import Chart
from scorecard.reports.writable import alternative, reads_right_to_left, with_alternative, writable
from tests.scorecard.formats.samples import ARABIC, charts, everywhere, full_document

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@given(ANY_TEXT)
def test_no_text_is_left_that_xml_refuses(text: str) -> None:
    cleaned = writable(everywhere(text))
    element = etree.Element("t")
    element.text = cleaned.title + cleaned.sections[0].themes[0].quotes[0].text + cleaned.sections[0].tables[0].first
    etree.fromstring(etree.tostring(element))


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=30))
def test_text_that_can_be_written_stays_as_it_is(text: str) -> None:
    assert writable(everywhere(text)).title == text


def test_a_sound_document_is_not_changed() -> None:
    assert writable(full_document()) == full_document()


def test_line_breaks_are_all_of_one_kind() -> None:
    assert writable(everywhere("one\r\ntwo\rthree\vfour")).title == "one\ntwo\nthree\nfour"


def test_a_chart_is_told_by_its_caption_and_what_its_drawing_describes() -> None:
    words = alternative(charts()[0])
    assert words.startswith("Final grades. Outstanding: 18. Good: 38.")
    assert alternative(Chart("x", "Only a caption", "<svg></svg>")) == "Only a caption"


def test_signs_of_markup_in_a_chart_are_said_as_they_are() -> None:
    chart = Chart("x", "Caption", "<svg><title>T</title><desc>Mums &amp; dads: 3 &lt; 5</desc></svg>")
    assert alternative(chart) == "Caption. Mums & dads: 3 < 5"


def test_on_paper_the_title_of_a_drawing_says_all_of_it() -> None:
    assert '<title id="counts-title">Final grades. Outstanding: 18.' in with_alternative(charts()[0].svg)
    assert with_alternative("<svg><path/></svg>") == "<svg><path/></svg>"


def test_a_paragraph_is_read_as_its_first_letter_is() -> None:
    assert reads_right_to_left(ARABIC)
    assert reads_right_to_left(f"1. “{ARABIC}”")
    assert not reads_right_to_left(f"She said: {ARABIC}")
    assert not reads_right_to_left("123 …")
