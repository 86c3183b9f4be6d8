"""What is read of each of the lists: the columns of its kind, and of several contacts the latest."""

from datetime import date
from io import BytesIO

import pytest

from audits.case_columns import FIELD_NAMES, FIELDS_OF, STATUS_OF_KIND, USUAL_NAMES, map_columns, read_rows, vanished
from audits.case_columns.rows import Reading
from audits.models import ListKind
from qaf.tables import read_table

TODAY = date(2026, 11, 24)
CHILD = "ChildUniqueID,Gender,Ethnicity,DateOfBirth,Age"
# The headings of the public dataset's reports, as far as they matter, and a row of each.
ANNEX_A = {
    "contacts": (f"{CHILD},DateOfContact,ContactSource", "SYN-1,F,WBRI,01/02/2016,10,02/11/2026,Police"),
    "cin": (
        f"{CHILD},HasDisability,CINStartDate,CINClosureDate,CaseStatus,AllocatedTeam,AllocatedWorker",
        "SYN-1,F,WBRI,01/02/2016,10,N,02/03/2026,,c) Child in need plan,East,Ade Okoro",
    ),
    "cp": (
        f"{CHILD},ChildProtectionPlanStartDate,InitialCategoryOfAbuse,LatestCategoryOfAbuse,ChildSeenAlone,"
        "ChildProtectionPlanEndDate,AllocatedTeam,AllocatedWorker",
        "SYN-1,F,WBRI,01/02/2016,10,02/03/2026,Neglect,Emotional,Y,,East,Ade Okoro",
    ),
    "cic": (
        f"{CHILD},UASC,LoookedAfterStartDate,ChildCategoryOfNeed,LegalStatus,CeasedLookedAfterDate,PlacementType,"
        "AllocatedTeam,AllocatedWorker",
        "SYN-1,F,WBRI,01/02/2016,10,N,02/03/2026,N1,C2,,U1,East,Ade Okoro",
    ),
    "care_leaver": (
        f"{CHILD},AllocatedTeam,AllocatedPersonalAdvisor,EligibilityCategory,LatestPathwayPlan,LAInTouch",
        "SYN-1,F,WBRI,01/02/2006,20,East,Ade Okoro,Former relevant,01/09/2026,Y",
    ),
}
DETAIL = {"contacts": "Police", "cin": "", "cp": "Emotional", "cic": "C2", "care_leaver": "Former relevant"}
DAY = {"contacts": date(2026, 11, 2), "care_leaver": None}


def read(kind: str, text: str, **more: object) -> Reading:
    return read_rows(read_table(BytesIO(text.encode()), "list.csv"), today=TODAY, kind=kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", sorted(ANNEX_A))
def test_each_list_of_annex_a_is_read_as_its_kind(kind: str) -> None:
    reading = read(kind, "\n".join(ANNEX_A[kind]), team="east" if kind == "contacts" else "")
    assert reading.faults == []
    (case,) = reading.cases
    assert (case.identifier, case.status, case.gender, case.ethnicity) == ("SYN-1", STATUS_OF_KIND[kind], "F", "WBRI")
    assert (case.detail, case.opened_on) == (DETAIL[kind], DAY.get(kind, date(2026, 3, 2)))
    assert (case.team, case.holder) == (("east", "") if kind == "contacts" else ("East", "Ade Okoro"))
    assert case.age == (20 if kind == "care_leaver" else 10)
    assert "2016" not in str(case)


def test_nothing_is_read_from_columns_that_are_not_kept() -> None:
    table = read_table(BytesIO("\n".join(ANNEX_A["cic"]).encode()), "list.csv")
    columns = map_columns(table.headers, kind="cic")
    assert columns.not_kept(table.headers) == ["UASC", "ChildCategoryOfNeed", "PlacementType"]


def test_every_kind_and_field_has_its_words() -> None:
    assert set(FIELDS_OF) == set(ListKind.values)
    assert {field for fields in FIELDS_OF.values() for field in fields} == set(FIELD_NAMES) == set(USUAL_NAMES)


def test_what_the_columns_were_the_last_time_comes_before_their_names() -> None:
    mapping = {"identifier": ["Ref"], "team": ["Where"], "holder": []}
    text = "Ref,Where,AllocatedWorker,ChildUniqueID\nSYN-1,East,Ade Okoro,other\n"
    (case,) = read("cp", text, mapping=mapping).cases
    assert (case.identifier, case.team, case.holder) == ("SYN-1", "East", "")


def test_a_heading_that_has_vanished_is_told_and_a_new_spelling_is_not() -> None:
    mapping = {"identifier": ["Child ID"], "holder": ["Key Worker"], "detail": [], "status_of_all": ["plo"]}
    assert vanished(["child_id", "Team"], mapping) == [("holder", "Key Worker")]
    assert map_columns(["child_id", "AllocatedWorker"], kind="cp", mapping=mapping).found["holder"] == (
        "AllocatedWorker",
    )


def test_of_several_contacts_of_a_child_the_latest_counts() -> None:
    reading = read(
        "contacts",
        "ChildUniqueID,Gender,DateOfContact,ContactSource\nSYN-1,F,09/11/2026,School\nSYN-2,M,03/11/2026,Police\n"
        "syn-1,,02/11/2026,Health\nSYN-1,,16/11/2026,Police\n",
        team="front",
    )
    assert [(case.identifier, case.opened_on, case.detail, case.gender) for case in reading.cases] == [
        ("SYN-1", date(2026, 11, 16), "Police", "F"),
        ("SYN-2", date(2026, 11, 3), "Police", "M"),
    ]
    assert (reading.merged, reading.faults) == (2, [])


def test_elsewhere_a_child_in_two_rows_is_a_fault_that_names_both() -> None:
    (fault,) = read("cp", "ChildUniqueID,AllocatedTeam\nSYN-1,East\nSYN-1,West\n").faults
    assert (fault.row, fault.column) == (3, "ChildUniqueID")
    assert "Row 2 holds the same child" in fault.reason


def test_a_child_in_need_list_says_more_of_a_child_when_it_does() -> None:
    reading = read(
        "cin",
        "ChildUniqueID,AllocatedTeam,CaseStatus\nSYN-1,East,b) Child protection plan\nSYN-2,East,Something else\n",
    )
    assert [case.status for case in reading.cases] == ["cp", "cin"]


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ("SYN-1,East,02/03/2027,", "ChildProtectionPlanStartDate", "lies in the future"),
        ("SYN-1,East,02/03/2026,01/02/2026", "ChildProtectionPlanEndDate", "closed before it is opened"),
        (",East,02/03/2026,", "ChildUniqueID", "no identifier"),
        ("SYN-1,,02/03/2026,", "AllocatedTeam", "There is no team"),
        ("SYN-1,East,31/02/2026,", "ChildProtectionPlanStartDate", "This is no date"),
    ],
)
def test_a_bad_row_is_told_with_its_column_and_reason(cells: str, column: str, words: str) -> None:
    heads = "ChildUniqueID,AllocatedTeam,ChildProtectionPlanStartDate,ChildProtectionPlanEndDate"
    (fault,) = read("cp", f"{heads}\n{cells}\n").faults
    assert (fault.row, fault.column) == (2, column)
    assert words in fault.reason
