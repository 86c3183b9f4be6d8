"""Filling in: what applies, what is missing, how far a section has got, what follows from the answers."""

from datetime import date

import pytest

from audits.kloe import filling
from audits.kloe.definition import from_json

YES, NO = {"answer": "yes", "comment": ""}, {"answer": "no", "comment": ""}
SCALE = {
    "key": "s",
    "title": "S",
    "grades": [{"code": "G", "name": "Good", "meets_standard": True}, {"code": "I", "name": "Inadequate"}],
}


def asked(key: str, kind: str = "short_text", **more):
    return {"key": key, "kind": kind, "label": f"Label {key}", **more}


@pytest.fixture
def form():
    return from_json(
        {
            "form": "f",
            "title": "F",
            "scale": SCALE,
            "sections": [
                {
                    "key": "details",
                    "title": "Details",
                    "questions": [
                        asked("id", required=True, prefill="case.identifier"),
                        asked("day", "date", prefill="today"),
                        asked("again", "yes_no", comment=False, required=True),
                        asked("issue", required=True, when={"question": "again", "is": "yes"}),
                        asked("deep", required=True, when={"question": "issue", "answered": True}),
                    ],
                },
                {
                    "key": "plan",
                    "title": "Plan",
                    "when": {"question": "details.again", "is": "yes"},
                    "questions": [asked("grade", "judgement", domain="plan", required=True)],
                },
                {
                    "key": "overall",
                    "title": "Overall",
                    "questions": [asked("grade", "judgement", domain="overall", overall=True, required=True)],
                },
                {
                    "key": "actions",
                    "title": "Actions",
                    "questions": [
                        asked(
                            "rows",
                            "rows",
                            row_name="action",
                            becomes="actions",
                            columns=[asked("action", required=True), asked("owner", "person"), asked("due", "date")],
                        )
                    ],
                },
                {
                    "key": "reaudit",
                    "title": "Re-audit",
                    "part": "reaudit",
                    "when": {"question": "overall.grade", "is": "I"},
                    "questions": [asked("grade", "judgement", domain="overall", overall=True, required=True)],
                },
            ],
        }
    )


def shown(form, part, answers):
    return [
        f"{section.key}.{question.key}"
        for section, questions in filling.visible(form, part, answers)
        for question in questions
    ]


def test_only_what_applies_is_visible(form) -> None:
    start = ["details.id", "details.day", "details.again"]
    end = ["overall.grade", "actions.rows"]
    assert shown(form, "audit", {}) == start + end
    answers = {"details": {"again": YES}}
    assert shown(form, "audit", answers) == [*start, "details.issue", "plan.grade", *end]
    answers["details"]["issue"] = "Similar"
    assert "details.deep" in shown(form, "audit", answers)


def test_an_answer_that_no_longer_applies_counts_for_nothing_that_hangs_on_it(form) -> None:
    answers = {"details": {"again": NO, "issue": "Similar", "deep": "x"}, "plan": {"grade": "I"}}
    assert "details.deep" not in shown(form, "audit", answers)
    assert filling.judgements(form, "audit", answers) == []


def test_a_part_can_hang_on_another_part(form) -> None:
    assert shown(form, "reaudit", {"overall": {"grade": "G"}}) == []
    assert shown(form, "reaudit", {"overall": {"grade": "I"}}) == ["reaudit.grade"]


def test_missing_lists_required_visible_and_empty_with_links(form) -> None:
    found = filling.missing(form, "audit", {"details": {"again": YES}}, {})
    assert [(each.message, each.anchor) for each in found] == [
        ("Answer ‘Label id’", "details__id"),
        ("Answer ‘Label issue’", "details__issue"),
        ("Choose a grade for ‘Label grade’", "plan__grade"),
        ("Choose a grade for ‘Label grade’", "overall__grade"),
    ]
    assert [each.section.key for each in found] == ["details", "details", "plan", "overall"]


def test_what_could_not_be_read_is_missing_even_if_not_required(form) -> None:
    raws = {"details": {"day": {"day-day": "31", "day-month": "2", "day-year": "2024"}}}
    answers = {"details": {"id": "1", "again": NO}, "overall": {"grade": "G"}}
    (found,) = filling.missing(form, "audit", answers, raws)
    assert (found.message, found.anchor) == ("‘Label day’ must be a real date, such as 27 3 2026", "details__day-day")


def test_a_row_begun_and_not_finished_is_missing_its_cells(form) -> None:
    answers = {
        "details": {"id": "1", "again": NO},
        "overall": {"grade": "G"},
        "actions": {"rows": [{"due": "2024-01-01"}]},
    }
    (found,) = filling.missing(form, "audit", answers, {})
    assert (found.message, found.anchor) == ("Action 1: Answer ‘Label action’", "actions__rows-0-action")


def test_a_complete_part_misses_nothing(form) -> None:
    answers = {"details": {"id": "1", "again": NO}, "overall": {"grade": "G"}}
    assert filling.missing(form, "audit", answers, {}) == []


@pytest.mark.parametrize(
    ("document", "state"),
    [
        (None, "not_started"),
        ({"answers": {}, "raw": {}}, "not_started"),
        ({"answers": {"id": "1"}, "raw": {}}, "in_progress"),
        ({"answers": {"id": "1", "again": NO}, "raw": {}}, "complete"),
        ({"answers": {"id": "1", "again": YES}, "raw": {}}, "in_progress"),
        ({"answers": {"id": "1", "again": NO}, "raw": {"day": {"day-day": "x"}}}, "in_progress"),
        ({"answers": {}, "raw": {"day": {"day-day": "x"}}}, "in_progress"),
    ],
)
def test_how_far_a_section_has_got(form, document, state) -> None:
    assert filling.section_state(form, form.section("details"), document) == state


def test_grades_are_given_in_order_with_the_overall_one_marked(form) -> None:
    answers = {"details": {"again": YES}, "plan": {"grade": "I"}, "overall": {"grade": "G"}}
    assert filling.judgements(form, "audit", answers) == [("plan", "I", False), ("overall", "G", True)]


def test_action_rows_name_their_owner_as_text_and_skip_blank_ones(form) -> None:
    rows = [{}, {"action": "Visit", "owner": {"name": "Ade Okoro", "role": "SW"}, "due": "2024-12-02"}, {"action": "B"}]
    assert filling.action_rows(form, "audit", {"actions": {"rows": rows}}) == [
        {"action": "Visit", "owner": "Ade Okoro, SW", "due": "2024-12-02"},
        {"action": "B"},
    ]


def test_a_section_starts_with_what_is_known(form) -> None:
    details = form.section("details")
    facts = {"case.identifier": "C-77", "today": date(2024, 11, 4)}
    assert filling.prefill(form, details, facts) == {"id": "C-77", "day": "2024-11-04"}
    assert filling.prefill(form, details, {"case.identifier": "x" * 500, "today": ""}) == {}
    assert filling.prefill(form, details, {})["day"] == date.today().isoformat()


def test_answers_that_do_not_apply_are_kept_when_a_section_is_saved(form) -> None:
    data = {"details__id": "1", "details__again": "no", "details__issue": "Typed before"}
    read = filling.read_section(form, form.section("details"), data)
    assert read.answers == {"id": "1", "again": NO, "issue": "Typed before"}


@pytest.mark.parametrize(
    "command", ["", "add", "add:other", "remove:actions__rows", "remove:actions__rows:x", "x:actions__rows"]
)
def test_a_made_up_button_does_nothing(form, command) -> None:
    data = {"row_command": command, "actions__rows-0-action": "A"}
    read = filling.read_section(form, form.section("actions"), data)
    assert (read.row_command, read.answers) == (None, {"rows": [{"action": "A"}]})


def test_adding_stops_at_the_largest_number_of_rows(form) -> None:
    data = {f"actions__rows-{index}-action": "A" for index in range(30)} | {"row_command": "add:actions__rows"}
    assert len(filling.read_section(form, form.section("actions"), data).answers["rows"]) == 30


def test_removing_a_row_that_is_not_there_keeps_all(form) -> None:
    data = {"actions__rows-0-action": "A", "row_command": "remove:actions__rows:9"}
    assert filling.read_section(form, form.section("actions"), data).answers == {"rows": [{"action": "A"}]}


def test_answers_from_elsewhere_are_checked_against_the_form(form) -> None:
    details = form.section("details")
    assert filling.check_answers(form, details, {"id": "1", "day": "2024-11-04"}) == []
    assert filling.check_answers(form, details, {"day": "soon", "new": 1}) == [
        "‘Label day’ must be a real date written YYYY-MM-DD",
        "details: there is no question new",
    ]
    assert filling.check_answers(form, details, []) == ["details: the answers must be an object"]


@pytest.mark.parametrize(
    ("when", "answer", "expected"),
    [
        ({"is": "a"}, ["a", "b"], True),
        ({"is": "c"}, ["a", "b"], False),
        ({"not": "a"}, ["a"], False),
        ({"not": "a"}, None, True),
        ({"in": ["b", "c"]}, ["a", "b"], True),
        ({"in": ["c"]}, ["a"], False),
        ({"answered": True}, ["a"], True),
        ({"answered": False}, None, True),
    ],
)
def test_conditions_on_several_choices(when, answer, expected) -> None:
    form = from_json(
        {
            "form": "f",
            "title": "F",
            "sections": [
                {
                    "key": "s",
                    "title": "S",
                    "questions": [
                        asked("many", "several_choices", options=["A", "B", "C"]),
                        asked("then", when={"question": "many", **when}),
                    ],
                }
            ],
        }
    )
    answers = {"s": {} if answer is None else {"many": answer}}
    assert ("s.then" in shown(form, "audit", answers)) is expected


def test_a_very_long_chain_of_conditions_is_decided() -> None:
    sections = []
    for number in range(50):
        questions = []
        for index in range(100):
            place = number * 100 + index
            when = {"question": f"s{(place + 1) // 100}.q{place + 1}", "answered": True}
            questions.append(asked(f"q{place}", **({} if place == 4999 else {"when": when})))
        sections.append({"key": f"s{number}", "title": "S", "questions": questions})
    form = from_json({"form": "f", "title": "F", "sections": sections})
    answers = {section.key: {question.key: "x" for question in section.questions} for section in form.sections}
    assert len(shown(form, "audit", answers)) == 5000
    del answers["s49"]["q4999"]
    assert shown(form, "audit", answers) == ["s49.q4999"]
