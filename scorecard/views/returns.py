"""The list of returns, the same list as a file, asking for returns, and chasing the late ones."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from qaf.errors import NotAllowed
from qaf.people.roles import Role
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response
from scorecard.access.returns import QA, may_read_returns, may_request_returns, may_with_return
from scorecard.forms.returns import AskForm, ListForm
from scorecard.quarters import Quarter, from_code, last_finished, recent
from scorecard.queries.return_definitions import without_an_agency
from scorecard.queries.return_list import (
    HEADERS,
    LATE,
    Filters,
    ListedReturn,
    agencies_not_asked,
    as_listed,
    listed,
    quarters_with_returns,
    rows_of,
)
from scorecard.workflow import returns as workflow
from scorecard.workflow.return_exports import note_export
from scorecard.workflow.return_steps import remind_late

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 50
QUARTERS_OFFERED = 9
FOR_WHOM = "Returns are for QA and for leads of agencies."


def _filters(request: SignedInRequest) -> tuple[ListForm, Filters]:
    if not may_read_returns(request.user):
        raise NotAllowed(FOR_WHOM)
    quarters = quarters_with_returns(request.user)
    over = last_finished(timezone.localdate())
    if over not in quarters:
        quarters = sorted([over, *quarters], reverse=True)
    form = ListForm(request.GET, quarters=quarters)
    return form, form.filters(quarters[0])


def _address(filters: Filters, **changes: str) -> str:
    """The list's parameters with some of them changed; with the question mark."""
    kept = filters.used() | {"quarter": filters.quarter.code if filters.quarter else "all"} | changes
    return f"?{urlencode({name: text for name, text in kept.items() if text})}"


def _headings(filters: Filters) -> list[dict[str, str]]:
    """The headings that sort the list: the words, where each leads, and how the list is sorted by it now."""
    words = {"agency": "Agency", "state": "State", "due": "Due", "sent": "First sent"}
    key_now, way = filters.sort.removeprefix("-"), "descending" if filters.sort.startswith("-") else "ascending"
    return [
        {
            "words": label,
            "path": _address(filters, sort=f"-{key}" if filters.sort == key else key),
            "sort": way if key == key_now else "none",
        }
        for key, label in words.items()
    ]


@require_safe
def returns(request: SignedInRequest) -> HttpResponse:
    """The returns of a quarter: who has sent, who is late, what is queried and what is accepted."""
    form, filters = _filters(request)
    user = request.user
    page = Paginator(listed(user, filters), PER_PAGE).get_page(request.GET.get("page"))
    rows = as_listed(page.object_list)
    whole = may_request_returns(user)
    context: dict[str, Any] = {
        "form": form,
        "filters": filters,
        "page": page,
        "rows": rows,
        "headings": _headings(filters),
        "is_of_qa": user.holds(*QA),
        "is_lead": user.holds(Role.AGENCY_LEAD),
        "may_ask": whole,
        "late": any(row.is_late and may_with_return(user, "remind", row.one) for row in rows),
        "not_asked": agencies_not_asked(filters.quarter) if whole and filters.quarter else [],
        "nobodys": without_an_agency(filters.quarter) if whole and filters.quarter else [],
        "files": _address(filters),
        "narrowed": bool(filters.shown),
        "clear_path": _address(filters, shown=""),
        "previous": _address(filters, page=str(page.previous_page_number())) if page.has_previous() else "",
        "next": _address(filters, page=str(page.next_page_number())) if page.has_next() else "",
    }
    return render(request, "scorecard/returns/list.html", context)


@require_safe
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The narrowed list as a CSV or XLSX file, without what anybody wrote; the trail says who took it."""
    form, filters = _filters(request)
    if form.errors:
        # A file with more in it than was asked for must not leave by mistake.
        return redirect("returns:list")
    rows = rows_of(listed(request.user, filters))
    note_export(filters, file_format=file_format, by=request.user)
    name = f"returns-{timezone.localdate():%Y-%m-%d}.{file_format}"
    return (xlsx_response if file_format == "xlsx" else csv_response)(name, HEADERS, rows)


@get_or_post
def ask(request: SignedInRequest) -> HttpResponse:
    """Ask agencies for the returns of a quarter, before the schedule does or for what came since."""
    if not may_request_returns(request.user):
        raise NotAllowed("Only QA over the whole organisation asks agencies for their returns.")
    over = recent(timezone.localdate(), QUARTERS_OFFERED + 1)[1:]
    form = AskForm(request.POST if request.method == "POST" else None, quarters=over)
    if form.is_bound and form.is_valid():
        opened = workflow.open_returns(form.chosen, by=request.user)
        if opened:
            count = "1 agency was" if len(opened) == 1 else f"{len(opened)} agencies were"
            messages.success(request, f"{count} asked for the return of {form.chosen.label}.")
        else:
            messages.info(
                request, f"No agency had to be asked for {form.chosen.label}: all were asked, or have no indicators."
            )
        return redirect(f"{reverse('returns:list')}?quarter={form.chosen.code}")
    context = {"form": form, "waiting": [(one, agencies_not_asked(one)) for one in over[:4]]}
    return render(request, "scorecard/returns/ask.html", context, status=422 if form.errors else 200)


def _quarter(code: str) -> Quarter:
    try:
        return from_code(code)
    except ValueError:
        raise Http404 from None


@get_or_post
def chase(request: SignedInRequest, quarter: str) -> HttpResponse:
    """Ask before everybody who is late with this quarter's return is reminded, then do it."""
    if not request.user.holds(*QA):
        raise NotAllowed("Only QA reminds agencies of their returns.")
    chosen = _quarter(quarter)
    late = [row for row in _late(request, chosen) if may_with_return(request.user, "remind", row.one)]
    back = f"{reverse('returns:list')}?quarter={chosen.code}"
    if request.method == "POST":
        reminded = remind_late([row.one for row in late], by=request.user)
        names = ", ".join(one.agency.name for one in reminded)
        messages.success(request, f"Reminded today: {names}." if reminded else "Nobody had to be reminded.")
        return redirect(back)
    context = {
        "title": "Remind everybody who is late?",
        "texts": [f"{row.one.agency}: due on {row.due_on:%-d %B %Y}" for row in late]
        or [f"Nobody is late with the return of {chosen.label}."],
        "button": "Remind them" if late else "Go on",
        "cancel_path": back,
    }
    return render(request, "components/confirm.html", context)


def _late(request: SignedInRequest, quarter: Quarter) -> list[ListedReturn]:
    return as_listed(listed(request.user, Filters(quarter=quarter, shown=LATE, sort="due")))
