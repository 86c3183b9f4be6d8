"""Editing a form that is being built: every edit gives a new document or says why not, and drafts may be incomplete."""

import json
import time
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from audits.kloe.definition import from_json, to_json
from audits.kloe.editing import (
    AddDescriptor,
    AddQuestion,
    AddSection,
    ChangeDescriptor,
    ChangeForm,
    ChangeQuestion,
    ChangeScale,
    ChangeSection,
    DuplicateQuestion,
    DuplicateSection,
    Edit,
    EditRefused,
    MoveQuestion,
    MoveSection,
    PieceChanged,
    RemoveDescriptor,
    RemoveQuestion,
    RemoveSection,
    adopted,
    mark,
    new_key,
    parse_leniently,
    piece,
    problems,
    question_problems,
)
from audits.kloe.kinds import KINDS
from tests.audits.kloe.pages import Page, render_section
from tests.audits.kloe.strategies import forms, questions, texts

Document = dict[str, Any]

PLAN = {
    "form": "small",
    "title": "Small form",
    "scale": {
        "key": "two",
        "title": "Two grades",
        "grades": [{"code": "G", "name": "Good", "meets_standard": True}, {"code": "I", "name": "Inadequate"}],
    },
    "sections": [
        {
            "key": "plan",
            "title": "Plan",
            "questions": [
                {"key": "has_plan", "kind": "yes_no", "label": "Is there a plan?"},
                {
                    "key": "voice",
                    "kind": "long_text",
                    "label": "Whose words are in it?",
                    "when": {"question": "has_plan", "is": "yes"},
                },
                {"key": "grade", "kind": "judgement", "label": "Grade of the plan", "domain": "plan"},
            ],
        },
        {
            "key": "overall",
            "title": "Overall",
            "questions": [
                {
                    "key": "judgement",
                    "kind": "judgement",
                    "label": "Overall grade",
                    "domain": "all",
                    "overall": True,
                    "required": True,
                    "descriptors": ["plans"],
                },
                {
                    "key": "why",
                    "kind": "long_text",
                    "label": "Why?",
                    "when": {"question": "plan.has_plan", "is": "no"},
                },
            ],
        },
    ],
    "descriptors": [{"key": "plans", "title": "Plans", "scale": "two", "grades": {"G": ["Sound."], "I": ["None."]}}],
}


@pytest.fixture
def document() -> Document:
    return to_json(from_json(PLAN))


def keys(document: Document, section: str) -> list[str]:
    return [question["key"] for question in piece(document, "section", section)["questions"]]


def sections(document: Document) -> list[str]:
    return [section["key"] for section in document["sections"]]


def seen(document: Document, *place: str) -> str:
    return mark(piece(document, *place))


NAMES = [
    "form",
    "title",
    "scale",
    "sections",
    "questions",
    "key",
    "kind",
    "when",
    "all",
    "options",
    "columns",
    "domain",
]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(sorted(KINDS)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=30,
)

# What any edit does to any form


@st.composite
def edits(draw: Any, document: Document) -> Edit:
    """An edit that somebody who looks at this document might make, or might have made a while ago."""
    names = [(section["key"], question["key"]) for section in document["sections"] for question in section["questions"]]
    section = draw(st.sampled_from([*sections(document), "gone"]))
    owner, key = draw(st.sampled_from([*names, ("gone", "gone")]))
    after = draw(st.none() | st.just("") | st.sampled_from([*sections(document), key]))
    by, to = draw(st.sampled_from([(-1, None), (1, None), (None, 0), (None, 99), (None, -3)]))
    given = draw(questions("ignored", sorted(KINDS)))
    given = draw(st.sampled_from([given, {**given, "label": " "}, {**given, "kind": "long_text"}]))
    if draw(st.booleans()):
        given["when"] = {"question": f"{owner}.{key}", "is": "yes"}
    if draw(st.booleans()):
        del given["key"]
    scale = draw(st.sampled_from([None, {"title": "Three", "grades": [{"code": "A", "name": "Best"}]}]))
    descriptor = {"title": draw(texts(20)), "grades": {"G": [draw(texts(20))]}}
    named = [one["key"] for one in document.get("descriptors", ())]
    described = draw(st.sampled_from([*named, "gone"]))
    stale = draw(st.booleans()) and draw(st.booleans())

    def mark_of(*place: str) -> str:
        return "stale" if stale else seen(document, *place)

    return draw(
        st.sampled_from(
            [
                AddSection(draw(texts(20)), draw(st.sampled_from(["audit", "moderation"])), after),
                ChangeSection(section, mark_of("section", section, "head"), draw(texts(20)), "audit", ["One.", " "]),
                MoveSection(section, by, to),
                DuplicateSection(section),
                RemoveSection(section, mark_of("section", section)),
                AddQuestion(section, given, after),
                ChangeQuestion(owner, key, mark_of("question", owner, key), given),
                MoveQuestion(owner, key, by, to),
                MoveQuestion(owner, key, into=section),
                DuplicateQuestion(owner, key),
                RemoveQuestion(owner, key, mark_of("question", owner, key)),
                ChangeForm(mark_of("form"), draw(texts(20)), draw(st.just("") | texts(20))),
                ChangeScale(mark_of("scale"), scale),
                AddDescriptor(descriptor),
                ChangeDescriptor(described, mark_of("descriptor", described), descriptor),
                RemoveDescriptor(described, mark_of("descriptor", described)),
            ]
        )
    )


@settings(max_examples=150)
@given(forms(), st.data())
def test_any_edits_of_any_form_leave_a_draft_that_can_be_shown_and_criticised(form: Any, data: Any) -> None:
    document = to_json(form)
    for _ in range(data.draw(st.integers(1, 6))):
        edit = data.draw(edits(document))
        before = json.dumps(document)
        try:
            changed = edit.apply(document)
        except (EditRefused, PieceChanged):
            assert json.dumps(document) == before
            continue
        assert json.dumps(document) == before, "an edit must not change what it was given"
        assert piece(changed, *edit.lands(document)) is not None
        assert edit.summary
        assert len(edit.describe(document)) <= 200
        document = json.loads(json.dumps(changed))
        assert document == changed, "a document is plain JSON"
        assert len(set(sections(document))) == len(document["sections"])
        for section in document["sections"]:
            own = [question["key"] for question in section["questions"]]
            assert len(set(own)) == len(own)
        found = problems(document)
        shown = parse_leniently(document)
        assert shown is not None
        if not found:
            assert shown == from_json(document)
    shown = parse_leniently(document)
    assert shown is not None
    for part in shown.sections:
        Page(render_section(shown, part, {"answers": {}, "raw": {}}))


@given(forms(), st.data())
def test_a_stale_edit_is_refused(form: Any, data: Any) -> None:
    document = to_json(form)
    section = data.draw(st.sampled_from(document["sections"]))
    question = data.draw(st.sampled_from(section["questions"]))
    place = ("question", section["key"], question["key"])
    old = mark(question)
    wording = {**question, "label": "Said in another way"}
    assume(wording != question)
    theirs = ChangeQuestion(*place[1:], old, wording).apply(document)
    for edit in (ChangeQuestion(*place[1:], old, question), RemoveQuestion(*place[1:], old)):
        with pytest.raises(PieceChanged) as caught:
            edit.apply(theirs)
        assert caught.value.place == place
        assert caught.value.theirs == piece(theirs, *place)
    with pytest.raises(PieceChanged):
        RemoveSection(section["key"], mark(section)).apply(theirs)


@given(forms(), st.data())
def test_edits_of_different_pieces_commute(form: Any, data: Any) -> None:
    document = to_json(form)
    places = [("question", one["key"], asked["key"]) for one in document["sections"] for asked in one["questions"]]
    first, second = data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True))

    def edit(place: Any) -> Edit:
        stands = piece(document, *place)
        changed = ChangeQuestion(*place[1:], mark(stands), {**stands, "label": "Other words"})
        head = piece(document, "section", place[1], "head")
        other = ChangeSection(place[1], mark(head), "Other title", "audit", when=head.get("when"))
        return data.draw(st.sampled_from([changed, RemoveQuestion(*place[1:], mark(stands)), other]))

    one, other = edit(first), edit(second)
    assume(one.place != other.place)
    assert other.apply(one.apply(document)) == one.apply(other.apply(document))


@given(forms(), st.data())
def test_up_and_down_again_changes_nothing(form: Any, data: Any) -> None:
    document = to_json(form)
    index = data.draw(st.integers(1, len(document["sections"]) - 1))
    key = document["sections"][index]["key"]
    up = MoveSection(key, by=-1).apply(document)
    assert sections(up).index(key) == index - 1
    assert MoveSection(key, by=+1).apply(up) == document
    asked = [(one["key"], number) for one in document["sections"] for number in range(1, len(one["questions"]))]
    if asked:
        section, number = data.draw(st.sampled_from(asked))
        key = keys(document, section)[number]
        moved = MoveQuestion(section, key, by=-1).apply(document)
        assert keys(moved, section).index(key) == number - 1
        assert MoveQuestion(section, key, by=+1).apply(moved) == document


@given(forms(), st.data())
def test_a_copy_that_is_removed_leaves_nothing_behind(form: Any, data: Any) -> None:
    document = to_json(form)
    section = data.draw(st.sampled_from(document["sections"]))
    question = data.draw(st.sampled_from(section["questions"]))
    for edit in (DuplicateSection(section["key"]), DuplicateQuestion(section["key"], question["key"])):
        copied = edit.apply(document)
        assert not problems(copied), "a copy of what is right is right"
        place = edit.lands(document)
        kind = RemoveSection if place[0] == "section" else RemoveQuestion
        assert kind(*place[1:], seen(copied, *place)).apply(copied) == document


@given(ANY_JSON)
def test_any_json_is_criticised_and_shown_without_an_error(document: Any) -> None:
    for given_document in (document, {"sections": document}, {"sections": [{"key": "a", "questions": document}]}):
        for fault in problems(given_document):
            assert fault.text.endswith(".")
        parse_leniently(given_document)


# One by one


def test_a_question_gets_its_key_from_its_words_and_keeps_it(document: Document) -> None:
    words = {"kind": "short_text", "label": "Who wrote it?", "hint": " ", "guidance": [""], "prefill": None}
    added = AddQuestion("plan", words, after="has_plan").apply(document)
    assert keys(added, "plan") == ["has_plan", "who_wrote_it", "voice", "grade"]
    assert piece(added, "question", "plan", "who_wrote_it") == {
        "key": "who_wrote_it",
        "kind": "short_text",
        "label": "Who wrote it?",
    }
    changed = ChangeQuestion(
        "plan", "who_wrote_it", seen(added, "question", "plan", "who_wrote_it"), {"kind": "person", "label": "Author"}
    ).apply(added)
    assert piece(changed, "question", "plan", "who_wrote_it")["label"] == "Author"
    assert keys(AddQuestion("plan", words).apply(added), "plan")[-1] == "who_wrote_it_2"
    assert keys(AddQuestion("plan", words, after="").apply(document), "plan")[0] == "who_wrote_it"


def test_a_new_kind_drops_what_belonged_to_the_former_one(document: Document) -> None:
    choice = {"key": "has_plan", "kind": "one_choice", "label": "Is there a plan?", "options": ["Yes", "No"]}
    changed = ChangeQuestion("plan", "has_plan", seen(document, "question", "plan", "has_plan"), choice).apply(document)
    asked = piece(changed, "question", "plan", "has_plan")
    assert asked["options"] == [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}]
    back = ChangeQuestion("plan", "has_plan", mark(asked), {**asked, "kind": "yes_no"}).apply(changed)
    assert back == document


def test_an_answer_keeps_its_value_when_its_words_change_and_new_ones_get_one(document: Document) -> None:
    options = [{"value": "cin", "label": "Child in need"}, {"value": "", "label": "Cin"}, {"value": "", "label": ""}]
    added = AddQuestion("plan", {"kind": "one_choice", "label": "Status", "options": options}).apply(document)
    assert piece(added, "question", "plan", "status")["options"] == [
        {"value": "cin", "label": "Child in need"},
        {"value": "cin_2", "label": "Cin"},
    ]


def test_columns_get_keys_too(document: Document) -> None:
    columns = [{"kind": "short_text", "label": "Name", "hint": ""}, {"kind": "short_text", "label": "Name"}]
    added = AddQuestion("plan", {"kind": "rows", "label": "People", "columns": columns}).apply(document)
    assert [one["key"] for one in piece(added, "question", "plan", "people")["columns"]] == ["name", "name_2"]


def test_an_unfinished_question_is_kept_as_it_is_and_named(document: Document) -> None:
    added = AddQuestion("plan", {"kind": "one_choice", "label": "", "hint": "Kept"}).apply(document)
    assert piece(added, "question", "plan", "question") == {
        "key": "question",
        "kind": "one_choice",
        "label": "",
        "hint": "Kept",
    }
    assert question_problems(added, "plan", "question") == [
        "The question is empty. Write what is to be asked.",
        "There is no answer to choose from yet. Add at least two.",
    ]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"kind": "essay", "label": "Why?"}, "Choose what kind of question this is."),
        ({"kind": "date", "label": "When?", "colour": "red"}, "A question has no property ‘colour’."),
        ({"kind": "date", "label": "When\x00?"}, "A text contains a character that cannot be stored."),
        ({"kind": "date", "label": "When\ud800?"}, "A text contains a character that cannot be stored."),
        ({"kind": "number", "label": "How many?", "minimum": float("nan")}, "A value is neither a text nor a number."),
        ({"kind": "number", "label": "How many?", "minimum": object()}, "A value is neither a text nor a number."),
        ("text", "A question must be a set of properties."),
        ({"kind": "long_text", "label": "a" * 700_000}, "The form would become too large."),
    ],
)
def test_what_cannot_be_stored_is_refused(document: Document, question: Any, reason: str) -> None:
    with pytest.raises(EditRefused) as caught:
        AddQuestion("plan", question).apply(document)
    assert caught.value.reasons[0].startswith(reason)


def test_what_goes_too_deep_is_refused(document: Document) -> None:
    when: dict[str, Any] = {"question": "plan.has_plan", "is": "yes"}
    for _ in range(3000):
        when = {"all": [when]}
    with pytest.raises(EditRefused, match="too deep"):
        AddQuestion("plan", {"kind": "date", "label": "When?", "when": when}).apply(document)


@pytest.mark.parametrize(
    "edit",
    [AddSection(" "), AddSection("Title", "nowhere"), AddSection("x" * 201), ChangeForm("", " "), AddSection("a\x07b")],
)
def test_sections_and_forms_need_a_title_and_a_part(document: Document, edit: Edit) -> None:
    if isinstance(edit, ChangeForm):
        edit = ChangeForm(seen(document, "form"), edit.title)
    with pytest.raises(EditRefused):
        edit.apply(document)


def test_there_is_an_end_to_sections_and_questions() -> None:
    document: Document = {"form": "f", "title": "F", "sections": []}
    for _ in range(100):
        document = AddSection("Section").apply(document)
    assert len(set(sections(document))) == 100
    with pytest.raises(EditRefused, match="no more than 100 sections"):
        AddSection("Section").apply(document)
    with pytest.raises(EditRefused, match="no more than 100 sections"):
        DuplicateSection("section").apply(document)
    document["sections"][0]["questions"] = [{"key": f"q{n}", "kind": "date", "label": "When?"} for n in range(200)]
    with pytest.raises(EditRefused, match="no more than 200 questions"):
        AddQuestion("section", {"kind": "date", "label": "When?"}).apply(document)
    with pytest.raises(EditRefused, match="no more than 200 questions"):
        DuplicateQuestion("section", "q1").apply(document)


def test_conditions_within_a_copied_section_follow_the_copy(document: Document) -> None:
    copied = DuplicateSection("plan").apply(document)
    assert sections(copied) == ["plan", "plan-2", "overall"]
    assert piece(copied, "question", "plan-2", "voice")["when"] == {"question": "plan-2.has_plan", "is": "yes"}
    assert piece(copied, "question", "plan", "voice")["when"] == {"question": "plan.has_plan", "is": "yes"}
    assert piece(copied, "question", "plan-2", "grade")["domain"] == "plan-2"
    copied = DuplicateSection("overall").apply(document)
    copy = piece(copied, "question", "overall-2", "judgement")
    assert (copy["domain"], copy.get("overall")) == ("all-2", None)
    assert piece(copied, "question", "overall-2", "why")["when"] == {"question": "plan.has_plan", "is": "no"}


def test_conditions_follow_a_question_into_another_section(document: Document) -> None:
    moved = MoveQuestion("plan", "has_plan", into="overall", to=0).apply(document)
    assert keys(moved, "overall") == ["has_plan", "judgement", "why"]
    assert piece(moved, "question", "plan", "voice")["when"]["question"] == "overall.has_plan"
    assert piece(moved, "question", "overall", "why")["when"]["question"] == "overall.has_plan"
    assert not problems(moved)
    renamed = AddQuestion("overall", {"key": "voice", "kind": "date", "label": "When?"}).apply(document)
    edit = MoveQuestion("plan", "voice", into="overall")
    assert edit.lands(renamed) == ("question", "overall", "voice_2")
    assert keys(edit.apply(renamed), "overall") == ["judgement", "why", "voice", "voice_2"]


def test_a_removed_question_becomes_a_problem_of_whoever_waits_for_it(document: Document) -> None:
    removed = RemoveQuestion("plan", "has_plan", seen(document, "question", "plan", "has_plan")).apply(document)
    assert [(fault.section, fault.question, fault.field) for fault in problems(removed)] == [
        ("plan", "voice", "when"),
        ("overall", "why", "when"),
    ]
    assert problems(removed)[0].text == (
        "The condition of ‘Whose words are in it?’ looks at a question that is not in ‘Plan’ any more. Choose another "
        "question, or take the condition out."
    )
    shown = parse_leniently(removed)
    assert shown is not None
    assert [(question.key, question.when) for question in shown.section("plan").questions] == [
        ("voice", None),
        ("grade", None),
    ]


def test_what_stands_against_publishing_is_said_plainly(document: Document) -> None:
    draft = AddSection("Empty").apply(document)
    overall = piece(draft, "question", "overall", "judgement")
    draft = ChangeQuestion("overall", "judgement", mark(overall), {**overall, "overall": False}).apply(draft)
    voice = piece(draft, "question", "plan", "voice")
    circle = {"all": [{"question": "voice", "answered": True}, {"question": "has_plan", "is": "perhaps"}]}
    draft = ChangeQuestion("plan", "voice", mark(voice), {**voice, "when": circle}).apply(draft)
    grade = piece(draft, "question", "plan", "grade")
    shown = {**grade, "domain": "all", "descriptors": ["plans", "none"]}
    draft = ChangeQuestion("plan", "grade", mark(grade), shown).apply(draft)
    assert [(fault.section, fault.question, fault.text) for fault in problems(draft)] == [
        (
            "",
            "",
            "The form has judgements and none is the overall one. Choose which one stands for the whole audit.",
        ),
        (
            "plan",
            "voice",
            "The condition of ‘Whose words are in it?’ waits for ‘perhaps’, which is not an answer to ‘Is there a "
            "plan?’ in ‘Plan’.",
        ),
        (
            "plan",
            "voice",
            "The conditions go in a circle: whether ‘Whose words are in it?’ in ‘Plan’ is asked depends on itself.",
        ),
        ("plan", "grade", "The judgement shows the grade descriptions ‘none’, which are not in the form."),
        (
            "overall",
            "judgement",
            "The domain ‘all’ is judged twice in the auditor’s part. Give one of them a domain of its own.",
        ),
        ("empty", "", "The section has no question yet. Add one, or take the section out."),
    ]


def test_a_form_with_nothing_in_it_can_be_looked_at() -> None:
    empty = {"form": "new", "title": "New", "sections": []}
    assert [fault.text for fault in problems(empty)] == ["The form has no section yet. Add one."]
    shown = parse_leniently(empty)
    assert shown is not None
    assert (shown.title, shown.sections) == ("New", ())
    assert parse_leniently(None) is None


def test_every_problem_of_the_engine_has_words_of_its_own() -> None:
    """No sentence falls back on the wording for authors of YAML, whatever a builder's pages can make."""
    question = {"key": "a", "kind": "rows", "label": "L" * 501, "columns": [{"key": "x", "kind": "date"}, "y"]}
    wrong: Document = {
        "form": "wrong",
        "title": "",
        "scale": {"key": "s", "title": "S", "grades": [{"code": "é", "name": ""}, {"code": "é", "name": "x" * 101}]},
        "sections": [
            {
                "key": "one",
                "title": "One",
                "introduction": ["x" * 4001],
                "when": {"question": "one.a"},
                "questions": [
                    {**question, "columns": [{"key": "x", "kind": "date", "label": ""}], "becomes": "actions"},
                    {"key": "b", "kind": "number", "label": "N", "minimum": 5, "maximum": 1, "decimals": 99},
                    {"key": "c", "kind": "one_choice", "label": "C", "options": [{"value": "a", "label": "A"}]},
                    {"key": "d", "kind": "date", "label": "D", "when": {"question": "b", "is": "three"}},
                    {"key": "e", "kind": "date", "label": "E", "when": {"question": "d", "is": "today"}},
                    {"key": "f", "kind": "judgement", "label": "F", "prefill": "today"},
                    {"key": "g", "kind": "short_text", "label": "G", "hint": "bell\x07", "max_length": 0},
                ],
            }
        ],
    }
    for fault in problems(wrong):
        assert not any(sign in fault.text for sign in ("_", "must be a mapping", " is missing or empty")), fault
        assert fault.text[0].isupper() or fault.text[0] == "‘"
        assert fault.text.endswith(".")


def test_another_scale_takes_the_grade_descriptions_along(document: Document) -> None:
    grades = [
        {"code": "G", "name": "Good", "meets_standard": True, "raises_alert": False},
        {"code": "P", "name": "Poor"},
    ]
    new = {"key": "other", "title": "Another", "grades": grades}
    changed = ChangeScale(seen(document, "scale"), new).apply(document)
    assert changed["scale"]["grades"][0] == {"code": "G", "name": "Good", "meets_standard": True}
    assert [fault.text for fault in problems(changed)] == [
        "The grade descriptions name the grade ‘I’, which the grading scale does not have."
    ]
    plans = {"title": "Plans", "grades": {"G": "Sound.", "P": ["", "Poor."]}}
    changed = ChangeDescriptor("plans", seen(changed, "descriptor", "plans"), plans).apply(changed)
    assert not problems(changed)
    assert piece(changed, "descriptor", "plans")["grades"] == {"G": ["Sound."], "P": ["Poor."]}
    without = ChangeScale(seen(changed, "scale"), None).apply(changed)
    assert {fault.field for fault in problems(without)} == {"descriptors", ""}
    shown = parse_leniently(without)
    assert shown is not None
    assert not shown.judgements()


def test_grade_descriptions_come_and_go(document: Document) -> None:
    added = AddDescriptor({"title": "Plans", "grades": {"G": ["Clear."]}}).apply(document)
    assert [one["key"] for one in added["descriptors"]] == ["plans", "plans-2"]
    removed = RemoveDescriptor("plans", seen(added, "descriptor", "plans")).apply(added)
    assert [fault.question for fault in problems(removed)] == ["judgement"]
    with pytest.raises(EditRefused, match="grading scale first"):
        AddDescriptor({"title": "Plans"}).apply({"form": "f", "title": "F", "sections": []})


def test_a_question_of_another_form_is_made_to_fit(document: Document) -> None:
    asked = {
        "key": "grade",
        "kind": "judgement",
        "label": "Plan",
        "domain": "plan",
        "overall": True,
        "descriptors": ["plans", "other"],
        "when": {"question": "details.status", "is": "cin"},
    }
    edit = AddQuestion("plan", adopted(document, "plan", asked))
    added = edit.apply(document)
    assert piece(added, *edit.lands(document)) == {
        "key": "grade_2",
        "kind": "judgement",
        "label": "Plan",
        "domain": "plan-2",
        "descriptors": ["plans"],
    }
    assert not problems(added)


def test_a_mark_knows_nothing_of_the_order_of_keys_or_the_kind_of_number() -> None:
    assert mark({"a": 1, "b": 2.0}) == mark({"b": 2, "a": 1})
    assert mark({"a": 1}) != mark({"a": True})
    assert mark(None) != mark({})


@pytest.mark.parametrize(
    ("words", "taken", "underscore", "key"),
    [
        ("What’s the plan?", (), False, "whats-the-plan"),
        ("Übergabe an die Pflege", (), True, "ubergabe_an_die_pflege"),
        ("Plan", ("plan", "plan-2"), False, "plan-3"),
        ("计划", (), False, "new"),
        ("x" * 80, ("x" * 60,), False, "x" * 58 + "-2"),
    ],
)
def test_keys_are_made_from_words(words: str, taken: Any, underscore: bool, key: str) -> None:
    assert new_key(words, taken, underscore=underscore) == key


def test_edits_of_a_large_form_are_quick() -> None:
    asked = [{"key": f"q{n}", "kind": "long_text", "label": f"Question {n}?"} for n in range(100)]
    parts = [{"key": f"s{n}", "title": f"Section {n}", "questions": deepcopy(asked)} for n in range(10)]
    document = to_json(from_json({"form": "f", "title": "F", "sections": parts}))
    began = time.process_time()
    for number in range(20):
        document = DuplicateQuestion("s1", f"q{number}").apply(document)
    assert time.process_time() - began < 3
