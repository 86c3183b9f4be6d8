"""The lists of reports and of publications, as they are narrowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from qaf.people.models import User
from scorecard.access.reports import visible_to
from scorecard.models import Publication, Report, Stage, State
from scorecard.models.reports import ReportQuerySet

REPORT_HEADERS = ("Report", "Kind", "About", "From", "To", "Stage", "Made on", "Asked for by")
PUBLISHED_HEADERS = ("Report", "Kind", "About", "Given to", "On", "Minute", "Version")


@dataclass(frozen=True)
class ReportFilters:
    """What the list of reports is narrowed to; empty: everything. ``sort``: by period or by when it was made."""

    kind: str = ""
    stage: str = ""
    year: str = ""
    sort: str = ""

    @property
    def any(self) -> bool:
        return bool(self.kind or self.stage or self.year)


@dataclass(frozen=True)
class PublishedFilters:
    """What the publication list is narrowed to; empty: everything."""

    q: str = ""
    kind: str = ""
    year: str = ""
    forum: str = ""

    @property
    def any(self) -> bool:
        return bool(self.q or self.kind or self.year or self.forum)


def reports_for(user: User, filters: ReportFilters) -> ReportQuerySet:
    """The reports a person may know of, the newest period first, or the last made first."""
    found = visible_to(user).select_related("agency", "service", "requested_by").defer("snapshot")
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.stage in State.values:
        found = found.filter(state=filters.stage)
    elif filters.stage:
        found = found.filter(state=State.MADE, stage=filters.stage)
    if filters.year:
        found = found.filter(period_to__year=int(filters.year))
    return found.order_by("-made_at", "-pk") if filters.sort == "made" else found.order_by("-period_from", "-pk")


def years_of(user: User) -> list[int]:
    """The years in which the periods of somebody's reports end, the latest first."""
    return [day.year for day in visible_to(user).order_by().dates("period_to", "year", order="DESC")]


def stage_words(report: Report) -> str:
    """How far a report is, in words: the work of making it, then its way to the board."""
    return report.get_stage_display() if report.is_made else report.get_state_display()


def report_rows(reports: Iterable[Report]) -> Iterator[tuple[Any, ...]]:
    """The list of reports as the rows of a file."""
    for one in reports:
        asked = one.requested_by.name if one.requested_by else "The schedule"
        made = one.made_at.date() if one.made_at else ""
        yield (
            one.title,
            one.get_kind_display(),
            one.scope_name,
            one.period_from,
            one.period_to,
            stage_words(one),
            made,
            asked,
        )


def published_for(user: User, filters: PublishedFilters) -> QuerySet[Publication]:
    """The entries of the publication list whose reports a person may read, the latest first."""
    found = Publication.objects.filter(report__in=visible_to(user).filter(stage=Stage.PRESENTED).order_by())
    if filters.q:
        found = found.filter(
            Q(forum__icontains=filters.q)
            | Q(report__subject__icontains=filters.q)
            | Q(minute__icontains=filters.q)
            | Q(report__agency__name__icontains=filters.q)
            | Q(report__service__name__icontains=filters.q)
        )
    if filters.kind:
        found = found.filter(report__kind=filters.kind)
    if filters.year:
        found = found.filter(on__year=int(filters.year))
    if filters.forum:
        found = found.filter(forum=filters.forum)
    related = found.select_related("report__agency", "report__service", "version")
    return related.defer("report__snapshot", "version__content", "version__note").order_by("-on", "-pk")


def forums_for(user: User) -> list[str]:
    """The boards that the publication list names to a person, by name."""
    found = published_for(user, PublishedFilters()).order_by("forum")
    return list(dict.fromkeys(found.values_list("forum", flat=True)))


def published_years(user: User) -> list[int]:
    """The years in which something of a person's publication list was given to a board, the latest first."""
    found = published_for(user, PublishedFilters()).order_by()
    return [day.year for day in found.dates("on", "year", order="DESC")]


def published_rows(entries: Iterable[Publication]) -> Iterator[tuple[Any, ...]]:
    """The publication list as the rows of a file."""
    for one in entries:
        report = one.report
        yield (
            report.title,
            report.get_kind_display(),
            report.scope_name,
            one.forum,
            one.on,
            one.minute,
            one.version.number,
        )
