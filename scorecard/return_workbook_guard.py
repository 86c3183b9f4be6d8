"""Refusing workbooks that cannot be what they seem: macros, hidden parts, merged cells, far too much in them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from qaf.tables import UnreadableFile, open_workbook

# A filled template has some kilobytes; nothing that is a return comes near these.
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 30 * 1024 * 1024
MOST_PARTS = 200
SHOWN = 5
MACRO_ENDINGS = (".xlsm", ".xltm", ".xlam", ".xlsb")
# In the file itself, with or without a prefix of the namespace: the reading library does not tell of these.
MERGED = re.compile(rb"""<(?:\w{1,20}:)?mergeCell\s[^<>]*?ref=["']([A-Z0-9:]+)["']""")
HIDDEN_ROW = re.compile(rb"""<(?:\w{1,20}:)?row\s(?:[^<>]*\s)?(?:hidden=["'](?:1|true)["']|ht=["']0(?:\.0+)?["'])""")
HIDDEN_COLUMN = re.compile(
    rb"""<(?:\w{1,20}:)?col\s(?:[^<>]*\s)?(?:hidden=["'](?:1|true)["']|width=["']0(?:\.0+)?["'])"""
)
DOWNLOAD = "Download the template of this return, fill it and upload that."


def demand_sound(data: bytes, name: str, titles: Sequence[str]) -> None:
    """Raise UnreadableFile, with a sentence for the person, unless this is a plain workbook of exactly these sheets."""
    _demand_package(data, name)
    with open_workbook(data) as book, zipfile.ZipFile(io.BytesIO(data)) as archive:
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        if hidden:
            raise UnreadableFile(
                f"The workbook has a hidden sheet, “{hidden[0][:40]}”. Delete it, and upload it again."
            )
        found = list(book.sheetnames)
        missing = [title for title in titles if title not in found]
        if missing:
            raise UnreadableFile(f"The workbook has no sheet “{missing[0]}”, so it is not the template. {DOWNLOAD}")
        extra = [title for title in found if title not in titles]
        if extra:
            raise UnreadableFile(
                f"The workbook has a sheet “{extra[0][:40]}” that the template does not have. Delete it, and upload it "
                "again."
            )
        for title in titles:
            _demand_plain(archive.read(book[title]._worksheet_path), title)


def _demand_package(data: bytes, name: str) -> None:
    if len(data) > MOST_BYTES:
        raise UnreadableFile(
            f"The file is larger than {MOST_BYTES // (1024 * 1024)} MB, so it is no return. {DOWNLOAD}"
        )
    if not data.strip():
        raise UnreadableFile("The file is empty. Choose the workbook that you filled.")
    if name.casefold().endswith(MACRO_ENDINGS):
        raise UnreadableFile("The workbook can hold macros. Save it as a plain workbook (.xlsx), and upload that.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            "The file is an old Excel workbook (.xls) or has a password. Save it as .xlsx without a password."
        )
    if not data.startswith(b"PK\x03\x04"):
        raise UnreadableFile(f"The file is not an XLSX workbook. {DOWNLOAD}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableFile(f"The file is damaged. Save it again as .xlsx. {DOWNLOAD}") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableFile(f"The file unpacks to far more than a filled template. {DOWNLOAD}")
    if any(part.filename.casefold().endswith("vbaproject.bin") for part in parts):
        raise UnreadableFile("The workbook holds macros. Save it as a plain workbook (.xlsx), and upload that.")


def _demand_plain(text: bytes, title: str) -> None:
    if merged := [ref.decode() for ref in MERGED.findall(text)]:
        more = f" and {len(merged) - SHOWN} more" if len(merged) > SHOWN else ""
        raise UnreadableFile(
            f"The sheet “{title}” has merged cells ({', '.join(merged[:SHOWN])}{more}). Unmerge them, fill each cell, "
            "and upload the workbook again."
        )
    if HIDDEN_ROW.search(text) or HIDDEN_COLUMN.search(text):
        raise UnreadableFile(
            f"The sheet “{title}” has hidden or filtered rows or columns, so you may not see all that it holds. Show "
            "them all, and upload the workbook again."
        )
