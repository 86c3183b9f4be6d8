"""A return as a workbook: the template that an agency downloads, and reading it when it is filled.

Nothing here knows the database. A cell that is wrong is named as a spreadsheet names it ("Figures, E5"); while there is
one, nothing of the workbook is taken.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter

from qaf.tables import FORMULA_STARTS, MAX_CELL, UnreadableFile, column_key, open_workbook, spreadsheet_safe
from scorecard.return_checks import read_number
from scorecard.return_workbook_guard import demand_sound

ABOUT, FIGURES, NARRATIVE = "About", "Figures", "Narrative"
SHEETS = (ABOUT, FIGURES, NARRATIVE)
FIGURE_HEADINGS = (
    "Code", "Indicator", "Period", "What the numerator counts", "Numerator", "What the denominator counts",
    "Denominator",
)  # fmt: skip
NARRATIVE_HEADINGS = ("Code", "Indicator", "Narrative", "Explanation of a jump", "Why there is no figure")
TEXTS = ("narrative", "explanation", "no_figure")
# Places of the columns that are filled in, counted from 0.
NUMERATOR, DENOMINATOR, FIRST_TEXT = 4, 6, 2
LONGEST_TEXT = 5_000
EMPTY_ROWS = 500
WRONG_CELLS_SHOWN = 200
HOW_TO_FILL = (
    "Fill in the white cells of the sheets Figures and Narrative, save the workbook and upload it to the return.",
    "Enter figures only: no formulas, no units, no words. Leave a cell empty that you have nothing for.",
    "A cell that is left empty changes nothing that was entered in the browser.",
    "Write no names or other details of a child or family.",
)


@dataclass(frozen=True)
class SheetLine:
    """One indicator of the return. ``denominator_label`` is empty when there is none; figures are by period."""

    code: str
    name: str
    numerator_label: str
    denominator_label: str
    periods: tuple[str, ...]
    figures: tuple[tuple[Decimal | None, Decimal | None], ...] = ()
    texts: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True)
class Template:
    """The return that a workbook is for."""

    agency: str
    agency_code: str
    quarter: str
    quarter_code: str
    version: int
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True)
class WrongCell:
    """A cell that cannot be taken: its sheet, its name there, and what is wrong."""

    sheet: str
    cell: str
    text: str


@dataclass
class Filled:
    """What a workbook holds for one indicator; None and empty texts where nothing was filled in."""

    figures: list[tuple[Decimal | None, Decimal | None]]
    texts: list[str] = field(default_factory=lambda: ["", "", ""])


class WrongCells(UnreadableFile):
    """Some cells cannot be taken, so nothing was; ``cells`` says which."""

    title = "Some cells of the workbook are wrong"

    def __init__(self, cells: Sequence[WrongCell]) -> None:
        super().__init__("Nothing was taken from the workbook. Put the cells right and upload it again.")
        self.cells = list(cells)


# Writing.


def write_template(template: Template) -> bytes:
    """The workbook to fill in, with what has been entered so far."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    _write_about(book, template)
    _write_figures(book, template.lines)
    _write_narrative(book, template.lines)
    book.close()
    return file.getvalue()


def _about(template: Template) -> list[tuple[str, str]]:
    return [
        ("Agency", template.agency),
        ("Agency code", template.agency_code),
        ("Quarter", template.quarter),
        ("Quarter code", template.quarter_code),
        ("Version", str(template.version)),
    ]


def _write_about(book: Any, template: Template) -> None:
    sheet, bold = book.add_worksheet(ABOUT), book.add_format({"bold": True})
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 60)
    for row, (label, text) in enumerate(_about(template)):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, str(spreadsheet_safe(text)))
    for row, text in enumerate(HOW_TO_FILL, 6):
        sheet.write_string(row, 0, text)
    sheet.protect("", _ALLOWED)


_ALLOWED = {"format_columns": True, "format_rows": True}


def _formats(book: Any) -> tuple[Any, Any, Any]:
    """For headings, for cells that stay, and for cells to fill in."""
    shared = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#b1b4b6"}
    head = book.add_format({**shared, "bold": True, "bg_color": "#d2e2f1"})
    stays = book.add_format({**shared, "bg_color": "#f3f2f1"})
    return head, stays, book.add_format({**shared, "locked": False})


def _write_figures(book: Any, lines: Sequence[SheetLine]) -> None:
    sheet, (head, stays, free) = book.add_worksheet(FIGURES), _formats(book)
    _headings(sheet, FIGURE_HEADINGS, (12, 36, 22, 30, 14, 30, 14), head)
    row = 0
    for line in lines:
        for place, period in enumerate(line.periods):
            row += 1
            labels = (line.code, line.name, period, line.numerator_label, None, line.denominator_label)
            for column, text in enumerate(labels):
                if text is not None:
                    sheet.write_string(row, column, str(spreadsheet_safe(text)), stays)
            numerator, denominator = line.figures[place] if place < len(line.figures) else (None, None)
            _write_number(sheet, row, NUMERATOR, numerator, free)
            if line.denominator_label:
                _write_number(sheet, row, DENOMINATOR, denominator, free)
            else:
                sheet.write_blank(row, DENOMINATOR, None, stays)
    sheet.protect("", _ALLOWED)


def _write_number(sheet: Any, row: int, column: int, number: Decimal | None, free: Any) -> None:
    if number is None:
        sheet.write_blank(row, column, None, free)
    else:
        sheet.write_number(row, column, float(number), free)


def _write_narrative(book: Any, lines: Sequence[SheetLine]) -> None:
    sheet, (head, stays, free) = book.add_worksheet(NARRATIVE), _formats(book)
    _headings(sheet, NARRATIVE_HEADINGS, (12, 36, 60, 40, 40), head)
    for row, line in enumerate(lines, 1):
        sheet.write_string(row, 0, line.code, stays)
        sheet.write_string(row, 1, str(spreadsheet_safe(line.name)), stays)
        for place, text in enumerate(line.texts):
            sheet.write_string(row, FIRST_TEXT + place, str(spreadsheet_safe(text))[:MAX_CELL], free)
    sheet.protect("", _ALLOWED)


def _headings(sheet: Any, headings: Sequence[str], widths: Sequence[int], head: Any) -> None:
    sheet.freeze_panes(1, 2)
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)


# Reading.


def read_filled(data: bytes, name: str, template: Template) -> dict[str, Filled]:
    """What a filled workbook holds, by the code of the indicator.

    Raises UnreadableFile when it is no sound workbook or not this return's, WrongCells with every cell that is wrong.
    """
    demand_sound(data, name, SHEETS)
    # Formulas as they are: the value that a spreadsheet once showed for one may be any.
    with open_workbook(data, values=False) as book:
        _demand_this_return(book[ABOUT], template)
        reading = _Reading(template)
        reading.read_figures(book[FIGURES])
        reading.read_narrative(book[NARRATIVE])
    if reading.wrong:
        raise WrongCells(reading.wrong[:WRONG_CELLS_SHOWN])
    return reading.filled


def _demand_this_return(sheet: Any, template: Template) -> None:
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=5, max_col=2, values_only=True)
    found = {str(label).strip(): str(text).strip() for label, text in rows if label is not None}
    wanted = dict(_about(template))
    for label, what in (("Agency code", "another agency"), ("Quarter code", "another quarter")):
        if found.get(label) != wanted[label]:
            name = found.get(label.removesuffix(" code")) or "nothing"
            raise UnreadableFile(
                f"The workbook is for {what}: it says “{name[:60]}”, and this return is that of {template.agency}, "
                f"{template.quarter}. Download the template of this return and fill that."
            )
    if found.get("Version") != wanted["Version"]:
        raise UnreadableFile(
            f"The workbook is for version {found.get('Version', '')[:10] or 'unknown'} of this return, and this is "
            f"version {template.version}. Download its template and fill that."
        )


class _Reading:
    """The cells of a workbook, gone through once; ``wrong`` collects those that cannot be taken."""

    def __init__(self, template: Template) -> None:
        self.lines = {line.code: line for line in template.lines}
        self.filled = {line.code: Filled([(None, None)] * len(line.periods)) for line in template.lines}
        self.wrong: list[WrongCell] = []

    def read_figures(self, sheet: Any) -> None:
        seen: set[tuple[str, int]] = set()
        for cells in self._rows(sheet, FIGURE_HEADINGS):
            line = self._line(sheet, cells)
            if line is None:
                continue
            period = _text(cells[2])
            if period not in line.periods:
                self._say(sheet, cells[2], f"“{period[:40]}” is not a period of {line.name} in this return")
                continue
            place = line.periods.index(period)
            if (line.code, place) in seen:
                self._say(sheet, cells[0], f"{line.name} has {period} twice")
                continue
            seen.add((line.code, place))
            self.filled[line.code].figures[place] = self._figure(sheet, cells, line)
        for line in self.lines.values():
            for place, period in enumerate(line.periods):
                if (line.code, place) not in seen:
                    self.wrong.append(WrongCell(FIGURES, "A1", f"The row of {line.name}, {period}, is missing"))

    def _figure(self, sheet: Any, cells: Sequence[Any], line: SheetLine) -> tuple[Decimal | None, Decimal | None]:
        numerator = self._number(sheet, cells[NUMERATOR])
        denominator = self._number(sheet, cells[DENOMINATOR])
        if denominator is not None and not line.denominator_label:
            self._say(sheet, cells[DENOMINATOR], f"{line.name} is a plain number and has no denominator")
            return numerator, None
        return numerator, denominator

    def read_narrative(self, sheet: Any) -> None:
        seen: set[str] = set()
        for cells in self._rows(sheet, NARRATIVE_HEADINGS):
            line = self._line(sheet, cells)
            if line is None:
                continue
            if line.code in seen:
                self._say(sheet, cells[0], f"{line.name} is there twice")
                continue
            seen.add(line.code)
            self.filled[line.code].texts = [
                self._words(sheet, cell) for cell in cells[FIRST_TEXT : FIRST_TEXT + len(TEXTS)]
            ]

    def _rows(self, sheet: Any, headings: Sequence[str]) -> list[Sequence[Any]]:
        """The rows under the headings that hold anything; the headings are to be those of the template."""
        sheet.reset_dimensions()
        rows: list[Sequence[Any]] = []
        empty = 0
        most = 2 * sum(len(line.periods) for line in self.lines.values()) + EMPTY_ROWS
        for number, found in enumerate(sheet.iter_rows(max_col=len(headings) + 20), 1):
            cells = (*found, *(_NO_CELL for _ in range(len(headings) - len(found))))
            if number == 1:
                self._demand_headings(sheet, cells, headings)
            elif any(_text(cell) for cell in cells):
                empty = 0
                rows.append(cells)
                self._demand_nothing_beside(sheet, cells, headings)
            else:
                empty += 1
            if empty > EMPTY_ROWS:
                break
            if len(rows) > most:
                raise UnreadableFile(
                    f"The sheet “{sheet.title}” has far more rows than the template. Download the template again and "
                    "fill that."
                )
        return rows

    def _demand_headings(self, sheet: Any, cells: Sequence[Any], headings: Sequence[str]) -> None:
        for cell, heading in zip(cells, headings, strict=False):
            if column_key(_text(cell)) != column_key(heading):
                raise UnreadableFile(
                    f"The sheet “{sheet.title}” has “{_text(cell)[:40]}” where the template has the heading "
                    f"“{heading}”. Download the template again and fill that."
                )

    def _demand_nothing_beside(self, sheet: Any, cells: Sequence[Any], headings: Sequence[str]) -> None:
        for cell in cells[len(headings) :]:
            if _text(cell):
                self._say(sheet, cell, "The template has no such column. Take out what stands here")

    def _line(self, sheet: Any, cells: Sequence[Any]) -> SheetLine | None:
        code = _text(cells[0])
        if code not in self.lines:
            self._say(sheet, cells[0], f"“{code[:40]}” is not an indicator of this return")
        return self.lines.get(code)

    def _number(self, sheet: Any, cell: Any) -> Decimal | None:
        value = cell.value
        try:
            if cell.data_type == "f":
                raise ValueError("This is a formula. Put its value in its place")
            if cell.data_type == "e":
                raise ValueError(f"The spreadsheet shows an error here, {_text(cell)[:20]}")
            if isinstance(value, bool) or cell.data_type == "d":
                raise ValueError(f"“{_text(cell)[:40]}” is not a number. Enter figures only, such as 42 or 1,250")
            if isinstance(value, int | float):
                # A spreadsheet keeps fifteen digits; what binary fractions add behind them is not what was typed.
                return read_number(f"{Decimal(format(value, '.15g')):f}"[:60])
            return read_number(_text(cell))
        except ValueError as error:
            self._say(sheet, cell, str(error))
            return None

    def _words(self, sheet: Any, cell: Any) -> str:
        text = _text(cell)
        if cell.data_type == "f":
            self._say(sheet, cell, "This is a formula. Put the words in its place")
            return ""
        if len(text) > LONGEST_TEXT:
            self._say(sheet, cell, f"Shorten this to {LONGEST_TEXT:,} characters. It has {len(text):,}")
            return ""
        return text

    def _say(self, sheet: Any, cell: Any, text: str) -> None:
        self.wrong.append(WrongCell(sheet.title, getattr(cell, "coordinate", "") or "A1", text))


class _Nothing:
    """A cell that the file does not have."""

    value = None
    data_type = "n"
    coordinate = ""


_NO_CELL = _Nothing()


def _text(cell: Any) -> str:
    """What a cell holds as text, without the apostrophe that a text like a formula was given on its way out."""
    if cell.value is None:
        return ""
    value = cell.value
    text = str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)
    if text.startswith("'") and text[1:].startswith(FORMULA_STARTS):
        text = text[1:]
    return text.strip()
