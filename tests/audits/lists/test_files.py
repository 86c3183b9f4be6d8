"""Workbooks as people keep them: several sheets, hidden ones, merged cells, formulas."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from audits.workflow.list_files import read_list
from qaf.tables import UnreadableFile
from qaf.workbooks import BARE_FORMULA

LIST = [["ChildUniqueID", "AllocatedTeam"], ["SYN-1", "East"]]
PLANS = [["ChildUniqueID", "AllocatedTeam", "ChildProtectionPlanStartDate"], ["SYN-7", "East", "02/03/2026"]]


def book(**sheets: list[list[Any]]) -> Workbook:
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        page = made.create_sheet(title.replace("_", " "))
        for row in rows:
            page.append(row)
    return made


def read(made: Workbook, *, kind: str = "mixed", sheet: str = "") -> list[str]:
    file = BytesIO()
    made.save(file)
    table = read_list(BytesIO(file.getvalue()), "list.xlsx", kind=kind, sheet=sheet)
    return [row.get("ChildUniqueID") for row in table.rows]


def test_the_sheet_with_the_identifiers_is_read_whichever_it_is() -> None:
    assert read(book(Notes=[["About this file"]], Data=LIST)) == ["SYN-1"]


def test_of_all_lists_in_one_workbook_the_one_of_its_kind_is_read() -> None:
    made = book(List_6=LIST, List_7=PLANS)
    assert (read(made, kind="cp"), read(made, kind="cin")) == (["SYN-7"], ["SYN-1"])


def test_a_sheet_can_be_named() -> None:
    assert read(book(One=LIST, Two=PLANS), sheet=" two ") == ["SYN-7"]


def _merge(made: Workbook) -> None:
    made["Data"].merge_cells("B2:B3")


def _bare_formula(made: Workbook) -> None:
    made["Data"]["B2"] = '="Ea"&"st"'


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_merge, r"has merged cells \(B2:B3\).*Unmerge them"),
        (_bare_formula, r"formulas without a value \(B2\)"),
    ],
    ids=["merged", "formula"],
)
def test_what_would_be_misread_is_refused_with_what_to_do(spoil: Callable[[Workbook], None], words: str) -> None:
    made = book(Data=LIST)
    spoil(made)
    with pytest.raises(UnreadableFile, match=words):
        read(made)


def test_a_long_sheet_of_formulas_is_refused_before_long() -> None:
    sheet = b"<row><c r='A1'><f>1</f>" + b'<c r="A1" ' * 200_000 + b" " * 500_000 + b"><f>1</f>" + b" " * 500_000
    begun = time.process_time()
    assert BARE_FORMULA.findall(sheet) == []
    kept = b'<c s="1" r="B2" t="n"><f t="shared" si="0"/><v></v></c><c r="C2"><f>1+1</f><v>2</v></c>'
    assert BARE_FORMULA.findall(kept * 100_000) == [b"B2"] * 100_000
    assert time.process_time() - begun < 5


def test_a_hidden_sheet_is_not_read() -> None:
    made = book(Old=[["ChildUniqueID", "AllocatedTeam"], ["SYN-0", "East"]], Data=LIST)
    made["Old"].sheet_state = "hidden"
    assert read(made) == ["SYN-1"]


@pytest.mark.parametrize(
    ("sheets", "sheet", "words"),
    [
        ({"Notes": [["About"]], "More": [["Words"]]}, "", "No sheet .* “Notes”, “More”. Write the name"),
        ({"One": LIST, "Two": LIST}, "", "Several sheets could hold the list: “One”, “Two”"),
        ({"One": LIST}, "Twoo", "no sheet called “Twoo” that can be seen. It has “One”"),
    ],
    ids=["none", "several", "misspelt"],
)
def test_the_wrong_sheet_is_refused_with_the_names_of_those_there_are(
    sheets: dict[str, list[list[Any]]], sheet: str, words: str
) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read(book(**sheets), sheet=sheet)
