# ruff: noqa: E501 - one mistake a line reads best
"""Packs: what loads, and how every mistake is named with its file, its line and its reason."""

import json
import time
from pathlib import Path
from textwrap import dedent, indent

import pytest

from audits.kloe.definition import BadDefinition, from_json, to_json
from audits.kloe.packs import Difference, PackErrors, Process, compare, read_pack

BRISTOL = Path(__file__).parents[3] / "fixtures" / "packs" / "bristol"

FILES = {
    "pack.yaml": "key: small\ntitle: Small pack\nsource: Made up\n",
    "scales.yaml": dedent(
        """\
        scales:
          - key: ofsted
            title: Ofsted grades
            grades:
              - {code: G, name: Good, meets_standard: true}
              - {code: I, name: Inadequate, meets_standard: false, raises_alert: true}
        """
    ),
    "descriptors.yaml": dedent(
        """\
        descriptors:
          - key: plans
            title: Plans
            scale: ofsted
            grades:
              G: [Plans are sound.]
              I: [There is no plan.]
        """
    ),
    "forms/small.yaml": dedent(
        """\
        form: small
        title: Small form
        scale: ofsted
        sections:
          - key: details
            title: Details
            questions:
              - key: status
                kind: one_choice
                label: Status
                options: [CIN, CP, {value: yes, label: Yes}]
              - key: why
                kind: long_text
                label: Why?
                when: {question: status, is: cin}
          - key: overall
            title: Overall
            questions:
              - key: judgement
                kind: judgement
                label: Judgement
                domain: overall
                overall: true
                required: true
                descriptors: [plans]
        """
    ),
    "types.yaml": dedent(
        """\
        types:
          - key: small-audit
            title: Small audit
            form: small
            process: {moderation: true, audit_days: 5}
        """
    ),
}


@pytest.fixture
def pack(tmp_path):
    """Write the small pack, with pieces of text replaced, and give its folder."""

    def write(file: str = "", old: str = "", new: str = "", **whole: str) -> Path:
        (tmp_path / "forms").mkdir(exist_ok=True)
        for name, text in FILES.items():
            if name == file:
                assert old in text
                text = text.replace(old, new, 1)
            (tmp_path / name).write_text(text)
        return tmp_path

    return write


def errors_of(folder: Path) -> list[str]:
    with pytest.raises(PackErrors) as caught:
        read_pack(folder)
    return str(caught.value).splitlines()


def test_a_small_pack_loads(pack) -> None:
    read = read_pack(pack())
    assert (read.key, read.title, read.source) == ("small", "Small pack", "Made up")
    form = read.form("small")
    assert [choice.value for choice in form.section("details").question("status").options] == ["cin", "cp", "yes"]
    assert form.overall() == (form.section("overall"), form.section("overall").question("judgement"))
    assert form.domains() == [("overall", "Overall")]
    assert form.parts() == ("audit",)
    (kind,) = read.types
    assert kind.process == Process(audit_days=5, moderation=True)
    assert kind.reference_prefix == "SA"


def test_descriptors_and_types_may_be_left_out(pack) -> None:
    folder = pack("forms/small.yaml", "        descriptors: [plans]\n", "")
    (folder / "descriptors.yaml").unlink()
    (folder / "types.yaml").unlink()
    read = read_pack(folder)
    assert (read.descriptors, read.types) == ((), ())


WHY = "key: why\n        kind: long_text\n"
JUDGED = "        domain: overall\n        overall: true\n        required: true\n"
FORM = "forms/small.yaml"
IN_WHY = "section details, question why: "
IN_STATUS = "section details, question status: "
IN_JUDGEMENT = "section overall, question judgement: "
WHEN = "when: {question: status, is: cin}"

BAD = [
    (FORM, "kind: long_text", "kind: long_txt", 13, IN_WHY + "unknown kind ‘long_txt’; did you mean long_text?"),
    (FORM, "label: Why?", "lable: Why?", 14, IN_WHY + "unknown key ‘lable’; did you mean label?"),
    (FORM, "label: Why?", "lable: Why?", 12, IN_WHY + "label is missing"),
    (FORM, "label: Why?", "label: 12", 14, IN_WHY + "label must be text: put ‘12’ in quotes"),
    (FORM, "label: Why?", "label: ''", 14, IN_WHY + "label is empty"),
    (FORM, "key: overall", "key: details", 16, "section details: section key ‘details’ is there twice"),
    (FORM, "key: why", "key: status", 12, "section details, question status: question key ‘status’ is there twice in its section"),
    (FORM, "key: why", "key: Why-Not", 12, "section details, question Why-Not: key ‘Why-Not’ may have only lower case letters, digits and underscores"),
    (FORM, "key: details", "key: De_tails", 5, "section De_tails: key ‘De_tails’ may have only lower case letters, digits and hyphens"),
    (FORM, WHEN, "when: {question: statos, is: cin}", 15, IN_WHY + "there is no question details.statos to look at; did you mean details.status?"),
    (FORM, WHEN, "when: {question: other.status, is: cin}", 15, IN_WHY + "there is no question other.status to look at; did you mean details.status?"),
    (FORM, WHEN, "when: {question: status, is: cic}", 15, IN_WHY + "‘cic’ is not an answer to details.status; its answers are cin, cp, yes"),
    (FORM, WHEN, "when: {question: status, in: [cin, x]}", 15, IN_WHY + "‘x’ is not an answer to details.status; its answers are cin, cp, yes"),
    (FORM, WHEN, "when: {question: status, is: true}", 15, IN_WHY + "is must be a text or a number (yes and no in quotes), not true"),
    (FORM, WHEN, "when: {question: status, in: cin}", 15, IN_WHY + "in must be a list of values, not ‘cin’"),
    (FORM, WHEN, "when: {question: status}", 15, IN_WHY + "a condition needs exactly one of is, not, in, answered"),
    (FORM, WHEN, "when: {question: status, is: cin, not: cp}", 15, IN_WHY + "a condition needs exactly one of is, not, in, answered"),
    (FORM, WHEN, "when: {question: why, answered: true}", 15, IN_WHY + "circle of conditions: whether details.why applies depends on itself"),
    (FORM, WHEN, "when: {question: status, answered: maybe}", 15, IN_WHY + "answered must be true or false, not ‘maybe’"),
    (FORM, WHEN, "when: {all: []}", 15, IN_WHY + "all is missing or empty"),
    (FORM, WHEN, "when: {any: [{question: status, is: x}]}", 15, IN_WHY + "‘x’ is not an answer to details.status; its answers are cin, cp, yes"),
    (FORM, WHEN, "when: status", 15, IN_WHY + "must be a mapping of keys and values, not ‘status’"),
    (FORM, WHEN, "when: {question: overall.judgement, is: RI}", 15, IN_WHY + "‘RI’ is not an answer to overall.judgement; its answers are G, I"),
    (FORM, WHEN, "prefill: case.name", 15, IN_WHY + "prefill ‘case.name’ is not one of case.identifier, case.initials_and_age, case.status, case.holder, case.team, case.manager, case.chair, audit.subject, audit.auditor, audit.moderator, today; did you mean case.team?"),
    (FORM, "kind: long_text", "kind: evidence\n        prefill: today", 14, IN_WHY + "a question of kind evidence cannot be filled in beforehand"),
    (FORM, "[CIN, CP, {value: yes, label: Yes}]", "[CIN]", 11, IN_STATUS + "one option is no choice; give at least two"),
    (FORM, "[CIN, CP, {value: yes, label: Yes}]", "[CIN, cin]", 11, IN_STATUS + "option ‘cin’ is there twice"),
    (FORM, "        options: [CIN, CP, {value: yes, label: Yes}]\n", "", 8, IN_STATUS + "options is missing or empty"),
    (FORM, "[CIN, CP, {value: yes, label: Yes}]", "[{value: cin}, CP]", 11, IN_STATUS + "label is missing"),
    (FORM, "[CIN, CP, {value: yes, label: Yes}]", "[{value: C N, label: CIN}, CP]", 11, IN_STATUS + "value ‘C N’ may have only lower case letters, digits and underscores"),
    (FORM, "        overall: true\n", "", 1, "one judgement of the part audit must have overall: true, and none has"),
    (FORM, "        required: true\n", "", 19, IN_JUDGEMENT + "the overall judgement must have required: true"),
    (FORM, "        required: true\n", "        required: true\n        when: {question: details.status, is: cp}\n", 19, IN_JUDGEMENT + "the overall judgement cannot hang on a condition"),
    (FORM, "scale: ofsted\n", "", 18, IN_JUDGEMENT + "a judgement needs a form with a scale"),
    (FORM, "scale: ofsted\n", "scale: ofsed\n", 3, "there is no scale ‘ofsed’; did you mean ofsted?"),
    (FORM, "[plans]", "[plan]", 25, IN_JUDGEMENT + "there is no descriptor ‘plan’; did you mean plans?"),
    (FORM, "        domain: overall\n", "", 19, IN_JUDGEMENT + "domain is missing"),
    (FORM, "    title: Overall\n", "    title: Overall\n    part: audits\n", 18, "section overall: part ‘audits’ is not one of audit, qa_check, moderation, distribution, feedback, reaudit; did you mean audit?"),
    (FORM, "kind: long_text", "kind: number\n        minimum: 5\n        maximum: 1", 14, IN_WHY + "minimum is larger than maximum"),
    (FORM, "kind: long_text", "kind: short_text\n        max_length: 0", 14, IN_WHY + "max_length must be a whole number from 1 to 100000, not ‘0’"),
    (FORM, "kind: long_text", "kind: rows", 12, IN_WHY + "columns is missing or empty"),
    (FORM, "kind: long_text", "kind: rows\n        becomes: actions\n        columns: [{key: action, kind: short_text, label: A}, {key: due, kind: date, label: D}]", 15, IN_WHY + "rows that become actions need a column ‘owner’"),
    (FORM, "kind: long_text", "kind: rows\n        becomes: actions\n        columns: [{key: action, kind: short_text, label: A}, {key: due, kind: short_text, label: D}, {key: owner, kind: person, label: O}]", 15, IN_WHY + "column ‘due’ of actions must be of kind date"),
    (FORM, "kind: long_text", "kind: rows\n        columns: [{key: a, kind: judgement, label: A}]", 14, "section details, question why, column a: unknown kind ‘judgement’; known are short_text, long_text, date, number, one_choice, several_choices, yes_no, record_state, scale_0_10, frequency_scale, change_scale, evidence, person"),
    (FORM, "kind: long_text", "kind: rows\n        columns: [{key: a, kind: date, label: A}, {key: a, kind: date, label: B}]", 14, IN_WHY + "column ‘a’ is there twice"),
    (FORM, "kind: long_text", "kind: rows\n        minimum_rows: 5\n        maximum_rows: 2\n        columns: [{key: a, kind: date, label: A}]", 14, IN_WHY + "minimum_rows is larger than maximum_rows"),
    (FORM, "kind: long_text", "kind: rows\n        columns: [{key: a, kind: date, label: A, when: {question: status, is: cp}}]", 14, "section details, question why, column a: a column cannot have when"),
    (FORM, "title: Details", "title: Details\n    title: Again", 7, "the key ‘title’ is there twice (first on line 6)"),
    (FORM, "    questions:\n      - key: judgement", "    questions: []\n    other:\n      - key: judgement", 16, "section overall: questions is missing or empty"),
    ("scales.yaml", "code: I,", "code: G,", 6, "scale ofsted: grade code ‘G’ is there twice"),
    ("scales.yaml", "code: I,", "code: Ré,", 6, "scale ofsted: grade code ‘Ré’ may have only letters, digits and underscores"),
    ("scales.yaml", "true}", "true, raises_alert: true}", 5, "scale ofsted: a grade that meets the standard cannot raise the alert"),
    ("descriptors.yaml", "scale: ofsted", "scale: other", 4, "descriptor plans: there is no scale ‘other’"),
    ("descriptors.yaml", "G: [", "RI: [", 6, "descriptor plans: ‘RI’ is not a grade of the scale ofsted: G, I"),
    ("pack.yaml", "title: Small pack\n", "", 1, "title is missing"),
    ("types.yaml", "form: small", "form: smal", 4, "type small-audit: there is no form ‘smal’ in the pack; did you mean small?"),
    ("types.yaml", "form: small", "form: small\n    part: reaudit", 5, "type small-audit: the form small has no section in the part reaudit"),
    ("types.yaml", "key: small-audit", "key: Small Audit", 2, "type Small Audit: key ‘Small Audit’ may have only lower case letters, digits and hyphens"),
    ("types.yaml", "audit_days: 5", "audit_dayz: 5", 5, "type small-audit: unknown key ‘audit_dayz’; did you mean audit_days?"),
    ("types.yaml", "audit_days: 5", "audit_days: 0", 5, "type small-audit: audit_days must be a whole number from 1 to 250, not ‘0’"),
    ("types.yaml", "audit_days: 5", "audit_days: 5, audit_weeks: 8", 5, "type small-audit: give audit_days or audit_weeks, not both"),
    ("types.yaml", "audit_days: 5", "reaudit: small-audit", 5, "type small-audit: a type cannot be its own re-audit"),
    ("types.yaml", "audit_days: 5", "reaudit: smaller", 5, "type small-audit: there is no type ‘smaller’"),
    ("types.yaml", "form: small", "form: small\n    part: moderation", 5, "type small-audit: the part moderation is filled in the step moderation: switch the step off or choose another part"),
    ("types.yaml", "audit_days: 5}", "reaudit: other}\n  - {key: other, title: Other, form: small, about: record}", 5, "type small-audit: the type other is about record, this one about case"),
    ("types.yaml", "audit_days: 5", "reminder_steps: [2, 0]", 5, "type small-audit: reminder_steps must be rising whole numbers of working days from -60 to 60"),
    ("types.yaml", "moderation: true", "moderation: sometimes", 5, "type small-audit: moderation must be true or false, not ‘sometimes’"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "reason"), BAD)
def test_a_mistake_is_named_with_file_line_and_reason(pack, file, old, new, line, reason) -> None:
    assert f"{file}:{line}: {reason}" in errors_of(pack(file, old, new))


def test_all_mistakes_of_all_files_come_at_once(pack) -> None:
    folder = pack()
    (folder / "scales.yaml").write_text("scales: 3\n")
    (folder / "forms" / "small.yaml").write_text("form: small\nsections: [{key: a, questions: [{kind: x}]}, 7]\n")
    (folder / "forms" / "other.yaml").write_text("a: [\n")
    (folder / "pack.yaml").unlink()
    lines = errors_of(folder)
    assert {line.split(":")[0] for line in lines} == {
        "pack.yaml",
        "scales.yaml",
        "descriptors.yaml",
        "forms/small.yaml",
        "forms/other.yaml",
    }
    assert "pack.yaml:1: the file is missing" in lines
    assert sum(line.startswith("forms/small.yaml") for line in lines) >= 5


def test_a_circle_through_sections_is_found(pack) -> None:
    old = "  - key: overall\n    title: Overall\n"
    extra = """\
      - key: first
        title: First
        when: {question: second.b, answered: true}
        questions: [{key: a, kind: short_text, label: A}]
      - key: second
        title: Second
        questions: [{key: b, kind: short_text, label: B, when: {question: first.a, answered: true}}]
    """
    lines = errors_of(pack(FORM, old, indent(dedent(extra), "  ") + old))
    assert len(lines) == 1
    assert "circle of conditions" in lines[0]


def test_two_overall_judgements_are_one_too_many(pack) -> None:
    more = "      - {key: j2, kind: judgement, label: J, domain: d2, overall: true, required: true}\n"
    lines = errors_of(pack(FORM, "      - key: judgement\n", more + "      - key: judgement\n"))
    assert lines == [
        f"{FORM}:24: {IN_JUDGEMENT}only one judgement of the part audit may have overall: true; ‘judgement’ is another one"
    ]


def test_a_domain_is_judged_once_in_a_part(pack) -> None:
    more = "      - {key: j2, kind: judgement, label: J, domain: overall}\n"
    lines = errors_of(pack(FORM, "      - key: judgement\n", more + "      - key: judgement\n"))
    assert lines == [f"{FORM}:23: {IN_JUDGEMENT}domain ‘overall’ is judged twice in the part audit"]


def test_a_form_without_grades_needs_none(pack) -> None:
    folder = pack()
    (folder / "forms" / "small.yaml").write_text(
        "form: small\ntitle: S\nsections: [{key: a, title: A, questions: [{key: b, kind: short_text, label: B}]}]\n"
    )
    assert read_pack(folder).form("small").overall() is None


def test_a_stored_definition_that_was_tampered_with_is_refused() -> None:
    with pytest.raises(BadDefinition) as caught:
        from_json({"form": "f", "title": "F", "sections": [{"key": "a", "title": "A", "questions": [{"kind": "x"}]}]})
    assert "section a, question 1: unknown kind ‘x’" in str(caught.value)
    for nonsense in (None, [], "x", {}, {"sections": {}}, {"scale": 3, "descriptors": 4}):
        with pytest.raises(BadDefinition):
            from_json(nonsense)


def test_the_bristol_pack_loads_fast_and_survives_json() -> None:
    began = time.process_time()
    pack = read_pack(BRISTOL)
    assert time.process_time() - began < 2  # a fortieth of that on an idle machine
    for form in pack.forms:
        assert from_json(json.loads(json.dumps(to_json(form)))) == form
        assert compare(form, form) == []


def test_two_wordings_are_compared_question_by_question(pack) -> None:
    old = read_pack(pack()).form("small")
    data = to_json(old)
    status, why = data["sections"][0]["questions"]
    new = from_json(
        data
        | {
            "sections": [
                {
                    "key": "details",
                    "title": "The details",
                    "questions": [
                        why | {"label": "For what reason?"},
                        status,
                        {"key": "x", "kind": "date", "label": "X"},
                    ],
                },
                data["sections"][1],
                {"key": "last", "title": "Last", "questions": [{"key": "y", "kind": "date", "label": "Y"}]},
            ]
        }
    )
    found = compare(old, new)
    assert Difference("details", "", "changed", (("title", "Details", "The details"),)) in found
    assert Difference("details", "why", "changed", (("label", "Why?", "For what reason?"),)) in found
    assert [(each.section, each.question, each.change) for each in found if each.change != "changed"] == [
        ("details", "why", "moved"),
        ("details", "x", "added"),
        ("last", "", "added"),
        ("last", "y", "added"),
    ]
    assert ("last", "", "removed") in [(each.section, each.question, each.change) for each in compare(new, old)]
