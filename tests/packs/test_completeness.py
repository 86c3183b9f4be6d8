"""Every form of every pack holds all that its source asks: compared with its page in `inventory/`.

A page is written from the source alone and can be ticked off with the source in hand; these tests compare the loaded
form with it. What the columns mean is said in docs/packs.md.
"""

from functools import cache
from pathlib import Path

import pytest
import yaml

from audits.kloe.packs import Pack, read_pack
from audits.kloe.questions import FormDefinition, Question
from tests.packs.inventory_tables import INVENTORY, Row, listed, tables

PACKS = Path(__file__).parents[2] / "fixtures" / "packs"
MARK = "Form: "


@cache
def _pack(key: str) -> Pack:
    return read_pack(PACKS / key)


def _form_named(page: Path) -> tuple[str, str]:
    """The pack and the form that a page is about, from its line `Form: pack/form`."""
    (line,) = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith(MARK)]
    pack, form = line.removeprefix(MARK).strip().strip("`").split("/")
    return pack, form


PAGES = {_form_named(page): page.name for page in sorted(INVENTORY.glob("*.md"))}
TABLES = {named: tables(page) for named, page in PAGES.items()}
every_form = pytest.mark.parametrize("named", sorted(PAGES), ids="/".join)


def _form(named: tuple[str, str]) -> FormDefinition:
    pack, form = named
    return _pack(pack).form(form)


def _questions(form: FormDefinition) -> dict[str, Question]:
    return {f"{section.key}.{question.key}": question for section, question in form.all_questions()}


def _rows(named: tuple[str, str], heading: str) -> list[Row]:
    return TABLES[named].get(heading, [])


def _words(question: Question) -> str:
    """All that is read of a question, in lower case; a table's columns belong to it."""
    said = [question.label, question.hint, *question.guidance, question.left, question.right]
    said += [question.low_label, question.high_label]
    said += [text for column in question.columns for text in (column.label, column.hint)]
    return " ".join(said).lower()


def test_every_form_of_every_pack_has_its_page():
    packs = [_pack(folder.name) for folder in sorted(PACKS.iterdir()) if folder.is_dir()]
    assert sorted(PAGES) == sorted((pack.key, form.key) for pack in packs for form in pack.forms)


@every_form
def test_sections_are_the_source_s_in_its_order(named):
    assert [(section.key, section.title, section.part) for section in _form(named).sections] == [
        (row["Key"], row["Title in the document"], row["Part"]) for row in _rows(named, "Parts of the form")
    ]


@every_form
def test_questions_are_the_source_s_in_its_order_and_of_its_kinds(named):
    assert [(key, question.kind) for key, question in _questions(_form(named)).items()] == [
        (f"{row['Section']}.{row['Question']}", row["Kind"]) for row in _rows(named, "Questions")
    ]


@every_form
def test_page_lists_as_many_questions_in_each_part_as_it_counts(named):
    counted = []
    for part in _rows(named, "Parts of the form"):
        asked = [row for row in _rows(named, "Questions") if row["Section"] == part["Key"] and row["Item"] != "added"]
        judgements = [row for row in asked if row["Kind"] == "judgement"]
        counted.append((part["Key"], str(len(asked) - len(judgements)), "yes" if judgements else "no"))
    assert counted == [(row["Key"], row["Number"], row["Judgement"]) for row in _rows(named, "Parts of the form")]


@every_form
def test_every_question_carries_every_half_of_the_source_s_question(named):
    questions = _questions(_form(named))
    lost = {}
    for row in _rows(named, "Questions"):
        key = f"{row['Section']}.{row['Question']}"
        said = _words(questions[key])
        missing = [words for words in listed(row["Must say"], ",") if words and words.lower() not in said]
        if missing:
            lost[key] = missing
    assert lost == {}


@every_form
def test_options_and_columns_are_the_source_s_in_its_order(named):
    shown = {
        key: [each.label for each in question.options or question.columns]
        for key, question in _questions(_form(named)).items()
        if question.options or question.columns
    }
    assert shown == {row["Question"]: listed(row["Options or columns"]) for row in _rows(named, "Options and columns")}


@every_form
def test_grades_are_the_source_s(named):
    scale = _form(named).scale
    shown = [
        {
            "Code": grade.code,
            "Name": grade.name,
            "Meets the standard": "yes" if grade.meets_standard else "no",
            "Raises the alert": "yes" if grade.raises_alert else "no",
        }
        for grade in (scale.grades if scale else ())
    ]
    assert shown == _rows(named, "Grades")


@every_form
def test_gradings_have_every_statement_of_every_cell(named):
    form = _form(named)
    names = {grade.code: grade.name for grade in form.scale.grades} if form.scale else {}
    shown = [
        {"Key": each.key, "Title": each.title}
        | {name: str(len(each.grades.get(code, ()))) for code, name in names.items()}
        for each in form.descriptors
    ]
    assert shown == _rows(named, "Gradings")


@every_form
def test_every_judgement_shows_the_gradings_that_fit_it(named):
    shown = {
        key: list(question.descriptors) for key, question in _questions(_form(named)).items() if question.descriptors
    }
    assert shown == {
        row["Judgement"]: listed(row["Gradings"])
        for row in _rows(named, "Judgements and the gradings shown beside them")
    }


@every_form
def test_guidance_that_the_source_prints_is_carried_statement_by_statement(named):
    form = _form(named)
    questions = _questions(form)
    introductions = {section.key: section.introduction for section in form.sections}
    shown = {
        row["Section or question"]: str(
            len(
                questions[row["Section or question"]].guidance
                if "." in row["Section or question"]
                else introductions[row["Section or question"]]
            )
        )
        for row in _rows(named, "Guidance")
    }
    assert shown == {row["Section or question"]: row["Statements"] for row in _rows(named, "Guidance")}


@pytest.mark.parametrize("file", sorted(PACKS.rglob("*.yaml")), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_file_is_read_by_any_yaml_parser(file):
    text = file.read_bytes()
    # The one of the specification's own library, and the one written in C that loading uses.
    assert yaml.load(text, Loader=yaml.SafeLoader) is not None
    assert yaml.load(text, Loader=yaml.CSafeLoader) == yaml.load(text, Loader=yaml.SafeLoader)
