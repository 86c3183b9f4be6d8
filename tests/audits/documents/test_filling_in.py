"""What people do to the document: typing, ticking, copying rows, pressing Enter in the wrong place."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from docx.oxml import parse_xml

from audits.documents.word_parts import W, w
from audits.kloe.definition import FormDefinition, from_json
from audits.kloe.filling import SectionInput, read_section
from tests.audits.documents.word import Answers, Word, changed, documents, made, read

TODAY = date(2026, 11, 27)


def form() -> FormDefinition:
    options = ["First", "Second", "Third"]
    columns = [
        {"key": "action", "kind": "short_text", "label": "Action"},
        {"key": "owner", "kind": "person", "label": "Owner"},
        {"key": "due", "kind": "date", "label": "Due"},
        {"key": "how", "kind": "several_choices", "label": "How", "options": options},
    ]
    questions = [
        {"key": "text", "kind": "long_text", "label": "In your words"},
        {"key": "line", "kind": "short_text", "label": "In a line"},
        {"key": "day", "kind": "date", "label": "When"},
        {"key": "one", "kind": "one_choice", "label": "Which one", "options": options},
        {"key": "some", "kind": "several_choices", "label": "Which ones", "options": options},
        {"key": "told", "kind": "yes_no", "label": "Was it told?"},
        {"key": "signed", "kind": "signature", "label": "Signed"},
        {"key": "number", "kind": "number", "label": "How many"},
        {"key": "steps", "kind": "rows", "label": "Steps", "columns": columns, "row_name": "step"},
    ]
    return from_json(
        {"form": "made-up", "title": "Made up", "sections": [{"key": "all", "title": "All", "questions": questions}]}
    )


def filled_in(word: Word, before: Answers | None = None) -> SectionInput:
    made_of = form()
    fields = read(word.save(), made_of, before)
    assert not fields["all"].stray
    return read_section(made_of, made_of.section("all"), fields["all"].data, today=TODAY)


@pytest.fixture
def word() -> Word:
    return Word(made(form()))


def test_it_works(word: Word) -> None:
    word.write("all__text", "One line.\nAnother line.\n\nA third.")
    word.write("all__line", "Short")
    word.write("all__day", "3 March 2026")
    word.choose("all__one", "Second")
    word.tick("all__some", "third")
    word.choose("all__told", "No")
    word.write("all__told-comment", "Nobody was at home.")
    word.write("all__signed-name", "Ade Auditor")
    word.write("all__signed-date", "27/11/2026")
    word.write("all__number", "3")
    word.write("all__steps-1-action", "Ring the school")
    word.write("all__steps-1-owner-name", "Pat")
    word.write("all__steps-1-due", "4.12.2026")
    word.tick("all__steps-1-how", "first")
    found = filled_in(word)
    assert found.answers == {
        "text": "One line.\nAnother line.\n\nA third.",
        "line": "Short",
        "day": "2026-03-03",
        "one": "second",
        "some": ["third"],
        "told": {"answer": "no", "comment": "Nobody was at home."},
        "signed": {"name": "Ade Auditor", "date": "2026-11-27"},
        "number": 3,
        "steps": [{"action": "Ring the school", "owner": {"name": "Pat", "role": ""}, "due": "2026-12-04",
                   "how": ["first"]}],
    }  # fmt: skip
    assert not found.raw


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3/3/2026", "2026-03-03"),
        ("2026-03-03", "2026-03-03"),
        ("3-3-2026", "2026-03-03"),
        ("3.3.2026", "2026-03-03"),
        ("3 3 2026", "2026-03-03"),
        ("3rd March 2026", "2026-03-03"),
        ("Tuesday 3 March 2026", "2026-03-03"),
        ("Tue, 3 Mar 2026", "2026-03-03"),
        ("March 3, 2026", "2026-03-03"),
        (" 3 March 2026 ", "2026-03-03"),
    ],
)
def test_a_date_may_be_written_as_people_write_it(word: Word, typed: str, day: str) -> None:
    word.write("all__day", typed)
    assert filled_in(word).answers["day"] == day


@pytest.mark.parametrize("typed", ["31/2/2026", "soon", "3/3/26", "March 2026", "2 or 3 March 2026", "27 8"])
def test_what_is_no_date_is_kept_as_it_was_typed(word: Word, typed: str) -> None:
    word.write("all__day", typed)
    found = filled_in(word)
    assert "day" not in found.answers
    kept = " ".join(found.raw["day"].values())
    assert all(piece in kept for piece in typed.replace("/", " ").split())


def test_words_that_are_no_option_are_kept_as_they_were_typed(word: Word) -> None:
    word.choose("all__one", "Something else")
    found = filled_in(word)
    assert found.raw == {"one": {"one": "Something else"}}
    assert found.errors["one"] == ["‘Which one’: choose one of the answers offered"]


def test_no_answer_takes_a_choice_back() -> None:
    before = documents({"all": {"one": "second"}})
    word = Word(made(form(), before))
    word.choose("all__one", "No answer")
    assert filled_in(word, before).answers == {}


def test_an_emptied_box_is_empty_whatever_prompt_word_puts_into_it() -> None:
    before = documents({"all": {"text": "Old text."}})
    word = Word(made(form(), before))
    word.write("all__text", "Click or tap here to enter text.")
    assert filled_in(word, before).answers == {}


def test_a_row_can_be_copied_in_word(word: Word) -> None:
    word.write("all__steps-0-action", "First")
    row = next(word.control("all__steps-0-action").iterancestors(w("tr")))
    for number in range(3):
        copy = deepcopy(row)
        for mark in [*copy.iter(w("bookmarkStart")), *copy.iter(w("bookmarkEnd"))]:
            mark.getparent().remove(mark)
        text = next(one for one in copy.iter(w("t")) if one.text == "First")
        text.text = f"Copy {number}"
        row.addnext(copy)
    steps = filled_in(word).answers["steps"]
    assert [step["action"] for step in steps] == ["First", "Copy 2", "Copy 1", "Copy 0"]


def test_a_new_row_at_the_end_of_the_table_needs_no_boxes(word: Word) -> None:
    word.write("all__steps-0-action", "First")
    table = next(word.control("all__steps-0-action").iterancestors(w("tbl")))
    cells = "".join(
        f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"
        for text in ("4", "Added", "Mo Moderator", "5 December 2026", "first; third")
    )
    table.append(parse_xml(f'<w:tr xmlns:w="{W}">{cells}</w:tr>'))
    assert filled_in(word).answers["steps"] == [
        {"action": "First"},
        {
            "action": "Added",
            "owner": {"name": "Mo Moderator", "role": ""},
            "due": "2026-12-05",
            "how": ["first", "third"],
        },
    ]


def test_a_deleted_row_is_gone_and_the_others_move_up() -> None:
    before = documents({"all": {"steps": [{"action": "First"}, {"action": "Second"}, {"action": "Third"}]}})
    word = Word(made(form(), before))
    row = next(word.control("all__steps-1-action").iterancestors(w("tr")))
    row.getparent().remove(row)
    assert filled_in(word, before).answers["steps"] == [{"action": "First"}, {"action": "Third"}]


def test_a_question_whose_box_is_gone_keeps_its_answer() -> None:
    before = documents({"all": {"text": "Old text.", "line": "Short", "steps": [{"action": "First"}]}})
    word = Word(made(form(), before))
    for name in ("all__text", "all__steps-0-action"):
        gone = word.control(name).getparent() if name == "all__text" else next(
            word.control(name).iterancestors(w("tbl"))
        )  # fmt: skip
        gone.getparent().remove(gone)
    assert filled_in(word, before).answers == before["all"]["answers"]


def paragraph_after(word: Word, name: str, text: str) -> None:
    own = word.control(name).getparent()
    own.addnext(parse_xml(f'<w:p xmlns:w="{W}"><w:r><w:t>{text}</w:t></w:r></w:p>'))


def test_a_paragraph_right_under_the_box_goes_on_with_it(word: Word) -> None:
    word.write("all__text", "One.")
    paragraph_after(word, "all__text", "Two, after the box.")
    assert filled_in(word).answers == {"text": "One.\nTwo, after the box."}


def test_text_anywhere_else_is_told(word: Word) -> None:
    paragraph_after(word, "all__line", "Beside the boxes.")
    made_of = form()
    fields = read(word.save(), made_of)
    assert fields["all"].stray == [("line", "Beside the boxes.")]


def test_deleted_text_is_not_read(word: Word) -> None:
    word.write("all__text", "Kept.")
    content: Any = word.control("all__text").find(w("sdtContent"))
    content.append(parse_xml(f'<w:del xmlns:w="{W}"><w:r><w:delText>Deleted.</w:delText></w:r></w:del>'))
    content.append(parse_xml(f'<w:ins xmlns:w="{W}"><w:r><w:t> Added.</w:t></w:r></w:ins>'))
    assert filled_in(word).answers == {"text": "Kept. Added."}


@pytest.mark.parametrize("program", ["no tags", "no controls", "split runs", "other styles", "paragraphs"])
def test_other_programs_change_nothing_of_what_was_written(word: Word, program: str) -> None:
    word.write("all__text", "One.\nTwo.\n\nThree.")
    word.choose("all__one", "Second")
    word.write("all__day", "3 March 2026")
    word.write("all__steps-0-action", "First")
    after = Word(changed(word.save(), program))
    assert filled_in(after).answers == {
        "text": "One.\nTwo.\n\nThree.",
        "one": "second",
        "day": "2026-03-03",
        "steps": [{"action": "First"}],
    }


def test_raw_input_comes_back_as_it_was_typed() -> None:
    before = {"all": {"answers": {}, "raw": {"day": {"day-day": "31", "day-month": "", "day-year": "2026"},
                                              "number": {"number": "about 3"}}}}  # fmt: skip
    found = filled_in(Word(made(form(), before)), before)
    assert found.raw == before["all"]["raw"]
