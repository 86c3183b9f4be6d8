"""A return as a workbook: the template that an agency downloads and fills. Nothing here knows the database."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from qaf.tables import MAX_CELL, spreadsheet_safe

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
# What somebody may still do in a sheet whose other cells are locked.
_ALLOWED = {"format_columns": True, "format_rows": True}
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


def about(template: Template) -> list[tuple[str, str]]:
    """What the first sheet says of the return: labels and texts."""
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
    for row, (label, text) in enumerate(about(template)):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, str(spreadsheet_safe(text)))
    for row, text in enumerate(HOW_TO_FILL, 6):
        sheet.write_string(row, 0, text)
    sheet.protect("", _ALLOWED)


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
