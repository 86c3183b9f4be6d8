"""Lines of the tables of coverage, and their counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass
class Counts:
    """How many audits are expected, and how they stand. ``skipped`` ones are not among the expected."""

    expected: int = 0
    done: int = 0
    in_time: int = 0
    late: int = 0
    skipped: int = 0

    @property
    def open(self) -> int:
        """Not done, and not late either."""
        return self.expected - self.done - self.late

    @property
    def share_done(self) -> float | None:
        """The share of the expected that is done, 0 to 1; None where nothing is expected."""
        return self.done / self.expected if self.expected else None

    def add(self, other: Counts) -> None:
        """Count these in as well."""
        for name in ("expected", "done", "in_time", "late", "skipped"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Line:
    """One line of a table: what it is about, its counts, and since when something is late, or due next."""

    service: int | None = None
    service_name: str = ""
    type: int | None = None
    type_name: str = ""
    team: int | None = None
    team_name: str = ""
    person: int | None = None
    person_name: str = ""
    counts: Counts = field(default_factory=Counts)
    late_since: date | None = None
    next_due: date | None = None
    # Rows of the schedule of which no cycle was opened have no counts.
    opened: bool = True
