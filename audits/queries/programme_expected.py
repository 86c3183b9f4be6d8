"""What the schedule of expectations asks of the programme in a year, and what of it is not planned yet.

Bristol QAF, Appendix 1: safeguarding assurance visits and deep dives three times a year, supervision files twice.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from audits.cycles import cycles_between, days_of_year
from audits.models import Expectation, Selection, Work, WorkKind

# By how a word of the row begins; the first that is found counts.
KINDS = (
    (r"savs?\b", WorkKind.ASSURANCE_VISIT),
    ("assurance visit", WorkKind.ASSURANCE_VISIT),
    ("deep dive", WorkKind.DEEP_DIVE),
    ("supervision", WorkKind.SUPERVISION),
    ("section 11", WorkKind.SECTION_11),
    ("175", WorkKind.SECTION_175),
    ("157", WorkKind.SECTION_175),
    ("multi-agency", WorkKind.THEMATIC),
    ("visit", WorkKind.QA_VISIT),
)


@dataclass
class ExpectedWork:
    """One row of the schedule in a year: how often it is due, how often planned, and the cycles still to be filled.

    ``times`` None: the row does not say how often. ``missed``: cycles that ended with nothing planned for them.
    """

    expectation: Expectation
    kind: WorkKind
    times: int | None
    planned: int = 0
    missed: int = 0
    free: list[tuple[date, date]] = field(default_factory=list)


def kind_of(expectation: Expectation) -> WorkKind:
    """What kind of work a row asks for, by its own words; a thematic audit when they say nothing else."""
    words = f"{expectation.type_name} {expectation.form_name}".lower()
    return next((kind for word, kind in KINDS if re.search(rf"\b{word}", words)), WorkKind.SINGLE_AGENCY)


def rows_of_year(year: int) -> QuerySet[Expectation]:
    """The rows that are placed in the programme and in force at some time of the year."""
    first, last = days_of_year(year, starts_month=settings.SCHEDULE_YEAR_STARTS_MONTH)
    rows = Expectation.objects.valid_between(first, last).filter(selection=Selection.PROGRAMME)
    return rows.select_related("type")


def expected_of_year(year: int, *, day: date) -> list[ExpectedWork]:
    """What each of these rows asks of the year, as it stands on ``day``; two queries.

    Work that was proposed by hand counts for the first row of its kind that still lacks some.
    """
    of_row: dict[int, list[Work]] = defaultdict(list)
    by_hand: dict[str, list[Work]] = defaultdict(list)
    for work in Work.objects.standing().filter(year=year):
        if work.expectation_id is not None:
            of_row[work.expectation_id].append(work)
        else:
            by_hand[work.kind].append(work)
    return [_one(row, year, of_row[row.pk], by_hand, day) for row in rows_of_year(year)]


def _one(row: Expectation, year: int, works: list[Work], by_hand: dict[str, list[Work]], day: date) -> ExpectedWork:
    kind = kind_of(row)
    if row.every_months is None:
        return ExpectedWork(row, kind, None, planned=len(works))
    starts_month = settings.SCHEDULE_YEAR_STARTS_MONTH
    first, last = days_of_year(year, starts_month=starts_month)
    cycles = [
        cycle
        for cycle in cycles_between(first, last, every_months=row.every_months, starts_month=starts_month)
        if cycle[1] >= row.valid_from and (row.valid_until is None or cycle[0] <= row.valid_until)
    ]
    lacking = max(0, len(cycles) - len(works))
    taken, by_hand[kind] = by_hand[kind][:lacking], by_hand[kind][lacking:]
    works = [*works, *taken]
    lacking = max(0, len(cycles) - len(works))
    empty = [cycle for cycle in cycles if not any(cycle[0] <= work.fieldwork_from <= cycle[1] for work in works)]
    free = [cycle for cycle in empty if cycle[1] >= day][:lacking]
    return ExpectedWork(row, kind, len(cycles), len(works), lacking - len(free), free)
