"""The piece of work that a report is about goes on its way beside it, as far as whoever acts may take it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from audits.access.programme import may_with_work
from audits.models import Work
from audits.workflow.programme_steps import MOST_OF_A_MINUTE, take_step
from qaf.errors import Refused
from qaf.people.models import User
from scorecard.models import Report


def follow(report: Report, step: str, *, by: User, minute: str = "", on: date | None = None) -> bool:
    """Take the report's piece of work the same step on; whether that was done.

    What somebody may not do, or what the work's own rules refuse, stays to be done on the work's page: the report's
    step stands without it.
    """
    if report.work_id is None:
        return False
    work = Work.objects.get(pk=report.work_id)
    if not may_with_work(by, step, work):
        return False
    try:
        with transaction.atomic():
            take_step(work, step, by=by, minute=minute[:MOST_OF_A_MINUTE], on=on)
    except Refused:
        return False
    return True
