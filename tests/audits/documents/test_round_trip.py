"""What was written into a form's Word document is what is read from it, whatever program saved it in between."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from audits.documents.docx_package import open_package
from audits.documents.layout import lay_form
from audits.documents.names import MAX_TAG, places
from audits.documents.word_parts import w
from audits.kloe.definition import FormDefinition
from audits.kloe.filling import read_section
from audits.kloe.packs import read_pack
from tests.audits.documents.word import CHANGES, Answers, changed, documents, in_xml, layout, made, read
from tests.audits.kloe.strategies import filled_forms, sections_answers

TODAY = date(2026, 11, 27)
PACKS = sorted((Path(settings.BASE_DIR) / "fixtures" / "packs").iterdir())
slow = hypothesis_settings(max_examples=15, suppress_health_check=list(HealthCheck))


@lru_cache
def forms_of_packs() -> dict[str, FormDefinition]:
    found: dict[str, FormDefinition] = {}
    for pack in PACKS:
        forms: Any = read_pack(pack).forms
        for form in forms.values() if isinstance(forms, dict) else forms:
            found[f"{pack.name}/{form.key}"] = form
    return found


def expect_same(form: FormDefinition, answers: Answers, data: bytes, before: Answers | None = None) -> None:
    fields = read(data, form, before)
    for section in form.sections:
        found = read_section(form, section, fields[section.key].data, today=TODAY)
        assert found.answers == answers.get(section.key, {})
        assert not found.raw, found.errors
        assert not fields[section.key].stray


@slow
@given(filled_forms())
def test_any_form_with_any_answers(filled: tuple[FormDefinition, Answers]) -> None:
    form, answers = filled[0], in_xml(filled[1])
    expect_same(form, answers, made(form, documents(answers)))


@slow
@given(filled_forms())
def test_what_xml_cannot_hold_is_not_lost_from_what_nobody_changed(filled: tuple[FormDefinition, Answers]) -> None:
    form, answers = filled
    held = documents(answers)
    expect_same(form, answers, made(form, held), before=held)


@slow
@given(filled_forms(), st.sets(st.sampled_from(["no tags", "no controls", "split runs", "other styles"]), min_size=1))
def test_other_programs_may_save_it(filled: tuple[FormDefinition, Answers], programs: set[str]) -> None:
    form, answers = filled[0], in_xml(filled[1])
    expect_same(form, answers, changed(made(form, documents(answers)), *[one for one in CHANGES if one in programs]))


@pytest.mark.parametrize("name", sorted(forms_of_packs()))
@hypothesis_settings(max_examples=1, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_form_of_every_pack(name: str, data: Any) -> None:
    form = forms_of_packs()[name]
    answers = {section.key: in_xml(data.draw(sections_answers(section, form))) for section in form.sections}
    document = made(form, documents(answers))
    expect_same(form, answers, document)
    expect_same(form, answers, changed(document, "no tags"))


@pytest.mark.parametrize("name", sorted(forms_of_packs()))
def test_a_blank_form_answers_nothing_and_names_every_field_once(name: str) -> None:
    form = forms_of_packs()[name]
    blank = made(form)
    expect_same(form, {}, blank)
    tags = [one.get(w("val")) for one in open_package(blank).document.iter(w("tag"))]
    assert len(tags) == len(set(tags))
    assert max(map(len, tags)) <= MAX_TAG
    known = places(lay_form(form, version=1))
    assert set(tags) <= set(known)
    asked = {(place.section, place.question) for place in known.values()}
    assert asked == {(section.key, question.key) for section, question in form.all_questions()}


def test_every_word_of_a_form_is_printed() -> None:
    form = forms_of_packs()["bristol/child-case-audit"]
    text = " ".join("".join(open_package(made(form)).document.itertext()).split())
    for section, question in form.all_questions():
        for words in (section.title, *section.introduction, question.label, question.hint, *question.guidance):
            assert " ".join(words.split()) in text
        for column in question.columns:
            assert column.label in text
    for descriptor in form.descriptors:
        for sentences in descriptor.grades.values():
            for sentence in sentences:
                assert " ".join(sentence.split()) in text
    assert "Only if “" in text


def test_layout_says_which_questions_depend_on_an_answer() -> None:
    form = forms_of_packs()["bristol/child-case-audit"]
    items = {(laid.section.key, item.question.key): item for laid in layout(form).sections for item in laid.items}
    for (section, key), item in items.items():
        assert bool(item.only_if) == bool(form.section(section).question(key).when), (section, key)
