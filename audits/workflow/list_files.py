"""Reading the file of a list: a CSV, or the sheet of a workbook that holds the list."""

import io
from typing import BinaryIO

from django.conf import settings

from audits.case_columns import map_columns
from audits.case_columns.names import NUMBER_OF_KIND
from qaf.tables import Table, UnreadableFile, read_table
from qaf.workbooks import Sheet, demand_plain, visible_sheets


def read_list(file: BinaryIO, name: str, *, kind: str, sheet: str = "") -> Table:
    """The table in an uploaded file, whose own name is ``name``.

    Of a workbook with several sheets: the one called ``sheet``, else the one with a column for the child's
    identifier, else, of several such, the one that Annex A numbers as this kind of list or whose columns fit it best.
    Hidden sheets are not read. Raises UnreadableFile.
    """
    data = file.read(settings.UPLOAD_MAX_BYTES + 1)
    title = ""
    # Whatever is too big or no workbook, the reading of tables refuses in its own words.
    if data.startswith(b"PK\x03\x04") and len(data) <= settings.UPLOAD_MAX_BYTES:
        title = _choose(visible_sheets(data), kind=kind, wanted=sheet)
        demand_plain(data, title)
    return read_table(io.BytesIO(data), name, sheet=title)


def _choose(sheets: list[Sheet], *, kind: str, wanted: str) -> str:
    names = ", ".join(f"“{sheet.title}”" for sheet in sheets)
    if wanted.strip():
        plain = " ".join(wanted.split()).casefold()
        for sheet in sheets:
            if " ".join(sheet.title.split()).casefold() == plain:
                return sheet.title
        raise UnreadableFile(
            f"The workbook has no sheet called “{wanted.strip()[:60]}” that can be seen. It has {names}."
        )
    if len(sheets) == 1:
        return sheets[0].title
    fitting = [sheet for sheet in sheets if map_columns(sheet.headings, kind=kind).found["identifier"]]
    if not fitting:
        raise UnreadableFile(
            f"No sheet of the workbook has a column for the child’s identifier. It has {names}. Write the name of the "
            "sheet that holds the list."
        )
    number = NUMBER_OF_KIND.get(kind)
    numbered = [sheet for sheet in fitting if number is not None and _numbers(sheet.title) == [number]]
    if len(numbered) == 1:
        return numbered[0].title
    found = [sum(map(bool, map_columns(sheet.headings, kind=kind).found.values())) for sheet in fitting]
    best = [sheet for sheet, columns in zip(fitting, found, strict=True) if columns == max(found)]
    if len(best) > 1:
        names = ", ".join(f"“{sheet.title}”" for sheet in best)
        raise UnreadableFile(f"Several sheets could hold the list: {names}. Write the name of the one to read.")
    return best[0].title


def _numbers(title: str) -> list[int]:
    digits = "".join(character if character.isdecimal() else " " for character in title)
    return [int(number) for number in digits.split()]
