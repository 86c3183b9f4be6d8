"""The schedule of expectations as its page and its files show it: narrowed, sorted, grouped by service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from audits.access.schedule import expectations_visible_to
from audits.models import Cycle, Expectation, Selection
from audits.schedule_words import frequency, role_of, service_of, types_of
from qaf.people.models import User
from qaf.trail.models import Entry
from qaf.trail.queries import Line, line

# What can be chosen for a service or type besides one of them.
EVERY, NONE = "every", "none"
SORTS: dict[str, tuple[Any, ...]] = {
    "order": ("position", "valid_from", "pk"),
    "service": ("every_service", F("service__name").asc(nulls_last=True), "service_name", "position", "pk"),
    "type": (F("type__title").asc(nulls_last=True), "type_name", "position", "pk"),
    "often": (F("every_months").asc(nulls_last=True), "position", "pk"),
    "first_day": ("valid_from", "position", "pk"),
}
GROUPED = ("order", "service")
SHOWN_OF_THE_PAST = 20


@dataclass(frozen=True)
class Filters:
    """What is shown: ``service`` and ``type`` a key, EVERY or NONE; ``on`` None: what is in force or still to come."""

    service: str = ""
    type: str = ""
    selection: str = ""
    on: date | None = None
    past: bool = False
    unmatched: bool = False
    sort: str = "order"


@dataclass(frozen=True)
class Group:
    """The rows of one service, in order; ``title`` empty when rows are not grouped."""

    title: str
    rows: Sequence[Expectation]


def rows_of(user: User, filters: Filters, *, today: date) -> QuerySet[Expectation]:
    """The rows that a person may see, narrowed and sorted. ``cycled`` says whether cycles of one were opened."""
    rows = expectations_visible_to(user).select_related("service", "type__process", "other_type", "pack")
    rows = rows.annotate(cycled=Exists(Cycle.objects.filter(expectation=OuterRef("pk"))))
    if filters.on is not None:
        rows = rows.filter(valid_from__lte=filters.on).filter(Q(valid_until=None) | Q(valid_until__gte=filters.on))
    elif not filters.past:
        rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=today))
    if filters.service == EVERY:
        rows = rows.filter(every_service=True)
    elif filters.service:
        rows = rows.filter(service=int(filters.service))
    if filters.unmatched:
        rows = rows.filter(service=None, every_service=False)
    if filters.type == NONE:
        rows = rows.filter(type=None)
    elif filters.type:
        rows = rows.filter(Q(type=int(filters.type)) | Q(other_type=int(filters.type)))
    if filters.selection:
        rows = rows.filter(selection=filters.selection)
    return rows.order_by(*SORTS[filters.sort])


def grouped(rows: Sequence[Expectation], sort: str) -> list[Group]:
    """The rows by service, each service once and where its first row stands; not grouped when sorted by another."""
    if sort not in GROUPED:
        return [Group("", rows)] if rows else []
    places: dict[tuple[str, int | None], int] = {}
    for row in rows:
        places.setdefault(_group_of(row), len(places))
    in_order = sorted(rows, key=lambda row: places[_group_of(row)])
    return [Group(title, list(inside)) for (title, _), inside in groupby(in_order, key=_group_of)]


def _group_of(row: Expectation) -> tuple[str, int | None]:
    """The heading, and the service's key: two services may have one name, and a name be that of none here."""
    if row.service is None and not row.every_service:
        return row.service_name, None
    return service_of(row), row.service_id


def recent_changes() -> list[Line]:
    """What was done to rows last, the newest first; the caller has checked the right."""
    entries = Entry.objects.filter(subject_type=ContentType.objects.get_for_model(Expectation))
    return [line(entry) for entry in entries.select_related("actor").order_by("-sequence")[:SHOWN_OF_THE_PAST]]


HEADERS = (
    "Service", "Type of audit", "Every … months", "How often", "Audits from each auditor", "Auditor’s role",
    "Who selects", "First day", "Last day", "Opens by itself", "Service (framework)", "Type of audit (framework)",
    "Minimum frequency (framework)", "Auditor (framework)", "Form (framework)", "Moderation (framework)",
    "Case selection (framework)", "Pack",
)  # fmt: skip


def every_row(rows: QuerySet[Expectation]) -> Iterator[list[Any]]:
    """The rows as a file has them, under HEADERS."""
    for row in rows:
        yield [
            service_of(row), types_of(row), row.every_months, frequency(row.every_months), row.each, role_of(row),
            Selection(row.selection).label, row.valid_from, row.valid_until, row.opens_itself, row.service_name,
            row.type_name, row.frequency_name, row.auditor_name, row.form_name, row.moderation_name,
            row.selection_name, row.pack.title if row.pack else "",
        ]  # fmt: skip
