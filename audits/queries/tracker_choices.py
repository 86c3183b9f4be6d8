"""What the tracker can be narrowed to, and the names in its rows: small tables, kept a minute in memory."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from audits.models import AuditType, FormVersion
from qaf.people.models import Service, Team, User

KEPT_AS, KEPT_SECONDS = "audits.tracker.choices", 60
# The value of "not graded yet" among the grades.
UNGRADED = "none"
# A part of a name that fits more people than this is too short to mean anybody.
MOST_AUDITORS = 20


@dataclass(frozen=True)
class Offered:
    """What one list offers: the words of each value, and its options as they are written on the page."""

    words: dict[str, str]
    html: SafeString

    @classmethod
    def of(cls, *groups: tuple[str, list[tuple[str, str]]]) -> Offered:
        """From groups of pairs of value and words; a group without a name stands by itself."""
        html = SafeString()
        for name, pairs in groups:
            options = format_html_join("", '<option value="{}">{}</option>', pairs)
            html += format_html('<optgroup label="{}">{}</optgroup>', name, options) if name else options
        return cls({value: words for _, pairs in groups for value, words in pairs}, html)


@dataclass(frozen=True)
class Choices:
    """The lists of the filters, and the place of each team: its own name and its service's."""

    service: Offered
    team: Offered
    type: Offered
    grade: Offered
    prefixes: frozenset[str]
    places: dict[int, tuple[str, str]]
    titles: dict[int, str]


def _read() -> Choices:
    services = [(str(pk), name) for pk, name in Service.objects.order_by("name").values_list("pk", "name")]
    teams: dict[str, list[tuple[str, str]]] = {}
    places = {}
    for pk, name, service in Team.objects.order_by("service__name", "name").values_list("pk", "name", "service__name"):
        teams.setdefault(service, []).append((str(pk), name))
        places[pk] = (name, service)
    types = list(AuditType.objects.order_by("title").values_list("pk", "title", "reference_prefix"))
    grades: dict[str, str] = {}
    for version in FormVersion.objects.exclude(state=FormVersion.State.DRAFT).values_list("pk", flat=True):
        scale = FormVersion.parsed_by_pk(version).scale
        for grade in scale.grades if scale else ():
            grades.setdefault(grade.code, grade.name)
    return Choices(
        service=Offered.of(("", services)),
        team=Offered.of(*teams.items()),
        type=Offered.of(("", [(str(pk), title) for pk, title, _ in types])),
        grade=Offered.of(("", [*grades.items(), (UNGRADED, "Not graded yet")])),
        prefixes=frozenset(prefix for _, _, prefix in types),
        places=places,
        titles={pk: title for pk, title, _ in types},
    )


def choices(*, anew: bool = False) -> Choices:
    """What the filters offer; a new team or type is offered within a minute, or at once with ``anew``."""
    known = None if anew else cache.get(KEPT_AS)
    if known is None:
        known = _read()
        cache.set(KEPT_AS, known, KEPT_SECONDS)
    return known


def auditors_called(words: str) -> list[int]:
    """The primary keys of people whose name holds these words or whose e-mail address this is; 21 means too many."""
    wanted = Q(name__icontains=words) | Q(email__iexact=words)
    return list(User.objects.filter(wanted).order_by("pk").values_list("pk", flat=True)[: MOST_AUDITORS + 1])


def names_of(people: set[int]) -> dict[int, str]:
    """The names of people by primary key, in one query."""
    return dict(User.objects.filter(pk__in=people).order_by().values_list("pk", "name"))
