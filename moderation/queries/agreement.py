"""Agreement counted by the database: one GROUP BY a page, whose few rows are put into tables of grades here.

What counts are the judgements of audits whose moderation is decided and stands: with a reopened moderation the audit
is being moderated again, and counts anew, with the grades of the new decision, once that is made. What a panel made of
a grade later is its own matter (``Judgement.panel_grade``) and not the moderator's.

Judgements on different scales are never mixed. A scale is the list of its grades' codes, so forms that share one are
counted together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncQuarter
from django.utils import timezone

from audits.kloe.definition import FormDefinition
from audits.kloe.scales import Grade
from audits.models import Form, FormVersion, State
from audits.models.audits import AuditQuerySet
from moderation.agreement import Agreement, Coefficient, TooFew, pooled, summarise
from qaf.people.models import Team, User

DECIDED = (State.MODERATED, State.DISTRIBUTED, State.CLOSED)
# What figures are divided by: the expression that the database groups by.
DIVISIONS: dict[str, Any] = {
    "domain": "judgements__domain",
    "quarter": TruncQuarter("moderated_at"),
    "form": "form_version__form_id",
    "team": "team_id",
    "auditor": "auditor_id",
    "moderator": "moderation__moderator_id",
}
# Which grades count; all of them when neither is asked for.
OVERALL, DOMAINS = "overall", "domains"


@dataclass(frozen=True)
class Narrowing:
    """Which judgements count: moderated from a day to a day (both included), of one type, service, team, domain.

    ``graded`` is "" for all, "overall" for the overall grades or "domains" for all others.
    """

    first: date | None = None
    last: date | None = None
    type: int | None = None
    service: int | None = None
    team: int | None = None
    domain: str = ""
    graded: str = ""

    def used(self) -> dict[str, str | int]:
        """What is narrowed, as it may stand in the trail: days, keys and codes."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
            if value not in ("", None)
        }


@dataclass(frozen=True)
class Group:
    """A part of the judgements, such as those of one domain; ``key`` is what the database grouped by."""

    key: Any
    name: str
    figures: Agreement | TooFew


# A scale's grades as (code, name), best first.
Grades = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OnScale:
    """The judgements on one scale: its grades, the table and figures of the whole, and the parts."""

    grades: Grades
    table: tuple[tuple[int, ...], ...]
    figures: Agreement | TooFew
    groups: list[Group]


def counted(audits: AuditQuerySet, by: str, narrowing: Narrowing) -> QuerySet[Any, Any]:
    """The one query: (form version, part, auditor's grade, moderator's grade, how many)."""
    wanted = Q(state__in=[state.value for state in DECIDED])
    for name in ("type", "service", "team"):
        if (pk := getattr(narrowing, name)) is not None:
            wanted &= Q(**{f"{name}_id": pk})
    if narrowing.first:
        wanted &= Q(moderated_at__gte=timezone.make_aware(datetime.combine(narrowing.first, time.min)))
    if narrowing.last:
        wanted &= Q(moderated_at__lte=timezone.make_aware(datetime.combine(narrowing.last, time.max)))
    # In one filter, so that all of it is said of the same judgement.
    wanted &= Q(judgements__auditor_grade__gt="", judgements__moderated_grade__gt="")
    if narrowing.domain:
        wanted &= Q(judgements__domain=narrowing.domain)
    if narrowing.graded:
        wanted &= Q(judgements__is_overall=narrowing.graded == OVERALL)
    return (
        audits.filter(wanted)
        .order_by()
        .values_list("form_version_id", DIVISIONS[by], "judgements__auditor_grade", "judgements__moderated_grade")
        .annotate(number=Count("*"))
    )


def measured(audits: AuditQuerySet, by: str, narrowing: Narrowing) -> list[OnScale]:
    """The figures of these audits' judgements, scale by scale, as a whole and divided; the worst part first.

    ``by`` is one of ``DIVISIONS``. The scale with most judgements comes first; quarters stand in their order.
    """
    rows = list(counted(audits, by, narrowing))
    forms = {version: FormVersion.parsed_by_pk(version) for version in {row[0] for row in rows}}
    tables = _tables(rows, forms)
    names = _names(by, {part for parts in tables.values() for part in parts}, forms.values())
    found = []
    for grades, parts in tables.items():
        whole = pooled(list(parts.values()))
        groups = [Group(part, names.get(part, str(part)), summarise(table)) for part, table in parts.items()]
        groups.sort(key=(lambda group: group.key) if by == "quarter" else _worst_first)
        found.append(OnScale(grades, whole, summarise(whole), groups))
    return sorted(found, key=lambda one: (-one.figures.count, one.grades))


def _tables(rows: list[Any], forms: Mapping[int, FormDefinition]) -> dict[Grades, dict[Any, list[list[int]]]]:
    """The counts as a table for each scale and part. Forms whose grades have the same codes share a scale."""
    places = {version: {grade.code: i for i, grade in enumerate(_grades(form))} for version, form in forms.items()}
    named: dict[tuple[str, ...], Grades] = {}
    tables: dict[Grades, dict[Any, list[list[int]]]] = {}
    for version, part, auditor, moderator, number in rows:
        place = places[version]
        # A grade stands on the scale of its audit's version, which never changes; a form without one has no grades.
        if auditor not in place or moderator not in place:
            continue
        codes = tuple(place)
        if codes not in named:
            named[codes] = tuple((grade.code, grade.name) for grade in _grades(forms[version]))
            tables[named[codes]] = {}
        parts = tables[named[codes]]
        table = parts.get(part)
        if table is None:
            table = parts[part] = [[0] * len(codes) for _ in codes]
        table[place[auditor]][place[moderator]] += number
    return tables


def _grades(form: FormDefinition) -> tuple[Grade, ...]:
    return form.scale.grades if form.scale else ()


def _worst_first(group: Group) -> tuple[int, float, int, str]:
    """Where people agree least beyond chance; then those without a figure, and those with too few judgements."""
    figures = group.figures
    if isinstance(figures, TooFew):
        return (2, 0.0, -figures.count, group.name)
    if isinstance(figures.ac2, Coefficient):
        return (0, figures.ac2.value, -figures.count, group.name)
    return (1, figures.same.value, -figures.count, group.name)


def quarter_words(first: date) -> str:
    """A quarter by its first day or moment, in words: "July to September 2026"."""
    last = date(first.year, first.month + 2, 1)
    return f"{first:%B} to {last:%B} {first.year}"


def short_quarter(first: date) -> tuple[str, str]:
    """A quarter in two lines short enough for a chart's axis: "Jul–Sep" and "2026"."""
    return f"{first:%b}–{date(first.year, first.month + 2, 1):%b}", f"{first:%Y}"


def domain_titles(forms: Iterable[FormDefinition]) -> dict[str, str]:
    """The titles of the graded domains of forms by their keys; of two titles for one key the first stands.

    The judgement of the whole audit is called the same on every form, or several would be mixed under one's title.
    """
    titles: dict[str, str] = {}
    for form in forms:
        for part in dict.fromkeys(section.part for section in form.sections):
            titles = {**dict(form.domains(part)), **titles}
            titles |= {question.domain: "Overall grade" for _, question in form.judgements(part) if question.overall}
    return titles


def _names(by: str, parts: set[Any], forms: Iterable[FormDefinition]) -> Mapping[Any, str]:
    """What each part is called: at most one query."""
    if by == "domain":
        return domain_titles(forms)
    if by == "quarter":
        return {part: quarter_words(part) for part in parts}
    if by == "form":
        return dict(Form.objects.filter(pk__in=parts).order_by().values_list("pk", "title"))
    if by == "team":
        teams = Team.objects.filter(pk__in=parts).order_by().values_list("pk", "name", "service__name")
        return {pk: f"{name}, {service}" for pk, name, service in teams}
    people = User.objects.filter(pk__in=parts).order_by().values_list("pk", "name")
    return {**dict(people), None: "Nobody named"}
