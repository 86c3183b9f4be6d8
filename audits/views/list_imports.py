"""The imports of lists: all of them, what one changed, and that as a file."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audits.models import ListChange, ListKind
from audits.queries.lists import changes_of, counts_of, imports_visible_to, in_words, touched_audits
from audits.views.cases import A_PAGE, qa_only
from audits.workflow.cases import note_changes_export
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response

TOUCHED = {
    "closed": "its case has closed",
    "moved": "its case has moved to another team",
    "worker": "its case has another worker",
}
HEADINGS = [
    "Change", "What changed", "ChildUniqueID", "Initials", "Age", "CaseStatus", "AllocatedTeam", "AllocatedWorker",
    "CaseStartDate", "CaseClosureDate",
]  # fmt: skip


@require_safe
@qa_only
def case_imports(request: SignedInRequest) -> HttpResponse:
    """Every import that bears on one's teams, the newest first, with its counts."""
    found = imports_visible_to(request.user).select_related("imported_by").order_by("-imported_at", "-pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "previous": page.has_previous() and f"?page={page.previous_page_number()}",
        "next": page.has_next() and f"?page={page.next_page_number()}",
    }
    return render(request, "audits/cases/imports.html", context)


def _change(request: SignedInRequest) -> str:
    asked = request.GET.get("change", "")
    return asked if asked in ListChange.Change.values else ""


@require_safe
@qa_only
def case_import(request: SignedInRequest, pk: int) -> HttpResponse:
    """What one import changed, as far as it is about one's own teams."""
    listed = get_object_or_404(imports_visible_to(request.user).select_related("imported_by"), pk=pk)
    change = _change(request)
    counts = counts_of(listed, request.user)
    kept = {"change": change} if change else {}
    page = Paginator(changes_of(listed, request.user, change=change), A_PAGE).get_page(request.GET.get("page"))
    every = listed.new + listed.changed + listed.moved + listed.closed + listed.reopened
    context = {
        "listed": listed,
        "kind": ListKind(listed.kind).label,
        "page": page,
        "rows": [(one, in_words(one.change, one.fields)) for one in page.object_list],
        "change": change,
        "filters": [(value, label, counts[value]) for value, label in ListChange.Change.choices],
        "total": counts.total(),
        "elsewhere": every - counts.total(),
        "as_before": listed.rows - every,
        "query": f"?{urlencode(kept)}" if kept else "",
        "touched": [(one.audit, TOUCHED[one.what]) for one in touched_audits(listed, request.user)],
        "previous": page.has_previous() and f"?{urlencode({**kept, 'page': page.previous_page_number()})}",
        "next": page.has_next() and f"?{urlencode({**kept, 'page': page.next_page_number()})}",
    }
    return render(request, "audits/cases/one_import.html", context)


@require_safe
@qa_only
def case_import_export(request: SignedInRequest, pk: int, file_format: str) -> HttpResponseBase:
    """What an import changed, as the page shows it, as a file."""
    listed = get_object_or_404(imports_visible_to(request.user), pk=pk)
    changes = changes_of(listed, request.user, change=_change(request))
    note_changes_export(listed, rows=changes.count(), kind=file_format.upper(), by=request.user)
    name = f"list-changes-{timezone.localtime(listed.imported_at):%Y-%m-%d}.{file_format}"
    respond = xlsx_response if file_format == "xlsx" else csv_response
    return respond(name, HEADINGS, _rows(changes))


def _rows(changes: QuerySet[ListChange]) -> Iterator[list[Any]]:
    for one in changes.iterator(chunk_size=1000):
        case = one.case
        holder = case.case_holder_name or (case.case_holder.email if case.case_holder else "")
        yield [
            one.get_change_display(), in_words(one.change, one.fields), case.identifier, case.initials, case.age,
            case.get_legal_status_display(), case.team.name, holder, case.opened_on, case.closed_on,
        ]  # fmt: skip
