"""What was written differently in two versions, word by word."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scorecard.reports.differences import Kind, Paragraph, Piece, SectionDifference, compared, differences
from scorecard.reports.document import Cell, Document, Quote, Row, Section, Table, Theme

paragraph = st.lists(st.sampled_from(["a", "b", "the", "plan", "é", "now."]), min_size=1, max_size=8).map(" ".join)
texts = st.lists(paragraph, max_size=5)


def side(paragraphs: list[Paragraph], but: Kind) -> list[str]:
    """One of the two texts, from the pieces that are not the other's alone."""
    whole = ["".join(piece.text for piece in one if piece.kind is not but) for one in paragraphs]
    return [text for text, one in zip(whole, paragraphs, strict=True) if text or all(p.kind is not but for p in one)]


@given(texts, texts)
def test_both_texts_can_be_read_out_of_the_pieces(before: list[str], after: list[str]) -> None:
    found = list(compared(before, after))
    assert side(found, Kind.ADDED) == before
    assert side(found, Kind.REMOVED) == after


@given(texts)
def test_a_text_does_not_differ_from_itself(text: list[str]) -> None:
    assert list(compared(text, text)) == [[Piece(Kind.SAME, one)] for one in text]


def test_one_changed_word_is_all_that_is_marked() -> None:
    (found,) = compared(["Practice is getting better."], ["Practice is getting slowly better."])
    assert found == [
        Piece(Kind.SAME, "Practice is getting "),
        Piece(Kind.ADDED, "slowly "),
        Piece(Kind.SAME, "better."),
    ]


def test_the_longest_texts_of_ever_the_same_words_are_compared_at_once() -> None:
    before, after = (" ".join("ab"[(place * step) % 7 % 2] for place in range(10_000)) for step in (3, 5))
    found = list(compared([before], [after]))
    assert side(found, Kind.ADDED) == [before]
    assert side(found, Kind.REMOVED) == [after]


def document(*sections: Section) -> Document:
    return Document("A report", "Whole organisation", "Counted today", [], list(sections))


def section(key: str, *commentary: str, **fields: Any) -> Section:
    return Section(key, key.capitalize(), commentary=list(commentary), **fields)


def test_sections_that_are_the_same_are_left_out_and_those_that_are_gone_are_not() -> None:
    before = document(section("summary", "One."), section("work", "Two."), section("themes", "Three."))
    after = document(section("summary", "One."), section("work", "Two more."))
    assert [(one.title, one.added, one.removed) for one in differences(before, after)] == [
        ("Work", 2, 1),
        ("Themes", 0, 1),
    ]
    assert differences(before, before) == []


def test_themes_quotations_and_recommendations_are_compared_and_figures_are_not() -> None:
    words = Table("recommendations", "R", "Number", ["R"], [Row("1", [Cell("Do it.")])], words=True)
    numbers = Table("work", "Work", "Service", ["All"], [Row("Area", [Cell("12", 12)])])
    other = Table("work", "Work", "Service", ["All"], [Row("Area", [Cell("13", 13)])])
    before = document(section("work", tables=[numbers]), section("themes"), section("recommendations"))
    after = document(
        section("work", tables=[other]),
        section("themes", themes=[Theme("Delay", "Plans wait.", [Quote("It took long.", "A practitioner")])]),
        section("recommendations", tables=[words]),
    )
    found = differences(before, after)
    assert [one.title for one in found] == ["Themes", "Recommendations"]
    assert found[0] == SectionDifference(
        "Themes",
        [
            [Piece(Kind.ADDED, "Delay")],
            [Piece(Kind.ADDED, "Plans wait.")],
            [Piece(Kind.ADDED, "“It took long.” (A practitioner)")],
        ],
    )
