"""The figures of a performance-clinic sheet, read as they stood at the end of a day. Nothing of a child is read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, F, Q, When

from audits.access.codes import SETTLED
from audits.access.coverage import audits_of_service
from audits.coverage import Status, months_after
from audits.documents.clinic import Figures, Grades, LateAction, LateWork, Manager, NotBegun, Submitted, ToObserve
from audits.models import Action, Expectation, Expected, FormVersion, Judgement, State
from audits.models.audits import AuditQuerySet
from audits.queries.coverage import Narrowing, after, by_person, counted
from audits.queries.observations import observations
from qaf.people.models import Service, User, people_with_role
from qaf.people.roles import Role

DAY = timedelta(days=1)


def clinic_figures(user: User, service: Service, *, first: date, today: date) -> Figures:
    """All figures of a service's sheet for the month that begins on ``first``, for somebody who may have it.

    A month that is over is shown as it stood on its last day, the running one as it stands today. What is kept only
    as it is now (which step an audit waits in, who was skipped, who works where) is of the moment of reading. Empty
    for somebody who may not have the sheet.
    """
    last = months_after(first, 1) - DAY
    as_of = min(last, today)
    audits = audits_of_service(user, service)
    cycles = Narrowing(first, last, running=True, service=service.pk)
    asked = Expectation.objects.valid_between(first, last).filter(Q(service=service) | Q(every_service=True))
    until = months_after(as_of, 1)
    return Figures(
        service=service.name,
        led_by=tuple(one.name for one in people_with_role(Role.SERVICE_MANAGER, day=as_of, service=service)),
        first=first,
        as_of=as_of,
        asked=asked.exists(),
        managers=_managers(user, cycles, as_of),
        late=_late(audits, as_of),
        not_begun=_not_begun(user, service, as_of),
        grades=_grades(audits, first, as_of),
        actions=_actions(audits, as_of),
        to_observe=_to_observe(user, service, as_of, until),
        observe_until=until,
        submitted=_submitted(audits, first, as_of),
        hide_below=settings.REPORT_SUPPRESS_BELOW,
    )


def _managers(user: User, cycles: Narrowing, as_of: date) -> tuple[Manager, ...]:
    return tuple(
        Manager(
            name=line.person_name,
            teams=line.team_name,
            expected=line.counts.expected,
            done=line.counts.done,
            in_time=line.counts.in_time,
            late=line.counts.late,
            skipped=line.counts.skipped,
            late_since=line.late_since,
        )
        for line in by_person(user, cycles, as_of)
    )


def _late(audits: AuditQuerySet, as_of: date) -> tuple[LateWork, ...]:
    rows = audits.overdue(as_of).order_by("due_on", "reference")
    columns = ("reference", "type__title", "team__name", "step", "step_owner__name", "due_on")
    return tuple(
        LateWork(reference, kind, team, step, who or "", due)
        for reference, kind, team, step, who, due in rows.values_list(*columns)
        if due is not None
    )


def _not_begun(user: User, service: Service, as_of: date) -> tuple[NotBegun, ...]:
    """Of cycles that ended in the last twelve months: what is older will not be begun any more."""
    cycles = Narrowing(months_after(as_of, -12), as_of, service=service.pk)
    waiting = (Expected.State.PLANNED, Expected.State.AWAITING)
    rows = counted(user, cycles, as_of).filter(state__in=waiting, due__lt=as_of)
    columns = ("auditor__name", "cycle__expectation__type_name", "team__name", "due")
    return tuple(
        NotBegun(who, kind, team or "Several teams", due)
        for who, kind, team, due in rows.order_by("due", "auditor__name", "pk").values_list(*columns)
    )


def _grades(audits: AuditQuerySet, first: date, as_of: date) -> tuple[Grades, ...]:
    settled = audits.filter(state__in=SETTLED, moderated_at__gte=after(first - DAY), moderated_at__lt=after(as_of))
    stands = Case(
        When(~Q(final_grade=""), then=F("final_grade")),
        When(~Q(moderated_grade=""), then=F("moderated_grade")),
        default=F("auditor_grade"),
    )
    rows = Judgement.objects.filter(audit__in=settled.order_by()).annotate(stands=stands).exclude(stands="").order_by()
    columns = ("audit__form_version", "audit__team__name", "domain", "title", "position", "is_overall", "stands")
    counts: dict[tuple[Any, ...], int] = {}
    for version, *rest, number in rows.values_list(*columns).annotate(number=Count("pk")):
        scale = FormVersion.parsed_by_pk(version).scale
        names = tuple((grade.code, grade.name) for grade in scale.grades) if scale else ()
        key = (names, *rest)
        counts[key] = counts.get(key, 0) + number
    found = []
    for (names, team, domain, title, position, is_overall, grade), number in sorted(counts.items()):
        found.append(Grades(names, team, domain, title, position, is_overall, grade, number))
    return tuple(found)


def _actions(audits: AuditQuerySet, as_of: date) -> tuple[LateAction, ...]:
    kept = audits.exclude(state=State.CANCELLED).order_by()
    rows = Action.objects.filter(audit__in=kept, state=Action.State.OPEN, due_on__lt=as_of)
    columns = ("audit__reference", "position", "audit__team__name", "owner__name", "due_on")
    return tuple(
        LateAction(reference, position, team, who or "", due)
        for reference, position, team, who, due in rows.order_by("due_on", "audit__reference", "position").values_list(
            *columns
        )
        if due is not None
    )


def _to_observe(user: User, service: Service, as_of: date, until: date) -> tuple[ToObserve, ...]:
    found, _ = observations(user, as_of, service=service.pk)
    wanted = [
        one
        for one in found
        if one.standing.due_on <= until
        # A duty of somebody new ends with being done; the yearly ones fall due again.
        and (not one.standing.status.is_done or one.standing.recurs)
    ]
    return tuple(
        ToObserve(
            name=one.name,
            teams=one.teams,
            what=one.standing.duty.value,
            last_on=one.standing.done_on,
            due_on=one.standing.due_on,
            is_late=one.standing.status is Status.LATE,
        )
        for one in sorted(wanted, key=lambda one: (one.standing.due_on, one.name, one.standing.duty.value))
    )


def _submitted(audits: AuditQuerySet, first: date, as_of: date) -> tuple[Submitted, ...]:
    handed_in = audits.filter(submitted_at__gte=after(first - DAY), submitted_at__lt=after(as_of))
    rows = handed_in.exclude(state=State.CANCELLED).order_by("team__name").values("team__name")
    counts = rows.annotate(
        submitted=Count("pk"),
        dated=Count("pk", filter=Q(audit_due_on__isnull=False)),
        in_time=Count("pk", filter=Q(submitted_at__date__lte=F("audit_due_on"))),
    )
    return tuple(Submitted(one["team__name"], one["submitted"], one["dated"], one["in_time"]) for one in counts)
