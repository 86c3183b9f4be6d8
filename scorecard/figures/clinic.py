"""The figures of a performance clinic: the sheet of a service and month, as it stood when it was counted.

Bristol QAF, *QAF Review*: managers are held to account through monthly performance clinics. The sheet names managers
and audits by their reference, as the framework's does; no child and no case is in it.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from audits.access.coverage import services_led_by
from audits.queries.clinic import clinic_figures
from scorecard.models import Report
from scorecard.period import one_moment


def count(report: Report, counted_at: datetime) -> dict[str, Any]:
    """Read the sheet for the person who asked for it.

    Raises ValueError when the report names no service, or when the person may have the sheet no longer: an empty sheet
    would be taken for a service in which nothing is late.
    """
    with one_moment():
        if report.service is None or report.requested_by is None:
            raise ValueError(f"“{report}” names no service, or nobody asked for it.")
        if not services_led_by(report.requested_by).filter(pk=report.service.pk).exists():
            raise ValueError(f"Who asked for “{report}” may not have the sheet of this service any more.")
        today = timezone.localdate(counted_at)
        sheet = clinic_figures(report.requested_by, report.service, first=report.period_from, today=today)
    return {"sheet": _plain(asdict(sheet)), "grids": {}, "links": []}


def _plain(value: Any) -> Any:
    """The same as JSON has it: days as text, tuples as lists."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
