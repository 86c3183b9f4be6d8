"""The list of concerns, and the same list as a file."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from moderation.forms.concerns import ConcernFilterForm
from moderation.queries.concerns import HEADERS, Filters, every_row, listed
from moderation.workflow.concerns import note_export
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response

PER_PAGE = 25


def _query(request: SignedInRequest, **changes: object) -> str:
    """The filters of this page's address, with some parameters changed; with its question mark, or empty."""
    kept = {name: request.GET.get(name, "") for name in ("reference", "shown", "sort")}
    found = urlencode({name: text for name, text in {**kept, **changes}.items() if text})
    return f"?{found}" if found else ""


@require_safe
def concerns(request: SignedInRequest) -> HttpResponse:
    """The concerns that the person may know of: the open ones, unless they ask for others."""
    form = ConcernFilterForm(request.GET)
    filters = form.filters()
    page = Paginator(listed(request.user, filters, sort=form.order()), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "number": page.paginator.count,
        "narrowed": filters != Filters(),
        "files": _query(request),
        "previous": _query(request, page=page.previous_page_number()) if page.has_previous() else "",
        "next": _query(request, page=page.next_page_number()) if page.has_next() else "",
    }
    return render(request, "moderation/concerns/list.html", context)


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The narrowed list as a CSV or XLSX file, without what people wrote; the trail says who took it."""
    form = ConcernFilterForm(request.GET)
    filters = form.filters()
    if form.errors:
        # A file with more in it than was asked for must not leave by mistake.
        return redirect(reverse("moderation:concerns") + _query(request))
    rows = every_row(listed(request.user, filters, sort=form.order()))
    note_export(filters, file_format=file_format, by=request.user)
    name = f"concerns-{timezone.localdate():%Y-%m-%d}.{file_format}"
    return (xlsx_response if file_format == "xlsx" else csv_response)(name, HEADERS, rows)
