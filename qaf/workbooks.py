"""What is peculiar to workbooks before one of their sheets is read as a table: which sheets, and what hides in one."""

import io
import re
import zipfile
from dataclasses import dataclass

from qaf.tables import MAX_COLUMNS, UnreadableFile, open_workbook

# Rows above the headings may be empty; further down nobody looks for them.
LOOKED_AT = 20
SHOWN = 5
MERGED = re.compile(rb'<mergeCell\s[^<>]*ref="([A-Z0-9:]+)"')
# A cell with a formula and no value. Sought in the file itself: to read a long sheet twice more takes a minute. Nothing
# in it is tried twice, since the file may be made to keep us busy.
BARE_FORMULA = re.compile(
    rb'<c\s(?>(?:[^<>]*?\s)?r="([A-Z]+[0-9]+)")[^<>]*+>\s*+'
    rb"<f(?:\s[^<>]*)?(?:/>|>[^<]*+</f>)\s*+(?:<v\s*+/>\s*+|<v>\s*+</v>\s*+)?</c>"
)


@dataclass(frozen=True)
class Sheet:
    """One sheet that can be seen: its title and the headings in its first row that is not empty."""

    title: str
    headings: tuple[str, ...]


def visible_sheets(data: bytes) -> list[Sheet]:
    """The sheets of an XLSX that are not hidden, in order. Raises UnreadableFile when all are, or it is unsound."""
    found = []
    with open_workbook(data) as book:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=LOOKED_AT, max_col=MAX_COLUMNS, values_only=True)
            first = next((row for row in rows if any(cell not in (None, "") for cell in row)), ())
            found.append(Sheet(sheet.title, tuple(str(cell).strip() for cell in first if cell not in (None, ""))))
    if not found:
        raise UnreadableFile("Every sheet of the workbook is hidden. Show the sheet that holds the list and save it.")
    return found


def demand_plain(data: bytes, title: str) -> None:
    """Raise UnreadableFile when a sheet's cells do not each hold a value of their own: merged ones, bare formulas.

    A formula for which the spreadsheet has kept no value would be read as empty.
    """
    with open_workbook(data) as book, zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(book[title]._worksheet_path)
    if merged := [ref.decode() for ref in MERGED.findall(text)]:
        raise UnreadableFile(
            f"The sheet “{title}” has merged cells ({_some(merged)}), so some rows hold nothing of their own. Unmerge "
            "them, fill each row in, and save the workbook again."
        )
    if bare := [ref.decode() for ref in BARE_FORMULA.findall(text)]:
        raise UnreadableFile(
            f"The sheet “{title}” has formulas without a value ({_some(bare)}). Open the workbook in a spreadsheet "
            "programme, copy the list and paste it as values, and save it again."
        )


def _some(cells: list[str]) -> str:
    more = len(cells) - SHOWN
    return ", ".join(cells[:SHOWN]) + (f" and {more} more" if more > 0 else "")
