"""Reading a list of open cases: headings in any spelling, and a reason for every bad cell."""

from datetime import date
from io import BytesIO

import pytest

from audits.case_columns import Fault, ParsedCase, parse
from qaf.tables import read_table

TODAY = date(2026, 11, 24)


def read(text: str, status: str = "") -> tuple[list[ParsedCase], list[Fault]]:
    return parse(read_table(BytesIO(text.encode()), "list.csv"), today=TODAY, status=status)


def test_it_works() -> None:
    cases, faults = read(
        "ChildUniqueID,Initials,DateOfBirth,CaseStatus,AllocatedTeam,AllocatedWorker,CINStartDate,CINClosureDate\n"
        "SYN-1,AB,01/12/2018,b) Child protection plan,East,Ade Okoro,02/03/2026,\n"
    )
    assert faults == []
    assert cases == [ParsedCase(2, "SYN-1", "AB", 7, "cp", "East", "Ade Okoro", date(2026, 3, 2), None)]


@pytest.mark.parametrize(
    "heading", ["Child Unique ID", "child_unique_id", "CHILDUNIQUEID", "Child-Unique-Id", "Unique child ID"]
)
def test_headings_are_known_in_any_spelling(heading: str) -> None:
    cases, faults = read(f"Allocated Team,{heading},Case Status\nEast,SYN-1,CIN\n")
    assert faults == []
    assert cases[0].identifier == "SYN-1"


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("CIN", "cin"), ("Child in Need", "cin"), ("c) Child in need plan", "cin"), ("CP", "cp"), ("CPP", "cp"),
        ("Child Protection", "cp"), ("PLO", "plo"), ("pre-proceedings", "plo"), ("CiC", "cic"), ("LAC", "cic"),
        ("a) Looked after child", "cic"), ("C2", "cic"), ("V2", "cic"), ("Care leaver", "care_leaver"),
    ],
)  # fmt: skip
def test_statuses_are_known_in_the_words_of_annex_a(written: str, status: str) -> None:
    cases, faults = read(f"ChildUniqueID,AllocatedTeam,CaseStatus\nSYN-1,East,{written}\n")
    assert (faults, cases[0].status) == ([], status)


@pytest.mark.parametrize(
    ("column", "status"),
    [
        ("ChildProtectionPlanStartDate", "cp"),
        ("LoookedAfterStartDate", "cic"),
        ("CINStartDate", "cin"),
        ("AllocatedPersonalAdvisor", "care_leaver"),
    ],
)
def test_a_list_of_one_status_needs_no_column_for_it(column: str, status: str) -> None:
    cases, faults = read(f"ChildUniqueID,AllocatedTeam,{column}\nSYN-1,East,\n")
    assert (faults, cases[0].status) == ([], status)


def test_the_status_said_for_the_whole_list_is_used_where_a_row_names_none() -> None:
    cases, _ = read("ChildUniqueID,AllocatedTeam,CaseStatus\nSYN-1,East,\nSYN-2,East,CP\n", status="plo")
    assert [case.status for case in cases] == ["plo", "cp"]


def test_the_date_of_birth_gives_the_age_and_is_dropped() -> None:
    cases, _ = read(
        "ChildUniqueID,AllocatedTeam,CaseStatus,DateOfBirth\nSYN-1,East,CIN,25/11/2016\nSYN-2,East,CIN,24/11/2016\n"
    )
    assert [case.age for case in cases] == [9, 10]
    assert not any("2016" in str(case) for case in cases)


def test_a_child_not_yet_born_has_no_age() -> None:
    cases, faults = read("ChildUniqueID,AllocatedTeam,CaseStatus,DateOfBirth\nSYN-1,East,CIN,01/03/2027\n")
    assert (faults, cases[0].age) == ([], None)


def test_surname_first_is_turned_round() -> None:
    cases, _ = read('ChildUniqueID,AllocatedTeam,CaseStatus,AllocatedWorker\nSYN-1,East,CIN,"Okoro, Ade"\n')
    assert cases[0].holder == "Ade Okoro"


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("ChildUniqueID", "", "There is no identifier. Every row needs one."),
        ("AllocatedTeam", "", "There is no team. Name the team that the case is allocated to."),
        (
            "CaseStatus",
            "Ward of court",
            "“Ward of court” is no status known here. Write one of CIN, CP, PLO, CiC or Care Leaver.",
        ),
        ("CaseStatus", "e) Closed episode", "The case is closed. Give the day it was closed, or leave the row out."),
        ("Initials", "Amelia B", "Write initials only, never a child's name."),
        ("DateOfBirth", "31/02/2019", "This is no date. Write it like 24/11/2026, or leave it empty."),
        ("DateOfBirth", "01/01/1970", "This would be somebody older than 25. Check the date."),
        ("DateOfBirth", "01/01/2029", "The date of birth lies in the future. Check it."),
        ("Age", "9" * 5000, "Write the age in whole years, from 0 to 25, or leave it empty."),
        ("CINStartDate", "01/01/1900", "The date lies before any child here was born. Check it, or leave it empty."),
        ("Age", "seven", "Write the age in whole years, from 0 to 25, or leave it empty."),
        ("CINStartDate", "25/11/2026", "The date lies in the future. Check it."),
        ("CINClosureDate", "01/01/2020", "The case is closed before it is opened. Check both dates."),
    ],
)  # fmt: skip
def test_each_bad_cell_is_named_with_row_column_and_reason(column: str, text: str, reason: str) -> None:
    row = {
        "ChildUniqueID": "SYN-1", "AllocatedTeam": "East", "CaseStatus": "CIN", "Initials": "AB", "DateOfBirth": "",
        "Age": "", "CINStartDate": "01/02/2026", "CINClosureDate": "", column: text,
    }  # fmt: skip
    cases, faults = read(f"{','.join(row)}\n{','.join(row.values())}\n")
    assert cases == []
    assert faults == [Fault(2, column, reason)]


def test_every_fault_of_every_row_is_told_at_once() -> None:
    _, faults = read("ChildUniqueID,AllocatedTeam,CaseStatus,Age\nSYN-1,,what,99\nSYN-2,East,CIN,4\n,East,CIN,4\n")
    assert [(fault.row, fault.column) for fault in faults] == [
        (2, "Age"), (2, "CaseStatus"), (2, "AllocatedTeam"), (4, "ChildUniqueID"),
    ]  # fmt: skip


def test_a_child_in_two_rows_is_refused() -> None:
    cases, faults = read("ChildUniqueID,AllocatedTeam,CaseStatus\nSYN-1,East,CIN\nSYN-2,East,CIN\nsyn-1 ,West,CP\n")
    assert [case.identifier for case in cases] == ["SYN-1", "SYN-2"]
    assert faults == [Fault(4, "ChildUniqueID", "Row 2 holds the same child. Leave each child in one row.")]


def test_a_list_without_the_columns_it_needs_is_refused_as_a_whole() -> None:
    _, faults = read("Name,Date\nx,y\n")
    assert [(fault.row, fault.column) for fault in faults] == [
        (1, "ChildUniqueID"),
        (1, "AllocatedTeam"),
        (1, "CaseStatus"),
    ]


def test_characters_that_nobody_sees_make_no_other_child() -> None:
    cases, faults = read(
        "ChildUniqueID,Initials,AllocatedTeam,CaseStatus\nSYN-1\u200b,A\u202eB,East\ufeff,CIN\nSYN-1,AB,East,CIN\n"
    )
    assert [(case.identifier, case.initials, case.team) for case in cases] == [("SYN-1", "AB", "East")]
    assert faults == [Fault(3, "ChildUniqueID", "Row 2 holds the same child. Leave each child in one row.")]
