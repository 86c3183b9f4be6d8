"""The tracker: which audits a person may know of, filtered, sorted and read a page at a time.

Pages are told apart by the last row that was shown, never by a number of rows to leave out, so that page 20,000
costs what page 1 costs. A person whose posts and parts give them several grounds to know of audits gets one query
for each ground (``access.grounds``), every one of them answered from an index, and the answers merged.
"""

from __future__ import annotations

import base64
import heapq
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.lookups import GreaterThan, LessThan, Lookup
from django.utils import timezone

from audits.access import audits_with_a_part, grounds
from audits.models import Audit, State
from audits.models.audits import DUE_OR_NEVER, ENDED, NEVER, OPEN, WITH_THE_AUDITOR, AuditQuerySet
from audits.queries.tracker_choices import UNGRADED
from qaf.errors import Refused
from qaf.people.models import User

PAGE_SIZE = 50
# Counting further than people read would cost a walk through the whole table.
COUNTED_UP_TO = 1_000
ALL_OPEN, ALL_ENDED = "open", "ended"
STATE_GROUPS = {ALL_OPEN: OPEN, ALL_ENDED: ENDED}


class NoSuchPage(Refused):
    """The page's address was cut off or made up."""

    status = 400
    title = "This page of the list does not exist"


@dataclass(frozen=True)
class Filters:
    """What somebody narrowed the list to; nothing set shows all they may see."""

    reference: str = ""
    service: int | None = None
    team: int | None = None
    type: int | None = None
    state: str = ""
    grade: str = ""
    auditors: tuple[int, ...] | None = None
    overdue: bool = False

    def narrow(self, audits: AuditQuerySet, today: date) -> AuditQuerySet:
        """The audits among these that the filters let through."""
        if self.reference:
            audits = audits.filter(reference__startswith=self.reference)
        exact = {"service_id": self.service, "team_id": self.team, "type_id": self.type}
        audits = audits.filter(**{name: wanted for name, wanted in exact.items() if wanted is not None})
        if self.state:
            states = STATE_GROUPS.get(self.state, (self.state,))
            audits = audits.filter(state__in=states)
        if self.grade:
            audits = audits.filter(_graded(self.grade))
        if self.auditors is not None:
            audits = audits.filter(auditor_id__in=self.auditors)
        if self.overdue:
            # By the key of the order, so that its index finds the first of them at once.
            audits = audits.open().filter(LessThan(DUE_OR_NEVER, today))
        return audits


def _graded(code: str) -> Q:
    """Audits at which this grade stands. A grade counts from submission on: a returned audit has none for now."""
    with_the_auditor = Q(state__in=WITH_THE_AUDITOR)
    if code == UNGRADED:
        return with_the_auditor | Q(final_grade="", auditor_grade="")
    return (Q(final_grade=code) | Q(final_grade="", auditor_grade=code)) & ~with_the_auditor


class Row(NamedTuple):
    """One audit as the tracker shows it; names are looked up for a whole page at once. Nothing in it is about the
    child."""

    pk: int
    reference: str
    type_id: int
    team_id: int
    auditor_id: int
    state: str
    step: str
    step_owner_id: int | None
    due_on: date | None
    auditor_grade: str
    final_grade: str
    form_version_id: int

    @property
    def is_graded(self) -> bool:
        """Whether its grades count; those of a returned audit are being thought over."""
        return self.state not in WITH_THE_AUDITOR

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today and self.state not in ENDED


class _Pair(Func):
    """Several values compared as one, the first counting most: only so do databases begin at the right place of
    an index, where "greater, or equal and greater" would make them read all the equal ones."""

    function = None
    template = "(%(expressions)s)"
    output_field = BooleanField()


@dataclass(frozen=True)
class Sort:
    """An order of the list: what rows are sorted by, before their primary key, and how a row's key is read."""

    key: Combinable | None
    key_of: Callable[[Row], Any]
    # Reads the key back from a page's address; raises ValueError or TypeError for what cannot be one.
    read: Callable[[Any], Any]
    descending: bool = False

    def order(self, *, backwards: bool) -> list[OrderBy]:
        columns = [F("pk")] if self.key is None else [self.key, F("pk")]
        down = self.descending != backwards
        return [column.desc() if down else column.asc() for column in columns]  # type: ignore[attr-defined]

    def beyond(self, key: Any, pk: int, *, backwards: bool) -> Q | Lookup[Any]:
        """The condition for rows that come after (or before) the one with this key and primary key."""
        down = self.descending != backwards
        if self.key is None:
            return Q(pk__lt=pk) if down else Q(pk__gt=pk)
        compare = LessThan if down else GreaterThan
        return compare(_Pair(self.key, F("pk")), _Pair(Value(key), Value(pk)))

    def place(self, row: Row) -> tuple[Any, int]:
        """What two rows are compared by."""
        return self.key_of(row), row.pk


def _two_ways(name: str, key: Combinable | None, key_of: Callable[[Row], Any], read: Callable[[Any], Any]) -> Any:
    return {name: Sort(key, key_of, read), f"-{name}": Sort(key, key_of, read, descending=True)}


def _read_nothing(key: Any) -> None:
    if key is not None:
        raise ValueError("references are in the order of allocation, which the primary key knows")


SORTS: dict[str, Sort] = {
    **_two_ways("due", DUE_OR_NEVER, lambda row: row.due_on or NEVER, date.fromisoformat),
    **_two_ways("reference", None, lambda row: None, _read_nothing),
    **_two_ways("state", F("state"), lambda row: row.state, lambda key: State(key).value),
}
DEFAULT_SORT = "due"


@dataclass(frozen=True)
class Cursor:
    """A place in the list: next to which row, in which order, and whether what comes before it is wanted."""

    sort: str
    key: Any
    pk: int
    backwards: bool = False

    def __str__(self) -> str:
        key = self.key.isoformat() if isinstance(self.key, date) else self.key
        text = json.dumps([self.sort, key, self.pk, self.backwards], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, *, sort: str) -> Cursor:
        """Read a place from a page's address; raises NoSuchPage when it is not one of this order."""
        try:
            its_sort, key, pk, backwards = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if its_sort != sort or type(pk) is not int or not 0 <= pk < 2**63 or type(backwards) is not bool:
                raise ValueError("not a place in this order")
            return cls(sort, SORTS[sort].read(key), pk, backwards)
        except (ValueError, TypeError, RecursionError) as error:
            raise NoSuchPage(
                "The address of this page of the list is damaged, or the order was changed since. You are shown the "
                "first page."
            ) from error


@dataclass(frozen=True)
class Page:
    """Up to fifty rows, and the places where the pages before and after begin."""

    rows: list[Row]
    previous: Cursor | None
    next: Cursor | None


def by_ground(user: User, filters: Filters) -> list[AuditQuerySet]:
    """The filtered audits, ground by ground. Together: ``filters.narrow(visible_to(user))``."""
    today = timezone.localdate()
    return [filters.narrow(Audit.objects.filter(ground), today) for ground in grounds(user)]


def page(user: User, filters: Filters, *, sort: str = DEFAULT_SORT, cursor: Cursor | None = None) -> Page:
    """One page of what the person may see, in one query for each of their grounds."""
    order = SORTS[sort]
    backwards = cursor is not None and cursor.backwards
    parts = []
    for audits in by_ground(user, filters):
        if cursor is not None:
            audits = audits.filter(order.beyond(cursor.key, cursor.pk, backwards=backwards))
        wanted = audits.order_by(*order.order(backwards=backwards)).values_list(*Row._fields)[: PAGE_SIZE + 1]
        parts.append(itertools.starmap(Row, wanted))
    in_order = heapq.merge(*parts, key=order.place, reverse=order.descending != backwards)
    rows = list(itertools.islice(in_order, PAGE_SIZE + 1))
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    if backwards:
        rows.reverse()

    def beside(row: Row, *, backwards: bool) -> Cursor:
        return Cursor(sort, *order.place(row), backwards)

    has_previous, has_next = (more, True) if backwards else (cursor is not None, more)
    return Page(
        rows,
        beside(rows[0], backwards=True) if rows and has_previous else None,
        beside(rows[-1], backwards=False) if rows and has_next else None,
    )


def counted(user: User, filters: Filters) -> int:
    """How many audits there are, as far as 1,000; 1,001 means more. At most one query for each ground."""
    found = grounds(user)
    if filters == Filters() and len(found) == 1 and found[0]:
        # Most people see their own parts and nothing else: those are counted without a look at the audits.
        return audits_with_a_part(user).distinct()[: COUNTED_UP_TO + 1].count()
    total = 0
    for audits in by_ground(user, filters):
        total += audits.order_by()[: COUNTED_UP_TO + 1 - total].count()
        if total > COUNTED_UP_TO:
            break
    return total


def has_more_than(user: User, filters: Filters, limit: int) -> bool:
    """Whether the filtered list has more rows than this, without counting further."""
    left = limit + 1
    for audits in by_ground(user, filters):
        left -= audits.order_by()[:left].count()
        if left <= 0:
            return True
    return False
