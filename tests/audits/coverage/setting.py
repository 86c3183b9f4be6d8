"""A schedule with cycles, and audits written down directly: coverage is about what was done long ago, by many."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import count as numbers
from typing import Any

from django.utils import timezone

from audits.models import Audit, AuditType, Cycle, Expectation, Expected, Judgement, Selection, State
from audits.models.forms import About
from qaf.people.models import Service, Team, User
from qaf.people.roles import Role
from tests.factories import PostFactory, UserFactory
from tests.moderation.agreement.setting import make_type

_references = numbers(1)
DAY = date(2026, 11, 25)


def at(day: date) -> datetime:
    """Eleven in the morning, London time."""
    return timezone.make_aware(datetime.combine(day, time(11)))


def observed_practice(*, moderated: bool = False, key: str = "") -> AuditType:
    """A type about a practitioner's work: an observation, or where it is moderated the audit of an IRO or chair."""
    made = make_type(key or ("chair-audit" if moderated else "observed-practice"))
    AuditType.objects.filter(pk=made.pk).update(about=About.PRACTITIONER)
    made.process.moderation = moderated
    made.process.save()
    return AuditType.objects.get(pk=made.pk)


def make_row(service: Service | None, type: AuditType, **fields: Any) -> Expectation:
    """A row of the schedule, in force since April 2020, every two months."""
    values = {
        "service": service,
        "every_service": service is None,
        "service_name": service.name if service else "All services",
        "type": type,
        "type_name": type.title,
        "every_months": 2,
        "auditor_role": Role.AUDITOR,
        "selection": Selection.WORKER_OR_MANAGER if type.about == About.PRACTITIONER else Selection.DRAWN,
        "valid_from": date(2020, 4, 1),
        **fields,
    }
    return Expectation.objects.create(**values)


def make_cycle(row: Expectation, starts_on: date = date(2026, 10, 1), ends_on: date = date(2026, 11, 30)) -> Cycle:
    return Cycle.objects.create(expectation=row, starts_on=starts_on, ends_on=ends_on, seed="seed")


def someone(role: Role, name: str, *, since: date = date(2020, 1, 1), until: date | None = None, **scope: Any) -> User:
    user = UserFactory.create(name=name)
    PostFactory.create(person=user, role=role, starts_on=since, ends_on=until, **scope)
    return user


def make_audit(team: Team, auditor: User, type: AuditType, *, submitted: date | None = None, **fields: Any) -> Audit:
    """An audit that is with its auditor, or was submitted on a day; due on 16 November 2026 unless said."""
    values = {
        "type": type,
        "form_version": type.form.published_version,
        "subject": "Made up",
        "auditor": auditor,
        "state": State.MODERATING if submitted else State.IN_PROGRESS,
        "team": team,
        "service": team.service,
        "agency": team.service.agency,
        "audit_due_on": date(2026, 11, 16),
        "due_on": None if submitted else date(2026, 11, 16),
        "step": "" if submitted else "audit",
        "step_owner": None if submitted else auditor,
        "submitted_at": at(submitted) if submitted else None,
        **fields,
    }
    return Audit.objects.create(reference=f"COV-2026-{next(_references):05d}", **values)


def expect(cycle: Cycle, auditor: User, team: Team | None, audit: Audit | None = None, **fields: Any) -> Expected:
    """An audit expected of somebody: allocated with an audit, else awaiting selection unless said."""
    state = Expected.State.ALLOCATED if audit else fields.pop("state", Expected.State.AWAITING)
    number = Expected.objects.filter(cycle=cycle, auditor=auditor).count() + 1
    values = {"opens_on": cycle.starts_on, "state": state, "audit": audit, "number": number, **fields}
    return Expected.objects.create(cycle=cycle, auditor=auditor, team=team, **values)


def settle(audit: Audit, day: date, **grades: str) -> Audit:
    """Settle an audit on a day with these grades by domain."""
    Audit.objects.filter(pk=audit.pk).update(
        state=State.MODERATED, submitted_at=at(day), moderated_at=at(day), due_on=None
    )
    Judgement.objects.bulk_create(
        Judgement(
            audit=audit,
            domain=domain,
            title=domain.capitalize(),
            position=place,
            is_overall=domain == "overall",
            auditor_grade="O",
            final_grade=grade,
        )
        for place, (domain, grade) in enumerate(grades.items())
    )
    return audit
