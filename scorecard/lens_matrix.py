"""The four lenses matrix: which evidence stands in which cell of priorities × lenses, and where there is none. Pure.

Coventry QA framework 2025-27, section 4: intelligence is gathered from four perspectives, so that no priority rests
on one alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One source of assurance. ``counts`` is false for what stands in the cell and tells nothing yet, such as an
    indicator without a figure."""

    priority: int
    lens: str
    title: str
    detail: str
    path: str
    counts: bool = True


@dataclass(frozen=True)
class Cell:
    """What stands for one priority through one lens."""

    lens: str
    items: tuple[Item, ...]

    @property
    def is_gap(self) -> bool:
        """Whether nothing here tells anything."""
        return not any(item.counts for item in self.items)


@dataclass(frozen=True)
class Line:
    """One priority with a cell for each lens, in their order."""

    priority: int
    name: str
    cells: tuple[Cell, ...]

    @property
    def lenses(self) -> tuple[str, ...]:
        """The lenses through which something is known."""
        return tuple(cell.lens for cell in self.cells if not cell.is_gap)

    @property
    def gaps(self) -> tuple[str, ...]:
        return tuple(cell.lens for cell in self.cells if cell.is_gap)

    @property
    def rests_on_one(self) -> bool:
        return len(self.lenses) == 1


def matrix_of(priorities: Sequence[tuple[int, str]], lenses: Sequence[str], items: Iterable[Item]) -> list[Line]:
    """Put the items into their cells: a line for each priority (key and name), in the order given.

    Items of other priorities or lenses are left out; within a cell they keep their order.
    """
    cells: dict[tuple[int, str], list[Item]] = {(key, lens): [] for key, _ in priorities for lens in lenses}
    for item in items:
        if (item.priority, item.lens) in cells:
            cells[item.priority, item.lens].append(item)
    return [Line(key, name, tuple(Cell(lens, tuple(cells[key, lens])) for lens in lenses)) for key, name in priorities]
