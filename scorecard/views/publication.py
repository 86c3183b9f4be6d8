"""The publication list: which report was given to which board, and when."""

from __future__ import annotations

from dataclasses import asdict

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response
from scorecard.forms.report_lists import PublishedFilterForm
from scorecard.queries import report_lists as lists
from scorecard.views.reports import PER_PAGE, demand_reader, pages_of
from scorecard.workflow.publication import note_export


def _form(request: SignedInRequest) -> PublishedFilterForm:
    user = request.user
    return PublishedFilterForm(request.GET, years=lists.published_years(user), forums=lists.forums_for(user))


@require_safe
def published(request: SignedInRequest) -> HttpResponse:
    """The entries whose reports one may read, as they are narrowed, the latest first."""
    demand_reader(request.user)
    form = _form(request)
    filters = form.filters()
    page = Paginator(lists.published_for(request.user, filters), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "filters": filters,
        "files": f"?{request.GET.urlencode()}" if filters.any else "",
        **pages_of(request, page),
    }
    return render(request, "scorecard/reports/published.html", context)


@require_GET
def published_export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The publication list, as it is narrowed, as a CSV or XLSX file; the trail says who took it."""
    demand_reader(request.user)
    if file_format not in ("csv", "xlsx"):
        raise Http404
    filters = _form(request).filters()
    # What was searched for is free text, which the trail does not hold.
    narrowed = {name: value for name, value in asdict(filters).items() if value and name in ("kind", "year")}
    note_export(file_format=file_format, filters=narrowed, by=request.user)
    rows = lists.published_rows(lists.published_for(request.user, filters))
    make = xlsx_response if file_format == "xlsx" else csv_response
    return make(f"publication-list.{file_format}", lists.PUBLISHED_HEADERS, rows)
