"""Everything that asks somebody's time, as tasks: what is open, what is planned, and a piece of work that is not yet.

Hours are what the organisation says a kind of task takes (``Effort``), else what the product assumes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from audits.access import visible_to
from audits.capacity import Calendar, Task
from audits.models import (
    Audit,
    Effort,
    EffortKind,
    Expectation,
    Expected,
    Work,
    WorkAgency,
    WorkAudit,
    WorkPerson,
    WorkState,
)
from audits.queries.dry_run import dry_run
from qaf.deadlines.calendar import days_off
from qaf.deadlines.models import Deadline
from qaf.people.models import Absence, Agency, Post, Service, Team, User
from qaf.people.roles import Role

# What the product assumes until somebody says otherwise: hours of one person.
ASSUMED: Mapping[str, float] = {
    EffortKind.AUDIT: 6,
    EffortKind.MODERATION: 2,
    EffortKind.QA_CHECK: 0.5,
    EffortKind.DISTRIBUTION: 0.5,
    EffortKind.FEEDBACK: 0.5,
    EffortKind.SELECTION: 0.5,
    EffortKind.OTHER: 1,
    EffortKind.WEEK: 7.5,
    EffortKind.INSPECTION: 15,
}
KIND_OF_DEADLINE: Mapping[str, EffortKind] = {
    "audit": EffortKind.AUDIT,
    "moderation": EffortKind.MODERATION,
    "qa_check": EffortKind.QA_CHECK,
    "distribution": EffortKind.DISTRIBUTION,
    "closing": EffortKind.DISTRIBUTION,
    "feedback": EffortKind.FEEDBACK,
    "select": EffortKind.SELECTION,
}
# Work that the subgroup has agreed, or a visit that has its day: it counts for everybody.
SETTLED = (WorkState.AGREED, WorkState.FIELDWORK, WorkState.ANALYSIS, WorkState.PLANNED, WorkState.PREPARED)
# Whom an inspection asks unless somebody chooses.
INSPECTED = (Role.QA_OFFICER, Role.QA_MANAGER, Role.SERVICE_MANAGER, Role.AGENCY_LEAD)
# How long analysis and report may take when no day for the report is given.
ANALYSIS_WEEKS = 4
# An inspection is expected to be completed within three weeks (Coventry QA framework 2025-27, 6.5).
INSPECTION_WEEKS = 3
# How long an audit may take whose row names no type.
ASSUMED_AUDIT_DAYS = 10


def efforts() -> dict[str, float]:
    """Hours of each kind of task, and what somebody can give in a week."""
    return {**ASSUMED, **{kind: float(hours) for kind, hours in Effort.objects.values_list("kind", "hours")}}


def open_tasks(user: User, *, until: date, hours: Mapping[str, float]) -> list[Task]:
    """What is open: every deadline that somebody has, and every audit that a cycle expects and nobody has begun.

    An audit is named only to a person who may know of it; to others it is "an audit". Of a confidential one they do
    not learn even that: whoever may know of all others would know by it that there is one, and whose.
    """
    return [*_deadlines(user, until, hours), *_expected(until, hours)]


def _deadlines(user: User, until: date, hours: Mapping[str, float]) -> Iterable[Task]:
    audits = ContentType.objects.get_for_model(Audit)
    known = visible_to(user).open().values("pk")
    named = dict(Audit.objects.filter(pk__in=known).values_list("pk", "reference"))
    secret = Audit.objects.open().filter(confidential=True).exclude(pk__in=visible_to(user).values("pk")).values("pk")
    rows = Deadline.objects.open().filter(due_on__lte=until, owner__is_active=True).order_by("pk")
    rows = rows.exclude(subject_type=audits, subject_id__in=secret)
    for pk, kind, owner, starts, due, about, thing in rows.values_list(
        "pk", "kind", "owner_id", "starts_on", "due_on", "subject_type_id", "subject_id"
    ):
        effort = KIND_OF_DEADLINE.get(kind, EffortKind.OTHER)
        reference = named.get(thing, "") if about == audits.pk else ""
        label = f"{reference}: {effort.label.lower()}" if reference else effort.label
        yield Task(f"deadline-{pk}", owner, label, starts, due, hours[effort])


def _expected(until: date, hours: Mapping[str, float]) -> Iterable[Task]:
    waiting = Expected.objects.filter(
        state__in=[Expected.State.PLANNED, Expected.State.AWAITING], opens_on__lte=until, auditor__is_active=True
    ).select_related("cycle__expectation__type__process")
    for one in waiting.order_by("pk"):
        row = one.cycle.expectation
        if _is_confidential(row):
            continue
        days = row.type.process.audit_days if row.type is not None else ASSUMED_AUDIT_DAYS
        due = one.opens_on + timedelta(days=days * 7 // 5)
        yield Task(
            f"expected-{one.pk}",
            one.auditor_id,
            f"{row.type_name}, {row.service_name} (schedule)",
            one.opens_on,
            due,
            hours[EffortKind.AUDIT],
        )


def _is_confidential(row: Expectation) -> bool:
    """Whether a row asks for audits that only a few may know of: nobody's week says when."""
    return row.type is not None and row.type.confidential


def coming_tasks(*, today: date, hours: Mapping[str, float]) -> list[Task]:
    """What cycles that are not open yet will ask for in the coming year, of the rows that open them by themselves."""
    return [
        Task(
            f"coming-{number}",
            line.person.pk,
            f"{line.row.type_name}, {line.row.service_name} (schedule, to come)",
            line.opens_on,
            line.due_on,
            hours[EffortKind.AUDIT],
        )
        for number, line in enumerate(dry_run(day=today).lines)
        if line.row.opens_itself and line.cycle is None and not line.is_skipped and not _is_confidential(line.row)
    ]


def settled_tasks(*, until: date, hours: Mapping[str, float], but_not: Work | None = None) -> list[Task]:
    """What agreed work of the programme and visits that have their day ask of people."""
    works = Work.objects.filter(state__in=SETTLED, fieldwork_from__lte=until)
    return _of_works(works.exclude(pk=but_not.pk) if but_not is not None else works, hours)


def tasks_of(work: Work, *, hours: Mapping[str, float]) -> list[Task]:
    """What one piece of work asks, or would ask, of whom."""
    return _of_works(Work.objects.filter(pk=work.pk), hours)


def _of_works(works: Iterable[Work], hours: Mapping[str, float]) -> list[Task]:
    by_pk = {work.pk: work for work in works}
    tasks: list[Task] = []
    auditing: set[tuple[int, int]] = set()
    for part in WorkPerson.objects.filter(work__in=by_pk, person__is_active=True).order_by("pk"):
        work = by_pk[part.work_id]
        if part.part == WorkPerson.Part.AUDITOR:
            auditing.add((work.pk, part.person_id))
        if window := _window(work, part.part):
            label = f"{work.title}: {part.get_part_display().lower()}"
            tasks.append(Task(f"part-{part.pk}", part.person_id, label, *window, float(part.hours)))
    cells: dict[tuple[int, int], int] = defaultdict(int)
    agencies = WorkAgency.objects.filter(work__in=by_pk).order_by()
    auditors = {(pk, agency): person for pk, agency, person in agencies.values_list("work", "agency", "auditor")}
    for pk, own, agency in WorkAudit.objects.filter(
        work_case__work__in=[pk for pk, work in by_pk.items() if _before_fieldwork(work)], audit=None, not_known=False
    ).values_list("work_case__work_id", "auditor_id", "agency_id"):
        person = own or auditors.get((pk, agency))
        if person and (pk, person) not in auditing:
            cells[pk, person] += 1
    for (pk, person), number in sorted(cells.items()):
        work = by_pk[pk]
        label = f"{work.title}: {number} {'audit' if number == 1 else 'audits'}"
        whole = number * hours[EffortKind.AUDIT]
        tasks.append(Task(f"cells-{pk}-{person}", person, label, work.fieldwork_from, work.fieldwork_until, whole))
    return tasks


def _before_fieldwork(work: Work) -> bool:
    return work.state in (WorkState.PROPOSED, WorkState.AGREED)


def _window(work: Work, part: str) -> tuple[date, date] | None:
    """From when to when a part takes its time; None when that is over, or its audits have deadlines of their own."""
    if part == WorkPerson.Part.ANALYST:
        if work.state not in (WorkState.PROPOSED, *SETTLED):
            return None
        return work.fieldwork_until, max(
            work.reports_on or work.fieldwork_until + timedelta(weeks=ANALYSIS_WEEKS), work.fieldwork_until
        )
    if work.state in (WorkState.ANALYSIS, WorkState.HELD) or (
        part == WorkPerson.Part.AUDITOR and work.state == WorkState.FIELDWORK
    ):
        return None
    return work.fieldwork_from, work.fieldwork_until


def calendar_of(start: date, end: date, *, hours: Mapping[str, float]) -> Calendar:
    """When people can work between two days: days off, days away, and the hours of a week."""
    away: dict[int, set[date]] = defaultdict(set)
    for person, first, last in Absence.objects.touching(start, end).values_list("person_id", "starts_on", "ends_on"):
        day, until = max(first, start), min(last or end, end)
        while day <= until:
            away[person].add(day)
            day += timedelta(days=1)
    return Calendar(hours=hours[EffortKind.WEEK], days_off=days_off(), away=away)


def people_named(keys: Iterable[int]) -> dict[int, User]:
    """The people behind the keys of tasks, by key."""
    return User.objects.in_bulk(list(keys))


def people_within(*, team: Team | None = None, service: Service | None = None, agency: Agency | None = None,
                  on: date) -> set[int]:  # fmt: skip
    """Keys of the people with a post in a team, a service or an agency on a day."""
    posts = Post.objects.on(on)
    if team is not None:
        posts = posts.filter(team=team)
    elif service is not None:
        posts = posts.filter(Q(service=service) | Q(team__service=service))
    elif agency is not None:
        posts = posts.filter(Q(agency=agency) | Q(service__agency=agency) | Q(team__service__agency=agency))
    return set(posts.order_by().values_list("person_id", flat=True))


def inspected_by_default(*, on: date) -> set[int]:
    """Whom an inspection asks unless somebody chooses: QA, service managers and the agencies' leads."""
    posts = Post.objects.on(on).with_role(*INSPECTED).filter(person__is_active=True)
    return set(posts.order_by().values_list("person_id", flat=True))
