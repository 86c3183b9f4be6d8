"""A report counted and laid out, and its tables as words, for the tests of every kind."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from qaf.people.models import User
from scorecard.kinds import KINDS
from scorecard.models import Report
from scorecard.reports.contents import figures_document
from scorecard.reports.document import Document, Table
from scorecard.reports.snapshot import make_snapshot
from scorecard.workflow.report_requests import Wanted

DAY = date(2026, 11, 25)


def report_of(wanted: Wanted, by: User | None = None) -> Report:
    """A report that waits to be made, written down directly."""
    return Report.objects.create(
        kind=wanted.kind,
        period_from=wanted.first,
        period_to=wanted.last,
        agency=wanted.agency,
        service=wanted.service,
        work=wanted.work,
        subject=wanted.subject,
        requested_by=by,
        schedule_key=None if by else f"{wanted.kind}:test",
    )


def snapshot_of(report: Report, *, on: date = DAY, below: int = 5) -> dict[str, Any]:
    """Its snapshot as it would be frozen in the afternoon of a day."""
    counted_at = timezone.make_aware(datetime.combine(on, time(15)))
    kind = KINDS[report.kind]
    figures = kind.count(report, counted_at)
    return make_snapshot(
        kind=report.kind,
        title=report.get_kind_display(),
        period=(report.period_from, report.period_to),
        period_label=report.period_label,
        scope=report.scope_name,
        counted_at=counted_at,
        due_by=on,
        suppress_below=below,
        figures=figures,
        hidden=kind.hidden(figures, below),
    )


def document_of(report: Report, *, on: date = DAY, below: int = 5) -> Document:
    return figures_document(snapshot_of(report, on=on, below=below))


def table(document: Document, key: str) -> Table:
    return next(one for section in document.sections for one in section.tables if one.key == key)


def words(document: Document, key: str) -> dict[str, list[str]]:
    """The cells of a table as text, by the headings of its rows."""
    return {row.header: [cell.text for cell in row.cells] for row in table(document, key).rows}


def said(document: Document, section: str) -> str:
    """The sentences of a section."""
    return " ".join(next(one for one in document.sections if one.key == section).paragraphs)


def facts(document: Document) -> dict[str, str]:
    return {fact.name: str(fact) for fact in document.facts}
