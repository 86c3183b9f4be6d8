"""The clinic sheet as a workbook: a page of what it is about, then a page for each table, numbers as numbers."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import xlsxwriter

from audits.documents.clinic import Sheet, Table
from qaf.tables import spreadsheet_safe

# What the name of a page may not hold.
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def make_xlsx(sheet: Sheet) -> bytes:
    """Write the workbook; the same sheet gives the same bytes. Texts never become formulas or links."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": sheet.title, "created": datetime.combine(sheet.as_of, time(12))})
    formats = {
        "bold": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "d mmmm yyyy", "align": "left"}),
    }
    _about(book, sheet, formats)
    number = 0
    for section in sheet.sections:
        for table in section.tables:
            number += 1
            _page(book, number, table, formats)
    book.close()
    return out.getvalue()


def _about(book: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page = book.add_worksheet("About")
    page.set_column(0, 0, 32)
    page.set_column(1, 1, 60)
    page.write_string(0, 0, spreadsheet_safe(sheet.title), formats["bold"])
    line = 2
    for name, value in sheet.facts:
        page.write_string(line, 0, name)
        page.write_string(line, 1, spreadsheet_safe(value))
        line += 1
    for section in sheet.sections:
        line += 1
        page.write_string(line, 0, section.title, formats["bold"])
        for words in (*section.paragraphs, *(table.note for table in section.tables if table.note)):
            line += 1
            page.write_string(line, 0, words)
        line += 1


def _page(book: Any, number: int, table: Table, formats: dict[str, Any]) -> None:
    page = book.add_worksheet(f"{number} {table.caption}".translate(FORBIDDEN)[:31].strip())
    page.set_column(0, 0, 32)
    page.set_column(1, len(table.columns), 18)
    page.write_string(0, 0, table.caption, formats["bold"])
    for place, words in enumerate([table.first, *table.columns]):
        page.write_string(2, place, words, formats["bold"])
    page.freeze_panes(3, 1)
    for line, row in enumerate(table.rows, start=3):
        page.write_string(line, 0, spreadsheet_safe(row.header), formats["bold"] if row.is_total else None)
        for place, cell in enumerate(row.cells, start=1):
            if isinstance(cell, date):
                page.write_datetime(line, place, datetime.combine(cell, time()), formats["day"])
            elif isinstance(cell, int):
                page.write_number(line, place, cell)
            else:
                page.write_string(line, place, spreadsheet_safe(cell))
