"""The tracker: the list of audits, and the same list as a file."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from audits.access import may_allocate
from audits.forms.tracker import TrackerForm
from audits.queries import tracker as query
from audits.queries.tracker_choices import choices
from audits.queries.tracker_export import HEADERS, every_row
from audits.views.tracker_cells import cells
from audits.workflow.exports import note_export
from audits.workflow.steps import STEPS
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response

# A workbook is made whole before it is sent; more rows than this would keep a person waiting too long.
XLSX_ROWS = 100_000
# The columns that can be sorted by: their names in the address, and whether the first choice is downwards.
SORTABLE = {"reference": True, "state": False, "due": False}


def _address(request: SignedInRequest, **changes: str | None) -> str:
    """This page's address with some parameters changed (None or empty: taken out); always from the first page."""
    kept = {name: text for name, text in request.GET.items() if text and name != "page"}
    kept |= {name: text or "" for name, text in changes.items()}
    query_string = urlencode({name: text for name, text in kept.items() if text})
    return f"{reverse('audits:tracker')}?{query_string}" if query_string else reverse("audits:tracker")


def _sort_of(form: TrackerForm) -> str:
    sort = form.cleaned_data.get("sort") or query.DEFAULT_SORT
    return str(sort)


def _headings(request: SignedInRequest, sort: str) -> dict[str, dict[str, str]]:
    """For each column that can be sorted by: where its heading leads, and how the list is sorted by it now."""
    headings = {}
    for name, down_first in SORTABLE.items():
        up, down = name, f"-{name}"
        now = {up: "ascending", down: "descending"}.get(sort, "none")
        then = down if now == "ascending" or (now == "none" and down_first) else up
        headings[name] = {"aria_sort": now, "path": _address(request, sort=then)}
    return headings


@require_safe
def tracker(request: SignedInRequest) -> HttpResponse:
    """Fifty audits that the person may see, narrowed and sorted as the address says."""
    offered = choices()
    form = TrackerForm(request.GET, choices=offered)
    filters = form.filters()
    sort = _sort_of(form)
    refused = None
    cursor = None
    try:
        cursor = query.Cursor.read(request.GET["page"], sort=sort) if request.GET.get("page") else None
    except query.NoSuchPage as error:
        refused = error
    shown = query.page(request.user, filters, sort=sort, cursor=cursor)
    if cursor and cursor.backwards and shown.previous is None:
        # Back at the beginning: the first page under its own address, full again if audits were added meanwhile.
        return redirect(_address(request))
    in_use = form.in_use()
    context = {
        "form": form,
        "refused": refused,
        "rows": cells(shown.rows, offered),
        "previous": _address(request, page=str(shown.previous)) if shown.previous else "",
        "next": _address(request, page=str(shown.next)) if shown.next else "",
        "number": query.counted(request.user, filters),
        "counted_up_to": query.COUNTED_UP_TO,
        "headings": _headings(request, sort),
        "allocates": may_allocate(request.user),
        "in_use": [(words, _address(request, **{name: None})) for name, words in in_use.items()],
        "first_page": _address(request),
        "is_first_page": cursor is None,
        "audits_path": reverse("audits:tracker"),
        "csv_path": reverse("audits:tracker_csv"),
        "xlsx_path": reverse("audits:tracker_xlsx"),
        "query_string": urlencode({name: text for name, text in request.GET.items() if text and name != "page"}),
    }
    return render(request, "audits/tracker/tracker.html", context)


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The filtered list as a CSV or XLSX file, streamed; the trail says who took it."""
    form = TrackerForm(request.GET, choices=choices())
    filters = form.filters()
    sort = _sort_of(form)
    if form.errors:
        # A file with more in it than was asked for must not leave by mistake.
        return redirect(_address(request))
    if file_format == "xlsx" and query.has_more_than(request.user, filters, XLSX_ROWS):
        messages.warning(
            request,
            f"The list has more than {XLSX_ROWS:,} audits, too many for a workbook. Filter it first, or take the CSV.",
        )
        return redirect(_address(request))
    note_export(filters, file_format=file_format, sort=sort, by=request.user)
    rows = every_row(request.user, filters, sort=sort, step_words=STEPS)
    name = f"audits-{timezone.localdate():%Y-%m-%d}.{file_format}"
    return (xlsx_response if file_format == "xlsx" else csv_response)(name, HEADERS, rows)
