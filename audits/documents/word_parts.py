"""The parts that a Word document is made of: paragraphs, runs, content controls, tables, properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from lxml import etree

from audits.documents.layout import Field
from audits.documents.names import mark_of, tag_of

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
PLACEHOLDERS = {
    "line": "Write your answer here",
    "lines": "Write your answer here",
    "choice": "Choose an answer",
    "date": "Write a date, such as 27 3 2026",
}
NO_ANSWER = "No answer"
CHECKED, UNCHECKED = "☒", "☐"
# What a list item may show; a longer label is cut for the list only.
MAX_SHOWN = 250
MAX_ALIAS = 64
# After Latin, Greek, Cyrillic and Armenian come the scripts that text programs set in other fonts.
FIRST_OTHER_SCRIPT = "\u0590"

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def element(name: str, /, *children: Any, **attributes: str) -> Any:
    """An element of the main namespace with attributes of the same; children that are None are left out."""
    made = etree.Element(w(name), nsmap={"w": W, "w14": W14})
    for key, value in attributes.items():
        made.set(w(key), value)
    made.extend(child for child in children if child is not None)
    return made


def legal(text: str) -> str:
    """The text with what no XML can hold replaced by a sign that can be seen."""
    return _ILLEGAL.sub("\ufffd", text)


def one_line(text: str) -> str:
    return " ".join(legal(text).split())


def shown_label(label: str) -> str:
    """An option's label as a list shows it."""
    text = one_line(label)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def run(text: str, *, style: str = "", bold: bool = False) -> Any:
    """A text as one run, with its line breaks and tabs."""
    properties = element("rPr", element("rStyle", val=style) if style else None, element("b") if bold else None)
    made = element("r", properties if len(properties) else None)
    for number, line in enumerate(legal(text).split("\n")):
        if number:
            made.append(element("br"))
        for place, piece in enumerate(line.split("\t")):
            if place:
                made.append(element("tab"))
            if piece:
                written = element("t")
                written.text = piece
                written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                made.append(written)
    return made


def paragraph(*runs: Any, style: str = "") -> Any:
    properties = element("pPr", element("pStyle", val=style)) if style else None
    return element("p", properties, *runs)


class Controls:
    """Makes content controls, each with a number and a bookmark of its own."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def of(self, field: Field, title: str, *, locked: bool, in_row: bool = False) -> list[Any]:
        """The runs of one field: a control, or a check box and a label for each option."""
        if field.widget == "checks":
            raise ValueError("Check boxes are made one by one: see option().")
        alias = f"{field.label}: {title}" if field.label else title
        shown = field.label_of_value if field.widget == "choice" else field.value
        content = run(shown) if shown else run(PLACEHOLDERS[field.widget], style="PlaceholderText")
        lock = _lock(locked=locked, in_row=in_row)
        return self._control(tag_of(field.name), alias, _type_of(field), content, empty=not shown, lock=lock)

    def option(self, field: Field, value: str, label: str, *, locked: bool, in_row: bool = False) -> list[Any]:
        """One check box; its label stands beside it."""
        on = value in field.chosen
        box = etree.Element(f"{{{W14}}}checkbox", nsmap={"w14": W14})
        for name, setting in (("checked", "1" if on else "0"), ("checkedState", "2612"), ("uncheckedState", "2610")):
            made = etree.SubElement(box, f"{{{W14}}}{name}")
            made.set(f"{{{W14}}}val", setting)
            if name != "checked":
                made.set(f"{{{W14}}}font", "MS Gothic")
        glyph = run(CHECKED if on else UNCHECKED)
        glyph.insert(0, element("rPr", element("rFonts", ascii="MS Gothic", hAnsi="MS Gothic", eastAsia="MS Gothic")))
        lock = _lock(locked=locked, in_row=in_row)
        return self._control(tag_of(field.name, value), label, box, glyph, empty=False, lock=lock)

    def _control(self, tag: str, alias: str, kind: Any, content: Any, *, empty: bool, lock: str) -> list[Any]:
        number = str(next(self._numbers))
        properties = element(
            "sdtPr",
            element("alias", val=one_line(alias)[:MAX_ALIAS]),
            element("tag", val=tag),
            element("id", val=number),
            element("lock", val=lock) if lock else None,
            element("showingPlcHdr") if empty else None,
            kind,
        )
        return [
            element("bookmarkStart", id=number, name=mark_of(tag)),
            element("sdt", properties, element("sdtContent", content)),
            element("bookmarkEnd", id=number),
        ]


def _lock(*, locked: bool, in_row: bool) -> str:
    """Nobody deletes a box by mistake; but a row must be free to go, and to be copied."""
    if locked:
        return "sdtContentLocked"
    return "" if in_row else "sdtLocked"


def _type_of(field: Field) -> Any:
    """What kind of control a field gets. A longer text is rich text: only there a paragraph can be ended.

    So is a line in several scripts, which LibreOffice 7.4 writes several times over when it opens it as plain text.
    """
    if field.widget == "line":
        return element("text") if max(field.value, default="") < FIRST_OTHER_SCRIPT else None
    if field.widget == "date":
        return element(
            "date",
            element("dateFormat", val="d MMMM yyyy"),
            element("lid", val="en-GB"),
            element("storeMappedDataAs", val="dateTime"),
            element("calendar", val="gregorian"),
        )
    if field.widget == "lines":
        return None
    items = [(shown_label(option.label), option.value) for option in field.options]
    if NO_ANSWER not in [label for label, _ in items]:
        items.append((NO_ANSWER, "-"))
    return element("dropDownList", *(element("listItem", displayText=label, value=value) for label, value in items))


def table(rows: Iterable[Iterable[list[Any]]], *, widths: list[int], caption: str, may_split: bool = False) -> Any:
    """A table with borders; its first row is the heading that is repeated on each page.

    Each cell is a list of paragraphs; widths are in twentieths of a point. ``may_split``: a row may go over a page.
    """
    made = element(
        "tbl",
        element(
            "tblPr",
            element("tblStyle", val="TableGrid"),
            element("tblW", w=str(sum(widths)), type="dxa"),
            element("tblLayout", type="fixed"),
            element("tblCellMar", *(element(side, w="60", type="dxa") for side in ("top", "bottom"))),
            element("tblLook", val="0420", firstRow="1", lastRow="0", firstColumn="0", lastColumn="0", noHBand="0",
                    noVBand="1"),
            element("tblCaption", val=one_line(caption)[:250]),
        ),
        element("tblGrid", *(element("gridCol", w=str(width)) for width in widths)),
    )  # fmt: skip
    for number, cells in enumerate(rows):
        kept = None if may_split else element("cantSplit")
        line = element("tr", element("trPr", kept, element("tblHeader") if number == 0 else None))
        for width, paragraphs in zip(widths, cells, strict=True):
            line.append(element("tc", element("tcPr", element("tcW", w=str(width), type="dxa")), *paragraphs))
        made.append(line)
    return made


_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"


def properties_xml(marks: Mapping[str, str]) -> bytes:
    """The document's own properties, as Word shows them under File, Info, Advanced."""
    root = etree.Element(f"{{{_PROPERTIES}}}Properties", nsmap={None: _PROPERTIES, "vt": _TYPES})
    for number, (name, value) in enumerate(marks.items(), start=2):
        one = etree.SubElement(
            root,
            f"{{{_PROPERTIES}}}property",
            fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}",
            pid=str(number),
            name=name,
        )
        etree.SubElement(one, f"{{{_TYPES}}}lpwstr").text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
