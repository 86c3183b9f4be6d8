"""Rows of the schedule over the small authority, and cycles brought where a test wants them by the real workflow."""

from datetime import date
from typing import Any

from django.utils import timezone

from audits.cycles import cycle_of
from audits.models import AuditType, Cycle, Expectation, Expected, Selection
from audits.workflow.cycles import allocate_due, open_cycle
from qaf.people.models import Team, User
from qaf.people.roles import Role
from tests.audits.setting import Authority

TODAY = timezone.localdate


def row(authority: Authority, **fields: Any) -> Expectation:
    """A row in force: child case audits of the authority's service, every two months, drawn."""
    values: dict[str, Any] = {
        "service_name": authority.service.name,
        "service": authority.service,
        "type_name": "Case file",
        "type": authority.type,
        "frequency_name": "Bimonthly",
        "every_months": 2,
        "auditor_name": "Manager",
        "auditor_role": Role.AUDITOR,
        "selection": Selection.DRAWN,
        "valid_from": date(2020, 1, 1),
        **fields,
    }
    return Expectation.objects.create(**values)


def opened(expectation: Expectation, *, by: User | None = None, day: date | None = None) -> Cycle:
    """The row's cycle of a day, opened as on its first day, so that every audit has its time."""
    day = day or TODAY()
    first, _ = cycle_of(day, every_months=expectation.every_months or 12)
    return open_cycle(expectation, starts_on=first, by=by, day=first)


def of(cycle: Cycle, person: User) -> Expected:
    return cycle.expected.select_related("cycle__expectation", "auditor", "team").get(auditor=person, number=1)


def bring_due(expected: Expected, *, day: date | None = None) -> Expected:
    """Let the day come on which it opens, and no other's."""
    day = day or TODAY()
    Expected.objects.filter(state="planned").update(opens_on=date(2099, 1, 1))
    Expected.objects.filter(pk=expected.pk).update(opens_on=day)
    allocate_due(day)
    return Expected.objects.select_related("cycle__expectation__service", "auditor", "team", "audit").get(
        pk=expected.pk
    )


def observation(authority: Authority) -> AuditType:
    """A type about practitioners' work, on the same form."""
    kind = AuditType.objects.create(
        key="observation", title="Observation of practice", form=authority.type.form, reference_prefix="OBS",
        about="practitioner",
    )  # fmt: skip
    process = authority.type.process
    process.pk, process.type = None, kind
    process._state.adding = True
    process.save()
    return AuditType.objects.get(pk=kind.pk)


def another_team(authority: Authority, name: str = "South") -> Team:
    return Team.objects.create(service=authority.service, code=name.lower(), name=name)
