"""The programme of a year, quarter by quarter, and the same as rows of a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from audits.access.programme import works_visible_to
from audits.cycles import cycles_between, days_of_year, programme_year
from audits.models import Work, WorkKind
from qaf.people.models import User

HEADERS = (
    "Reference", "Kind", "Title", "Year", "Quarter", "State", "First day", "Last day", "Report due", "Lead", "Chair",
    "Agencies", "Type of audit", "Commissioned by", "Agreed on", "Minute", "Past four a year because",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What the plan is narrowed to; empty: everything."""

    kind: str = ""
    state: str = ""


@dataclass(frozen=True)
class Quarter:
    """A quarter of the programme's year with its work; ``now`` when today lies in it."""

    number: int
    first: date
    last: date
    now: bool
    works: list[Work]


def this_year(day: date | None = None) -> int:
    """The programme's year that a day (today) belongs to, by the year in which it began."""
    return programme_year(day or timezone.localdate(), starts_month=settings.SCHEDULE_YEAR_STARTS_MONTH)


def works_of_year(user: User, year: int, filters: Filters) -> list[Work]:
    """What a person sees of a year's programme, by its first day; two queries."""
    works = works_visible_to(user).filter(year=year)
    if filters.kind:
        works = works.filter(kind=filters.kind)
    if filters.state:
        works = works.filter(state=filters.state)
    rows = works.select_related("lead", "chair", "type").prefetch_related("agencies__agency")
    return list(rows.order_by("fieldwork_from", "pk"))


def quarters_of(works: Iterable[Work], year: int, *, day: date) -> list[Quarter]:
    """The four quarters of a year, each with its share of the works."""
    starts_month = settings.SCHEDULE_YEAR_STARTS_MONTH
    first, last = days_of_year(year, starts_month=starts_month)
    spans = cycles_between(first, last, every_months=3, starts_month=starts_month)
    works = list(works)
    return [
        Quarter(number, begins, ends, begins <= day <= ends, [one for one in works if one.quarter == number])
        for number, (begins, ends) in enumerate(spans, start=1)
    ]


def themes_of(year: int) -> list[int]:
    """The quarters of the year's thematic multi-agency audits that stand, in order; the only work that is counted."""
    themes = Work.objects.standing().filter(kind=WorkKind.THEMATIC, year=year)
    return sorted(themes.values_list("quarter", flat=True))


def year_in_words(year: int) -> str:
    """How pages name a year: "April 2026 to March 2027"."""
    first, last = days_of_year(year, starts_month=settings.SCHEDULE_YEAR_STARTS_MONTH)
    return f"{first:%B %Y} to {last:%B %Y}"


def every_row(works: Iterable[Work]) -> Iterator[Sequence[Any]]:
    """The cells of the export, in the order of ``HEADERS``; terms of reference and findings stay on the pages."""
    for work in works:
        yield (
            work.reference, work.get_kind_display(), work.title, year_in_words(work.year), work.quarter,
            work.get_state_display(), work.fieldwork_from, work.fieldwork_until, work.reports_on, str(work.lead),
            str(work.chair or ""), ", ".join(part.agency.name for part in work.agencies.all()), str(work.type or ""),
            work.commissioned_by, work.agreed_on, work.agreed_minute, work.past_the_most,
        )  # fmt: skip


def days_of_quarter(year: int, number: int) -> tuple[date, date]:
    """The first and the last day of a quarter (1 to 4) of the programme's year."""
    starts_month = settings.SCHEDULE_YEAR_STARTS_MONTH
    first, last = days_of_year(year, starts_month=starts_month)
    return cycles_between(first, last, every_months=3, starts_month=starts_month)[number - 1]
