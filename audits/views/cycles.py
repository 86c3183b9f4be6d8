"""Cycles of the schedule: the list, one cycle, its file, and opening one now."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from audits.access.schedule import (
    actions_on,
    cycles_visible_to,
    expectations_visible_to,
    expected_visible_to,
    may_edit_row,
    may_edit_schedule,
    may_read_schedule,
)
from audits.forms.expected import OpenForm
from audits.models import Cycle, Expectation
from audits.queries.due import expected_in, opens_in_time, staff_between
from audits.queries.expected import cycles_for_list, lines_of
from audits.workflow.cycle_exports import note_cycle_export
from audits.workflow.cycles import allocate_due, cycle_days, open_cycle, why_no_cycles
from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.tables import csv_response

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 30
HEADINGS = ("Auditor", "Number", "Team", "Opens on", "State", "Audit", "Done", "Why passed over", "Note")


def demand_reader(user: User) -> None:
    """Raise NotAllowed unless the person may read the schedule."""
    if not may_read_schedule(user):
        raise NotAllowed("The schedule and its cycles are for administrators, QA and service managers.")


@require_safe
def cycles(request: SignedInRequest) -> HttpResponse:
    """The cycles that were opened, the newest first."""
    demand_reader(request.user)
    page = Paginator(cycles_for_list(request.user), SHOWN).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
        "today": timezone.localdate(),
    }
    return render(request, "audits/cycles/list.html", context)


def _cycle(user: User, pk: int) -> Cycle:
    demand_reader(user)
    rows = cycles_visible_to(user).select_related("expectation__service", "expectation__type", "opened_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def cycle(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who a cycle expects what from, what became of it, and who was passed over and why."""
    found = _cycle(request.user, pk)
    lines = lines_of(request.user, expected_visible_to(request.user).filter(cycle=found))
    expected = [line for line in lines if line.expected.state != "skipped"]
    done = sum(line.is_done for line in expected)
    for line in lines:
        line.expected.cycle = found
    actions = actions_on(request.user, (line.expected for line in lines))
    shown: list[dict[str, Any]] = [{"line": line, "may": actions[line.expected.pk]} for line in lines]
    context = {
        "cycle": found,
        "row": found.expectation,
        "expected": [one for one in shown if one["line"].expected.state != "skipped"],
        "skipped": [one for one in shown if one["line"].expected.state == "skipped"],
        "acts": any(actions[line.expected.pk] for line in expected),
        "done": done,
        "asked": len(expected),
        "percent": round(100 * done / len(expected)) if expected else 0,
        "is_over": found.ends_on < timezone.localdate(),
    }
    return render(request, "audits/cycles/cycle.html", context)


@require_GET
def cycle_export(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """A cycle as a CSV file; the trail says who took it."""
    found = _cycle(request.user, pk)
    lines = lines_of(request.user, expected_visible_to(request.user).filter(cycle=found))
    note_cycle_export(found, by=request.user)
    rows = (
        [
            line.expected.auditor.name,
            line.expected.number,
            line.expected.team.name if line.expected.team else "",
            line.expected.opens_on,
            line.expected.get_state_display(),
            line.reference,
            line.is_done,
            line.expected.get_why_display(),
            line.expected.note,
        ]
        for line in lines
    )
    return csv_response(f"cycle-{found.starts_on:%Y-%m-%d}-{found.pk}.csv", HEADINGS, rows)


def _coming(row: Expectation, today: date) -> list[tuple[date, date]]:
    """The present cycle of a row and the next."""
    first = cycle_days(row, max(today, row.valid_from))
    return [first, cycle_days(row, first[1] + timedelta(days=1))]


@get_or_post
def cycle_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look at who would be asked for what in the present and the next cycle of a row, and open one of them."""
    if not may_edit_schedule(request.user):
        raise NotAllowed("Only administrators and QA managers open cycles.")
    related = ("service__agency", "type__form", "type__process", "other_type__form", "other_type__process")
    row = get_object_or_404(expectations_visible_to(request.user).select_related(*related), pk=pk)
    if not may_edit_row(request.user, row):
        raise NotAllowed("This row belongs to a service outside your post. Whoever looks after it opens its cycles.")
    today = timezone.localdate()
    reason = why_no_cycles(row)
    coming = [] if reason else _coming(row, today)
    opened = {one.starts_on: one for one in row.cycles.filter(starts_on__in=[first for first, _ in coming])}
    to_open = [(first, last) for first, last in coming if first not in opened]
    form = OpenForm(request.POST if request.method == "POST" else None, cycles=to_open)
    if request.method == "POST" and to_open and form.is_valid():
        made = open_cycle(row, starts_on=form.first_day, by=request.user)
        # What opens today need not wait for the morning.
        allocate_due(today, cycle=made)
        messages.success(request, "The cycle is open. Each auditor is told on the day that is theirs.")
        return redirect("schedule:cycle", made.pk)
    staff = staff_between(today, coming[-1][1]) if coming else None
    context = {
        "row": row,
        "form": form,
        "reason": reason,
        "opened": list(opened.values()),
        "previews": [
            {
                **_preview(first, last, expected_in(row, first, last, day=today, staff=staff)),
                "is_late": staff is not None and not opens_in_time(row, first, last, day=today, staff=staff),
            }
            for first, last in to_open
        ],
    }
    return render(request, "audits/cycles/open.html", context, status=422 if form.errors else 200)


def _preview(first: date, last: date, due: list[Any]) -> dict[str, Any]:
    return {
        "first": first,
        "last": last,
        "expected": sorted((one for one in due if not one.is_skipped), key=lambda one: (one.opens_on, one.person.name)),
        "skipped": [one for one in due if one.is_skipped],
    }
