"""Grids of counts: the rows, columns and cells of a report's figures, and which small numbers in them are hidden. Pure.

A grid is plain JSON in a snapshot, so that it can be read for ever: rows, columns, counts under "row|column", the sums
that hold between them, and the columns whose small counts tell of few children or people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qaf.suppression import suppress
from scorecard.layout import WHOLE, cell


@dataclass
class Grid:
    """A grid while it is counted.

    ``along``: sums that hold in each row, as (column, its parts). ``down``: the columns in which the row of the whole
    is the sum of the other rows. ``protected``: columns whose counts are not shown when they are small. ``unseen``:
    columns that no table shows, and that could be worked out all the same. ``fixed``: columns that a reader knows
    whatever is hidden.
    """

    columns: Sequence[str]
    along: Sequence[tuple[str, Sequence[str]]] = ()
    down: Sequence[str] = ()
    protected: Sequence[str] = ()
    unseen: Sequence[str] = ()
    fixed: Sequence[str] = ()
    rows: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def row(self, key: str, name: str) -> str:
        """A row with noughts in every column; the one that is there already when the key is known."""
        if key not in self.rows:
            self.rows[key] = name
            self.counts |= {cell(key, column): 0 for column in self.columns}
        return key

    def add(self, key: str, **numbers: int) -> None:
        """Count so many more in these columns of a row."""
        self.add_each(key, numbers)

    def add_each(self, key: str, numbers: dict[str, int]) -> None:
        """The same for columns whose keys are no names."""
        for column, number in numbers.items():
            self.counts[cell(key, column)] += number

    def take(self, key: str, found: Mapping[str, Any]) -> None:
        """Count in what a row of the database says under the names of the columns."""
        self.add_each(key, {column: found[column] for column in self.columns})

    def number(self, key: str, column: str) -> int:
        return self.counts[cell(key, column)]

    def close(self, name: str = "Total") -> Grid:
        """Add the row of the whole, the sum of the rows, and put it last."""
        parts = list(self.rows)
        self.row(WHOLE, name)
        for column in self.down:
            self.add_each(WHOLE, {column: sum(self.number(part, column) for part in parts)})
        return self

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": [{"key": key, "name": name} for key, name in self.rows.items()],
            "columns": list(self.columns),
            "counts": dict(sorted(self.counts.items())),
            "along": [[total, list(parts)] for total, parts in self.along],
            "down": list(self.down),
            "protected": list(self.protected),
            "unseen": list(self.unseen),
            "fixed": list(self.fixed),
        }


def key_of(grid: str, row: str, column: str) -> str:
    """A cell among those of all grids."""
    return f"{grid}/{cell(row, column)}"


def hidden_in(figures: dict[str, Any], below: int) -> frozenset[str]:
    """The cells to hide in all grids of a report, so that no protected count of 1 to ``below`` - 1 can be worked out.

    ``figures["links"]`` has the sums that hold between grids, such as a count that stands in two of them. All grids
    take part at once.
    """
    values: dict[str, int] = {}
    sums: list[tuple[str, list[str]]] = [(total, list(parts)) for total, parts in figures.get("links", [])]
    marked: dict[str, set[str]] = {"protected": set(), "unseen": set(), "fixed": set()}
    rows: list[tuple[str, list[str]]] = []
    for name, grid in figures["grids"].items():
        values |= {f"{name}/{key}": number for key, number in grid["counts"].items()}
        keys = [row["key"] for row in grid["rows"]]
        for mark, found in marked.items():
            found |= {key_of(name, row, column) for row in keys for column in grid[mark]}
        rows += [
            (key_of(name, row, total), [key_of(name, row, part) for part in parts])
            for row in keys
            for total, parts in grid["along"]
            if row != WHOLE or {total, *parts} <= set(grid["down"])
        ]
        parts = [row for row in keys if row != WHOLE]
        if WHOLE in keys and parts:
            sums += [
                (key_of(name, WHOLE, column), [key_of(name, row, column) for row in parts]) for column in grid["down"]
            ]
    hidden = suppress(
        values,
        [*sums, *rows],
        protected=marked["protected"],
        below=below,
        unseen=marked["unseen"],
        fixed=marked["fixed"],
    )
    return hidden | _beside_a_hidden_total(rows, hidden, marked["unseen"])


def _beside_a_hidden_total(
    rows: Iterable[tuple[str, list[str]]], hidden: frozenset[str], unseen: set[str]
) -> frozenset[str]:
    """The parts of hidden totals: with all others nought, everybody would be known to be in the part that is not."""
    return frozenset(part for total, parts in rows if total in hidden for part in parts if part not in unseen)
