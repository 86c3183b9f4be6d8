"""Lines of enquiry side by side: what counts as a difference, and what is left to people."""

from typing import Any

from audits.kloe.definition import FormDefinition, from_json
from audits.triangulation import Difference, Line, Voice, differences_first, lines_of

SCALE = {
    "key": "three",
    "title": "Three grades",
    "grades": [
        {"code": "EG", "name": "Exceeds Good", "meets_standard": True},
        {"code": "MG", "name": "Meets Good", "meets_standard": True},
        {"code": "DN", "name": "Does Not Meet Good Yet", "meets_standard": False},
    ],
}
DETAILS = {
    "key": "details",
    "title": "Details",
    "questions": [
        {"key": "child", "kind": "short_text", "label": "Name of Child", "prefill": "case.initials_and_age"},
        {"key": "address", "kind": "long_text", "label": "Address"},
    ],
}
VOICE = {
    "key": "voice",
    "title": "Voice",
    "questions": [
        {
            "key": "heard",
            "kind": "evidence",
            "label": "How well is the child heard?",
            "left": "Well",
            "right": "Better",
        },
        {"key": "plan", "kind": "yes_no", "label": "Is there a plan?"},
        {"key": "more", "kind": "long_text", "label": "Tell more", "when": {"question": "plan", "is": "yes"}},
    ],
}
GRADING = {
    "key": "grading",
    "title": "Grading",
    "questions": [
        {
            "key": "grade",
            "kind": "judgement",
            "label": "Overall",
            "domain": "overall",
            "overall": True,
            "required": True,
        },
        {"key": "why", "kind": "long_text", "label": "Why"},
        {"key": "signed", "kind": "signature", "label": "Signed"},
    ],
}


def form(*sections: dict[str, Any]) -> FormDefinition:
    return from_json({"form": "tool", "title": "Tool", "scale": SCALE, "sections": list(sections)})


def voice(agency: str, of: FormDefinition | None = None, moderated: str = "", **answers: dict[str, Any]) -> Voice:
    return Voice(agency, of or form(DETAILS, GRADING), answers, moderated={"overall": moderated} if moderated else {})


def line(lines: list[Line], question: str) -> Line:
    return next(one for one in lines if one.question == question)


def test_grades_that_differ_are_marked() -> None:
    lines = lines_of([voice("Police", grading={"grade": "MG"}), voice("Health", grading={"grade": "DN"})])
    graded = line(lines, "grade")
    assert graded.differences == (Difference.GRADES,)
    assert [one.grade for one in graded.said] == ["Meets Good", "Does Not Meet Good Yet"]
    assert graded.why == "Grades differ"


def test_the_moderated_grade_is_the_one_that_is_compared() -> None:
    lines = lines_of([voice("Police", None, "DN", grading={"grade": "MG"}), voice("Health", grading={"grade": "DN"})])
    graded = line(lines, "grade")
    assert not graded.differs
    assert (graded.said[0].grade, graded.said[0].moderated) == ("Meets Good", "Does Not Meet Good Yet")


def test_texts_that_differ_are_side_by_side_and_not_judged() -> None:
    lines = lines_of([voice("Police", grading={"why": "Well kept."}), voice("Health", grading={"why": "Badly kept."})])
    why = line(lines, "why")
    assert not why.differs
    assert [one.pairs for one in why.said] == [(("", "Well kept."),), (("", "Badly kept."),)]


def test_whoever_says_nothing_where_others_do_is_named() -> None:
    lines = lines_of([voice("Police", grading={"why": "Well kept."}), voice("Health"), voice("School")])
    assert line(lines, "why").why == "Health says nothing; School says nothing"
    assert not line(lines, "grade").differs, "Where nobody says anything nothing differs."


def test_an_empty_half_of_the_evidence_is_named() -> None:
    both = form(VOICE)
    lines = lines_of(
        [
            voice("Police", both, voice={"heard": {"strengths": "Seen alone.", "improvements": ""}}),
            voice("Health", both, voice={"heard": {"strengths": "Seen.", "improvements": "Say more."}}),
        ]
    )
    assert line(lines, "heard").why == "Police says nothing under “Better”"
    assert line(lines, "heard").said[1].under("Better") == "Say more."


def test_choices_are_compared_without_their_comments() -> None:
    both = form(VOICE)

    def said(answer: str, comment: str, agency: str) -> Voice:
        return voice(agency, both, voice={"plan": {"answer": answer, "comment": comment}})

    same = lines_of([said("yes", "Good.", "Police"), said("yes", "Poor.", "Health")])
    other = lines_of([said("yes", "", "Police"), said("no", "", "Health")])
    assert not line(same, "plan").differs
    assert line(other, "plan").differences == (Difference.ANSWERS,)


def test_what_does_not_apply_to_an_agency_is_no_silence() -> None:
    both = form(VOICE)
    lines = lines_of(
        [
            voice("Police", both, voice={"plan": {"answer": "yes", "comment": ""}, "more": "It is new."}),
            voice("Health", both, voice={"plan": {"answer": "no", "comment": ""}}),
        ]
    )
    more = line(lines, "more")
    assert not more.differs
    assert [one.asked for one in more.said] == [True, False]


def test_versions_of_a_form_are_joined_by_section_and_question() -> None:
    newer = {
        **GRADING,
        "questions": [
            GRADING["questions"][0],
            {"key": "good", "kind": "long_text", "label": "Good practice"},
            *GRADING["questions"][1:],
        ],
    }
    lines = lines_of(
        [
            voice("Police", form(GRADING), grading={"grade": "MG", "why": "So."}),
            voice("Health", form(newer, VOICE), grading={"grade": "MG", "good": "A drawing.", "why": "Thus."}),
        ]
    )
    assert [(one.section, one.question) for one in lines[:3]] == [
        ("grading", "grade"),
        ("grading", "good"),
        ("grading", "why"),
    ]
    assert not line(lines, "good").differs, "The older version does not ask it."
    assert lines[3].section == "voice"


def test_a_question_that_became_another_kind_is_not_compared() -> None:
    other = {**GRADING, "questions": [{"key": "why", "kind": "yes_no", "label": "Why"}]}
    lines = lines_of(
        [
            voice("Police", form(GRADING), grading={"why": "So."}),
            voice("Health", form(other), grading={"why": {"answer": "yes", "comment": ""}}),
        ]
    )
    assert not line(lines, "why").differs


def test_what_identifies_child_or_auditor_is_no_line_of_enquiry() -> None:
    lines = lines_of([voice("Police", details={"child": "AB, 7", "address": "A street"}, grading={"why": "So."})])
    assert {one.section for one in lines} == {"grading"}
    assert "signed" not in {one.question for one in lines}


def test_differences_first_puts_grades_before_silence_and_keeps_the_forms_order() -> None:
    lines = lines_of(
        [
            voice(
                "Police",
                form(VOICE, GRADING),
                voice={"heard": {"strengths": "Seen.", "improvements": "More."}},
                grading={"grade": "MG", "why": "So."},
            ),
            voice("Health", form(VOICE, GRADING), grading={"grade": "DN", "why": "Thus."}),
        ]
    )
    assert [one.question for one in differences_first(lines)][:2] == ["grade", "heard"]
    assert [one.question for one in lines][:2] == ["heard", "plan"]
