"""The schedule of expectations: the list, the same as a file, and its rows one by one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from audits.access.schedule import (
    expectations_visible_to,
    may_edit_row,
    may_edit_schedule,
    may_read_schedule,
    services_planned_by,
)
from audits.forms.schedule import EndForm, FilterForm, RowForm, ServiceForm
from audits.kloe.schedule import plain
from audits.models import Expectation
from audits.queries.due import why_no_cycles
from audits.queries.schedule import HEADERS, every_row, grouped, recent_changes, rows_of
from audits.schedule_words import days_of, mark_of, meaning_of, row_in_short, row_in_words
from audits.workflow import schedule as workflow
from audits.workflow.schedule import CHANGED_MEANWHILE, demand_editing, note_export
from audits.workflow.schedule_rows import CannotSave, last_cycle
from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def demand_reading(user: User) -> None:
    if not may_read_schedule(user):
        raise NotAllowed("The schedule of expectations is shown to administrators, QA and service managers.")


@require_safe
def expectations(request: SignedInRequest) -> HttpResponse:
    """The rows by service, narrowed and sorted as the address says; links to change them for whoever may."""
    demand_reading(request.user)
    form = FilterForm(request.GET)
    filters, today = form.filters(), timezone.localdate()
    rows = list(rows_of(request.user, filters, today=today))
    edits = may_edit_schedule(request.user)
    services = frozenset(services_planned_by(request.user).values_list("pk", flat=True)) if edits else frozenset()
    for row in rows:
        # What the table needs to know of each beside what it says.
        row.editable = edits and may_edit_row(request.user, row, services)  # type: ignore[attr-defined]
        row.opens = not why_no_cycles(row)  # type: ignore[attr-defined]
        row.ended = row.valid_until is not None and row.valid_until < today  # type: ignore[attr-defined]
        row.coming = row.valid_from > today  # type: ignore[attr-defined]
        row.short = row_in_short(row)  # type: ignore[attr-defined]
    narrowed = any(request.GET.get(name) for name in request.GET if name != "sort")
    context = {
        "form": form,
        "groups": grouped(rows, filters.sort),
        "number": len(rows),
        "lost": sum(1 for row in rows if row.service_id is None and not row.every_service),
        "narrowed": narrowed,
        "edits": edits,
        "query_string": request.GET.urlencode(),
        "timeline": recent_changes(),
    }
    return render(request, "audits/schedule/list.html", context)


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The list as a CSV or XLSX file, narrowed and sorted like the page; the trail says who took it."""
    demand_reading(request.user)
    form = FilterForm(request.GET)
    filters = form.filters()
    if form.errors:
        # The page says what is wrong with the filters.
        return redirect(f"../../?{request.GET.urlencode()}")
    note_export(file_format=file_format, by=request.user)
    rows = every_row(rows_of(request.user, filters, today=timezone.localdate()))
    name = f"schedule-{timezone.localdate():%Y-%m-%d}.{file_format}"
    return (xlsx_response if file_format == "xlsx" else csv_response)(name, HEADERS, rows)


@get_or_post
def new(request: SignedInRequest) -> HttpResponse:
    """Make a row."""
    demand_editing(request.user)
    form = RowForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = workflow.add_row(form.said(), by=request.user)
        except CannotSave as refused:
            _say(form, refused)
        else:
            messages.success(request, f"Added: {row_in_short(made)}. Its cycles do not open by themselves yet.")
            return redirect("schedule:expectations")
    context = {"form": form, "row": None}
    return render(request, "audits/schedule/change.html", context, status=422 if form.errors else 200)


def _say(form: Any, refused: CannotSave) -> None:
    for field, text in refused.faults:
        form.add_error(field if field in form.fields else None, text)


def _fetch(request: SignedInRequest, pk: int) -> Expectation:
    demand_editing(request.user)
    rows = expectations_visible_to(request.user).select_related("service__agency", "type", "other_type", "pack")
    row = get_object_or_404(rows, pk=pk)
    demand_editing(request.user, row)
    return row


@get_or_post
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct a row, or change it from a day on; an old page shows what is stored beside what was typed."""
    row = _fetch(request, pk)
    cycle = last_cycle(row)
    form = RowForm(
        request.POST if request.method == "POST" else None, user=request.user, row=row, cycled=cycle is not None
    )
    status, seen, now = 422 if form.errors else 200, request.POST.get("seen", ""), {}
    if request.method == "POST" and form.is_valid():
        try:
            saved, changed = workflow.change_row(row, form.said(), by=request.user, seen=seen, from_day=form.later)
        except CannotSave as refused:
            status = 422
            _say(form, refused)
        except Stale:
            # What was typed stays, what is stored stands above it, and saving again is a choice.
            row = _fetch(request, pk)
            status, seen, now = 409, "", row_in_words(row)
            form.add_error(None, CHANGED_MEANWHILE)
        else:
            messages.success(request, _told(row, saved, changed=changed))
            return redirect("schedule:expectations")
    context = {"form": form, "row": row, "short": row_in_short(row), "seen": seen or mark_of(row), "now": now}
    return render(request, "audits/schedule/change.html", context | {"cycle": cycle}, status=status)


def _told(row: Expectation, saved: Expectation, *, changed: bool) -> str:
    if not changed:
        return "Nothing was different, so nothing was changed."
    if saved.pk == row.pk:
        return f"Saved: {row_in_short(saved)}."
    return f"From {saved.valid_from:%-d %B %Y} on: {row_in_short(saved)}. What held until then stays in the history."


@get_or_post
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, then end a row on a day, or remove one that was a mistake."""
    row = _fetch(request, pk)
    seen, ends = request.POST.get("seen", ""), request.POST.get("do") != "remove"
    form = EndForm(request.POST if request.method == "POST" and ends else None)
    status = 422 if form.errors else 200
    if request.method == "POST" and not ends:
        gone = workflow.remove_row(row, seen=seen, by=request.user)
        messages.success(request, "The row is removed." if gone else "The row is removed: it holds no longer.")
        return redirect("schedule:expectations")
    if request.method == "POST" and form.is_valid():
        try:
            ended = workflow.end_row(row, last_day=form.cleaned_data["last_day"], seen=seen, by=request.user)
        except CannotSave as refused:
            status = 422
            _say(form, refused)
        else:
            messages.success(request, f"The row ends on {ended.valid_until:%-d %B %Y}: {row_in_short(ended)}.")
            return redirect("schedule:expectations")
    context = {
        "row": row,
        "form": form,
        "words": meaning_of(row) | days_of(row),
        "seen": seen or mark_of(row),
        "cycle": last_cycle(row),
    }
    return render(request, "audits/schedule/remove.html", context, status=status)


@get_or_post
def service(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose the service that is meant, for all rows of the framework's name that have none yet."""
    row = _fetch(request, pk)
    form = ServiceForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["service"]
        try:
            rows = workflow.choose_service(row, chosen, seen=request.POST.get("seen", ""), by=request.user)
        except CannotSave as refused:
            _say(form, refused)
        else:
            number = f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
            messages.success(request, f"“{row.service_name}” is {chosen} here: {number}.")
            return redirect("schedule:expectations")
    same = [one for one in workflow.unmatched() if plain(one.service_name) == plain(row.service_name)]
    context = {"row": row, "form": form, "same": same, "seen": mark_of(row)}
    return render(request, "audits/schedule/service.html", context, status=422 if form.errors else 200)


@get_or_post
def opening(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, then let cycles of a row open by themselves, or no longer."""
    row = _fetch(request, pk)
    if request.method == "POST":
        opens = request.POST.get("opens") == "yes"
        workflow.set_opening(row, opens=opens, seen=request.POST.get("seen", ""), by=request.user)
        word = "now open" if opens else "no longer open"
        messages.success(request, f"Cycles {word} by themselves: {row_in_short(row)}.")
        return redirect("schedule:expectations")
    context = {"row": row, "short": row_in_short(row), "seen": mark_of(row), "why_not": why_no_cycles(row)}
    return render(request, "audits/schedule/opening.html", context)
