"""Reads the tables of access_matrix.md."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

PATH = Path(__file__).with_name("access_matrix.md")
# What a cell may say; the legend in the file is for people.
LETTERS = {"Y", "R", ".", "S", "W", "M"}


@dataclass(frozen=True)
class Row:
    """One line of the first table: an address, what is opened, how, and the letter of each column."""

    name: str
    what: str
    methods: tuple[str, ...]
    cells: dict[str, str]

    def __str__(self) -> str:
        return f"{self.name} ({self.what}) {' '.join(self.methods)}" if self.what else self.name


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def table(heading: str) -> list[dict[str, str]]:
    """The rows of the table under a heading, each by the words of its columns."""
    lines = PATH.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("## ") and heading in line)
    rows: list[list[str]] = []
    for line in lines[start + 1 :]:
        if line.startswith("## "):
            break
        if line.startswith("|"):
            rows.append(_cells(line))
    head, _, *body = rows
    return [dict(zip(head, row, strict=True)) for row in body if row[0]]


def rows() -> list[Row]:
    """The first table."""
    found = []
    for row in table("1. Addresses"):
        name, what, methods = row.pop("address"), row.pop("what is opened"), row.pop("how")
        unknown = {cell for cell in row.values() if cell not in LETTERS}
        assert not unknown, f"{name}: the table has cells it cannot have: {unknown}"
        found.append(Row(name, what, tuple(methods.split()), row))
    return found


def rows_for(name: str, all_rows: list[Row]) -> list[Row]:
    """The rows of an address: those that name it, else those of the first pattern with a star that fits."""
    exact = [row for row in all_rows if row.name == name]
    if exact:
        return exact
    pattern = next((row.name for row in all_rows if "*" in row.name and fnmatchcase(name, row.name)), None)
    return [row for row in all_rows if row.name == pattern]
