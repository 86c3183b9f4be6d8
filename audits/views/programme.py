"""The programme of a year, the same as a file, and putting into it what the schedule expects."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from audits.access.programme import may_plan_work, may_read_programme, reads_whole_programme
from audits.forms.programme import YearFilterForm
from audits.models.programme import MOST_THEMES_A_YEAR
from audits.queries.programme import (
    HEADERS,
    Filters,
    every_row,
    quarters_of,
    themes_of,
    this_year,
    works_of_year,
    year_in_words,
)
from audits.queries.programme_expected import expected_of_year, rows_of_year
from audits.workflow.programme_expected import plan_expected, plan_year
from audits.workflow.programme_exports import note_export
from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
FIRST_YEAR, LAST_YEAR = 2000, 2100


def year_asked(request: SignedInRequest) -> int:
    """The year in the page's address; this one when there is none, or none that makes sense."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else this_year()


def demand_reader(user: User) -> None:
    """Raise NotAllowed unless the programme has anything for this person."""
    if not may_read_programme(user):
        raise NotAllowed(
            "The audit programme is for QA, the audit subgroup, agency leads, the scrutineer and those who take part."
        )


def demand_planner(user: User) -> None:
    if not may_plan_work(user):
        raise NotAllowed("Only QA managers put work into the programme.")


def path_of_year(year: int, **more: str) -> str:
    return f"{reverse('programme:year')}?{urlencode({'year': year, **{key: one for key, one in more.items() if one}})}"


@require_safe
def year(request: SignedInRequest) -> HttpResponse:
    """A year by quarter: its work, how many themes it has, and what the schedule still asks of it."""
    demand_reader(request.user)
    shown, today = year_asked(request), timezone.localdate()
    form = YearFilterForm(request.GET)
    filters = form.filters()
    works = works_of_year(request.user, shown, filters)
    whole, plans = reads_whole_programme(request.user), may_plan_work(request.user)
    expected = expected_of_year(shown, day=today) if whole else []
    themes = themes_of(shown) if whole else []
    context: dict[str, Any] = {
        "year": shown,
        "year_words": year_in_words(shown),
        "form": form,
        "narrowed": filters != Filters(),
        "quarters": quarters_of(works, shown, day=today),
        "number": len(works),
        "whole": whole,
        "plans": plans,
        "themes": themes,
        "most": MOST_THEMES_A_YEAR,
        "crowded": sorted({quarter for quarter in themes if themes.count(quarter) > 1}),
        "expected": expected,
        "to_plan": sum(len(one.free) for one in expected),
        "previous": path_of_year(shown - 1, kind=filters.kind, state=filters.state),
        "next": path_of_year(shown + 1, kind=filters.kind, state=filters.state),
        "this_year": path_of_year(this_year()),
        "is_this_year": shown == this_year(),
        "clear": path_of_year(shown),
        "files": f"?{urlencode({'year': shown, 'kind': filters.kind, 'state': filters.state})}",
    }
    return render(request, "audits/programme/year.html", context)


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The plan of a year, as it is narrowed, as a CSV or XLSX file; the trail says who took it."""
    demand_reader(request.user)
    if file_format not in ("csv", "xlsx"):
        raise Http404
    shown, filters = year_asked(request), YearFilterForm(request.GET).filters()
    works = works_of_year(request.user, shown, filters)
    note_export(shown, filters, file_format=file_format, by=request.user)
    name = f"audit-programme-{shown}.{file_format}"
    return (xlsx_response if file_format == "xlsx" else csv_response)(name, HEADERS, every_row(works))


@require_POST
def expected_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Propose what one row of the schedule still asks of the year."""
    demand_planner(request.user)
    shown = year_asked(request)
    row = get_object_or_404(rows_of_year(shown), pk=pk)
    _say(request, len(plan_expected(row, year=shown, by=request.user)))
    return redirect(path_of_year(shown))


@get_or_post
def expected_plan_all(request: SignedInRequest) -> HttpResponse:
    """Ask whether to propose all that the schedule still asks of the year, and do it."""
    demand_planner(request.user)
    shown = year_asked(request)
    if request.method == "POST":
        _say(request, len(plan_year(year=shown, by=request.user)))
        return redirect(path_of_year(shown))
    expected = [one for one in expected_of_year(shown, day=timezone.localdate()) if one.free]
    if not expected:
        _say(request, 0)
        return redirect(path_of_year(shown))
    context = {
        "title": "Add what the schedule expects",
        "texts": [
            f"This proposes for the programme of {year_in_words(shown)}:",
            *(f"{one.kind.label}: {len(one.free)} of {one.times} a year" for one in expected),
            "Each is a draft with you as its lead, on a day in the middle of its part of the year. You can change all "
            "of it. Doing this again adds nothing twice.",
        ],
        "button": "Add them",
        "cancel_path": path_of_year(shown),
    }
    return render(request, "components/confirm.html", context)


def _say(request: SignedInRequest, number: int) -> None:
    if number == 0:
        messages.info(request, "Nothing was left to add: all that the schedule expects is planned.")
    elif number == 1:
        messages.success(request, "One piece of work is proposed.")
    else:
        messages.success(request, f"{number} pieces of work are proposed, spread over the year.")
