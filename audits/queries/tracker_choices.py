"""What the tracker can be narrowed to: services, teams, types and grades. Small tables, kept a minute in memory."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Q

from audits.models import AuditType, FormVersion
from qaf.people.models import Service, Team, User

KEPT_SECONDS = 60
# A part of a name that fits more people than this is too short to mean anybody.
MOST_AUDITORS = 20

Choice = tuple[str, str]


@dataclass(frozen=True)
class Choices:
    """Pairs of value and words, as forms want them; teams under the name of their service."""

    services: list[Choice]
    teams: list[tuple[str, list[Choice]]]
    types: list[Choice]
    grades: list[Choice]
    prefixes: frozenset[str]


def _read() -> Choices:
    teams: dict[str, list[Choice]] = {}
    for pk, name, service in Team.objects.order_by("service__name", "name").values_list("pk", "name", "service__name"):
        teams.setdefault(service, []).append((str(pk), name))
    types = list(AuditType.objects.order_by("title").values_list("pk", "title", "reference_prefix"))
    grades: dict[str, str] = {}
    for version in FormVersion.objects.exclude(state=FormVersion.State.DRAFT).values_list("pk", flat=True):
        scale = FormVersion.parsed_by_pk(version).scale
        for grade in scale.grades if scale else ():
            grades.setdefault(grade.code, grade.name)
    return Choices(
        services=[(str(pk), name) for pk, name in Service.objects.order_by("name").values_list("pk", "name")],
        teams=list(teams.items()),
        types=[(str(pk), title) for pk, title, _ in types],
        grades=list(grades.items()),
        prefixes=frozenset(prefix for _, _, prefix in types),
    )


def choices() -> Choices:
    """What the filters offer. A new team or type is offered within a minute."""
    return cache.get_or_set("audits.tracker.choices", _read, KEPT_SECONDS)  # type: ignore[return-value]


def auditors_called(words: str) -> list[int]:
    """The primary keys of people whose name holds these words or whose e-mail address this is; 21 means too many."""
    wanted = Q(name__icontains=words) | Q(email__iexact=words)
    return list(User.objects.filter(wanted).order_by("pk").values_list("pk", flat=True)[: MOST_AUDITORS + 1])
