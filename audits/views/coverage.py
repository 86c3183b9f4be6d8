"""The pages of coverage: expected against done by service and type, by team and by person, and as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from audits.access.schedule import may_see_clinic, may_see_coverage
from audits.forms.coverage import CoverageForm
from audits.queries import coverage as query
from audits.queries.coverage_lines import Counts, Line
from audits.workflow.coverage import note_export
from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response

PAGE_SIZE = 100
FIGURES = ("Expected", "Done", "Done in time", "Open", "Late", "Skipped")
# The pages of coverage: their addresses, and their words in the row of links.
VIEWS = (
    ("coverage:overview", "By service and type"),
    ("coverage:teams", "By team"),
    ("coverage:people", "By person"),
    ("coverage:observations", "Observations"),
)


def demand(request: SignedInRequest) -> None:
    """Refuse whoever has nothing of coverage. Raises NotAllowed."""
    if not may_see_coverage(request.user):
        raise NotAllowed(
            "Coverage is for QA, service managers and team managers. What is expected of you is on your home page."
        )


def links(user: User, here: str) -> list[tuple[str, str, bool]]:
    """The pages of coverage: words, address, and whether it is the page itself."""
    known = [*VIEWS, ("coverage:clinic", "Performance clinic")] if may_see_clinic(user) else VIEWS
    return [(words, reverse(name), name == here) for name, words in known]


class Address:
    """A page's own address with its filters, and the same with some of them changed."""

    def __init__(self, request: SignedInRequest) -> None:
        self.path = request.path
        self.kept = {name: text for name, text in request.GET.items() if text and name != "page"}

    def __call__(self, **changes: str | None) -> str:
        found = urlencode({name: text for name, text in (self.kept | changes).items() if text})
        return f"{self.path}?{found}" if found else self.path

    @property
    def query_string(self) -> str:
        return urlencode(self.kept)


def tracker_link(**filters: object) -> str:
    """The tracker narrowed in the same way: it lists what this person may see, and nothing else."""
    return f"{reverse('audits:tracker')}?{urlencode({name: value for name, value in filters.items() if value})}"


def _figures(counts: Counts) -> dict[str, Any]:
    share = counts.share_done
    return {
        "counts": counts,
        "percent": None if share is None else round(share * 100),
    }


def _row(line: Line, path: str) -> dict[str, Any]:
    return {"line": line, "path": path, "since": line.late_since, "next": line.next_due, **_figures(line.counts)}


def _context(request: SignedInRequest, form: CoverageForm, here: str, lines: list[Line]) -> dict[str, Any]:
    address = Address(request)
    day = timezone.localdate()
    whole = query.total(lines)
    return {
        "form": form,
        "views": links(request.user, here),
        "in_use": [(words, address(**{name: None})) for name, words in form.in_use().items()],
        "path": address.path,
        "query_string": address.query_string,
        "total": _figures(whole) if lines else None,
        "skipped": query.passed_over(request.user, form.narrowing(), day) if whole.skipped else [],
        "csv_path": reverse(f"{here}_csv"),
        "xlsx_path": reverse(f"{here}_xlsx"),
    }


def _form(request: SignedInRequest) -> CoverageForm:
    demand(request)
    return CoverageForm(request.GET, user=request.user, today=timezone.localdate())


@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Expected against done for each service and type of audit, and where nothing is expected."""
    form = _form(request)
    lines = query.by_service_and_type(request.user, form.narrowing(), timezone.localdate())
    services: dict[int | None, dict[str, Any]] = {}
    for line in lines:
        path = tracker_link(service=line.service, type=line.type)
        known = services.setdefault(line.service, {"name": line.service_name, "rows": [], "lines": []})
        known["rows"].append(_row(line, path))
        known["lines"].append(line)
    context = _context(request, form, "coverage:overview", lines)
    context["services"] = [{**one, **_figures(query.total(one["lines"]))} for one in services.values()]
    context["not_asked"] = query.services_without_rows(request.user, form.narrowing())
    return render(request, "audits/coverage/overview.html", context)


@require_safe
def teams(request: SignedInRequest) -> HttpResponse:
    """Expected against done for each team."""
    form = _form(request)
    lines = query.by_team(request.user, form.narrowing(), timezone.localdate())
    context = _context(request, form, "coverage:teams", lines)
    context["rows"] = [_row(one, tracker_link(team=one.team, service=one.service)) for one in lines]
    return render(request, "audits/coverage/teams.html", context)


PEOPLE_SORTS: dict[str, Callable[[Line], Any]] = {
    "person": lambda one: one.person_name.casefold(),
    "team": lambda one: one.team_name.casefold(),
    "since": lambda one: (one.late_since is None, one.late_since),
    "next": lambda one: (one.next_due is None, one.next_due),
}


def headings(address: Address, sorts: dict[str, Callable[[Any], Any]], now: str) -> dict[str, dict[str, str]]:
    """For each column that can be sorted by: where its heading leads, and how the list is sorted by it now."""
    return {
        name: {
            "path": address(sort=f"-{name}" if now == name else name),
            "aria_sort": {name: "ascending", f"-{name}": "descending"}.get(now, "none"),
        }
        for name in sorts
    }


def in_order(rows: list[Any], sorts: dict[str, Callable[[Any], Any]], now: str) -> list[Any]:
    """The rows sorted by a column's name (with ``-``: the other way round); as they are for any other word."""
    key = sorts.get(now.removeprefix("-"))
    return rows if key is None else sorted(rows, key=key, reverse=now.startswith("-"))


def paged(request: SignedInRequest, rows: list[Any]) -> tuple[list[Any], dict[str, str]]:
    """The rows of the page that the address asks for, and where the pages before and after are."""
    address = Address(request)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return list(page), {
        "previous": address(page=str(page.previous_page_number())) if page.has_previous() else "",
        "next": address(page=str(page.next_page_number())) if page.has_next() else "",
    }


@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """What is expected of each person: what is due, what is late, and since when."""
    form = _form(request)
    sort = form.cleaned_data.get("sort") or ""
    lines = in_order(query.by_person(request.user, form.narrowing(), timezone.localdate()), PEOPLE_SORTS, sort)
    shown, pages = paged(request, lines)
    context = _context(request, form, "coverage:people", lines) | pages
    context["rows"] = [_row(one, tracker_link(auditor=one.person_name)) for one in shown]
    context["headings"] = headings(Address(request), PEOPLE_SORTS, sort)
    return render(request, "audits/coverage/people.html", context)


def _file_row(line: Line) -> list[Any]:
    counts = line.counts
    return [counts.expected, counts.done, counts.in_time, counts.open, counts.late, counts.skipped]


TABLES: dict[str, tuple[Callable[..., list[Line]], tuple[str, ...], Callable[[Line], list[Any]]]] = {
    "overview": (
        query.by_service_and_type,
        ("Service", "Type of audit", *FIGURES, "Cycle opened"),
        lambda line: [line.service_name, line.type_name, *_file_row(line), line.opened],
    ),
    "teams": (
        query.by_team,
        ("Service", "Team", *FIGURES, "Late since", "Next due"),
        lambda line: [line.service_name, line.team_name, *_file_row(line), line.late_since, line.next_due],
    ),
    "people": (
        query.by_person,
        ("Person", "Team", *FIGURES, "Late since", "Next due"),
        lambda line: [line.person_name, line.team_name, *_file_row(line), line.late_since, line.next_due],
    ),
}


@require_GET
def export(request: SignedInRequest, table: str, file_format: str) -> HttpResponseBase:
    """One of the tables as a CSV or XLSX file; the trail says who took it."""
    form = _form(request)
    if form.errors:
        # A file with more in it than was asked for must not leave by mistake.
        return redirect(f"{reverse(f'coverage:{table}')}?{request.GET.urlencode()}")
    read, header, row_of = TABLES[table]
    narrowing, today = form.narrowing(), timezone.localdate()
    rows = [row_of(line) for line in read(request.user, narrowing, today)]
    note_export(table, file_format=file_format, filters=narrowing.used(), by=request.user)
    answer = xlsx_response if file_format == "xlsx" else csv_response
    return answer(f"coverage-{table}-{today:%Y-%m-%d}.{file_format}", header, rows)
