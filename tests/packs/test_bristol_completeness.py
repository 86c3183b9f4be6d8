"""The Bristol pack holds all that the framework asks: compared with `inventory/bristol_child_case_audit.md`."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packs.inventory_tables import Row, listed, tables

PACK = Path(__file__).parents[2] / "fixtures" / "packs" / "bristol"
GRADE_COLUMNS = {"O": "Outstanding", "G": "Good", "RI": "Requires improvement", "I": "Inadequate"}
INVENTORY = tables("bristol_child_case_audit.md")
PARTS = INVENTORY["Parts of the form"]
QUESTIONS = INVENTORY["Questions"]


def _file(name: str) -> Any:
    return yaml.safe_load((PACK / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def form() -> dict[str, Any]:
    return _file("forms/child-case-audit.yaml")


@pytest.fixture(scope="module")
def questions(form) -> dict[str, dict[str, Any]]:
    """Every question of the form by section.key, in order."""
    return {f"{s['key']}.{q['key']}": q for s in form["sections"] for q in s["questions"]}


def _words(question: dict[str, Any]) -> str:
    """All that the auditor reads of a question, in lower case."""
    said = [question["label"], question.get("hint", ""), *question.get("guidance", [])]
    return " ".join(said).lower()


def test_form_has_every_part_of_the_document_in_its_order(form):
    assert [(s["key"], s["title"], s.get("part", "audit")) for s in form["sections"]] == [
        (part["Key"], part["Title in the document"], part["Part"]) for part in PARTS
    ]


def test_form_asks_every_question_of_the_document_in_its_order_and_kind(questions):
    assert [(key, question["kind"]) for key, question in questions.items()] == [
        (f"{row['Section']}.{row['Question']}", row["Kind"]) for row in QUESTIONS
    ]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part["Key"])
def test_inventory_counts_as_many_questions_as_the_document(part: Row):
    asked = [row for row in QUESTIONS if row["Section"] == part["Key"] and row["Item"] != "added"]
    judgements = [row for row in asked if row["Kind"] == "judgement"]
    assert (len(asked) - len(judgements), len(judgements)) == (int(part["Number"]), int(part["Judgement"] == "yes"))


@pytest.mark.parametrize("row", QUESTIONS, ids=lambda row: f"{row['Section']}.{row['Question']}")
def test_question_carries_every_half_of_the_document_s_question(questions, row: Row):
    said = _words(questions[f"{row['Section']}.{row['Question']}"])
    assert [words for words in listed(row["Must say"], ",") if words not in said] == []


@pytest.mark.parametrize("row", INVENTORY["Options and columns"], ids=lambda row: row["Question"])
def test_options_and_columns_are_the_document_s_in_its_order(questions, row: Row):
    question = questions[row["Question"]]
    assert [each["label"] for each in question.get("options") or question["columns"]] == listed(
        row["Options or columns"]
    )


def test_every_question_with_options_or_columns_is_in_the_inventory(questions):
    assert {key for key, question in questions.items() if "options" in question or "columns" in question} == {
        row["Question"] for row in INVENTORY["Options and columns"]
    }


def test_gradings_have_every_domain_and_every_statement_of_each_cell():
    gradings = _file("descriptors.yaml")["descriptors"]
    assert [
        {"Key": d["key"], "Title": d["title"]}
        | {column: str(len(d["grades"][code])) for code, column in GRADE_COLUMNS.items()}
        for d in gradings
    ] == INVENTORY["General gradings of Appendix 4"]


def test_every_judgement_shows_the_gradings_that_fit_it(form, questions):
    shown = {key.split(".")[0]: q["descriptors"] for key, q in questions.items() if q["kind"] == "judgement"}
    assert shown == {
        row["Judgement"]: listed(row["Gradings"]) for row in INVENTORY["Judgements and the gradings shown beside them"]
    }


def test_every_grading_is_shown_beside_some_judgement(questions):
    shown = {key for q in questions.values() if q["kind"] == "judgement" for key in q["descriptors"]}
    assert shown == {d["key"] for d in _file("descriptors.yaml")["descriptors"]}


def test_evidence_in_each_graded_domain_is_asked_for_at_least_once(form):
    domains = [s for s in form["sections"] if any(q["kind"] == "evidence" for q in s["questions"])]
    assert len(domains) == 7
    for section in domains:
        evidence = [q for q in section["questions"] if q["kind"] == "evidence"]
        assert evidence[0].get("required") is True, section["key"]


def test_scale_is_ofsted_s_with_the_third_grade_once():
    (scale,) = _file("scales.yaml")["scales"]
    assert [(g["code"], g["name"], g["meets_standard"], g.get("raises_alert", False)) for g in scale["grades"]] == [
        ("O", "Outstanding", True, False),
        ("G", "Good", True, False),
        ("RI", "Requires improvement", False, False),
        ("I", "Inadequate", False, True),
    ]


def test_durations_are_those_of_the_process_map():
    first, again = _file("types.yaml")["types"]
    assert {
        key: first["process"].get(key)
        for key in (
            "audit_days",
            "moderation_days",
            "distribution_days",
            "feedback_days",
            "reaudit",
            "reaudit_weeks",
            "action_review_months",
        )
    } == {
        "audit_days": 10,
        "moderation_days": 10,
        "distribution_days": 5,
        "feedback_days": 10,
        "reaudit": "child-case-reaudit",
        "reaudit_weeks": 8,
        "action_review_months": 1,
    }
    assert (again["key"], again["part"], again["process"]["audit_weeks"]) == ("child-case-reaudit", "reaudit", 8)
    assert again["process"]["moderation"] is False
