"""The performance-clinic sheet of a service and month: what it holds, and how that is laid out. Pure.

Bristol QAF, *QAF Review*: managers are held to account for their compliance through monthly performance clinics led by
the head of service. No child and no case is in it; an audit is named by its reference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

Cell = str | int | date


@dataclass(frozen=True)
class Manager:
    """What was expected of one person in the cycles of the month, and how it stands."""

    name: str
    teams: str
    expected: int
    done: int
    in_time: int
    late: int
    skipped: int
    late_since: date | None = None

    @property
    def open(self) -> int:
        return self.expected - self.done - self.late


@dataclass(frozen=True)
class LateWork:
    """An audit whose present step is past its day; ``step`` is the step's key, ``who`` its owner, perhaps nobody."""

    reference: str
    type: str
    team: str
    step: str
    who: str
    due_on: date


@dataclass(frozen=True)
class NotBegun:
    """Somebody of whom an audit was expected whose cycle has ended, and who has none yet."""

    who: str
    type: str
    team: str
    due_on: date


@dataclass(frozen=True)
class Grades:
    """How often a grade stands for a domain among the audits of a team that were settled in the month."""

    scale: tuple[tuple[str, str], ...]
    team: str
    domain: str
    title: str
    position: int
    is_overall: bool
    grade: str
    number: int


@dataclass(frozen=True)
class LateAction:
    """An action that is still open past its day. What is to be done is not said: it may name a child."""

    reference: str
    position: int
    team: str
    who: str
    due_on: date


@dataclass(frozen=True)
class ToObserve:
    """Somebody whose observation, or yearly audit, is late or due soon."""

    name: str
    teams: str
    what: str
    last_on: date | None
    due_on: date
    is_late: bool


@dataclass(frozen=True)
class Submitted:
    """How many audits of a team were submitted in the month; how many of them had a day, and kept it."""

    team: str
    submitted: int
    dated: int
    in_time: int


@dataclass(frozen=True)
class Figures:
    """All that a sheet says, as it stood at the end of ``as_of``."""

    service: str
    led_by: tuple[str, ...]
    first: date
    as_of: date
    # Whether the schedule expects anything of this service.
    asked: bool
    managers: tuple[Manager, ...] = ()
    late: tuple[LateWork, ...] = ()
    not_begun: tuple[NotBegun, ...] = ()
    grades: tuple[Grades, ...] = ()
    actions: tuple[LateAction, ...] = ()
    to_observe: tuple[ToObserve, ...] = ()
    observe_until: date | None = None
    submitted: tuple[Submitted, ...] = ()
    # Counts of grades about a team below this are hidden.
    hide_below: int = 5


@dataclass(frozen=True)
class Row:
    """A line of a table: its header, and a cell for each column."""

    header: str
    cells: tuple[Cell, ...]
    is_total: bool = False


@dataclass(frozen=True)
class Line:
    """A row as a page or paper shows it."""

    header: str
    cells: list[tuple[str, str, bool]]
    is_total: bool


@dataclass(frozen=True)
class Table:
    """A table with a header for each row and column; ``first`` is the heading of the row headers."""

    key: str
    caption: str
    first: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """The columns, and whether each holds numbers, which are set to the right."""
        return [
            (words, any(isinstance(row.cells[place], int) for row in self.rows))
            for place, words in enumerate(self.columns)
        ]

    @property
    def lines(self) -> list[Line]:
        """The rows with each cell as it is read: the words of its column, its text, whether it is a number."""
        headings = self.headings
        return [
            Line(
                row.header,
                [(words, text_of(cell), number) for cell, (words, number) in zip(row.cells, headings, strict=True)],
                row.is_total,
            )
            for row in self.rows
        ]


@dataclass(frozen=True)
class Section:
    """A part of the sheet: sentences, then tables."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The sheet as it is shown, printed and written as a workbook."""

    title: str
    service: str
    month: str
    as_of: date
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...] = field(default_factory=tuple)

    @property
    def digest(self) -> str:
        """What tells this sheet from any other: hexadecimal, the same for the same words and figures."""
        words = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
        return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def text_of(cell: Cell) -> str:
    """A cell as people read it; days as 24 November 2026."""
    return day_words(cell) if isinstance(cell, date) else str(cell)


def day_words(day: date) -> str:
    """A day as people read it, such as 4 November 2026."""
    return f"{day.day} {day:%B %Y}"


def in_words(names: Sequence[str]) -> str:
    """Names as a list: Ann, Ben and Cid."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
