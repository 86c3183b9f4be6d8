"""The report's tables as a spreadsheet: one sheet a table, numbers as numbers."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import xlsxwriter

from scorecard.reports.contents import document_of
from scorecard.reports.document import Document, Section, Table
from scorecard.reports.packages import counted_at
from scorecard.reports.writable import writable

# What a sheet's name may not hold.
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


# The longest text that a cell holds.
LONGEST = 32_767


def make_xlsx(content: dict[str, Any], digest: str) -> bytes:
    """Write the spreadsheet of a report's content; the same content gives the same bytes."""
    document = writable(document_of(content))
    out = BytesIO()
    # Text is written as text: a team named "=1+1" stays that.
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": document.title[:255],
            "subject": document.scope[:255],
            "comments": f"Snapshot {digest}",
            "created": counted_at(content),
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
    """The first sheet: what the report is, its figures in a nutshell, and everything that is said in words."""
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 90)
    sheet.set_column(1, 1, 24)
    line = 0
    for words in (document.title, document.scope, document.counted, document.status):
        if words:
            sheet.write_string(line, 0, words, formats["bold"] if line == 0 else formats["wrap"])
            line += 1
    line += 1
    for fact in document.facts:
        sheet.write_string(line, 0, fact.name)
        sheet.write_string(line, 1, str(fact), formats["right"])
        line += 1
    line += 1
    for section in document.sections:
        for words, format in _said(section):
            sheet.write_string(line, 0, words[:LONGEST], formats[format])
            line += 1


def _said(section: Section) -> Iterator[tuple[str, str]]:
    """The words of a section, each with the format it has."""
    yield section.title, "bold"
    for paragraph in (*section.paragraphs, *section.commentary):
        yield paragraph, "wrap"
    for theme in section.themes:
        yield theme.title, "bold"
        if theme.text:
            yield theme.text, "wrap"
        for quote in theme.quotes:
            yield f"“{quote.text}” ({quote.voice})", "wrap"


def _sheet(book: Any, number: int, table: Table, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet(_sheet_name(number, table.caption))
    sheet.set_column(0, 0, 20 if table.words else 36)
    sheet.set_column(1, len(table.columns) or 1, 36 if table.words else 14)
    sheet.write_string(0, 0, table.caption, formats["bold"])
    for place, words in enumerate([table.first, *table.columns]):
        sheet.write_string(2, place, words, formats["bold"])
    sheet.freeze_panes(3, 1)
    plain = formats["wrap" if table.words else "right"]
    for line, row in enumerate(table.rows, start=3):
        sheet.write_string(line, 0, row.header, formats["bold"] if row.total else formats["wrap"])
        for place, cell in enumerate(row.cells, start=1):
            if cell.number is None:
                sheet.write_string(line, place, cell.text[:LONGEST], plain)
            else:
                sheet.write_number(line, place, cell.number, formats["percent"] if cell.percent else None)
    if table.note:
        sheet.write_string(len(table.rows) + 4, 0, table.note)


def _sheet_name(number: int, caption: str) -> str:
    """A name that no other sheet has, of at most 31 of the units that spreadsheets count (two for an emoji)."""
    name = " ".join(f"{number} {caption}".translate(FORBIDDEN).split())
    while len(name.encode("utf-16-le")) > 62:
        name = name[:-1]
    return name.strip()
