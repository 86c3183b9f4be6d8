"""Two versions of a form side by side, in words that people read."""

from pathlib import Path

import pytest

from audits.forms.differences import Change, domains, groups
from audits.kloe.packs import read_pack
from audits.kloe.questions import FormDefinition
from tests.audits.setting import bristol
from tests.audits.small_pack import rewrite, write_pack

FORM = "forms/north-form.yaml"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path, "north")


def form_of(pack: Path) -> FormDefinition:
    return read_pack(pack).forms[0]


def after(pack: Path, *changes: tuple[str, str], file: str = FORM) -> tuple[FormDefinition, FormDefinition]:
    old = form_of(pack)
    for before, then in changes:
        rewrite(pack, file, before, then)
    return old, form_of(pack)


def test_it_works(pack: Path) -> None:
    old, new = after(pack, ("label: Is there a plan?", "label: Is there a written plan?"))
    (record,) = groups(old, new)
    assert (record.title, record.how) == ("Record", "")
    (entry,) = record.entries
    assert (entry.title, entry.how) == ("Is there a written plan?", "Changed")
    assert entry.changes == (Change("Question", "Is there a plan?", "Is there a written plan?"),)


def test_the_same_is_no_difference() -> None:
    form = bristol().forms[0]
    assert groups(form, form) == []
    assert all(domain.before == domain.after for domain in domains(form, form).shared)


def test_conditions_kinds_and_options_are_said_in_words(pack: Path) -> None:
    old, new = after(
        pack,
        (
            '        when: {question: has_plan, is: "no"}\n',
            "        when: {question: chronology, in: [good, incomplete]}\n",
        ),
        ("kind: long_text", "kind: one_choice\n        options: [Not yet due, Not written]"),
    )
    (entry,) = groups(old, new)[0].entries
    assert {change.name: (change.before, change.after) for change in entry.changes} == {
        "Kind of question": ("Long text", "One choice"),
        "Longest text, in characters": ("20000", "0"),
        "Answers to choose from": ("", "Not yet due\nNot written"),
        "Asked": (
            "Only if “Is there a plan?” is “No”",
            "Only if “Is the chronology up to date?” is “Good” or “Incomplete”",
        ),
    }


def test_what_is_added_and_removed_is_shown_with_all_it_says(pack: Path) -> None:
    extra = (
        "      - {key: genogram, kind: yes_no, label: Is there a genogram?, hint: Three generations, required: true}\n"
    )
    kept = "      - {key: chronology, kind: record_state, label: Is the chronology up to date?}\n"
    old, new = after(pack, (kept, extra))
    added, removed = groups(old, new)[0].entries
    assert (added.how, removed.how) == ("Added", "Removed")
    assert [(one.name, one.after) for one in added.changes] == [
        ("Kind of question", "Yes or no"),
        ("Hint", "Three generations"),
        ("Must be answered", "Yes"),
    ]
    assert [(one.name, one.before) for one in removed.changes] == [("Kind of question", "State of a record")]


def test_a_section_that_is_gone_is_shown_with_its_questions(pack: Path) -> None:
    old, new = after(pack)
    old, new = old, FormDefinition(key=new.key, title=new.title, scale=new.scale, sections=new.sections[1:])
    gone = groups(old, new)[-1]
    assert (gone.title, gone.how) == ("Record", "Removed")
    assert [entry.title for entry in gone.entries] == [
        "Is the chronology up to date?",
        "Is there a plan?",
        "Why is there none?",
    ]


def test_a_question_that_moved_and_changed_is_one_entry(pack: Path) -> None:
    moved = "      - {key: chronology, kind: record_state, label: Is the chronology up to date?}\n"
    old, new = after(
        pack,
        (moved, ""),
        ("  - key: plan\n", moved.replace("up to date", "kept") + "  - key: plan\n"),
    )
    (entry,) = groups(old, new)[0].entries
    assert (entry.title, entry.how) == ("Is the chronology kept?", "Changed and moved")


def test_a_value_that_changes_behind_the_same_words_is_shown(pack: Path) -> None:
    with_options = ("kind: long_text", "kind: one_choice\n        options: [{value: not_due, label: Not due}, Lost]")
    rewrite(pack, FORM, *with_options)
    old, new = after(pack, ("value: not_due", "value: early"))
    (change,) = groups(old, new)[0].entries[0].changes
    assert change == Change(
        "Answers to choose from",
        "Not due\nLost\nNot due: kept as not_due\nLost: kept as lost",
        "Not due\nLost\nNot due: kept as early\nLost: kept as lost",
    )


def test_scales_and_what_grades_look_like_are_about_the_form_as_a_whole(pack: Path) -> None:
    old = form_of(pack)
    rewrite(pack, "scales.yaml", "name: Good", "name: Good enough")
    rewrite(pack, "descriptors.yaml", "The plan names no dates.", "The plan names neither people nor dates.")
    (whole,) = groups(old, form_of(pack))
    changes = {change.name: (change.before, change.after) for change in whole.entries[0].changes}
    assert list(changes) == ["Grading scale", "What ‘RI’ looks like: Plans"]
    assert "Good enough (G, meets the standard)" in changes["Grading scale"][1]


def test_domains_that_both_have_join_whatever_they_are_called(pack: Path) -> None:
    old, new = after(
        pack,
        ("label: How good is the plan?", "label: How well does it fit?"),
        (
            "      - key: overall\n",
            "      - {key: voice_grade, kind: judgement, label: Voice, domain: voice}\n      - key: overall\n",
        ),
    )
    found = domains(old, new)
    assert found.same_scale
    assert [(one.key, one.before, one.after) for one in found.shared] == [
        ("plan", "How good is the plan?", "How well does it fit?"),
        ("overall", "Overall", "Overall"),
    ]
    assert [one.key for one in found.new] == ["voice"]
    assert found.gone == ()


def test_on_another_scale_no_figures_join(pack: Path) -> None:
    old = form_of(pack)
    for file in ("scales.yaml", "descriptors.yaml", FORM):
        rewrite(pack, file, "ofsted", "ours")
    assert not domains(old, form_of(pack)).same_scale
