"""What a person wrote into a Word document: its controls, the rows of its tables, and text beside the controls.

Word keeps a control's tag. Other programs may drop it, split its runs, rename styles or turn a control into bare
text: then its bookmark says where it was. Text that was written beside the boxes is given back too, so that nobody
has to find out later that it was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from audits.documents.docx_package import DAMAGED, BadDocument, Package
from audits.documents.word_parts import CHECKED, PLACEHOLDERS, W14, w

# What Word puts into a control that was emptied.
WORDS_OF_WORD = (
    "Click or tap here to enter text.", "Click here to enter text.", "Choose an item.",
    "Click or tap to enter a date.", "Click here to enter a date.",
)  # fmt: skip
_EMPTY = frozenset({*PLACEHOLDERS.values(), *WORDS_OF_WORD})
_TICKS = (CHECKED, "☑", "x", "X", "✓", "✔", "✗", "✘")
# Never looked into: deleted text, field codes, pictures and what hangs on them, properties.
_SKIPPED = frozenset(
    w(name)
    for name in (
        "del", "moveFrom", "instrText", "delText", "drawing", "pict", "object", "rPr", "pPr", "tblPr", "tblGrid",
        "trPr", "tcPr", "sectPr", "sdtEndPr", "footnoteReference", "endnoteReference", "commentReference",
    )
)  # fmt: skip
_SIGNS = {w("br"): "\n", w("cr"): "\n", w("tab"): "\t", w("noBreakHyphen"): "\u2011", w("softHyphen"): "\u00ad"}


@dataclass
class Found:
    """A control, or a bookmark whose control is gone. ``row`` is the number of the table row it stands in."""

    tag: str
    pieces: list[str] = field(default_factory=list)
    row: int | None = None
    cell: int | None = None
    tick: bool | None = None
    by_tag: bool = False

    @property
    def text(self) -> str:
        """What was written; empty when only the printed prompt stands there."""
        text = "".join(self.pieces)
        return "" if text.strip() in _EMPTY else text

    @property
    def ticked(self) -> bool:
        """Whether a check box is ticked; one that became bare text is read by its sign."""
        return self.text.strip() in _TICKS if self.tick is None else self.tick


@dataclass(frozen=True)
class Line:
    """A paragraph's text outside all controls. ``after`` is the tag of the last control before it."""

    text: str
    after: str
    row: int | None = None
    # Stands in the first cell of its row, where tables have the row's number.
    is_first: bool = False


@dataclass
class TableRow:
    """A row of a table: the texts of its cells, controls included."""

    number: int
    table: int
    cells: list[list[str]] = field(default_factory=list)

    def text(self, cell: int) -> str:
        text = "".join(self.cells[cell]).strip() if cell < len(self.cells) else ""
        return "" if text in _EMPTY else text


@dataclass
class Filled:
    """All that was read of a document."""

    found: dict[int, Found] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    rows: list[TableRow] = field(default_factory=list)


def read_docx(package: Package, known: Callable[[str], str]) -> Filled:
    """Read an opened document. ``known`` gives the field's tag for a tag or a bookmark's name, or nothing.

    Raises BadDocument.
    """
    try:
        return _Reader(package, known).filled
    except RecursionError as error:
        raise BadDocument(DAMAGED) from error


class _Reader:
    """Walks through the text once, noting everything where it stands."""

    def __init__(self, package: Package, known: Callable[[str], str]) -> None:
        self.known = known
        self.filled = Filled()
        # Controls do not stand in one another: only the innermost is written to, and one bookmark at a time.
        self.open: list[Found] = []
        self.bookmarks: dict[str, Found] = {}
        self.row: list[TableRow] = []
        self.tables = 0
        self.last_tag = ""
        self.line: list[str] = []
        self._walk(package.document)
        for mark in list(self.bookmarks):
            self._end_bookmark(mark)

    def _walk(self, node: Any) -> None:
        for child in node:
            name = child.tag
            if name in _SKIPPED or not isinstance(name, str):
                continue
            if name in _SIGNS:
                self._write(_SIGNS[name])
            elif name == w("t"):
                self._write(child.text or "")
            elif name == w("sym"):
                self._write("\ufffd")  # a sign of a font of its own: nobody else knows what it shows
            elif name == w("p"):
                self._paragraph(child)
            elif name == w("sdt"):
                self._control(child)
            elif name == w("tbl"):
                self._table(child)
            elif name == w("bookmarkStart"):
                self._begin_bookmark(child.get(w("id"), ""), child.get(w("name"), ""))
            elif name == w("bookmarkEnd"):
                self._end_bookmark(child.get(w("id"), ""))
            elif name.endswith("}AlternateContent"):
                # Two ways to say one thing: only the first is read.
                self._walk(child[:1])
            else:
                self._walk(child)

    def _write(self, text: str) -> None:
        for one in self._written_to():
            one.pieces.append(text)
        if self.row and self.row[-1].cells:
            self.row[-1].cells[-1].append(text)
        if not self.open and not self.bookmarks:
            self.line.append(text)

    def _written_to(self) -> list[Found]:
        return [*self.open[-1:], *self.bookmarks.values()]

    def _paragraph(self, node: Any) -> None:
        outer, self.line = self.line, []
        # A second paragraph in a control, or in a bookmark that runs on, is a new line of the same answer.
        for one in self._written_to():
            if one.pieces:
                one.pieces.append("\n")
        if self.row and self.row[-1].cells and self.row[-1].cells[-1]:
            self.row[-1].cells[-1].append("\n")
        self._walk(node)
        text = " ".join("".join(self.line).split())
        if text:
            row = self.row[-1] if self.row else None
            self.filled.lines.append(
                Line(text, self.last_tag, row.number if row else None, row is not None and len(row.cells) == 1)
            )
        self.line = outer

    def _control(self, node: Any) -> None:
        properties, content = node.find(w("sdtPr")), node.find(w("sdtContent"))
        if content is None:
            return
        tag_node = properties.find(w("tag")) if properties is not None else None
        tag = self.known(tag_node.get(w("val"), "") if tag_node is not None else "")
        box = properties.find(f"{{{W14}}}checkbox") if properties is not None else None
        tick = _is_ticked(box) if box is not None else None
        if not tag:
            for one in self.bookmarks.values():
                one.tick = tick if one.tick is None else one.tick
            before = set(self.bookmarks)
            self._walk(content)
            # Some programs move the bookmark inside the control.
            for mark in set(self.bookmarks) - before:
                self.bookmarks[mark].tick = tick
            return
        found = self._note(Found(tag, tick=tick, by_tag=True))
        self._end_other_bookmarks(tag)
        self.open.append(found)
        self._walk(content)
        self.open.pop()
        self.last_tag = tag

    def _note(self, found: Found) -> Found:
        if self.row:
            found.row, found.cell = self.row[-1].number, len(self.row[-1].cells) - 1
        self.filled.found[len(self.filled.found)] = found
        return found

    def _begin_bookmark(self, number: str, name: str) -> None:
        if tag := self.known(name):
            self._end_other_bookmarks(tag)
            self.bookmarks[number] = self._note(Found(tag))

    def _end_other_bookmarks(self, tag: str) -> None:
        """A bookmark whose end was deleted must not go on to the end of the document."""
        for number in [number for number, one in self.bookmarks.items() if one.tag != tag]:
            self._end_bookmark(number)

    def _end_bookmark(self, number: str) -> None:
        if number in self.bookmarks:
            self.last_tag = self.bookmarks.pop(number).tag

    def _table(self, node: Any) -> None:
        self.tables += 1
        table = self.tables
        for tr in _rows_of(node):
            self._row(tr, table)

    def _row(self, node: Any, table: int) -> None:
        row = TableRow(len(self.filled.rows), table)
        self.filled.rows.append(row)
        self.row.append(row)
        for cell in node:
            if cell.tag in (w("tc"), w("sdt")):
                row.cells.append([])
                if cell.tag == w("sdt"):
                    self._control(cell)
                else:
                    self._walk(cell)
        self.row.pop()


def _rows_of(node: Any) -> Iterator[Any]:
    """The rows of a table, those that a control stands around included; never those of the tables in its cells,
    which would be read again with each table around them."""
    for child in node:
        if child.tag == w("tr"):
            yield child
        elif child.tag in (w("sdt"), w("sdtContent")):
            yield from _rows_of(child)


def _is_ticked(box: Any) -> bool:
    state = box.find(f"{{{W14}}}checked")
    return state is not None and state.get(f"{{{W14}}}val", "1") in ("1", "true", "on")
