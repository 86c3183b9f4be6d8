"""Who audits what, when, as packs write it: each mistake by its line, and every row of Bristol's Appendix 1."""

from pathlib import Path

import pytest

from audits.kloe.moderators import ROLES
from audits.kloe.packs import PackErrors, read_pack
from audits.kloe.schedule import (
    EVERY_MONTHS,
    SELECTIONS,
    Asked,
    Expectation,
    asks_the_same,
    outlasts_its_cycle,
    plain,
    time_it_takes,
)
from audits.kloe.types import Process
from audits.models.schedule import CYCLES, Selection
from qaf.people.roles import Role
from tests.audits.small_pack import rewrite, write_pack
from tests.packs.inventory_tables import listed, tables

PACKS = Path(__file__).parents[2] / "fixtures" / "packs"
FILE = """\
expectations:
  - key: area-file
    service: Area Unit
    type_name: Case file
    type: small-form-type
    frequency_name: Bimonthly
    every_months: 2
    auditor_name: Manager
    auditor_role: auditor
    selection_name: QA SW
    selection: drawn
  - key: peer
    service: All services
    every_service: true
    type_name: Peer audit
    type: small-form-type
    each: 2
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = write_pack(tmp_path, "small")
    (folder / "schedule.yaml").write_text(FILE)
    return folder


def test_it_works(pack: Path) -> None:
    assert read_pack(pack).expectations == (
        Expectation(
            "area-file",
            "Area Unit",
            "Case file",
            type="small-form-type",
            frequency_name="Bimonthly",
            every_months=2,
            auditor_name="Manager",
            auditor_role="auditor",
            selection_name="QA SW",
            selection="drawn",
        ),
        Expectation("peer", "All services", "Peer audit", every_service=True, type="small-form-type", each=2),
    )


def test_a_pack_without_the_file_expects_nothing(tmp_path: Path) -> None:
    assert read_pack(write_pack(tmp_path, "small")).expectations == ()


def test_words_are_those_of_the_site() -> None:
    assert (list(ROLES), EVERY_MONTHS, list(SELECTIONS)) == (Role.values, CYCLES, Selection.values)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("every_months: 2", "every_months: 5", 7, "row area-file: every_months ‘5’ does not divide the year into equ"),
        ("every_months: 2", "every_months: 0", 7, "row area-file: every_months ‘0’ does not divide the year into equ"),
        ("every_months: 2", "every_months: -1", 7, "row area-file: every_months ‘-1’ does not divide the year into e"),
        ("every_months: 2", "every_months: often", 7, "row area-file: every_months must be a whole number from"),
        ("type: small-form-type\n    freq", "type: smal-form-type\n    freq", 5,
         "row area-file: there is no type ‘smal-form-type’ in the pack; did you mean small-form-type?"),
        ("auditor_role: auditor", "auditor_role: auditer", 9, "row area-file: auditor_role ‘auditer’ is not one of"),
        ("selection: drawn", "selection: drown", 11, "row area-file: selection ‘drown’ is not one of drawn, manager"),
        ("    service: Area Unit\n", "", 2, "row area-file: service is missing"),
        ("    type_name: Case file\n", "", 2, "row area-file: type_name is missing"),
        ("key: area-file", "key: Area File", 2, "row Area File: key ‘Area File’ may have only lower case letters"),
        ("key: peer", "key: area-file", 12, "row area-file: row ‘area-file’ is there twice"),
        ("each: 2", "each: 0", 17, "row peer: each must be a whole number from 1 to 10, not ‘0’"),
        ("each: 2", "eech: 2", 17, "row peer: unknown key ‘eech’; did you mean each?"),
        ("each: 2", "other_type: small-form-type", 17, "row peer: other_type is the same as type"),
        ("    type: small-form-type\n    each: 2", "    other_type: small-form-type", 16,
         "row peer: other_type is of use only with a type"),
        ("each: 2", "service_code: all", 17, "row peer: a row for every service has no service_code"),
        ("each: 2", "auditor_role: auditor", 12, "row peer: overlaps the row ‘area-file’: both ask the same people"),
        ("All services\n    every_service: true", "area  unit", 12, "row peer: overlaps the row ‘area-file’"),
        ("expectations:", "expectation:", 1, "expectations is missing or empty"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_line_and_reason(pack: Path, old: str, new: str, line: int, reason: str) -> None:
    rewrite(pack, "schedule.yaml", old, new)
    with pytest.raises(PackErrors) as caught:
        read_pack(pack)
    assert any(str(error).startswith(f"schedule.yaml:{line}: {reason}") for error in caught.value.errors), str(
        caught.value
    )


def test_an_audit_that_takes_longer_than_its_cycle_is_named(pack: Path) -> None:
    rewrite(pack, "types.yaml", "audit_days: 10", "audit_weeks: 10")
    with pytest.raises(PackErrors) as caught:
        read_pack(pack)
    assert [str(error) for error in caught.value.errors] == [
        "schedule.yaml:7: row area-file: every_months ‘2’ is more often than an audit of the type small-form-type can "
        "be done: it may take 10 weeks"
    ]


@pytest.mark.parametrize(
    ("process", "months", "too_long", "words"),
    [
        (Process(audit_weeks=8), 1, True, "8 weeks"),
        (Process(audit_weeks=8), 2, False, "8 weeks"),
        (Process(audit_days=21), 1, False, "21 working days"),
        (Process(audit_days=22), 1, True, "22 working days"),
        (Process(audit_days=1), 1, False, "1 working day"),
        (Process(audit_weeks=52), 12, True, "52 weeks"),
    ],
)
def test_how_long_an_audit_takes_against_its_cycle(process: Process, months: int, too_long: bool, words: str) -> None:
    assert outlasts_its_cycle(process, months) is too_long
    assert time_it_takes(process) == words


A, B = frozenset({"a"}), frozenset({"a", "b"})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Asked("north", A, "auditor"), Asked("north", B, "auditor"), True),
        (Asked("north", A, "auditor"), Asked("north", A, ""), True),
        (Asked("north", A, "auditor"), Asked("north", A, "qa_manager"), False),
        (Asked("north", A, "auditor"), Asked("south", A, "auditor"), False),
        (Asked("north", A, "auditor"), Asked("north", B - A, "auditor"), False),
        (Asked(None, A, "auditor"), Asked("north", A, "auditor"), True),
        (Asked(None, A, ""), Asked("north", A, "auditor"), False),
        (Asked(None, A, ""), Asked("north", A, ""), False),
        (Asked(None, A, "auditor"), Asked(None, A, ""), True),
    ],
)
def test_two_rows_overlap_when_they_ask_the_same_people_twice(one: Asked, other: Asked, same: bool) -> None:
    assert asks_the_same(one, other) is same
    assert asks_the_same(other, one) is same


def test_names_are_compared_without_case_blanks_and_signs() -> None:
    assert plain("Fostering / SGO ") == plain("fostering/sgo")
    assert plain("Children & Families") == plain("children and  families")
    assert plain("North") != plain("North East")


def test_bristol_s_table_is_complete() -> None:
    """Word by word, in order, against the inventory, which can be ticked off with the framework in hand."""
    pack = read_pack(PACKS / "bristol")
    rows = tables("schedules/bristol.md")["Rows"]
    assert len(rows) == 25
    assert [
        {
            "key": one.key,
            "Service": one.service,
            "Type of audit": one.type_name,
            "Minimum Frequency": one.frequency_name,
            "Auditor": one.auditor_name,
            "Form": one.form_name,
            "Moderation": one.moderation_name,
            "Case selection": one.selection_name,
            "months": str(one.every_months or ""),
            "role": one.auditor_role,
            "type": [kind for kind in (one.type, one.other_type) if kind],
            "selection": one.selection,
        }
        for one in pack.expectations
    ] == [{**row, "type": [kind for kind in listed(row["type"]) if kind]} for row in rows]
    assert [one.key for one in pack.expectations if one.every_service] == ["supervision", "peer"]
