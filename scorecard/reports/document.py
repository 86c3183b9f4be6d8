"""What a report is made of once its numbers are set: sections of paragraphs, tables and charts. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

HIDDEN = "[c]"
NOT_APPLICABLE = "–"
COLUMNS_UPRIGHT = 10


@dataclass(frozen=True)
class Cell:
    """What stands in a place of a table: the words, and the number behind them where there is one."""

    text: str
    number: float | None = None
    percent: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Row:
    header: str
    cells: list[Cell]
    total: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a heading for each row and column. ``first`` heads the column of row headings; ``words``: its cells
    hold sentences, not numbers."""

    key: str
    caption: str
    first: str
    columns: list[str]
    rows: list[Row]
    note: str = ""
    words: bool = False

    @property
    def hides(self) -> bool:
        return any(cell.hidden for row in self.rows for cell in row.cells)

    @property
    def is_wide(self) -> bool:
        """Whether it is printed across the page: upright there is no room for so many columns."""
        return len(self.columns) > COLUMNS_UPRIGHT


@dataclass(frozen=True)
class ChartData:
    """The figures that a chart draws, for files with charts of their own (slides, documents).

    ``kind``: "bars" (a bar for each category; several series stand side by side), "stacked" (each category's series on
    one bar, in the order given) or "line" (over time, the categories being the periods). Each series is a name and as
    many values as there are categories; None where nothing is drawn: no figure, or a hidden one. ``percent``: the
    values are shares from 0 to 1.
    """

    kind: str
    categories: list[str]
    series: list[tuple[str, list[float | None]]]
    percent: bool = False


@dataclass(frozen=True)
class Chart:
    """A drawing (SVG) and the caption above it. Without ``data``, files that draw their own charts leave it to the
    tables beside it."""

    key: str
    caption: str
    svg: str
    data: ChartData | None = None


@dataclass(frozen=True)
class Fact:
    """One of the figures at the head of a report; ``detail`` has numerator and denominator of a share."""

    name: str
    words: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.words} ({self.detail})" if self.detail else self.words


@dataclass(frozen=True)
class Quote:
    """Somebody's words, free of personal data, and whose kind of voice it is."""

    text: str
    voice: str


@dataclass(frozen=True)
class Theme:
    """A theme with QA's words on it and the quotations that bear it out."""

    title: str
    text: str = ""
    quotes: list[Quote] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """A part of a report. ``commentary`` is what QA wrote, a paragraph each; ``prompt`` is what QA is asked to write
    there, and without one nothing is written by hand in this section."""

    key: str
    title: str
    paragraphs: list[str] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    commentary: list[str] = field(default_factory=list)
    themes: list[Theme] = field(default_factory=list)
    prompt: str = "What do these figures tell, and what is being done about it?"


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title: str
    scope: str
    counted: str
    facts: list[Fact]
    sections: list[Section]
    # Which version this is: "Version 3, signed off on 24 November 2026". Empty for figures alone.
    status: str = ""

    @property
    def hides(self) -> bool:
        return any(table.hides for section in self.sections for table in section.tables)


def whole(number: int) -> Cell:
    return Cell(str(number), number)


def share(part: int, of: int) -> Cell:
    """A share in whole per cent; not applicable when there is nothing to share."""
    if not of:
        return Cell(NOT_APPLICABLE)
    return Cell(f"{percent(part, of)}%", part / of, percent=True)


def percent(part: int, of: int) -> int:
    """Per cent as people round it: a half goes up. (Python's own rounding takes a half to the even number.)"""
    return (200 * part + of) // (2 * of)


def hidden() -> Cell:
    return Cell(HIDDEN, hidden=True)
