"""Asking for a report of any kind, and opening those that the schedule asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from audits.cycles import days_of_year, programme_year
from audits.models import Audit, Work
from qaf.deadlines.calendar import days_off
from qaf.deadlines.working_days import add_working_days
from qaf.errors import NotAllowed, Refused
from qaf.people.models import Agency, Service, User
from qaf.trail.chain import record
from scorecard.access import may_make_for
from scorecard.models import Report
from scorecard.models.reports import UNFINISHED
from scorecard.quarters import Quarter, last_finished, period_words
from scorecard.queries.report_subjects import agency_of_work, services_to_report_on, works_to_report_on

NOT_YOURS = "Only QA officers and QA managers can have a report made, each for their own part."


@dataclass(frozen=True)
class Wanted:
    """What a report is to be about: its kind, its first and last day, and what else that kind needs."""

    kind: Report.Kind
    first: date
    last: date
    agency: Agency | None = None
    service: Service | None = None
    work: Work | None = None

    @property
    def subject(self) -> str:
        """What the title names beside the kind."""
        if self.kind == Report.Kind.AGENCY and self.agency:
            return self.agency.name
        return self.work.title if self.work else self.service.name if self.service else ""


def about_quarter(kind: Report.Kind, quarter: Quarter, agency: Agency | None = None) -> Wanted:
    """A report on a quarter, on one agency or (None) on the whole organisation."""
    return Wanted(kind, quarter.first_day, quarter.last_day, agency)


def about_work(work: Work) -> Wanted:
    """A thematic report on a piece of work, about the days of its fieldwork."""
    return Wanted(
        Report.Kind.THEMATIC, work.fieldwork_from, work.fieldwork_until, agency=agency_of_work(work), work=work
    )


def about_year(kind: Report.Kind, year: int) -> Wanted:
    """A report on the year of the programme that begins in a calendar year."""
    first, last = days_of_year(year, starts_month=settings.SCHEDULE_YEAR_STARTS_MONTH)
    return Wanted(kind, first, last)


@transaction.atomic
def ask_for(wanted: Wanted, *, by: User) -> Report:
    """Ask for a report.

    Asking again while the same report is still being made, for this person or for the schedule, gives that one. Raises
    NotAllowed, or Refused for a period that has not begun or work whose fieldwork is not over.
    """
    _demand(wanted, by)
    # Fieldwork can be over before the days that were planned for it.
    if wanted.work is None and wanted.first > timezone.localdate():
        raise Refused(f"{period_words(wanted.first, wanted.last)} has not begun yet. Choose a period that has.")
    # Whoever sends the form twice at once is asked for one after the other.
    User.objects.select_for_update().get(pk=by.pk)
    about = {
        "kind": wanted.kind,
        "period_from": wanted.first,
        "period_to": wanted.last,
        "agency": wanted.agency,
        "service": wanted.service,
        "work": wanted.work,
    }
    same = Report.objects.filter(**about, state__in=UNFINISHED)
    running = same.filter(Q(requested_by=by) | Q(requested_by=None)).first()
    if running is not None:
        return running
    report = Report.objects.create(**about, subject=wanted.subject, requested_by=by)
    record("report.requested", report, by=by, kind=wanted.kind, **_keys_of(wanted))
    return report


def _demand(wanted: Wanted, by: User) -> None:
    if not may_make_for(by, wanted.agency):
        raise NotAllowed(NOT_YOURS)
    if wanted.kind == Report.Kind.AGENCY and wanted.agency is None:
        raise Refused("Choose which agency or school the report is about.")
    if wanted.kind == Report.Kind.CLINIC and not (
        wanted.service and services_to_report_on(by).filter(pk=wanted.service.pk).exists()
    ):
        raise NotAllowed("A clinic is made for a service that your posts cover as a whole.")
    if wanted.kind == Report.Kind.THEMATIC and not (
        wanted.work and works_to_report_on(by).filter(pk=wanted.work.pk).exists()
    ):
        raise Refused(
            "A thematic report is made of an audit whose fieldwork is closed and all of whose agencies are yours. "
            "Close the fieldwork first, or ask QA of the whole partnership."
        )


def _keys_of(wanted: Wanted) -> dict[str, Any]:
    """What a request is about, as keys and days, for the trail."""
    return {
        "first": wanted.first.isoformat(),
        "last": wanted.last.isoformat(),
        "agency": wanted.agency.pk if wanted.agency else None,
        "service": wanted.service.pk if wanted.service else None,
        "work": wanted.work.pk if wanted.work else None,
    }


def request_report(*, quarter: Quarter, agency: Agency | None, by: User) -> Report:
    """Ask for the quarterly report on one agency or (None) on the whole organisation; as `ask_for`."""
    return ask_for(about_quarter(Report.Kind.QUARTERLY, quarter, agency), by=by)


def open_quarter_end_report(today: date) -> Report | None:
    """Open the report of the quarter that is over, some working days after its end; None when there is nothing to do.

    A quarter that ended before there was any audit has no report.
    """
    quarter = last_finished(today)
    if today < quarter.making_day(settings.QUARTERLY_REPORT_AFTER_WORKING_DAYS, days_off()):
        return None
    return _open_once(about_quarter(Report.Kind.QUARTERLY, quarter), code=quarter.code)


def open_year_end_report(today: date) -> Report | None:
    """Open the annual review of the programme's year that is over, as many working days after its end as a quarterly
    report; None when there is nothing to do."""
    year = programme_year(today, starts_month=settings.SCHEDULE_YEAR_STARTS_MONTH) - 1
    wanted = about_year(Report.Kind.ANNUAL, year)
    if today < add_working_days(wanted.last, settings.QUARTERLY_REPORT_AFTER_WORKING_DAYS, days_off()):
        return None
    return _open_once(wanted, code=str(year))


def _open_once(wanted: Wanted, *, code: str) -> Report | None:
    """Open a report for the schedule. Never twice, whoever calls it and how often: the database refuses the second."""
    key = f"{wanted.kind}:{code}:all"
    if Report.objects.filter(schedule_key=key).exists():
        return None
    if not Audit.objects.filter(allocated_on__lte=wanted.last).exists():
        return None
    try:
        with transaction.atomic():
            report = Report.objects.create(
                kind=wanted.kind, period_from=wanted.first, period_to=wanted.last, schedule_key=key
            )
            record("report.requested", report, by=None, kind=wanted.kind, **_keys_of(wanted))
    except IntegrityError:
        # Another scheduler was quicker.
        return None
    return report
