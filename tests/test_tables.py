"""Tables in files: what is read, what is refused, and what goes out without a formula."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf import tables
from qaf.tables import FORMULA_STARTS, UnreadableFile, read_day, read_table, spreadsheet_safe, stream_csv, write_xlsx


def read(data: bytes, name: str = "list.csv") -> tables.Table:
    return read_table(io.BytesIO(data), name)


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_pairs(table: tables.Table) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, row.cells) for row in table.rows]


def test_it_works() -> None:
    table = read(b"Name,E-mail\nAnn Reed,ann@example.org\n\nBo Lane,bo@example.org\n")

    assert table.headers == ["Name", "E-mail"]
    assert as_pairs(table) == [
        (2, {"name": "Ann Reed", "e_mail": "ann@example.org"}),
        (4, {"name": "Bo Lane", "e_mail": "bo@example.org"}),
    ]
    assert table.rows[0].get("NAME") == "Ann Reed"
    assert table.missing("name", "Team") == ["Team"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_are_recognised(encoding: str, delimiter: str) -> None:
    text = f'name{delimiter}team\r\nZoë O’Hara{delimiter}"Long{delimiter} short"\r\n'

    assert as_pairs(read(text.encode(encoding))) == [(2, {"name": "Zoë O’Hara", "team": f"Long{delimiter} short"})]


def test_a_separator_line_of_excel_is_understood() -> None:
    assert as_pairs(read(b"sep=;\nname;team\nAnn;One\n")) == [(3, {"name": "Ann", "team": "One"})]


def test_a_line_break_inside_quotation_marks_does_not_shift_row_numbers() -> None:
    assert [row.number for row in read(b'name,note\nAnn,"a\nb"\nBo,c\n').rows] == [2, 3]


def test_a_workbook_gives_days_numbers_and_truths_as_texts() -> None:
    data = workbook(["When", "Count", "True"], [date(2026, 11, 24), 3.0, True], [datetime(2026, 1, 2, 3, 4), 1.5, None])

    assert as_pairs(read(data, "list.xlsx")) == [
        (2, {"when": "2026-11-24", "count": "3", "true": "Yes"}),
        (3, {"when": "2026-01-02 03:04:00", "count": "1.5", "true": ""}),
    ]


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "list.csv", "The file is empty"),
        (b" \n \n", "list.csv", "The file is empty"),
        (b",,\n,,\n", "list.csv", "no headings"),
        (b"name,Name\nA,B\n", "list.csv", "Two columns are called"),
        (b"name\nA,B\n", "list.csv", "Row 2 has something in column B"),
        (b'name,team\n"Ann,One\n', "list.csv", "damaged at row 2"),
        (b"name\0\nAnn\n", "list.csv", "not plain text"),
        (b"\x81\x8d", "list.csv", "not plain text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "list.xls", "old Excel workbook"),
        (b"PK\x03\x04 not a zip at all", "list.xlsx", "not a sound XLSX"),
        (b"%PDF-1.7", "list.pdf", "neither a CSV nor an XLSX"),
        (b"name\nAnn\n", "list", "neither a CSV nor an XLSX"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read(data, name)


def test_a_file_too_large_is_refused(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10

    with pytest.raises(UnreadableFile, match="larger than"):
        read(b"name\n" + b"a" * 20)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 2)

    with pytest.raises(UnreadableFile, match="more than 2 rows"):
        read(b"name\n1\n2\n3\n")


def repacked(data: bytes, part: str, content: bytes) -> bytes:
    """The workbook with one part's content replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, content if item.filename == part else old.read(item))
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(workbook(["name"]), "docProps/app.xml", b"0" * (tables.MAX_UNPACKED + 1))
    assert len(bomb) < 1024 * 1024

    with pytest.raises(UnreadableFile, match="unpacks to far too much"):
        read(bomb, "list.xlsx")


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"""


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"])
@pytest.mark.parametrize(
    "content",
    [ENTITIES + b"<x>&b;</x>", b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>', b"<x", b""],
)
def test_a_workbook_with_entities_or_broken_parts_is_refused(part: str, content: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"not a sound XLSX|no headings|no sheet"):
        read(repacked(workbook(["name"], ["Ann"]), part, content), "list.xlsx")


def test_a_workbook_whose_parts_do_not_unpack_is_refused() -> None:
    data = bytearray(workbook(["name"], ["Ann"]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    packed = part.header_offset + 30 + len(part.filename)
    data[packed : packed + 20] = b"\xff" * 20
    with pytest.raises(UnreadableFile, match="not a sound XLSX"):
        read(bytes(data), "list.xlsx")


def test_a_cell_far_below_or_far_right_does_not_exhaust_memory() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "name"
    book.active["A1048576"] = "far"
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(UnreadableFile, match="empty rows on end"):
        read(file.getvalue(), "list.xlsx")

    with pytest.raises(UnreadableFile, match="columns"):
        read(workbook([f"c{number}" for number in range(300)]), "list.xlsx")


def test_a_formula_gives_the_value_last_shown_and_never_runs() -> None:
    assert read(workbook(["name"], ["=1+1"], ["Ann"]), "a.xlsx").rows[0].cells == {"name": "Ann"}


@pytest.mark.parametrize(
    "text", ["24/11/2026", "2026-11-24", "24 November 2026", "24 Nov 2026", "24.11.2026", "2026-11-24 00:00:00"]
)
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert read_day(text) == date(2026, 11, 24)


@pytest.mark.parametrize("text", ["", "31/02/2026", "11/24/2026", "tomorrow", "2026"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a day"):
        read_day(text)


@given(st.text())
def test_no_text_leaves_as_a_formula(text: str) -> None:
    safe = spreadsheet_safe(text)

    assert not safe.startswith(FORMULA_STARTS)
    assert safe.removeprefix("'") == text or safe == text
    assert spreadsheet_safe(safe) == safe


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_what_is_written_as_csv_is_read_back_the_same(rows: list[tuple[str, str]]) -> None:
    data = b"".join(stream_csv(["a", "b"], rows))

    read_back = [(row.cells.get("a"), row.cells.get("b")) for row in read(data).rows]
    # A person's own leading apostrophe before a sign is taken for ours: the one thing that does not come back.
    expected = [tuple(tables._clean(spreadsheet_safe(cell)) for cell in pair) for pair in rows]
    assert read_back == [pair for pair in expected if any(pair)]


def test_a_csv_is_streamed_row_by_row() -> None:
    def endless():  # type: ignore[no-untyped-def]
        while True:
            yield ["=1+1", -3]

    pieces = stream_csv(["A", "B"], endless())

    assert [next(pieces) for _ in range(3)] == [b"\xef\xbb\xbf", b"A,B\r\n", b"'=1+1,-3\r\n"]


def test_values_are_written_for_people() -> None:
    moment = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    data = b"".join(stream_csv(["a"] * 5, [[None, True, date(2026, 11, 24), moment, -2.5]])).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(data)))[1] == ["", "Yes", "2026-11-24", "2026-07-01 10:00:00", "-2.5"]


def test_a_workbook_holds_texts_numbers_and_days_but_no_formula() -> None:
    rows = [["=HYPERLINK(1)", 7, date(2026, 11, 24), "http://example.org"], ["x" * 40_000, None, True, "+1"]]
    with write_xlsx(["A", "B", "C", "D"], rows) as file:
        sheet = openpyxl.load_workbook(file).active

    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values[0] == ["A", "B", "C", "D"]
    assert values[1] == ["'=HYPERLINK(1)", 7, datetime(2026, 11, 24), "http://example.org"]
    assert (len(values[2][0]), values[2][0][-1], values[2][1:]) == (32_767, "…", [None, "Yes", "'+1"])
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
