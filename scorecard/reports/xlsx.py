"""The report's tables as a spreadsheet: one sheet a table, numbers as numbers."""

from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from scorecard.reports.contents import document_of
from scorecard.reports.document import Document, Table

# What a sheet's name may not hold.
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def make_xlsx(snapshot: dict[str, Any], digest: str) -> bytes:
    """Write the spreadsheet of a snapshot; the same snapshot gives the same bytes."""
    document = document_of(snapshot)
    out = BytesIO()
    # Text is written as text: a team named "=1+1" stays that.
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": document.title,
            "subject": document.scope,
            "comments": f"Snapshot {digest}",
            "created": datetime.fromisoformat(snapshot["counted_at"]).replace(tzinfo=None),
        }
    )
    formats = {
        "bold": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "percent": book.add_format({"num_format": "0%"}),
        "right": book.add_format({"align": "right"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _cover(book, document, formats)
    tables = [table for section in document.sections for table in section.tables]
    for number, table in enumerate(tables, start=1):
        _sheet(book, number, table, formats)
    book.close()
    return out.getvalue()


def _cover(book: Any, document: Document, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, 1, 24)
    sheet.write_string(0, 0, document.title, formats["bold"])
    sheet.write_string(1, 0, document.scope)
    sheet.write_string(2, 0, document.counted)
    line = 4
    for fact in document.facts:
        sheet.write_string(line, 0, fact.name)
        sheet.write_string(line, 1, str(fact), formats["right"])
        line += 1
    line += 1
    for section in document.sections:
        sheet.write_string(line, 0, section.title, formats["bold"])
        line += 1
        for paragraph in section.paragraphs:
            sheet.write_string(line, 0, paragraph, formats["wrap"])
            line += 1


def _sheet(book: Any, number: int, table: Table, formats: dict[str, Any]) -> None:
    name = f"{number} {table.caption}".translate(FORBIDDEN)[:31].strip()
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, len(table.columns), 14)
    sheet.write_string(0, 0, table.caption, formats["bold"])
    for place, words in enumerate([table.first, *table.columns]):
        sheet.write_string(2, place, words, formats["bold"])
    sheet.freeze_panes(3, 1)
    for line, row in enumerate(table.rows, start=3):
        sheet.write_string(line, 0, row.header, formats["bold"] if row.total else None)
        for place, cell in enumerate(row.cells, start=1):
            if cell.number is None:
                sheet.write_string(line, place, cell.text, formats["right"])
            else:
                sheet.write_number(line, place, cell.number, formats["percent"] if cell.percent else None)
