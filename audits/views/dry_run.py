"""The dry run of the schedule: twelve months as a calendar, and as a file."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from audits.access.schedule import may_edit_row, may_edit_schedule, services_planned_by
from audits.queries.dry_run import DryRun, dry_run
from audits.views.cycles import demand_reader
from audits.workflow.cycle_exports import note_dry_run_export
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response

HEADINGS = (
    "Opens on", "Due on", "Service", "Type of audit", "Auditor", "Number", "Team", "Cycle from", "Cycle to",
    "Opens by itself", "Cycle is open", "Passed over", "Note", "Bank holidays known",
)  # fmt: skip


@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    """What the coming twelve months would bring, before anything is sent."""
    demand_reader(request.user)
    user, run = request.user, dry_run(day=timezone.localdate())
    services = frozenset(services_planned_by(user).values_list("pk", flat=True)) if may_edit_schedule(user) else ()
    editable = {one.row.pk for one in run.counts if may_edit_row(user, one.row, services)}
    return render(request, "audits/cycles/dry_run.html", {"run": run, "editable": editable})


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The same as a CSV or XLSX file; the trail says who took it."""
    demand_reader(request.user)
    run = dry_run(day=timezone.localdate())
    note_dry_run_export(file_format=file_format, by=request.user)
    name = f"dry-run-{run.day:%Y-%m-%d}.{file_format}"
    return (xlsx_response if file_format == "xlsx" else csv_response)(name, HEADINGS, _rows(run))


def _rows(run: DryRun) -> Iterator[list[Any]]:
    known = {month.first: month.holidays_known for month in run.months}
    for line in run.lines:
        yield [
            line.opens_on,
            line.due_on,
            line.row.service_name,
            line.row.type_name,
            line.person.name,
            line.number,
            line.team.name if line.team else "",
            line.cycle_starts_on,
            line.cycle_ends_on,
            line.row.opens_itself,
            line.cycle is not None,
            line.why_words,
            line.note,
            known[line.opens_on.replace(day=1)],
        ]
