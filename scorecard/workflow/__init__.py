"""What is done with reports and the scorecard: one function a use case, one module a family."""

from scorecard.workflow.report_requests import (
    ask_for,
    open_quarter_end_report,
    open_year_end_report,
    request_report,
)
from scorecard.workflow.reports import cancel_report, locked, note_download, retry_report

__all__ = [
    "ask_for",
    "cancel_report",
    "locked",
    "note_download",
    "open_quarter_end_report",
    "open_year_end_report",
    "request_report",
    "retry_report",
]
