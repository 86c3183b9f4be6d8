"""Who may see or do what with reports and the scorecard: one module a family. The only place that says so."""

from scorecard.access.reports import (
    MAKERS,
    READERS,
    agencies_to_report_on,
    may,
    may_make,
    may_make_for,
    may_read_reports,
    visible_to,
)

__all__ = [
    "MAKERS",
    "READERS",
    "agencies_to_report_on",
    "may",
    "may_make",
    "may_make_for",
    "may_read_reports",
    "visible_to",
]
