"""How the Bristol forms on fostering files, the LADO's cases, supervision files and leavers behave when filled in."""

from pathlib import Path

import pytest

from audits.kloe import filling
from audits.kloe.filling import Answers
from audits.kloe.packs import AuditType, Pack, read_pack
from audits.kloe.questions import FormDefinition

PACK = Path(__file__).parents[2] / "fixtures" / "packs" / "bristol"
YES, NO = {"answer": "yes", "comment": ""}, {"answer": "no", "comment": ""}
STRENGTHS = {"strengths": "Visits are on time.", "improvements": ""}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(PACK)


def _type(pack: Pack, key: str) -> AuditType:
    return next(each for each in pack.types if each.key == key)


def _asked(form: FormDefinition, part: str, answers: Answers) -> dict[str, list[str]]:
    """The questions that apply, given what is answered so far, by section."""
    return {
        section.key: [question.key for question in questions]
        for section, questions in filling.visible(form, part, answers)
        if questions
    }


def _must(form: FormDefinition, section: str, answers: Answers) -> list[str]:
    asked = _asked(form, form.section(section).part, answers).get(section, [])
    return [key for key in asked if form.section(section).question(key).required]


def _wrong(form: FormDefinition, answers: Answers) -> list[str]:
    return [
        section.key for section in form.sections if filling.check_answers(form, section, answers.get(section.key, {}))
    ]


def test_who_declines_the_exit_interview_is_asked_nothing_more(pack):
    answers = {"consent": {"declined": ["declined"]}}
    assert _asked(pack.form("exit-interview"), "audit", answers) == {"consent": ["declined"]}


def test_nothing_in_the_exit_interview_has_to_be_answered(pack):
    form = pack.form("exit-interview")
    assert [question.key for _, question in form.all_questions() if question.required] == []
    assert filling.missing(form, "audit", {}, {}) == []
    assert sum(map(len, _asked(form, "audit", {}).values())) == 35  # all but the two that follow an answer


def test_exit_interview_asks_about_the_new_job_and_about_harassment_until_there_was_none(pack):
    form = pack.form("exit-interview")
    none = _asked(form, "audit", {"leaving": {"another_job": NO}, "employer": {"harassment": NO}})
    assert [key for key in none["leaving"] if key.startswith("within") or key == "attraction"] == []
    assert none["employer"] == ["would_have_stayed", "reputation", "harassment"]


def test_exit_interview_is_confidential_about_a_worker_and_has_no_step_after_it(pack):
    interview = _type(pack, "exit-interview")
    assert (interview.about, interview.confidential) == ("practitioner", True)
    process = interview.process
    assert [process.qa_check, process.moderation, process.distribution, process.feedback] == [False] * 4
    assert pack.form("exit-interview").parts() == ("audit",)


@pytest.mark.parametrize(
    ("key", "about", "moderated", "reaudit"),
    [
        ("fostering-file-audit", "record", True, "fostering-file-reaudit"),
        ("lado-audit", "record", True, None),
        ("supervision-file-audit", "practitioner", False, None),
    ],
)
def test_what_each_audit_is_about_and_which_steps_it_has(pack, key, about, moderated, reaudit):
    audit = _type(pack, key)
    process = audit.process
    assert (audit.about, audit.confidential, process.moderation, process.reaudit) == (about, False, moderated, reaudit)
    assert (process.distribution_days, process.feedback, process.feedback_days) == (5, True, 10)


def test_the_shortest_honest_fostering_audit_can_be_submitted(pack):
    """A carer without a Regulation 24 placement, a review that is due or an allegation, who could not be reached."""
    form = pack.form("fostering-file-audit")
    answers = {
        "details": {
            "kind_of_care": "fostering",
            "child_id": "100200",
            "carer": "AB, 04/05/1980",
            "supervising_social_worker": "Sam Reed",
            "manager": "Kim Hale",
            "team": "Fostering team",
            "auditor": "Kim Hale",
            "audit_date": "2024-11-18",
            "profile": "Approved for two children.",
        },
        "carer-assessment": {"documents": STRENGTHS, "judgement": "G"},
        **{key: {"applies": NO} for key in ["reg-24-placements", "approval-review", "allegations"]},
        "carer-supervision": {"frequency": STRENGTHS, "judgement": "G"},
        "supervision": {"monthly": STRENGTHS, "judgement": "G"},
        "impact": {"applies": YES, "better": STRENGTHS, "judgement": "G"},
        "diversity": {"needs_and_wishes": STRENGTHS, "judgement": "G"},
        "family-feedback": {"obtained": NO, "not_obtained": "Rang three times without an answer."},
        "overall": {"judgement": "O"},
    }
    assert filling.missing(form, "audit", answers, {}) == []
    assert _wrong(form, answers) == []


def test_a_carer_with_whom_no_child_has_lived_is_not_graded_on_a_child(pack):
    form = pack.form("fostering-file-audit")
    asked = _asked(form, "audit", {"impact": {"applies": NO}})
    assert (asked["impact"], "diversity" in asked) == (["applies"], False)
    assert "child_id" not in _must(form, "details", {})


@pytest.mark.parametrize("domain", ["allegations", "approval-review", "reg-24-placements"])
def test_a_fostering_domain_that_applies_needs_evidence_and_a_grade(pack, domain):
    form = pack.form("fostering-file-audit")
    first = next(question.key for question in form.section(domain).questions if question.kind == "evidence")
    assert _must(form, domain, {domain: {"applies": YES}}) == ["applies", first, "judgement"]


def test_supervising_social_worker_is_asked_about_the_carer_s_feedback_only_if_there_is_some(pack):
    form = pack.form("fostering-file-audit")
    assert "carer_feedback" in _asked(form, "feedback", {"family-feedback": {"obtained": YES}})["feedback"]
    assert "carer_feedback" not in _asked(form, "feedback", {"family-feedback": {"obtained": NO}})["feedback"]


def test_the_shortest_honest_lado_audit_can_be_submitted(pack):
    form = pack.form("lado-audit")
    answers = {
        "details": {
            "adult": "CD",
            "worker": "Sam Reed",
            "auditor": "Kim Hale",
            "audit_date": "2024-11-18",
            "summary": "A teacher held a pupil by the arm.",
            "referral_date": "2024-10-07",
            "decision": "advice_and_guidance_nfa",
            "decided_in_24_hours": YES,
        },
        "threshold": {"response": STRENGTHS, "judgement": "G"},
        "intervention": {"information": STRENGTHS, "judgement": "G"},
        "history": {"considered": STRENGTHS, "repeated": NO, "judgement": "G"},
        "consent": {"addressed": STRENGTHS, "judgement": "G"},
        "referrer-feedback": {"applies": NO},
        "outcome": {"child_protection": STRENGTHS, "judgement": "G"},
        "overall": {"judgement": "O"},
    }
    assert filling.missing(form, "audit", answers, {}) == []
    assert _wrong(form, answers) == []


@pytest.mark.parametrize("key", ["fostering-file-audit", "lado-audit"])
@pytest.mark.parametrize(("grade", "asked"), [("O", False), ("G", False), ("RI", True), ("I", True)])
def test_improvement_plan_is_asked_for_at_the_two_lower_grades(pack, key, grade, asked):
    must = _must(pack.form(key), "feedback", {"overall": {"judgement": grade}})
    assert ("improvement_plan" in must) is asked


def test_supervision_file_audit_gets_both_the_worker_s_and_the_supervisor_s_comments(pack):
    assert _must(pack.form("supervision-file-audit"), "feedback", {}) == ["social_worker", "supervisor"]
