"""Asking for a report, calling it off, asking again, and opening the one of a finished quarter."""

from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from audits.models import Audit
from qaf.deadlines.calendar import days_off
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import Agency, User
from qaf.trail.chain import record
from scorecard.access import may, may_make_for
from scorecard.models import Report, ReportFile
from scorecard.models.reports import UNFINISHED
from scorecard.quarters import Quarter, last_finished


def locked(report: Report) -> Report:
    """The report as it is now, its row locked until the transaction ends."""
    return Report.objects.select_for_update(of=("self",)).get(pk=report.pk)


def _demand(user: User, action: str, report: Report) -> None:
    if may(user, action, report):
        return
    if may(user, "see", report):
        raise Stale(
            f"The report is now “{report.get_state_display()}”, so this cannot be done any more. Nothing was changed."
        )
    raise NotAllowed("Only QA officers and QA managers can do this. Nothing was changed.")


@transaction.atomic
def request_report(*, quarter: Quarter, agency: Agency | None, by: User) -> Report:
    """Ask for the report of a quarter, on one agency or (None) on the whole organisation.

    Asking again while the same report of the same person is still being made gives that one. Raises NotAllowed, or
    Refused for a quarter that has not begun.
    """
    if not may_make_for(by, agency):
        raise NotAllowed("Only QA officers and QA managers can have a report made, each for their own part.")
    if quarter.first_day > timezone.localdate():
        raise Refused(f"{quarter.label} has not begun yet. Choose a quarter that has.")
    running = Report.objects.filter(
        kind=Report.Kind.QUARTERLY, period_from=quarter.first_day, agency=agency, requested_by=by, state__in=UNFINISHED
    ).first()
    if running is not None:
        return running
    report = Report.objects.create(
        period_from=quarter.first_day, period_to=quarter.last_day, agency=agency, requested_by=by
    )
    record("report.requested", report, by=by, period=quarter.code, agency=agency.pk if agency else None)
    return report


@transaction.atomic
def cancel_report(report: Report, *, by: User) -> Report:
    """Call off a report that is not made yet; whoever makes it stops at its next step. Raises NotAllowed or Stale."""
    report = locked(report)
    _demand(by, "cancel", report)
    report.call_off()
    report.save()
    record("report.cancelled", report, by=by)
    return report


@transaction.atomic
def retry_report(report: Report, *, by: User) -> Report:
    """Have a report that failed or was cancelled made after all. Raises NotAllowed or Stale."""
    report = locked(report)
    _demand(by, "retry", report)
    report.wait_again()
    report.save()
    record("report.requested", report, by=by, again=True)
    return report


@transaction.atomic
def note_download(report: Report, *, by: User, format: str) -> None:
    """Remember in the trail who took which file of a report. Raises NotAllowed."""
    if not may(by, "download", report):
        raise NotAllowed("Only people who may read this report can download it.")
    record("report.downloaded", report, by=by, format=format)


def file_of(report: Report, format: str) -> ReportFile | None:
    """The kept file of a report, if it was made from the snapshot that the report has."""
    return report.files.filter(format=format, snapshot_digest=report.snapshot_digest).first()


def open_quarter_end_report(today: date) -> Report | None:
    """Open the report of the quarter that is over, some working days after its end; None when there is nothing to do.

    Never twice for a quarter, whoever calls it and how often: the database refuses the second. A quarter that ended
    before there was any audit has no report.
    """
    quarter = last_finished(today)
    if today < quarter.making_day(settings.QUARTERLY_REPORT_AFTER_WORKING_DAYS, days_off()):
        return None
    key = f"{Report.Kind.QUARTERLY}:{quarter.code}:all"
    if Report.objects.filter(schedule_key=key).exists():
        return None
    if not Audit.objects.filter(Q(allocated_on__lte=quarter.last_day)).exists():
        return None
    try:
        with transaction.atomic():
            report = Report.objects.create(period_from=quarter.first_day, period_to=quarter.last_day, schedule_key=key)
            record("report.requested", report, by=None, period=quarter.code, agency=None)
    except IntegrityError:
        # Another scheduler was quicker.
        return None
    return report
