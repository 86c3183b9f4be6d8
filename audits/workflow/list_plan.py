"""What a list would do: the changes to cases, how much stays as it is, and what is wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TypeVar

from audits.case_columns import Fault
from audits.models import Case, ListChange, Listing
from qaf.people.models import Team, User

T = TypeVar("T")
BATCH = 1000
Change = ListChange.Change


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


@dataclass(frozen=True)
class ListTerms:
    """How a list is to be taken: its kind, for whom, and whether it closes what it no longer holds."""

    kind: str
    by: User
    today: date
    close_missing: bool = False
    has_workers: bool = True


@dataclass
class Difference:
    """What the list does to one case, which holds already what it would be; nothing of it is saved yet."""

    case: Case
    change: ListChange.Change
    team: Team
    fields: tuple[str, ...] = ()
    # Its row in the list; 0 when the list no longer names the child.
    row: int = 0
    team_before: Team | None = None
    listings: list[Listing] = field(default_factory=list)


@dataclass
class Plan:
    """What an import would do, how much stays as it is, and what is wrong."""

    differences: list[Difference] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    # Contacts beside the latest of a child, which alone is kept.
    merged: int = 0
    # Contacts of children who have a case in a team outside the scope of whoever imports.
    left_alone: int = 0
    # Names of workers that nobody here bears.
    unknown_workers: set[str] = field(default_factory=set)
    # The stored cases that the list names, each with the status under which it does.
    named: list[tuple[int, str]] = field(default_factory=list)

    def of(self, change: ListChange.Change, *, missing: bool = False) -> list[Case]:
        """The cases with which this happens; ``missing``: those that the list no longer names, else those it does."""
        return [one.case for one in self.differences if one.change == change and (one.row == 0) == missing]

    @property
    def new(self) -> list[Case]:
        return self.of(Change.NEW)

    @property
    def changed(self) -> list[Case]:
        return self.of(Change.CHANGED)

    @property
    def moved(self) -> list[Case]:
        return self.of(Change.MOVED)

    @property
    def reopened(self) -> list[Case]:
        return self.of(Change.REOPENED)

    @property
    def closed(self) -> list[Case]:
        """Closed on a day that the list gives."""
        return self.of(Change.CLOSED)

    @property
    def missing(self) -> list[Case]:
        """Open here, but no longer in the list: closed as of today."""
        return self.of(Change.CLOSED, missing=True)
