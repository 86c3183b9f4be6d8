"""Reading a snapshot's cells into the places of a table, the hidden ones hidden. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from scorecard.layout import WHOLE, cell
from scorecard.reports.document import HIDDEN, Cell, Fact, Row, Table, hidden, percent, share, whole
from scorecard.reports.small_numbers import cells_of

# A column of a table: its heading and key; for a share the keys of part and whole.
Column = tuple[str, str] | tuple[str, str, str]


def long_date(day: date) -> str:
    return f"{day:%-d %B %Y}"


def meeting(scale: dict[str, Any]) -> str:
    """What a scale calls its better part: "Good or better"."""
    good = [grade["name"] for grade in scale["grades"] if grade["meets_standard"]]
    if not good:
        return "Meeting the standard"
    return f"{good[-1]} or better" if len(good) > 1 else good[0]


class Reader:
    """The rows and cells of one snapshot."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.snapshot = snapshot
        self.figures = snapshot["figures"]
        self.values = cells_of(self.figures)
        self.hidden = frozenset(snapshot["hidden"])
        self.due_by = long_date(date.fromisoformat(snapshot["due_by"]))

    def rows(self, kind: str, parent: str | None = None) -> list[dict[str, Any]]:
        return [row for row in self.figures["rows"] if row["kind"] == kind and parent in (None, row["parent"])]

    def number(self, row: str, column: str) -> int:
        return self.values[cell(row, column)]

    def is_hidden(self, row: str, *columns: str) -> bool:
        return any(cell(row, column) in self.hidden for column in columns)

    def cell(self, row: str, column: str) -> Cell:
        return hidden() if self.is_hidden(row, column) else whole(self.number(row, column))

    def share(self, row: str, part: str, of: str) -> Cell:
        """A share whose numerator or denominator is hidden is hidden too."""
        return hidden() if self.is_hidden(row, part, of) else share(self.number(row, part), self.number(row, of))

    def fact(self, name: str, column: str) -> Fact:
        """A count of the whole, for the head of the report."""
        return Fact(name, self.cell(WHOLE, column).text)

    def share_fact(self, name: str, part: str, of: str) -> Fact:
        """A share of the whole: "83%", "10 of 12"."""
        if self.is_hidden(WHOLE, part, of):
            return Fact(name, HIDDEN)
        numerator, denominator = self.number(WHOLE, part), self.number(WHOLE, of)
        if not denominator:
            return Fact(name, "None yet")
        return Fact(name, f"{percent(numerator, denominator)}%", f"{numerator} of {denominator}")

    def row(self, row: dict[str, Any], columns: Sequence[Column], name: str = "") -> Row:
        """One row of a table; a column is (title, key), or (title, part, of) for a share."""
        cells = [
            self.share(row["key"], column[1], column[2]) if len(column) == 3 else self.cell(row["key"], column[1])
            for column in columns
        ]
        return Row(name or row["name"], cells, total=row["kind"] == WHOLE)

    def table(
        self, key: str, caption: str, first: str, columns: Sequence[Column], rows: list[dict[str, Any]], note: str = ""
    ) -> Table:
        whole_row = next(row for row in self.figures["rows"] if row["kind"] == WHOLE)
        lines = [self.row(row, columns, self.row_name(row)) for row in rows]
        return Table(
            key, caption, first, [column[0] for column in columns], [*lines, self.row(whole_row, columns)], note
        )

    def row_name(self, row: dict[str, Any]) -> str:
        """A service is named with its agency when the report is about several."""
        several = len({service["agency"] for service in self.rows("service")}) > 1
        return f"{row['name']} ({row['agency']})" if several and row["kind"] == "service" else row["name"]

    def scaled(self, words: str, scale: dict[str, Any]) -> str:
        return f"{words}: {scale['title']}" if len(self.figures["scales"]) > 1 else words
