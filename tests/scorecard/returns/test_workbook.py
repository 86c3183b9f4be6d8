"""The template, and what is made of filled ones: good, wrong in a cell, and made to do harm."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from qaf.tables import UnreadableFile
from scorecard.return_workbook import SheetLine, Template, write_template
from scorecard.return_workbook_reading import WrongCells, read_filled

D = Decimal
LINES = (
    SheetLine("plans", "Plans in time", "Plans in time", "Plans", ("July to September 2026",), ((D(3), D(4)),)),
    SheetLine("visits", "Visits", "Visits made", "", ("July 2026", "August 2026"), (), ("=Not a formula", "", "")),
)
TEMPLATE = Template("Avon Police", "avon", "July to September 2026", "2026-3", 1, LINES)
Change = Callable[[Any], None]


def changed(*changes: Change) -> bytes:
    """The template after somebody did this to it in a spreadsheet programme."""
    book = openpyxl.load_workbook(io.BytesIO(write_template(TEMPLATE)))
    for change in changes:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def put(cell: str, value: Any, sheet: str = "Figures") -> Change:
    return lambda book: book[sheet].__setitem__(cell, value)


def wrong(*changes: Change) -> list[tuple[str, str, str]]:
    with pytest.raises(WrongCells) as refused:
        read_filled(changed(*changes), "filled.xlsx", TEMPLATE)
    return [(cell.sheet, cell.cell, cell.text) for cell in refused.value.cells]


def refused(data: bytes, name: str = "filled.xlsx") -> str:
    with pytest.raises(UnreadableFile) as why:
        read_filled(data, name, TEMPLATE)
    assert not isinstance(why.value, WrongCells)
    return str(why.value)


def repacked(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return file.getvalue()


def test_the_template_comes_back_as_it_went_out() -> None:
    filled = read_filled(write_template(TEMPLATE), "return.xlsx", TEMPLATE)
    assert filled["plans"].figures == [(D(3), D(4))]
    assert filled["visits"].figures == [(None, None), (None, None)]
    assert filled["visits"].texts == ["=Not a formula", "", ""]


def test_a_filled_one_is_read_whole() -> None:
    data = changed(
        put("E2", 150), put("G2", 200.5), put("E3", "1,250"), put("E4", 0.1 + 0.2),
        put("C2", "As planned.", "Narrative"), put("E3", "New system.", "Narrative"),
    )  # fmt: skip
    filled = read_filled(data, "filled.xlsx", TEMPLATE)
    assert filled["plans"].figures == [(D(150), D("200.5"))]
    assert filled["visits"].figures == [(D(1250), None), (D("0.3"), None)]
    assert filled["plans"].texts == ["As planned.", "", ""]
    assert filled["visits"].texts[2] == "New system."


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("about 40", "“about 40” is not a number"),
        ("=E3+1", "This is a formula"),
        (True, "is not a number"),
        (date(2026, 7, 1), "is not a number"),
        ("#DIV/0!", "The spreadsheet shows an error"),
        (1e22, "too large"),
        (0.123456, "more than four decimal places"),
    ],
)
def test_a_cell_that_is_no_number_is_named(value: Any, words: str) -> None:
    found = wrong(put("E2", value))
    assert [(sheet, cell) for sheet, cell, _ in found] == [("Figures", "E2")]
    assert words in found[0][2]


def test_every_wrong_cell_is_named_at_once() -> None:
    found = wrong(
        put("E2", "x"), put("E4", "y"), put("G3", 7), put("H2", "beside"), put("A9", "other"),
        put("C2", "=A1", "Narrative"), put("D3", "x" * 5_001, "Narrative"),
    )  # fmt: skip
    cells = sorted(f"{sheet} {cell}" for sheet, cell, _ in found)
    assert cells == [
        "Figures A9", "Figures E2", "Figures E4", "Figures G3", "Figures H2", "Narrative C2", "Narrative D3",
    ]  # fmt: skip


def test_rows_that_are_missing_double_or_of_another_period_are_named() -> None:
    def drop(book: Any) -> None:
        book["Figures"].delete_rows(4)

    assert "Visits, August 2026, is missing" in wrong(drop)[0][2]
    assert "twice" in wrong(put("C4", "July 2026"))[0][2]
    assert "is not a period" in wrong(put("C4", "May 2026"))[0][2]
    assert "is not an indicator of this return" in wrong(put("A2", "other"))[0][2]


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("B2", "other", "for another agency"),
        ("B4", "2026-2", "for another quarter"),
        ("B5", "2", "for version 2"),
    ],
)
def test_a_workbook_of_another_return_is_refused(cell: str, value: str, words: str) -> None:
    assert words in refused(changed(put(cell, value, "About")))


def _hide_sheet(book: Any) -> None:
    book["Narrative"].sheet_state = "hidden"


def _hide_row(book: Any) -> None:
    book["Figures"].row_dimensions[3].hidden = True


def _hide_column(book: Any) -> None:
    book["Figures"].column_dimensions["G"].hidden = True


def _merge(book: Any) -> None:
    book["Figures"].merge_cells("E3:E4")


def _drop_sheet(book: Any) -> None:
    del book["Figures"]


def _add_sheet(book: Any) -> None:
    book.create_sheet("Notes")


def _rename_heading(book: Any) -> None:
    book["Figures"]["E1"] = "Amount"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_hide_sheet, "hidden sheet"),
        (_hide_row, "hidden or filtered rows"),
        (_hide_column, "hidden or filtered rows"),
        (_merge, "merged cells (E3:E4)"),
        (_drop_sheet, "no sheet “Figures”"),
        (_add_sheet, "a sheet “Notes”"),
        (_rename_heading, "“Amount” where the template has"),
    ],
)
def test_what_hides_or_moves_something_is_refused(change: Change, words: str) -> None:
    assert words in refused(changed(change))


def test_a_row_without_height_is_hidden() -> None:
    data = repacked(changed(), "xl/worksheets/sheet2.xml", lambda text: text.replace(b"<row ", b'<row ht="0" ', 1))
    assert "hidden or filtered rows" in refused(data)


def test_a_prefix_of_the_namespace_hides_nothing() -> None:
    def prefixed(text: bytes) -> bytes:
        text = re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", text)
        return text.replace(b"xmlns=", b"xmlns:x=", 1)

    data = repacked(changed(_hide_row), "xl/worksheets/sheet2.xml", prefixed)
    assert "hidden or filtered rows" in refused(data)


def test_macros_are_refused_by_their_name_and_by_what_is_in_the_file() -> None:
    data = write_template(TEMPLATE)
    assert "can hold macros" in refused(data, "filled.XLSM")
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert "holds macros" in refused(file.getvalue())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"Code,Period\n", "not an XLSX workbook"),
        (b"%PDF-1.7", "not an XLSX workbook"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old Excel workbook"),
        (b"PK\x03\x04" + b"x" * 600, "damaged"),
        (b"PK\x03\x04" + b"x" * (5 * 1024 * 1024), "larger than 5 MB"),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, words: str) -> None:
    assert words in refused(data)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert "not a sound XLSX workbook" in refused(file.getvalue())


def test_a_file_that_unpacks_to_far_too_much_is_refused_unread() -> None:
    data = repacked(write_template(TEMPLATE), "xl/worksheets/sheet2.xml", lambda text: text + b" " * 40_000_000)
    assert len(data) < 1_000_000
    assert "unpacks to far more" in refused(data)


def test_a_million_rows_are_refused_soon() -> None:
    def rows(text: bytes) -> bytes:
        many = b"".join(b'<row r="%d"/>' % number for number in range(5, 1_000_001))
        return text.replace(b"</sheetData>", many + b"</sheetData>")

    # Empty ones are passed over: they hold nothing, and reading stops after a few hundred.
    filled = read_filled(repacked(write_template(TEMPLATE), "xl/worksheets/sheet2.xml", rows), "x.xlsx", TEMPLATE)
    assert filled["plans"].figures == [(D(3), D(4))]

    def full(text: bytes) -> bytes:
        cell = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>'
        many = b"".join(cell % (number, number) for number in range(5, 200_001))
        return text.replace(b"</sheetData>", many + b"</sheetData>")

    data = repacked(write_template(TEMPLATE), "xl/worksheets/sheet2.xml", full)
    assert "far more rows than the template" in refused(data)


def test_entities_in_a_sheet_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    data = repacked(
        write_template(TEMPLATE),
        "xl/worksheets/sheet2.xml",
        lambda text: bomb + text.partition(b"?>")[2].replace(b"<sheetData>", b"<sheetData><!-- &b; -->", 1),
    )
    assert "not a sound XLSX workbook" in refused(data)
