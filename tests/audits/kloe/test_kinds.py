"""How each kind reads good and bad input, what it accepts as stored, and what it shows."""

from datetime import date

import pytest

from audits.kloe.definition import Choice, Grade, Question, Scale
from audits.kloe.kinds import KINDS
from audits.kloe.questions import FormDefinition

SCALE = Scale("s", "S", (Grade("G", "Good", True), Grade("I", "Inadequate", raises_alert=True)))
FORM = FormDefinition("f", "F", scale=SCALE)
TODAY = date(2024, 11, 4)
OPTIONS = (Choice("cin", "CIN"), Choice("cp", "CP"), Choice("cic", "CiC"))


def question(kind: str, **more) -> Question:
    return Question("q", kind, "Label", **more)


def read(asked: Question, data: dict):
    return KINDS[asked.kind].read(asked, data, scale=SCALE, today=TODAY)


GOOD = [
    (question("short_text"), {"q": " As written. "}, " As written. "),
    (question("short_text"), {"q": "two\r\nlines"}, "two lines"),
    (question("long_text"), {"q": "a\r\nb\rc\nd"}, "a\nb\nc\nd"),
    (question("long_text"), {"q": "Zoë 👩‍👧 \u202eليلى\u200b"}, "Zoë 👩‍👧 \u202eليلى\u200b"),
    (question("long_text"), {"q": " \r\n\t "}, None),
    (question("long_text"), {}, None),
    (question("date"), {"q-day": "4", "q-month": "11", "q-year": "2024"}, "2024-11-04"),
    (question("date"), {"q-day": " 04", "q-month": "Nov", "q-year": "2024 "}, "2024-11-04"),
    (question("date"), {"q-day": "29", "q-month": "february", "q-year": "2024"}, "2024-02-29"),
    (question("date"), {"q-day": "４", "q-month": "１１", "q-year": "２０２４"}, "2024-11-04"),
    (question("date", past_only=True), {"q-day": "4", "q-month": "11", "q-year": "2024"}, "2024-11-04"),
    (question("date"), {"q-day": "", "q-month": " ", "q-year": ""}, None),
    (question("number"), {"q": " 3 "}, 3),
    (question("number"), {"q": "1,250"}, 1250),
    (question("number"), {"q": "\u22125"}, -5),
    (question("number", decimals=1), {"q": "3.5"}, 3.5),
    (question("number", minimum=0, maximum=99), {"q": "0"}, 0),
    (question("one_choice", options=OPTIONS), {"q": "cp"}, "cp"),
    (question("one_choice", options=OPTIONS), {"q": ""}, None),
    (question("several_choices", options=OPTIONS), {"q": ["cic", "cin"]}, ["cin", "cic"]),
    (question("several_choices", options=OPTIONS), {"q": "cp"}, ["cp"]),
    (question("yes_no"), {"q": "yes", "q-comment": "Why\r\nnot"}, {"answer": "yes", "comment": "Why\nnot"}),
    (question("yes_no"), {"q-comment": "Only this"}, {"answer": "", "comment": "Only this"}),
    (question("yes_no", comment=False), {"q": "no", "q-comment": "smuggled"}, {"answer": "no", "comment": ""}),
    (question("yes_no", not_applicable=True), {"q": "na"}, {"answer": "na", "comment": ""}),
    (question("record_state"), {"q": "requires_update"}, {"state": "requires_update", "comment": ""}),
    (question("scale_0_10"), {"q": "10"}, 10),
    (question("scale_0_10"), {"q": "0"}, 0),
    (question("frequency_scale"), {"q": "rarely"}, "rarely"),
    (question("change_scale"), {"q": "about_the_same"}, "about_the_same"),
    (question("evidence"), {"q-strengths": "Good."}, {"strengths": "Good.", "improvements": ""}),
    (question("evidence"), {"q-strengths": " ", "q-improvements": "\n"}, None),
    (question("judgement", domain="d"), {"q": "I"}, "I"),
    (question("person"), {"q-name": "Ade Okoro", "q-role": "IRO"}, {"name": "Ade Okoro", "role": "IRO"}),
    (question("signature"), {"q-name": "Ade Okoro"}, {"name": "Ade Okoro", "date": ""}),
    (
        question("signature"),
        {"q-name": "A", "q-date-day": "4", "q-date-month": "11", "q-date-year": "2024"},
        {"name": "A", "date": "2024-11-04"},
    ),
]


@pytest.mark.parametrize(("asked", "data", "answer"), GOOD)
def test_good_input_is_read(asked, data, answer) -> None:
    reading = read(asked, data)
    assert (reading.answer, reading.raw, reading.errors) == (answer, None, ())
    if answer is not None:
        kind = KINDS[asked.kind]
        assert kind.check(asked, answer, SCALE) == []
        assert read(asked, kind.fields(asked, answer)).answer == answer


LONG = "x" * 201
BAD = [
    (question("short_text"), {"q": LONG}, "‘Label’ must be 200 characters or fewer; it has 201"),
    (question("short_text", max_length=3), {"q": "four"}, "‘Label’ must be 3 characters or fewer; it has 4"),
    (
        question("date"),
        {"q-day": "31", "q-month": "02", "q-year": "2024"},
        "‘Label’ must be a real date, such as 27 3 2026",
    ),
    (
        question("date"),
        {"q-day": "29", "q-month": "2", "q-year": "2023"},
        "‘Label’ must be a real date, such as 27 3 2026",
    ),
    (
        question("date"),
        {"q-day": "4", "q-month": "ju", "q-year": "2024"},
        "‘Label’ must be a real date, such as 27 3 2026",
    ),
    (question("date"), {"q-day": "4", "q-month": "6"}, "‘Label’ must include a year"),
    (question("date"), {"q-year": "2024"}, "‘Label’ must include a day and a month"),
    (
        question("date"),
        {"q-day": "4", "q-month": "6", "q-year": "24"},
        "‘Label’ must have a year of 4 digits, such as 2026",
    ),
    (question("date"), {"q-day": "4", "q-month": "6", "q-year": "1066"}, "‘Label’ must have a year from 1900 to 2100"),
    (
        question("date"),
        {"q-day": "9" * 5000, "q-month": "6", "q-year": "2024"},
        "‘Label’ must be a real date, such as 27 3 2026",
    ),
    (
        question("date", past_only=True),
        {"q-day": "5", "q-month": "11", "q-year": "2024"},
        "‘Label’ must be today or in the past",
    ),
    (question("number"), {"q": "about 3"}, "‘Label’ must be a number, such as 3"),
    (question("number"), {"q": "3.5"}, "‘Label’ must be a whole number, such as 3"),
    (question("number"), {"q": "1,25"}, "‘Label’ must be a number, such as 3"),
    (question("number"), {"q": "½"}, "‘Label’ must be a number, such as 3"),
    (question("number"), {"q": "9" * 4000}, "‘Label’ must be a number, such as 3"),
    (question("number"), {"q": "NaN"}, "‘Label’ must be a number, such as 3"),
    (question("number", decimals=1), {"q": "3.55"}, "‘Label’ must have no more than 1 decimal places"),
    (question("number", minimum=0), {"q": "-1"}, "‘Label’ must be 0 or more"),
    (question("number", maximum=99), {"q": "100"}, "‘Label’ must be 99 or less"),
    (question("one_choice", options=OPTIONS), {"q": "plo"}, "‘Label’: choose one of the answers offered"),
    (question("several_choices", options=OPTIONS), {"q": ["cp", "x"]}, "‘Label’: choose only from the answers offered"),
    (question("yes_no"), {"q": "na"}, "‘Label’: choose one of the answers offered"),
    (question("record_state"), {"q": "yes"}, "‘Label’: choose one of the answers offered"),
    (question("scale_0_10"), {"q": "11"}, "‘Label’: choose one of the answers offered"),
    (question("frequency_scale"), {"q": "daily"}, "‘Label’: choose one of the answers offered"),
    (question("change_scale"), {"q": "good"}, "‘Label’: choose one of the answers offered"),
    (question("judgement", domain="d"), {"q": "RI"}, "‘Label’: choose one of the answers offered"),
    (
        question("evidence"),
        {"q-strengths": "x" * 20001},
        "Strengths of ‘Label’ must be 20,000 characters or fewer; it has 20,001",
    ),
    (
        question("person"),
        {"q-name": "A", "q-role": LONG},
        "Role of ‘Label’ must be 200 characters or fewer; it has 201",
    ),
    (
        question("signature"),
        {"q-name": "A", "q-date-day": "4", "q-date-month": "13", "q-date-year": "2024"},
        "Date of ‘Label’ must be a real date, such as 27 3 2026",
    ),
    (
        question("signature"),
        {"q-name": "A", "q-date-day": "5", "q-date-month": "11", "q-date-year": "2024"},
        "Date of ‘Label’ must be today or in the past",
    ),
]


@pytest.mark.parametrize(("asked", "data", "message"), BAD)
def test_bad_input_is_kept_as_typed_with_a_reason(asked, data, message) -> None:
    reading = read(asked, data)
    assert reading.errors == (message,)
    assert reading.raw == data
    assert reading.errors[0].field in {name.split("-")[0] for name in data} | {KINDS[asked.kind].anchor(asked)} | set(
        data
    )


@pytest.mark.parametrize("kind", ["short_text", "long_text"])
@pytest.mark.parametrize("typed", ["a\0b", "a\ud800b"])
def test_characters_that_no_database_keeps_are_refused_and_marked(kind, typed) -> None:
    reading = read(question(kind), {"q": typed})
    assert reading.answer is None
    assert reading.raw == {"q": "a\ufffdb"}
    assert "cannot be stored" in reading.errors[0]


def test_one_bad_half_does_not_lose_the_other() -> None:
    reading = read(question("evidence"), {"q-strengths": "Good.", "q-improvements": "\0"})
    assert reading.answer == {"strengths": "Good.", "improvements": ""}
    assert reading.raw == {"q-strengths": "Good.", "q-improvements": "\ufffd"}


STORED_WRONG = [
    (question("short_text"), ""),
    (question("short_text"), "  "),
    (question("short_text"), "a\nb"),
    (question("short_text"), 3),
    (question("long_text"), "a\0"),
    (question("long_text"), "\udc00"),
    (question("long_text"), "a\r\nb"),
    (question("date"), "2024-02-31"),
    (question("date"), "20240204"),
    (question("date"), 20240204),
    (question("date"), "1024-02-04"),
    (question("number"), True),
    (question("number"), 3.0),
    (question("number"), "3"),
    (question("number", decimals=2), float("nan")),
    (question("number", decimals=2), float("inf")),
    (question("number", decimals=2), 3.555),
    (question("number", maximum=5), 6),
    (question("one_choice", options=OPTIONS), "x"),
    (question("one_choice", options=OPTIONS), ["cp"]),
    (question("several_choices", options=OPTIONS), []),
    (question("several_choices", options=OPTIONS), ["cp", "cin"]),
    (question("several_choices", options=OPTIONS), ["cin", "cin"]),
    (question("several_choices", options=OPTIONS), "cin"),
    (question("yes_no"), "yes"),
    (question("yes_no"), {"answer": "yes"}),
    (question("yes_no"), {"answer": "maybe", "comment": ""}),
    (question("yes_no"), {"answer": "", "comment": ""}),
    (question("yes_no", comment=False), {"answer": "yes", "comment": "x"}),
    (question("record_state"), {"answer": "good", "comment": ""}),
    (question("scale_0_10"), "7"),
    (question("scale_0_10"), True),
    (question("scale_0_10"), 11),
    (question("frequency_scale"), "x"),
    (question("change_scale"), None),
    (question("evidence"), {"strengths": "", "improvements": ""}),
    (question("evidence"), {"strengths": "x"}),
    (question("judgement", domain="d"), "RI"),
    (question("person"), {"name": "", "role": ""}),
    (question("person"), {"name": 1, "role": ""}),
    (question("signature"), {"name": "A", "date": "today"}),
]


@pytest.mark.parametrize(("asked", "answer"), STORED_WRONG)
def test_a_stored_answer_of_the_wrong_shape_is_named(asked, answer) -> None:
    assert KINDS[asked.kind].check(asked, answer, SCALE)


COLUMNS = (
    Question("action", "short_text", "Action", required=True),
    Question("due", "date", "By when", required=True),
)
ROWS = question("rows", columns=COLUMNS, row_name="action", maximum_rows=3)


def test_rows_are_read_one_by_one() -> None:
    data = {"q-0-action": "A", "q-2-action": "C", "q-2-due-day": "1", "q-2-due-month": "2", "q-2-due-year": "2025"}
    assert read(ROWS, data).answer == [{"action": "A"}, {"action": "C", "due": "2025-02-01"}]


def test_more_rows_than_allowed_are_refused_and_kept() -> None:
    data = {f"q-{index}-action": "A" for index in range(5)}
    reading = read(ROWS, data)
    assert reading.errors == ("‘Label’ can have no more than 3 rows",)
    assert reading.raw == data


@pytest.mark.parametrize("declared", ["99999999999", "-1", "x", "9999", "²"])
def test_a_made_up_number_of_rows_does_no_harm(declared) -> None:
    assert len(read(ROWS, {"q-rows": declared}).answer or []) == 0


@pytest.mark.parametrize("answer", [[], {}, [1], [{"x": "y"}], [{"due": "soon"}], [{"action": "A"}] * 4])
def test_stored_rows_of_the_wrong_shape_are_named(answer) -> None:
    assert KINDS["rows"].check(ROWS, answer)


def test_a_row_that_was_begun_must_have_its_required_cells() -> None:
    messages = KINDS["rows"].missing(ROWS, [{}, {"action": "A"}])
    assert [(str(message), message.field) for message in messages] == [
        ("Action 2: Enter ‘By when’", "q-1-due-day"),
    ]


def test_too_few_rows_are_missing() -> None:
    asked = question("rows", columns=COLUMNS, row_name="action", minimum_rows=2)
    assert KINDS["rows"].missing(asked, [{"action": "A", "due": "2025-01-01"}]) == ["Add at least 2 rows to ‘Label’"]
    assert KINDS["rows"].missing(question("rows", columns=COLUMNS, row_name="action"), None) == []


@pytest.mark.parametrize(
    ("answer", "messages"),
    [
        (None, ["Sign ‘Label’"]),
        ({"name": "A", "date": ""}, ["Add the date to ‘Label’"]),
        ({"name": "", "date": "2024-01-01"}, ["Add the name to ‘Label’"]),
        ({"name": "A", "date": "2024-01-01"}, []),
    ],
)
def test_a_signature_needs_name_and_date(answer, messages) -> None:
    assert KINDS["signature"].missing(question("signature", required=True), answer) == messages


SHOWN = [
    (question("short_text"), "A", [("", "A")], "A"),
    (question("date"), "2026-11-24", [("", "24 November 2026")], "24 November 2026"),
    (question("number", decimals=2), 0.000001, [("", "0.000001")], "0.000001"),
    (question("number"), 1250, [("", "1250")], "1250"),
    (question("one_choice", options=OPTIONS), "cic", [("", "CiC")], "CiC"),
    (question("several_choices", options=OPTIONS), ["cin", "cp"], [("", "CIN\nCP")], "CIN; CP"),
    (question("yes_no"), {"answer": "no", "comment": "So"}, [("", "No"), ("Comment", "So")], "No\nComment: So"),
    (
        question("record_state"),
        {"state": "requires_update", "comment": ""},
        [("", "Requires update")],
        "Requires update",
    ),
    (question("scale_0_10"), 7, [("", "7 out of 10")], "7 out of 10"),
    (question("frequency_scale"), "usually", [("", "Usually")], "Usually"),
    (question("change_scale"), "much_better", [("", "Much better")], "Much better"),
    (question("evidence"), {"strengths": "A", "improvements": ""}, [("Strengths", "A")], "Strengths: A"),
    (question("judgement", domain="d"), "G", [("", "Good")], "Good"),
    (question("person"), {"name": "A", "role": "IRO"}, [("", "A, IRO")], "A, IRO"),
    (question("signature"), {"name": "A", "date": "2026-11-24"}, [("", "A, 24 November 2026")], "A, 24 November 2026"),
    (
        ROWS,
        [{}, {"action": "A", "due": "2026-11-24"}],
        [("Action 1, Action", "A"), ("Action 1, By when", "24 November 2026")],
        "1. Action: A; By when: 24 November 2026",
    ),
]


@pytest.mark.parametrize(("asked", "answer", "pairs", "cell"), SHOWN)
def test_answers_are_shown_in_words(asked, answer, pairs, cell) -> None:
    kind = KINDS[asked.kind]
    assert kind.display(asked, answer, FORM) == pairs
    assert kind.export(asked, answer, FORM) == cell


@pytest.mark.parametrize(
    ("asked", "fact", "answer"),
    [
        (question("short_text"), "A-1", "A-1"),
        (question("short_text"), TODAY, "4 November 2024"),
        (question("short_text", max_length=2), "A-1", None),
        (question("date"), TODAY, "2024-11-04"),
        (question("date"), "yesterday", None),
        (question("one_choice", options=OPTIONS), "CiC", "cic"),
        (question("one_choice", options=OPTIONS), "cic", "cic"),
        (question("one_choice", options=OPTIONS), "Care Leaver", None),
        (question("person"), "Ade Okoro", {"name": "Ade Okoro", "role": ""}),
        (question("signature"), "Ade Okoro", {"name": "Ade Okoro", "date": ""}),
    ],
)
def test_facts_are_turned_into_answers_that_fit(asked, fact, answer) -> None:
    assert KINDS[asked.kind].from_fact(asked, fact) == answer


def test_every_kind_of_the_contract_is_there() -> None:
    assert set(KINDS) == {
        "short_text", "long_text", "date", "number", "one_choice", "several_choices", "yes_no", "record_state",
        "scale_0_10", "frequency_scale", "change_scale", "evidence", "judgement", "rows", "person", "signature",
    }  # fmt: skip
