"""Putting into the programme what the schedule of expectations asks of a year. Asking again adds nothing."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from audits.access.programme import may_plan_work
from audits.models import Expectation, Work, WorkKind
from audits.models.programme import VISITS
from audits.queries.programme_expected import ExpectedWork, expected_of_year
from audits.workflow.programme import propose
from audits.workflow.programme_ground import REPORT_DAYS, hold_year
from qaf.deadlines.calendar import working_days_after
from qaf.errors import NotAllowed, Refused
from qaf.people.models import User

# The supervision file audit stands in every programme, so its terms are known. Bristol QAF, *Thematic Audits*,
# process for the thematic supervision file audit.
STANDING_TERMS = {
    "commissioned_by": "A standing audit of the quality assurance framework",
    "why": "Supervision that is neglected under pressure puts practice at risk. Twice a year this audit says how sure "
    "the service can be of its quality.",
    "scope": "Practitioners’ supervision files, and the case directions in a sample of cases, across the service.",
    "auditors": "Selected senior managers with the principal social worker, coordinated by the QA social worker.",
    "focus_groups": "None: each auditor asks the practitioner what they think of their own supervision.",
    "criteria": "The service’s supervision policy, as the form of the supervision file audit asks for it.",
    "timescale": "Practitioner and supervisor comment within ten working days of receiving the audit; the report on "
    "the whole follows.",
    "action_plan": "The head of the service concerned.",
}


@transaction.atomic
def plan_expected(expectation: Expectation, *, year: int, by: User) -> list[Work]:
    """Propose what one row of the schedule still asks of a year: one piece of work in each cycle that has none.

    Gives what was added, nothing when all is planned. Raises NotAllowed, or Refused when the row asks nothing of the
    year.
    """
    _demand(by)
    hold_year(year)
    found = [one for one in expected_of_year(year, day=timezone.localdate()) if one.expectation.pk == expectation.pk]
    if not found:
        raise Refused("This row of the schedule asks nothing of this year’s programme. Look at the schedule.")
    return _add(found, by=by)


@transaction.atomic
def plan_year(*, year: int, by: User) -> list[Work]:
    """Propose all that the schedule still asks of a year; gives what was added. Raises NotAllowed."""
    _demand(by)
    hold_year(year)
    return _add(expected_of_year(year, day=timezone.localdate()), by=by)


def _demand(by: User) -> None:
    if not may_plan_work(by):
        raise NotAllowed("Only QA managers put work into the programme.")


def _add(expected: list[ExpectedWork], *, by: User) -> list[Work]:
    return [_propose(one, first, last, by=by) for one in expected for first, last in one.free]


def _propose(one: ExpectedWork, first: date, last: date, *, by: User) -> Work:
    visit = one.kind in VISITS
    starts = placed_in(first, last, day=timezone.localdate())
    ends = starts if visit else working_days_after(starts, 10)
    return propose(
        kind=one.kind,
        title=f"{one.kind.label}, {_months(first, last)}",
        fieldwork_from=starts,
        fieldwork_until=ends,
        reports_on=working_days_after(ends, REPORT_DAYS),
        lead=by,
        type=None if visit else one.expectation.type,
        expectation=one.expectation,
        by=by,
        **(STANDING_TERMS if one.kind == WorkKind.SUPERVISION else {}),
    )


def placed_in(first: date, last: date, *, day: date) -> date:
    """A working day near the middle of a cycle, after ``day`` while the cycle allows it, so that a year is spread."""
    middle = first + (last - first) / 2
    starts = working_days_after(max(middle, min(day + timedelta(days=14), last)), 0)
    return starts if starts <= last else last


def _months(first: date, last: date) -> str:
    if first.month == last.month and first.year == last.year:
        return f"{first:%B %Y}"
    return f"{first:%B} to {last:%B %Y}" if first.year == last.year else f"{first:%B %Y} to {last:%B %Y}"
