"""The observed practice, IRO and CP chair, and First Response forms ask what applies, and follow their process maps.

That they hold all that the framework asks is compared in `test_completeness.py`.
"""

from pathlib import Path

import pytest

from audits.kloe import filling
from audits.kloe.filling import Answers
from audits.kloe.packs import Pack, read_pack
from audits.kloe.types import AuditType, Process

PACK = Path(__file__).parents[2] / "fixtures" / "packs" / "bristol"
FORMS = ("first-response-audit", "iro-cp-chair-audit", "observed-practice")
YES, NO = {"answer": "yes", "comment": ""}, {"answer": "no", "comment": ""}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(PACK)


def _type(pack: Pack, key: str) -> AuditType:
    (found,) = [kind for kind in pack.types if kind.key == key]
    return found


def _asked(pack: Pack, form_key: str, section: str, answers: Answers) -> list[str]:
    form = pack.form(form_key)
    shown = {each.key: questions for each, questions in filling.visible(form, form.section(section).part, answers)}
    return [question.key for question in shown.get(section, ())]


def _must_be_answered(pack: Pack, form_key: str, section: str, answers: Answers) -> list[str]:
    asked = _asked(pack, form_key, section, answers)
    return [key for key in asked if pack.form(form_key).section(section).question(key).required]


def test_an_observation_is_reviewed_instead_of_moderated_and_has_no_re_audit(pack):
    observation = _type(pack, "observed-practice")
    assert observation.about == "practitioner"
    assert observation.process == Process(qa_check=True, distribution=True, feedback=True)
    assert pack.form("observed-practice").parts() == ("audit", "feedback")


@pytest.mark.parametrize(
    ("key", "reaudit", "about"),
    [
        ("first-response-audit", "first-response-reaudit", "case"),
        ("iro-cp-chair-audit", "iro-cp-chair-reaudit", "practitioner"),
    ],
)
def test_the_other_two_are_moderated_sent_out_and_audited_again(pack, key, reaudit, about):
    audit, again = _type(pack, key), _type(pack, reaudit)
    assert audit.process == Process(moderation=True, distribution=True, feedback=True, reaudit=reaudit)
    assert again.process == Process(audit_weeks=8, distribution=True)
    assert (audit.about, again.about, again.form, again.part) == (about, about, key, "reaudit")


@pytest.mark.parametrize("key", FORMS)
def test_no_graded_domain_can_be_submitted_without_any_evidence(pack, key):
    domains = [[q for q in section.questions if q.kind == "evidence"] for section in pack.form(key).sections]
    assert [evidence[0] for evidence in domains if evidence and not evidence[0].required] == []


@pytest.mark.parametrize("key", FORMS)
def test_without_feedback_from_the_family_only_the_reason_is_asked_for(pack, key):
    assert _asked(pack, key, "family-feedback", {"family-feedback": {"obtained": NO}}) == ["obtained", "not_obtained"]


@pytest.mark.parametrize(
    ("form", "domain"),
    [
        ("first-response-audit", "referrer-feedback"),
        ("first-response-audit", "repeated-referral"),
        ("iro-cp-chair-audit", "escalation"),
        ("observed-practice", "engagement"),
    ],
)
def test_a_domain_that_does_not_apply_needs_neither_evidence_nor_grade(pack, form, domain):
    assert _asked(pack, form, domain, {domain: {"applies": NO}}) == ["applies"]
    assert "judgement" in _must_be_answered(pack, form, domain, {domain: {"applies": YES}})


@pytest.mark.parametrize(
    ("role", "left_out"),
    [
        ("cp_chair", {"child-voice": "seen", "reviews": "information", "plan": "contact"}),
        ("iro", {"child-voice": "heard"}),
    ],
)
def test_what_belongs_to_one_role_is_not_asked_of_the_other(pack, role, left_out):
    answers = {"details": {"role": role}}
    not_asked = {
        section.key: question.key
        for section, question in pack.form("iro-cp-chair-audit").all_questions()
        if section.key in ("child-voice", "reviews", "plan")
        and question.key not in _asked(pack, "iro-cp-chair-audit", section.key, answers)
    }
    assert not_asked == left_out


@pytest.mark.parametrize(
    ("observed", "asked"), [("case_discussion", False), ("children_and_families", True), ("supervision_session", False)]
)
def test_the_family_s_consent_is_asked_for_when_a_family_was_observed(pack, observed, asked):
    must = _must_be_answered(pack, "observed-practice", "preparation", {"details": {"observed": observed}})
    assert ("consent" in must) is asked


@pytest.mark.parametrize("key", FORMS)
@pytest.mark.parametrize(("grade", "asked"), [("G", False), ("I", True), ("O", False), ("RI", True)])
def test_an_improvement_plan_is_asked_for_at_the_two_lower_grades(pack, key, grade, asked):
    must = _must_be_answered(pack, key, "feedback", {"overall": {"judgement": grade}})
    assert ("improvement_plan" in must) is asked


def test_an_observed_supervision_session_needs_no_child(pack):
    assert _must_be_answered(
        pack, "observed-practice", "details", {"details": {"observed": "supervision_session"}}
    ) == [
        "audit_type",
        "observed",
        "team",
        "worker",
        "auditor",
        "audit_date",
        "summary",
    ]
