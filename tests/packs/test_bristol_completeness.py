"""What the Bristol pack asks of an honest auditor, and its process maps; its questions: `test_completeness.py`."""

from pathlib import Path

import pytest

from audits.kloe import filling
from audits.kloe.filling import Answers
from audits.kloe.packs import Pack, read_pack
from audits.kloe.questions import FormDefinition, Question
from audits.kloe.scales import Grade
from audits.kloe.types import Process

PACK = Path(__file__).parents[2] / "fixtures" / "packs" / "bristol"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(PACK)


@pytest.fixture(scope="module")
def form(pack) -> FormDefinition:
    return pack.form("child-case-audit")


@pytest.fixture(scope="module")
def questions(form) -> dict[str, Question]:
    """Every question of the form by section.key, in order."""
    return {f"{section.key}.{question.key}": question for section, question in form.all_questions()}


def test_no_graded_domain_can_be_submitted_without_any_evidence(form):
    domains = [[q for q in section.questions if q.kind == "evidence"] for section in form.sections]
    assert [evidence[0].required for evidence in domains if evidence] == [True] * 7


def test_scale_is_ofsted_s_with_the_third_grade_once(pack):
    assert [grade for scale in pack.scales for grade in scale.grades] == [
        Grade("O", "Outstanding", meets_standard=True),
        Grade("G", "Good", meets_standard=True),
        Grade("RI", "Requires improvement", meets_standard=False),
        Grade("I", "Inadequate", meets_standard=False, raises_alert=True),
    ]


def test_audit_s_steps_and_durations_are_those_of_the_process_map(pack):
    assert pack.types[0].process == Process(
        audit_days=10,
        qa_check=False,
        moderation=True,
        moderation_days=10,
        distribution=True,
        distribution_days=5,
        feedback=True,
        feedback_days=10,
        reaudit="child-case-reaudit",
        reaudit_weeks=8,
        action_review_months=1,
    )


def test_reaudit_is_of_the_actions_within_eight_weeks_and_not_moderated(pack):
    reaudit = pack.types[1]
    assert (reaudit.key, reaudit.form, reaudit.part) == ("child-case-reaudit", "child-case-audit", "reaudit")
    assert reaudit.process == Process(audit_weeks=8, distribution=True, distribution_days=5)


def _must_be_answered(form: FormDefinition, section_key: str, answers: Answers) -> list[str]:
    """The questions of a section that apply and have to be answered, given what is answered so far."""
    part = form.section(section_key).part
    applying = {section.key: questions for section, questions in filling.visible(form, part, answers)}
    return [question.key for question in applying.get(section_key, ()) if question.required]


def test_the_shortest_honest_audit_can_be_submitted(form):
    """No feedback to be had, no plan, review or risk to look at yet: grades and evidence for the rest, no padding."""
    strengths = {"strengths": "Seen at home.", "improvements": ""}
    yes, no = {"answer": "yes", "comment": ""}, {"answer": "no", "comment": ""}
    good = {"state": "good", "comment": ""}
    answers = {
        "details": {
            "status": "cin",
            "audit_type": "manager_senior",
            "child_id": "100200",
            "child": "AB, 7",
            "caseholder": "Sam Reed",
            "team": "Social worker, North team",
            "auditor": "Kim Hale",
            "audit_date": "2024-11-18",
        },
        "referral": {
            "factors": ["neglect"],
            "rereferral": no,
            "decision_timely": yes,
            "allocation_date": "2024-10-07",
            "teams_involved": "North team",
            "social_workers": 1,
        },
        "file-recording": {
            **dict.fromkeys(["demographics", "genogram", "chronology", "case_notes", "case_summary", "flags"], good),
            "judgement": "G",
        },
        "family-feedback": {"obtained": no, "not_obtained": "Rang both parents three times without an answer."},
        "assessment": {"applies": yes, "approach": strengths, "voice": strengths, "judgement": "G"},
        "plan": {"applies": no},
        "interventions": {"direct_work": strengths, "seen": strengths, "judgement": "G"},
        "reviews": {"applies": no},
        "risk": {"applies": no},
        "supervision": {"oversight": strengths, "judgement": "G"},
        "impact": {"difference": strengths, "judgement": "G"},
        "overall": {"judgement": "G"},
        "improvement": {"what_would_it_take": "A plan made with the family."},
    }
    assert filling.missing(form, "audit", answers, {}) == []
    assert [
        section.key for section in form.sections if filling.check_answers(form, section, answers.get(section.key, {}))
    ] == []


def test_without_family_feedback_only_the_reason_is_asked_for(form):
    asked = _must_be_answered(
        form, "family-feedback", {"family-feedback": {"obtained": {"answer": "no", "comment": ""}}}
    )
    assert asked == ["obtained", "not_obtained"]


def test_nobody_in_the_family_has_to_give_a_score(form):
    answers = {"family-feedback": {"obtained": {"answer": "yes", "comment": ""}, "given_by": ["parent_carer_1"]}}
    assert _must_be_answered(form, "family-feedback", answers) == ["obtained", "given_by", "went_well", "done_better"]


@pytest.mark.parametrize("domain", ["assessment", "plan", "reviews", "risk"])
def test_a_domain_that_does_not_apply_needs_neither_evidence_nor_grade(form, domain):
    assert _must_be_answered(form, domain, {domain: {"applies": {"answer": "no", "comment": ""}}}) == ["applies"]
    assert "judgement" in _must_be_answered(form, domain, {domain: {"applies": {"answer": "yes", "comment": ""}}})


def test_second_half_of_the_re_referral_question_comes_only_after_a_yes(form):
    assert "rereferral_issue" in _must_be_answered(
        form, "referral", {"referral": {"rereferral": {"answer": "yes", "comment": ""}}}
    )
    assert "rereferral_issue" not in _must_be_answered(
        form, "referral", {"referral": {"rereferral": {"answer": "no", "comment": ""}}}
    )


@pytest.mark.parametrize(("grade", "asked"), [("O", False), ("G", False), ("RI", True), ("I", True)])
def test_improvement_plan_is_asked_for_at_the_two_lower_grades(form, grade, asked):
    must = _must_be_answered(form, "feedback", {"overall": {"judgement": grade}})
    assert ("improvement_plan" in must) is asked


@pytest.mark.parametrize(("grade", "asked"), [("O", False), ("G", True), ("RI", True), ("I", True)])
def test_what_would_improve_the_case_is_asked_for_unless_it_is_outstanding(form, grade, asked):
    assert bool(_must_be_answered(form, "improvement", {"overall": {"judgement": grade}})) is asked


def test_every_grading_is_shown_beside_some_judgement(pack):
    shown = {key for form in pack.forms for _, question in form.all_questions() for key in question.descriptors}
    assert shown == {each.key for each in pack.descriptors}
