"""Background work: making reports, taking up those left lying, and opening the one of a finished quarter."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from scorecard import making, workflow
from scorecard.models import Report, ReportVersion
from scorecard.quarters import last_finished
from scorecard.workflow import derived, returns
from scorecard.workflow.report_files import make_files


@shared_task
def make_report(report_pk: int) -> bool:
    """Make one report. Called twice, or for one that is over, it does nothing."""
    return making.make(report_pk)


@shared_task
def make_report_files(version_pk: int) -> int:
    """Make the files of a report's version; gives how many. Called twice, it makes nothing twice."""
    version = ReportVersion.objects.select_related("report").filter(pk=version_pk).first()
    return make_files(version) if version else 0


@shared_task
def resume_reports() -> int:
    """Give every waiting report and every one whose maker went silent to a worker; gives how many."""
    found = making.unfinished()
    for pk in found:
        make_report.delay(pk)
    return len(found)


@shared_task
def open_quarter_end_report() -> int | None:
    """Open and make the report of the quarter that is over, once; gives its primary key."""
    report = workflow.open_quarter_end_report(timezone.localdate())
    if report is None:
        return None
    queue(report)
    return report.pk


@shared_task
def open_year_end_report() -> int | None:
    """Open and make the annual review of the year that is over, once; gives its primary key."""
    report = workflow.open_year_end_report(timezone.localdate())
    if report is None:
        return None
    queue(report)
    return report.pk


def queue(report: Report) -> None:
    """Give a report to a worker once the transaction it was asked for in is over.

    When the broker does not answer, ``resume_reports`` finds the report within a minute.
    """
    transaction.on_commit(lambda: make_report.delay(report.pk), robust=True)


@shared_task
def open_returns() -> int:
    """Ask agencies for the returns of the quarter that is over, once it is time; gives how many were asked."""
    return len(returns.open_due_returns(timezone.localdate()))


@shared_task
def fill_derived() -> int:
    """Count the indicators of QAF's own for the last two finished quarters; gives how many figures are new."""
    quarter = last_finished(timezone.localdate())
    return derived.fill(quarter.previous) + derived.fill(quarter)


def queue_files(version: ReportVersion) -> None:
    """Have a version's files made once its transaction is over; whoever asks for one earlier has it made at once."""
    transaction.on_commit(lambda: make_report_files.delay(version.pk), robust=True)
