"""Requests to change the indicators: the list, one of them, withdrawing it, and recording the decision."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response
from qaf.trail.queries import timeline
from scorecard.access.indicators import (
    changes_visible_to,
    may_decide_change,
    may_read_changes,
    may_request_change,
    may_withdraw_change,
)
from scorecard.access.posts import holds_over_all
from scorecard.forms.changes import DecisionForm, put_faults
from scorecard.forms.indicators import ChangeFilterForm
from scorecard.models import ChangeState, IndicatorChange
from scorecard.queries.changes import (
    HEADERS,
    changes_listed,
    export_rows,
    is_out_of_date,
    what_it_changes,
    whats_new_since,
)
from scorecard.queries.indicators import names
from scorecard.workflow import changes as workflow
from scorecard.workflow.indicators import DoesNotFit

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE = 50
NOT_YOURS = "Requests are for QA, members and chairs of the subgroup, agency leads and scrutineers."


def fetch_change(user: User, pk: int) -> IndicatorChange:
    """A request for somebody who may read requests. NotAllowed, or 404."""
    if not may_read_changes(user):
        raise NotAllowed(NOT_YOURS)
    rows = changes_visible_to(user).select_related("indicator", "requested_by", "decided_by")
    return get_object_or_404(rows.prefetch_related("indicator__versions", "attendees__person"), pk=pk)


@require_safe
def changes(request: SignedInRequest) -> HttpResponse:
    """All requests, narrowed and sorted."""
    if not may_read_changes(request.user):
        raise NotAllowed(NOT_YOURS)
    form = ChangeFilterForm(request.GET)
    filters = _filters(form)
    page = Paginator(changes_listed(**filters), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(one, is_out_of_date(one)) for one in page.object_list],
        "narrowed": bool(filters.keys() - {"sort"}),
        "query": urlencode(filters),
        "may_request": may_request_change(request.user),
        "previous": page.has_previous() and f"?{urlencode({**filters, 'page': page.previous_page_number()})}",
        "next": page.has_next() and f"?{urlencode({**filters, 'page': page.next_page_number()})}",
    }
    return render(request, "scorecard/indicators/changes.html", context)


def _filters(form: ChangeFilterForm) -> dict[str, str]:
    return {name: value for name, value in form.filters().items() if value}


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The requests as they are narrowed, as a CSV or XLSX file."""
    if not may_read_changes(request.user):
        raise NotAllowed(NOT_YOURS)
    if file_format not in ("csv", "xlsx"):
        raise Http404
    listed = changes_listed(**_filters(ChangeFilterForm(request.GET)))
    name = f"indicator-changes-{timezone.localdate():%Y-%m-%d}.{file_format}"
    return (xlsx_response if file_format == "xlsx" else csv_response)(name, HEADERS, export_rows(listed))


@require_safe
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """One request: what it would change, why, and what was made of it."""
    found = fetch_change(request.user, pk)
    late = is_out_of_date(found)
    context = {
        "change": found,
        "differences": what_it_changes(found, names()),
        "whats_new": whats_new_since(found) if late else "",
        "late": late,
        "ask_again": _ask_path(found) if may_request_change(request.user) else "",
        "may_decide": may_decide_change(request.user, found),
        "may_withdraw": may_withdraw_change(request.user, found),
        "timeline": timeline(found),
    }
    return render(request, "scorecard/indicators/change.html", context)


def _ask_path(found: IndicatorChange) -> str:
    """Where the same can be asked for once more, from a request that came to nothing or is out of date."""
    if found.state == ChangeState.APPROVED:
        return ""
    if found.indicator is None:
        path = reverse("indicators:request")
    elif found.indicator.retired_on is not None:
        return ""
    else:
        page = {"alter": "request_change", "retire": "request_retirement", "rebase": "request_rebase"}[found.kind]
        path = reverse(f"indicators:{page}", args=[found.indicator.code])
    return f"{path}?from={found.pk}"


@get_or_post
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask before a request is taken back, then do it."""
    found = fetch_change(request.user, pk)
    path = reverse("indicators:change", args=[pk])
    if request.method == "POST":
        workflow.withdraw_change(found, by=request.user)
        messages.success(request, "The request is withdrawn.")
        return redirect(path)
    if not may_withdraw_change(request.user, found):
        mine = found.requested_by_id == request.user.pk or holds_over_all(request.user, Role.QA_MANAGER)
        _refuse(found, mine, "Whoever asked, or a QA manager of the whole organisation, takes a request back.")
    context = {
        "title": "Withdraw this request?",
        "text": "The subgroup will not decide on it. It stays to be read, and the same can be asked for again.",
        "button": "Withdraw it",
        "danger": True,
        "cancel_path": path,
    }
    return render(request, "components/confirm.html", context)


def _refuse(found: IndicatorChange, could: bool, whose: str) -> None:
    """Say why not: it is over (to somebody who could have), or it is for others."""
    if could:
        raise Stale(f"This request is “{found.get_state_display()}” already, so this cannot be done any more.")
    raise NotAllowed(whose)


@get_or_post
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record what the subgroup decided; approving does what was asked for."""
    found = fetch_change(request.user, pk)
    if not may_decide_change(request.user, found):
        manages = holds_over_all(request.user, Role.QA_MANAGER)
        _refuse(found, manages, "A QA manager of the whole organisation records what the subgroup decided.")
    form = DecisionForm(request.POST if request.method == "POST" else None, quorum=settings.SCORECARD_QUORUM)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = dict(form.cleaned_data) | {"present": form.people()}
            try:
                workflow.decide(found, **said, by=request.user)
            except DoesNotFit as error:
                put_faults(form, error)
            except Stale as stale:
                form.add_error(None, str(stale))
                status = stale.status
            else:
                messages.success(request, "The decision is recorded. Whoever asked is told.")
                return redirect("indicators:change", pk)
    context = {
        "change": found,
        "form": form,
        "quorum": settings.SCORECARD_QUORUM,
        "differences": what_it_changes(found, names()),
        "late": is_out_of_date(found),
        "back_path": reverse("indicators:change", args=[pk]),
    }
    return render(request, "scorecard/indicators/decide.html", context, status=status)
