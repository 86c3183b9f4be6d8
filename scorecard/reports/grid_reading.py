"""Reading the grids of a snapshot into tables and charts, the hidden cells hidden. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from scorecard.charts import Bar, Part, counts_chart, shares_chart
from scorecard.grids import key_of
from scorecard.layout import WHOLE, cell
from scorecard.reports.document import (
    HIDDEN,
    NOT_APPLICABLE,
    Cell,
    Chart,
    ChartData,
    Document,
    Fact,
    Row,
    Section,
    Table,
    hidden,
    percent,
    share,
    whole,
)
from scorecard.reports.reading import Column, long_date

NOT_SHOWN = "Not shown: small numbers"


def day_words(day: str | None) -> str:
    """A day as the snapshot has it, in words; a dash for none."""
    return long_date(date.fromisoformat(day)) if day else NOT_APPLICABLE


class GridReader:
    """The grids of one snapshot. Contents of a kind of report are a subclass with a method for each section."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.snapshot = snapshot
        self.figures: dict[str, Any] = snapshot["figures"]
        self.grids: dict[str, Any] = self.figures["grids"]
        self.hidden = frozenset(snapshot["hidden"])
        self.as_of = day_words(snapshot["due_by"])

    def number(self, grid: str, row: str, column: str) -> int:
        found: int = self.grids[grid]["counts"].get(cell(row, column), 0)
        return found

    def is_hidden(self, grid: str, row: str, *columns: str) -> bool:
        return any(key_of(grid, row, column) in self.hidden for column in columns)

    def cell(self, grid: str, row: str, column: str) -> Cell:
        return hidden() if self.is_hidden(grid, row, column) else whole(self.number(grid, row, column))

    def share(self, grid: str, row: str, part: str, of: str) -> Cell:
        """A share whose numerator or denominator is hidden is hidden too."""
        if self.is_hidden(grid, row, part, of):
            return hidden()
        return share(self.number(grid, row, part), self.number(grid, row, of))

    def rows(self, grid: str) -> list[dict[str, str]]:
        """The rows without that of the whole."""
        return [row for row in self.grids[grid]["rows"] if row["key"] != WHOLE]

    def is_empty(self, grid: str) -> bool:
        return not self.rows(grid)

    def row(self, grid: str, row: dict[str, str], columns: Sequence[Column]) -> Row:
        cells = [
            self.share(grid, row["key"], column[1], column[2])
            if len(column) == 3
            else self.cell(grid, row["key"], column[1])
            for column in columns
        ]
        return Row(row["name"], cells, total=row["key"] == WHOLE)

    def table(self, grid: str, caption: str, first: str, columns: Sequence[Column], note: str = "") -> Table:
        """All rows of a grid; a column is (title, key), or (title, part, of) for a share."""
        lines = [self.row(grid, row, columns) for row in self.grids[grid]["rows"]]
        return Table(grid, caption, first, [column[0] for column in columns], lines, note)

    def tables(self, grid: str, caption: str, first: str, columns: Sequence[Column]) -> list[Table]:
        """The table, or none when the grid has no row."""
        return [] if self.is_empty(grid) else [self.table(grid, caption, first, columns)]

    def fact(self, name: str, grid: str, column: str, row: str = WHOLE) -> Fact:
        """A count for the head of the report."""
        return Fact(name, self.cell(grid, row, column).text)

    def share_fact(self, name: str, grid: str, part: str, of: str, row: str = WHOLE) -> Fact:
        """A share for the head of the report: "83%", "10 of 12"."""
        if self.is_hidden(grid, row, part, of):
            return Fact(name, HIDDEN)
        numerator, denominator = self.number(grid, row, part), self.number(grid, row, of)
        if not denominator:
            return Fact(name, "None yet")
        return Fact(name, f"{percent(numerator, denominator)}%", f"{numerator} of {denominator}")

    def shares_of(self, key: str, grid: str, caption: str, columns: Sequence[tuple[str, str]]) -> list[Chart]:
        """A bar for each row, divided by these columns; no chart when fewer than half of them can be drawn."""
        names, codes = [name for name, _ in columns], [code for _, code in columns]
        rows = self.rows(grid)
        drawn = [
            row
            for row in rows
            if not self.is_hidden(grid, row["key"], *codes) and any(self.number(grid, row["key"], one) for one in codes)
        ]
        # A chart most of whose bars are not shown tells nothing that its table does not.
        if 2 * len(drawn) < len(rows) or not drawn:
            return []
        bars = []
        for row in rows:
            if self.is_hidden(grid, row["key"], *codes):
                bars.append(Bar(row["name"], note=NOT_SHOWN))
            elif row not in drawn:
                bars.append(Bar(row["name"], note="None"))
            else:
                parts = [Part(name, self.number(grid, row["key"], code)) for name, code in columns]
                bars.append(Bar(row["name"], parts))
        series: list[tuple[str, list[float | None]]] = [
            (name, [self.number(grid, row["key"], code) if row in drawn else None for row in rows])
            for name, code in columns
        ]
        data = ChartData("stacked", [row["name"] for row in rows], series)
        return [Chart(key, caption, shares_chart(key, caption, names, bars), data)]

    def counts_of(self, key: str, grid: str, row: str, caption: str, columns: Sequence[tuple[str, str]]) -> list[Chart]:
        """A bar for each of these columns of one row; none when one is hidden or all are nought."""
        codes = [code for _, code in columns]
        numbers = [self.number(grid, row, code) for code in codes]
        if self.is_hidden(grid, row, *codes) or not any(numbers):
            return []
        parts = [Part(name, number) for (name, _), number in zip(columns, numbers, strict=True)]
        data = ChartData("bars", [name for name, _ in columns], [(caption, [*map(float, numbers)])])
        return [Chart(key, caption, counts_chart(key, caption, parts), data)]

    def document_of(self, facts: list[Fact], sections: list[Section], how: list[str]) -> Document:
        """The whole document, with a last section on how it was counted."""
        snapshot = self.snapshot
        counted = datetime.fromisoformat(snapshot["counted_at"])
        return Document(
            title=f"{snapshot['title']}, {snapshot['period']['label']}",
            scope=snapshot["scope"],
            counted=f"Counted on {long_date(counted.date())} at {counted:%H:%M}",
            facts=facts,
            sections=[*sections, Section("how", "How this was counted", [*how, *self._signs()], prompt="")],
        )

    def _signs(self) -> list[str]:
        below = self.snapshot["suppress_below"]
        return [
            f"{HIDDEN} stands for a number about children or people that is below {below} but not 0, or for one that "
            "would give such a number away. Shares are rounded to whole per cent.",
            f"{NOT_APPLICABLE} stands for what there is nothing of, such as a share of nothing.",
        ]
