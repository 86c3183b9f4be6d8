"""Reading a return's filled workbook. Nothing here knows the database.

A cell that is wrong is named as a spreadsheet names it ("Figures, E5"); while there is one, nothing of the workbook is
taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from qaf.tables import FORMULA_STARTS, UnreadableFile, column_key, open_workbook
from scorecard.return_checks import read_number
from scorecard.return_workbook import (
    ABOUT,
    DENOMINATOR,
    FIGURE_HEADINGS,
    FIGURES,
    FIRST_TEXT,
    NARRATIVE,
    NARRATIVE_HEADINGS,
    NUMERATOR,
    SHEETS,
    TEXTS,
    SheetLine,
    Template,
    about,
)
from scorecard.return_workbook_guard import demand_sound

LONGEST_TEXT = 5_000
EMPTY_ROWS = 500
WRONG_CELLS_SHOWN = 200


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
    wanted = dict(about(template))
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
        """Take the numbers of every row, each of which has to be there once."""
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
        """Take the texts of every indicator."""
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
