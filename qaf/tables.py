"""Tables in files: reading an uploaded CSV or XLSX, and writing one without formulas and without holding it all."""

import csv
import io
import itertools
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, BinaryIO, NamedTuple
from xml.etree.ElementTree import ParseError

import openpyxl
import xlsxwriter
from defusedxml import DefusedXmlException
from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from qaf.errors import Refused

MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_EMPTY_RUN = 10_000
MAX_CELL = 32_767  # what a spreadsheet cell can hold
MAX_UNPACKED = 300 * 1024 * 1024
MAX_PARTS = 2_000
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet programme may take for the start of a formula; the last four are their full-width forms.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")


class UnreadableFile(Refused):
    """The file is not a table this system reads; the message says why and what to do."""

    status = 400
    title = "This file could not be read"


def column_key(heading: str) -> str:
    """What two spellings of a heading have in common: "Starts on", "starts_on" and "STARTS-ON" are one."""
    return "_".join("".join(c if c.isalnum() else " " for c in heading.casefold()).split())


@dataclass(frozen=True)
class Row:
    """One row under the headings: its number as a spreadsheet shows it, and its texts by column key."""

    number: int
    cells: dict[str, str]

    def get(self, heading: str) -> str:
        """The text under a heading in any spelling; empty when the column or the text is not there."""
        return self.cells.get(column_key(heading), "")


class Table(NamedTuple):
    """The headings as written, and the rows that are not empty."""

    headers: list[str]
    rows: list[Row]

    def missing(self, *headings: str) -> list[str]:
        """Those of the given headings that the table does not have."""
        present = {column_key(header) for header in self.headers}
        return [heading for heading in headings if column_key(heading) not in present]


def read_table(file: BinaryIO, name: str, *, sheet: str = "") -> Table:
    """Read a CSV (comma, semicolon or tab; UTF-8, UTF-16 or Windows) or a sheet of an XLSX, by default the first.

    ``name`` is the file's name as uploaded. Texts are stripped; days and times come as ISO texts; a formula
    gives the value the spreadsheet last showed. Raises UnreadableFile, with a sentence for the person, for
    anything else: too big, wrong type, damaged, protected, no or double headings, a row too long.
    """
    data = file.read(settings.UPLOAD_MAX_BYTES + 1)
    if len(data) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise UnreadableFile(f"The file is larger than {limit} MB. Divide it into smaller files.")
    if not data.strip():
        raise UnreadableFile("The file is empty. Choose the file that holds the rows.")
    ending = name.rsplit(".", 1)[-1].casefold() if "." in name else ""
    if data.startswith(b"PK\x03\x04"):
        records = _xlsx_records(data, sheet)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            "The file is an old Excel workbook (.xls) or has a password. Save it as .xlsx without a password."
        )
    elif ending in ("csv", "txt", "tsv"):
        records = _csv_records(data)
    else:
        raise UnreadableFile("The file is neither a CSV nor an XLSX file. Save the list as one of these.")
    return _table(records)


def read_day(text: str) -> date:
    """Read a day as people write it in Britain (24/11/2026, 24 November 2026) or as ISO. Raises ValueError."""
    text = " ".join(text.split())
    for candidate in (text, text.split(" ")[0].split("T")[0]):
        for day_format in DAY_FORMATS:
            try:
                return datetime.strptime(candidate, day_format).date()
            except ValueError:
                continue
    raise ValueError(f"{text!r} is not a day. Write it like 24/11/2026.")


def _table(records: Iterator[tuple[int, list[str]]]) -> Table:
    """Find the headings (the first row that is not empty) and put every later row under them."""
    filled = ((number, cells) for number, cells in records if any(cells))
    _, headers = next(filled, (0, []))
    if not headers:
        raise UnreadableFile("The file holds no headings. The first row must name the columns.")
    while not headers[-1]:
        headers.pop()
    keys = [column_key(header) for header in headers]
    double = sorted({header for header, key in zip(headers, keys, strict=True) if key and keys.count(key) > 1})
    if double:
        raise UnreadableFile(f"Two columns are called {double[0]!r}. Give each column its own heading.")
    rows: list[Row] = []
    for number, cells in filled:
        if len(rows) == MAX_ROWS:
            raise UnreadableFile(f"The file holds more than {MAX_ROWS:,} rows. Divide it into smaller files.")
        for index, cell in enumerate(cells):
            if cell and (index >= len(keys) or not keys[index]):
                raise UnreadableFile(
                    f"Row {number} has something in column {get_column_letter(index + 1)}, which has no heading."
                )
        rows.append(Row(number, {key: cell for key, cell in zip(keys, cells, strict=False) if key}))
    return Table([header for header in headers if header], rows)


def _decode(data: bytes) -> str:
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile("The file is not plain text. Save the list as CSV UTF-8 or as XLSX.")


def _delimiter(text: str) -> str:
    """The separator that the first line uses most, outside quotation marks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(part for part in first.split('"')[::2])
    return max(",;\t", key=bare.count)


def _csv_records(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decode(data)
    start = 1
    if text[:4].casefold() == "sep=":  # a hint that Excel leaves for itself
        line, _, text = text.partition("\n")
        delimiter, start = line[4:].strip("\r") or ",", 2
        if len(delimiter) != 1:
            raise UnreadableFile("The first line names a separator that is not one character. Remove that line.")
    else:
        delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = start - 1
    try:
        for number, cells in enumerate(reader, start):
            yield number, [_clean(cell) for cell in cells]
    except csv.Error as error:
        raise UnreadableFile(
            f"The file is damaged at row {number + 1}: a quotation mark is not closed, or stands inside a text."
        ) from error


@contextmanager
def open_workbook(data: bytes, *, values: bool = True) -> Iterator[Any]:
    """Open an XLSX to read it row by row; whatever is unsound in it raises UnreadableFile while it is open.

    ``values``: of a formula the value that the spreadsheet last showed, else the formula itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise UnreadableFile("The file unpacks to far too much for a list. Save only the list as a new file.")
        # openpyxl reads through defusedxml (qaf/__init__.py sees to it): no entities, no outside files.
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)
        if not book.worksheets:
            raise UnreadableFile("The workbook has no sheet with a table.")
        yield book
    except (
        zipfile.BadZipFile, InvalidFileException, ParseError, DefusedXmlException, KeyError, ValueError, TypeError,
        AttributeError, IndexError, OverflowError, EOFError, NotImplementedError, RuntimeError, zlib.error,
    ) as error:  # fmt: skip
        # Whatever a made-up workbook breaks in the reading library, the person gets the same plain answer.
        raise UnreadableFile(
            "The file is not a sound XLSX workbook. Open it in a spreadsheet programme and save it again as .xlsx."
        ) from error


def _xlsx_records(data: bytes, title: str) -> Iterator[tuple[int, list[str]]]:
    with open_workbook(data) as book:
        sheet = book[title] if title else book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not to be believed
        empty = 0
        for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1), 1):
            cells = [_clean(_text(value)) for value in values]
            if len(cells) > MAX_COLUMNS and cells[MAX_COLUMNS]:
                raise UnreadableFile(f"The sheet has more than {MAX_COLUMNS} columns. Remove what is not needed.")
            empty = 0 if any(cells) else empty + 1
            if empty > MAX_EMPTY_RUN:
                raise UnreadableFile(f"The sheet has more than {MAX_EMPTY_RUN:,} empty rows on end. Remove them.")
            yield number, cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _clean(text: str) -> str:
    """Strip a cell, and take off the apostrophe that ``spreadsheet_safe`` put before a text on its way out."""
    if len(text) > MAX_CELL:
        raise UnreadableFile(f"A cell holds more than {MAX_CELL:,} characters.")
    if text.startswith("'") and text[1:].startswith(FORMULA_STARTS):
        text = text[1:]
    return text.strip()


def spreadsheet_safe(value: Any) -> Any:
    """Neutralise a text that a spreadsheet programme would run as a formula: an apostrophe goes before it."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _out(value: Any) -> Any:
    """A value as it is written: nothing for None, Yes and No, local time, safe text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, date | int | float):
        return value
    return spreadsheet_safe(str(value).replace("\0", ""))


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def stream_csv(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Give a CSV file piece by piece, a row at a time: UTF-8 with the mark Excel needs, CR LF, formulas neutralised."""
    writer = csv.writer(_Echo())
    yield b"\xef\xbb\xbf"
    for row in itertools.chain([headers], rows):
        yield writer.writerow([_out(value) for value in row]).encode()


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str = "List") -> BinaryIO:
    """Write an XLSX to a temporary file, a row at a time, and give it open at its start; it goes when closed.

    Texts are written as texts whatever they begin with, and are neutralised as well, since the next programme
    may save the sheet as CSV. Texts longer than a cell are cut off with an ellipsis.
    """
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - whoever asked for it closes it
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    page = book.add_worksheet(sheet)
    bold, day, moment = (
        book.add_format({"bold": True}),
        book.add_format({"num_format": "d mmmm yyyy"}),
        book.add_format({"num_format": "d mmmm yyyy hh:mm"}),
    )
    page.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        page.set_column(column, column, max(12, min(40, len(header) + 4)))
        page.write_string(0, column, str(_out(header)), bold)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(map(_out, row)):
            if isinstance(value, datetime):
                page.write_datetime(number, column, value, moment)
            elif isinstance(value, date):
                page.write_datetime(number, column, value, day)
            elif isinstance(value, int | float):
                page.write_number(number, column, value)
            elif value:
                text = value if len(value) <= MAX_CELL else f"{value[: MAX_CELL - 1]}…"
                page.write_string(number, column, text)
    book.close()
    file.seek(0)
    return file


def csv_response(name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download of a CSV file called ``name``, streamed."""
    return StreamingHttpResponse(
        stream_csv(headers, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def xlsx_response(name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """A download of an XLSX file called ``name``, sent from a temporary file in pieces."""
    return FileResponse(write_xlsx(headers, rows), as_attachment=True, filename=name, content_type=XLSX_TYPE)
