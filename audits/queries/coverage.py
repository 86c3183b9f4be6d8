"""Expected against done, counted in SQL: by service and type, by team, by person.

An expected audit counts as done once its audit was handed in and not cancelled; who was passed over owes nothing and
is counted apart. ``audits.coverage.status_of`` says the same of one row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from audits.access.coverage import expected_counted_for
from audits.access.schedule import covered_services
from audits.models import Cycle, Expectation, Expected, State
from audits.queries.coverage_lines import Counts, Line
from qaf.people.models import User

CANCELLED = Q(audit__state=State.CANCELLED)


@dataclass(frozen=True)
class Narrowing:
    """Which expected audits count. ``running`` asks for the cycles that the last day lies in, else for those that end
    from ``first`` to ``last``; of several services and types one."""

    first: date
    last: date
    running: bool = False
    service: int | None = None
    type: int | None = None
    team: int | None = None

    def cycles(self, prefix: str = "") -> Q:
        """The condition for cycles of the period."""
        if self.running:
            return Q(**{f"{prefix}starts_on__lte": self.last, f"{prefix}ends_on__gte": self.first})
        return Q(**{f"{prefix}ends_on__gte": self.first, f"{prefix}ends_on__lte": self.last})

    def used(self) -> dict[str, Any]:
        """What was narrowed to, as keys and days, for the trail."""
        named = {"service": self.service, "type": self.type, "team": self.team}
        days = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return {**days, **{name: pk for name, pk in named.items() if pk is not None}}


def after(day: date) -> datetime:
    """The first moment after a day, local time: comparing with it costs less than asking each row for its day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def annotated(expected: QuerySet[Expected], day: date) -> QuerySet[Any]:
    """Each with the day it is due, and whether it is done and late as it stood at the end of ``day``.

    Due is the audit's own day, extensions included; without an audit, or when it was cancelled, the cycle's last day.
    """
    kept = Q(audit__isnull=False, audit__audit_due_on__isnull=False) & ~CANCELLED
    handed_in = Q(audit__submitted_at__lt=after(day)) & ~CANCELLED
    return expected.annotate(
        due=Case(When(kept, then=F("audit__audit_due_on")), default=F("cycle__ends_on"), output_field=DateField()),
        done=Case(When(handed_in, then=Value(True)), default=Value(False), output_field=BooleanField()),
        at_service=Coalesce("cycle__expectation__service_id", "team__service_id"),
    )


def counted(user: User, narrowing: Narrowing, day: date) -> QuerySet[Any]:
    """The expected audits that the person's posts cover, of the period, narrowed and annotated."""
    found = annotated(expected_counted_for(user).filter(narrowing.cycles("cycle__")), day)
    if narrowing.service is not None:
        found = found.filter(at_service=narrowing.service)
    if narrowing.type is not None:
        found = found.filter(Q(cycle__expectation__type=narrowing.type) | Q(audit__type=narrowing.type))
    if narrowing.team is not None:
        found = found.filter(team=narrowing.team)
    return found.order_by()


def figures(day: date) -> dict[str, Any]:
    """The aggregates of every table, by the names of ``Counts`` and ``Line``."""
    owed = ~Q(state=Expected.State.SKIPPED)
    late = owed & Q(done=False, due__lt=day)
    return {
        "expected_number": Count("pk", filter=owed),
        "done_number": Count("pk", filter=owed & Q(done=True)),
        "in_time": Count("pk", filter=owed & Q(done=True, audit__submitted_at__date__lte=F("due"))),
        "late": Count("pk", filter=late),
        "skipped": Count("pk", filter=~owed),
        "late_since": Min("due", filter=late),
        "next_due": Min("due", filter=owed & Q(done=False, due__gte=day)),
    }


def counts_of(row: dict[str, Any]) -> Counts:
    return Counts(row["expected_number"], row["done_number"], row["in_time"], row["late"], row["skipped"])


def total(lines: Iterable[Line]) -> Counts:
    """All lines together."""
    whole = Counts()
    for line in lines:
        whole.add(line.counts)
    return whole


def by_service_and_type(user: User, narrowing: Narrowing, day: date) -> list[Line]:
    """A line for each service and type of audit, also for rows in force of which no cycle was opened. Four queries."""
    names = dict(covered_services(user).order_by("name").values_list("pk", "name"))
    lines = {(line.service, line.type_name): line for line in _asked_for(user, narrowing, list(names))}
    grouped = counted(user, narrowing, day).values(
        "at_service",
        "cycle__expectation__type",
        "cycle__expectation__type__title",
        "cycle__expectation__other_type__title",
        "cycle__expectation__type_name",
        "cycle__expectation__service__name",
        "team__service__name",
    )
    for row in grouped.annotate(**figures(day)):
        title = _title(
            row["cycle__expectation__type__title"],
            row["cycle__expectation__other_type__title"],
            row["cycle__expectation__type_name"],
        )
        key = (row["at_service"], title)
        line = lines.setdefault(
            key,
            Line(
                service=row["at_service"],
                service_name=row["cycle__expectation__service__name"] or row["team__service__name"] or "",
                type=row["cycle__expectation__type"],
                type_name=title,
            ),
        )
        line.opened = True
        line.counts.add(counts_of(row))
    for line in lines.values():
        line.service_name = names.get(line.service or 0, line.service_name) or "Every service"
    return sorted(lines.values(), key=lambda one: (one.service is None, one.service_name, one.type_name))


def _asked_for(user: User, narrowing: Narrowing, services: list[int]) -> list[Line]:
    """A line without counts for each row in force in the period that the person's services have."""
    opened = Cycle.objects.filter(narrowing.cycles(), expectation=OuterRef("pk"))
    rows = Expectation.objects.valid_between(narrowing.first, narrowing.last)
    rows = rows.filter(Q(type=None) | Q(type__confidential=False))
    if narrowing.service is not None:
        services = [one for one in services if one == narrowing.service]
    rows = rows.filter(Q(service__in=services) | Q(every_service=True))
    if narrowing.service is not None or narrowing.team is not None:
        # What holds everywhere has no line of its own under one service.
        rows = rows.filter(every_service=False)
    if narrowing.type is not None:
        rows = rows.filter(type=narrowing.type)
    if narrowing.team is not None:
        rows = rows.filter(service__teams=narrowing.team)
    columns = ("service", "type", "type__title", "other_type__title", "type_name", Exists(opened))
    return [
        Line(service=service, type=kind, type_name=_title(title, other, name), opened=yes)
        for service, kind, title, other, name, yes in rows.order_by("position", "pk").values_list(*columns)
    ]


def _title(title: str | None, other: str | None, name: str) -> str:
    """What a row asks for: its type, or either of its two; the framework's own words where it has no type."""
    return " or ".join(filter(None, (title, other))) or name


def services_without_rows(user: User, narrowing: Narrowing) -> list[str]:
    """The names of the services the person covers of which the schedule expects nothing in the period."""
    rows = Expectation.objects.valid_between(narrowing.first, narrowing.last)
    asked = rows.filter(Q(service=OuterRef("pk")) | Q(every_service=True))
    services = covered_services(user).filter(~Exists(asked))
    if narrowing.service is not None:
        services = services.filter(pk=narrowing.service)
    return list(services.order_by("name").values_list("name", flat=True))


def by_team(user: User, narrowing: Narrowing, day: date) -> list[Line]:
    """A line for each team; what is expected of people with several teams is their service's as a whole."""
    grouped = counted(user, narrowing, day).values(
        "at_service", "team", "team__name", "team__service__name", "cycle__expectation__service__name"
    )
    lines = [
        Line(
            service=row["at_service"],
            service_name=row["team__service__name"] or row["cycle__expectation__service__name"] or "Every service",
            team=row["team"],
            team_name=row["team__name"] or "Several teams",
            counts=counts_of(row),
            late_since=row["late_since"],
            next_due=row["next_due"],
        )
        for row in grouped.annotate(**figures(day))
    ]
    return sorted(_joined(lines, lambda one: (one.service, one.team)), key=_by_place)


def by_person(user: User, narrowing: Narrowing, day: date) -> list[Line]:
    """A line for each person of whom audits are expected, who is behind longest first."""
    grouped = counted(user, narrowing, day).values("auditor", "auditor__name", "team__name")
    lines = [
        Line(
            person=row["auditor"],
            person_name=row["auditor__name"],
            team_name=row["team__name"] or "Several teams",
            counts=counts_of(row),
            late_since=row["late_since"],
            next_due=row["next_due"],
        )
        for row in grouped.annotate(**figures(day))
    ]
    return sorted(
        _joined(lines, lambda one: one.person),
        key=lambda one: (one.late_since or date.max, one.next_due or date.max, one.person_name, one.person or 0),
    )


def _by_place(line: Line) -> tuple[str, bool, str]:
    return (line.service_name, line.team is None, line.team_name)


def _joined(lines: list[Line], key: Any) -> list[Line]:
    """Lines of the same key as one: all their counts, every team's name, the earliest days."""
    found: dict[Any, Line] = {}
    for line in lines:
        first = found.setdefault(key(line), line)
        if first is line:
            continue
        first.counts.add(line.counts)
        if line.team_name not in first.team_name.split(", "):
            first.team_name = ", ".join(sorted([*first.team_name.split(", "), line.team_name]))
        first.late_since = min(filter(None, (first.late_since, line.late_since)), default=None)
        first.next_due = min(filter(None, (first.next_due, line.next_due)), default=None)
    return list(found.values())


def passed_over(user: User, narrowing: Narrowing, day: date) -> list[tuple[str, int]]:
    """Why people were passed over, and how often; most often first."""
    skipped = counted(user, narrowing, day).filter(state=Expected.State.SKIPPED)
    numbers = skipped.values("why").annotate(number=Count("pk")).order_by("-number", "why")
    return [(str(Expected.Why(row["why"]).label), row["number"]) for row in numbers]
