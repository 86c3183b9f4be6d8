"""What holds for every pack that ships: no form can trap an honest auditor, nothing is asked that nobody can fill."""

from functools import cache
from pathlib import Path

import pytest

from audits.kloe.packs import Pack, read_pack

PACKS = Path(__file__).parents[2] / "fixtures" / "packs"
WHAT_SHIPS = PACKS.parents[1] / "docs" / "packs.md"
KEYS = sorted(folder.name for folder in PACKS.iterdir() if folder.is_dir())
every_pack = pytest.mark.parametrize("key", KEYS)


@cache
def _pack(key: str) -> Pack:
    return read_pack(PACKS / key)


@every_pack
def test_every_part_of_a_form_is_filled_at_some_step_of_one_of_its_types(key):
    reached: dict[str, set[str]] = {form.key: set() for form in _pack(key).forms}
    for kind in _pack(key).types:
        steps = [step for step in ("qa_check", "moderation", "distribution", "feedback") if getattr(kind.process, step)]
        reached[kind.form] |= {kind.part, *steps}
    assert [
        (form.key, part) for form in _pack(key).forms for part in form.parts() if part not in reached[form.key]
    ] == []


@every_pack
def test_feedback_is_asked_for_only_where_the_audit_is_sent_to_the_worker(key):
    assert [kind.key for kind in _pack(key).types if kind.process.feedback and not kind.process.distribution] == []


@every_pack
def test_a_worker_whose_audit_recommended_no_action_can_say_so(key):
    asked = [q for form in _pack(key).forms for _, q in form.all_questions() if q.key == "actions_completed"]
    assert [question.label for question in asked if not question.not_applicable] == []


@every_pack
def test_every_audit_that_asks_for_action_lets_there_be_none(key):
    plans = [q for form in _pack(key).forms for _, q in form.all_questions() if q.becomes == "actions"]
    assert [question.label for question in plans if question.required or question.minimum_rows] == []


def test_titles_keys_and_reference_prefixes_of_all_packs_differ():
    types = [kind for key in KEYS for kind in _pack(key).types]
    for told_apart_by in ("key", "title", "reference_prefix"):
        named = [getattr(kind, told_apart_by) for kind in types]
        assert sorted(named) == sorted(set(named))
    titles = [form.title for key in KEYS for form in _pack(key).forms]
    assert sorted(titles) == sorted(set(titles))


def test_the_table_of_what_ships_names_every_form_with_its_questions_and_grades():
    shipped = {}
    for key in KEYS:
        for form in _pack(key).forms:
            kinds = [question.kind for _, question in form.all_questions()]
            grades = kinds.count("judgement")
            shipped[f"`{key}/{form.key}`"] = (str(len(kinds) - grades), str(grades))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in WHAT_SHIPS.read_text("utf-8").splitlines()]
    assert {row[0]: (row[2], row[3]) for row in rows if len(row) == 5 and "/" in row[0]} == shipped
