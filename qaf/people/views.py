"""The directory of people, and bringing in people from a list."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from qaf import tables
from qaf.errors import NotAllowed
from qaf.people import workflow
from qaf.people.forms import DirectoryForm, UploadForm
from qaf.people.importing import BAD, CHANGED, COLUMNS, NEW
from qaf.people.models import PeopleImport
from qaf.people.queries import READS_DIRECTORY, directory
from qaf.people.roles import Role
from qaf.requests import SignedInRequest

PER_PAGE = 50
SHOWN_ROWS = 200
TEMPLATE_ROWS = [
    ["Ann Example", "ann@example.org", "Auditor", "", "", "Team One", "01/09/2026", ""],
    ["Bo Example", "bo@example.org", "Service manager", "", "Through Care", "", "01/09/2026", "31/08/2027"],
]


def _demand(request: SignedInRequest, *roles: Role) -> None:
    if not request.user.holds(*roles):
        raise NotAllowed("Your posts do not include this page. Ask your QA team if you need it.")


@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Find people: search, filter, sort, fifty a page; everything stands in the address."""
    _demand(request, *READS_DIRECTORY)
    form = DirectoryForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    sort = request.GET.get("sort", "name")
    found = directory(
        request.user,
        search=asked.get("search", ""),
        role=asked.get("role", ""),
        team=asked.get("team"),
        sort=sort,
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    kept = {name: request.GET[name] for name in ("search", "role", "team", "sort") if request.GET.get(name)}

    def address(**changes: str | int) -> str:
        return "?" + urlencode({**kept, **changes})

    context = {
        "form": form,
        "page": page,
        "sort": sort,
        "sort_links": {key: address(sort=f"-{key}" if sort == key else key) for key in ("name", "email")},
        "previous": address(page=page.previous_page_number()) if page.has_previous() else "",
        "next": address(page=page.next_page_number()) if page.has_next() else "",
        "administers": request.user.holds(Role.ADMIN),
    }
    return render(request, "people/directory.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_people(request: SignedInRequest) -> HttpResponse:
    """Choose a list; it is read and looked at, and nothing changes before it is confirmed."""
    _demand(request, Role.ADMIN)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            draft = workflow.prepare_import(upload, upload.name, by=request.user)
        except tables.UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            return redirect("people:import_preview", pk=draft.pk)
    context = {"form": form, "columns": COLUMNS, "roles": Role.labels}
    return render(request, "people/import.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the list would do, each bad row with its column and reason; confirming does all of it or nothing."""
    _demand(request, Role.ADMIN)
    draft = get_object_or_404(PeopleImport.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        workflow.apply_import(draft, seen=request.POST.get("seen", ""), by=request.user)
        messages.success(request, "The list is applied. New people are sent an e-mail about setting their password.")
        return redirect("people:directory")
    preview = workflow.preview(draft)
    doing = [row for row in preview.rows if row.verdict in (NEW, CHANGED)]
    context = {
        "draft": draft,
        "preview": preview,
        "counts": preview.counts,
        "bad": preview.of(BAD)[:SHOWN_ROWS],
        "bad_more": max(0, preview.counts[BAD] - SHOWN_ROWS),
        "doing": doing[:SHOWN_ROWS],
        "doing_more": max(0, len(doing) - SHOWN_ROWS),
    }
    return render(request, "people/import_preview.html", context)


@require_safe
def import_template(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """An empty list to fill in, with two example rows."""
    _demand(request, Role.ADMIN)
    if kind == "xlsx":
        return tables.xlsx_response("people.xlsx", COLUMNS, TEMPLATE_ROWS)
    return tables.csv_response("people.csv", COLUMNS, TEMPLATE_ROWS)
