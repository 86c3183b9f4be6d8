"""What families and practitioners answered to closed questions is kept so that it can be counted."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from audits.coding import FAMILY, PRACTITIONER, Coded, coded
from audits.kloe.definition import from_json
from audits.models import Audit, CodedAnswer, State
from audits.queries.answers import answers_and_raws
from audits.workflow import filling
from audits.workflow.coding import code_answers
from tests.audits import walk
from tests.audits.factories import make_audit
from tests.audits.setting import Authority, make_authority

migration = import_module("audits.migrations.0014_code_what_was_submitted")
YES_NO = {"kind": "yes_no", "label": "Was anybody asked?"}
FORM = from_json(
    {
        "form": "small",
        "title": "Small",
        "sections": [
            {"key": "child", "title": "Child", "questions": [{"key": "seen", **YES_NO}]},
            {
                "key": "child-views",
                "title": "Views",
                "questions": [
                    {"key": "obtained", **YES_NO},
                    {
                        "key": "listened",
                        "kind": "scale_0_10",
                        "label": "Do they listen?",
                        "when": {"question": "obtained", "is": "yes"},
                    },
                    {"key": "often", "kind": "frequency_scale", "label": "How often?"},
                    {"key": "lives", "kind": "one_choice", "label": "Where?", "options": ["Home", "Away"]},
                    {"key": "words", "kind": "long_text", "label": "What else?"},
                ],
            },
            {"key": "learning", "title": "Learning", "part": "feedback", "questions": [{"key": "talked", **YES_NO}]},
        ],
    }
)
ANSWERS = {
    "child": {"seen": {"answer": "yes", "comment": ""}},
    "child-views": {
        "obtained": {"answer": "yes", "comment": "By phone."},
        "listened": 0,
        "often": "rarely",
        "lives": "away",
        "words": "Mum shouts.",
    },
    "learning": {"talked": {"answer": "no", "comment": ""}},
}


def kept(audit: Audit) -> dict[str, str]:
    return dict(CodedAnswer.objects.filter(audit=audit).values_list("question", "value"))


@pytest.fixture
def authority() -> Authority:
    return make_authority()


def test_only_scales_and_yes_or_no_about_feedback_are_coded() -> None:
    assert coded(FORM, "audit", ANSWERS) == [
        Coded(FAMILY, "child-views.obtained", "yes"),
        Coded(FAMILY, "child-views.listened", "0"),
        Coded(FAMILY, "child-views.often", "rarely"),
    ]
    assert coded(FORM, "feedback", ANSWERS) == [Coded(PRACTITIONER, "learning.talked", "no")]


def test_an_answer_to_a_question_that_does_not_apply_is_not_coded() -> None:
    answers = {"child-views": {"obtained": {"answer": "no", "comment": ""}, "listened": 7}}
    assert coded(FORM, "audit", answers) == [Coded(FAMILY, "child-views.obtained", "no")]


def test_a_comment_without_an_answer_is_not_coded() -> None:
    assert coded(FORM, "audit", {"child-views": {"obtained": {"answer": "", "comment": "Later."}}}) == []


@pytest.mark.django_db
def test_the_familys_answers_are_kept_on_submission_and_the_practitioners_when_they_are_given(
    authority: Authority,
) -> None:
    audit = make_audit(authority, State.MODERATING)
    assert kept(audit)["family-feedback.obtained"] == "yes"
    assert not any(key.startswith("feedback.") for key in kept(audit))
    closed = make_audit(authority, State.CLOSED)
    voices = dict(CodedAnswer.objects.filter(audit=closed).values_list("question", "voice"))
    assert voices["family-feedback.obtained"] == CodedAnswer.Voice.FAMILY
    assert {voice for key, voice in voices.items() if key.startswith("feedback.")} <= {"practitioner"}


@pytest.mark.django_db
def test_coding_again_replaces_what_changed_and_forgets_what_is_gone(authority: Authority) -> None:
    audit = make_audit(authority, State.IN_PROGRESS)
    CodedAnswer.objects.create(audit=audit, voice="practitioner", question="feedback.discussed", value="yes")
    for answers, expected in (
        ({"obtained": {"answer": "yes", "comment": ""}, "given_by": ["young_person"], "young_person_score": 4},
         {"family-feedback.obtained": "yes", "family-feedback.young_person_score": "4"}),
        ({"obtained": {"answer": "no", "comment": ""}}, {"family-feedback.obtained": "no"}),
    ):  # fmt: skip
        row = audit.sections.filter(section="family-feedback").first()
        filling.save_section(
            audit,
            section="family-feedback",
            document={"answers": answers, "raw": {}},
            seen_revision=row.revision if row else 0,
            by=audit.auditor,
        )
        for _ in range(2):
            code_answers(audit, "audit")
            assert kept(audit) == {"feedback.discussed": "yes", **expected}


@pytest.mark.django_db
def test_nothing_is_kept_of_a_confidential_audit(authority: Authority) -> None:
    audit = make_audit(authority, State.IN_PROGRESS)
    walk.fill(audit, part="audit", by=audit.auditor)
    Audit.objects.filter(pk=audit.pk).update(confidential=True)
    code_answers(Audit.objects.get(pk=audit.pk), "audit")
    assert kept(audit) == {}


@pytest.mark.django_db
def test_audits_from_before_are_coded_alike_and_once(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "BATCH", 1)
    audits = [make_audit(authority, state) for state in (State.IN_PROGRESS, State.MODERATING, State.CLOSED)]
    expected = [kept(audit) for audit in audits]
    assert [bool(one) for one in expected] == [False, True, True]
    CodedAnswer.objects.all().delete()
    for _ in range(2):
        migration.code(apps, connection.schema_editor())
        assert [kept(audit) for audit in audits] == expected


@pytest.mark.django_db
def test_an_audit_closed_without_feedback_has_none_of_it_coded(authority: Authority) -> None:
    audit = make_audit(authority, State.CLOSED)
    CodedAnswer.objects.all().delete()
    audit.sections.filter(section="feedback").delete()
    answers, _ = answers_and_raws(audit)
    assert "feedback" not in answers
    migration.code(apps, connection.schema_editor())
    assert not CodedAnswer.objects.filter(voice="practitioner").exists()
