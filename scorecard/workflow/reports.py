"""Calling off the making of a report, having it made after all, and noting who took its files."""

from django.db import transaction

from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.access import may
from scorecard.models import Report


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
def note_download(report: Report, *, by: User, format: str, version: int | None = None) -> None:
    """Remember in the trail who took which file of a report, of which version (None: the draft). Raises NotAllowed."""
    if not may(by, "download", report):
        raise NotAllowed("Only people who may read this report can download it.")
    record("report.downloaded", report, by=by, format=format, version=version)
