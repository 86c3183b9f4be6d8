"""The open cases and the lists they come from."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import cases_visible_to, may_allocate
from audits.forms.cases import CaseFilterForm, IdentifierForm, UploadForm
from audits.models import Case
from audits.queries.cases import cases_for_list, imports_visible_to
from audits.workflow import cases as case_workflow
from audits.workflow.cases import Plan
from qaf.errors import NotAllowed, Refused
from qaf.requests import SignedInRequest
from qaf.tables import csv_response

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE = 50
FAULTS_SHOWN = 200
View = Callable[..., HttpResponseBase]


def qa_only(view: View) -> View:
    """Refuse everybody but QA officers and QA managers; what of it they may see is for the queries to say."""

    @wraps(view)
    def checked(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_allocate(request.user):
            raise NotAllowed("Cases and their allocation are open to QA officers and QA managers only.")
        return view(request, *args, **kwargs)

    return checked


@get_or_post
@qa_only
def case_lists(request: SignedInRequest) -> HttpResponse:
    """The open cases of one's scope, and a look-up by identifier."""
    filters = CaseFilterForm(request.GET, user=request.user)
    chosen = filters.chosen()
    search = IdentifierForm(request.POST or None)
    found: QuerySet[Case] | None = None
    if request.method == "POST" and search.is_valid():
        # Any team and status, closed or open: whoever has an identifier wants this child's case.
        every = cases_for_list(request.user, show_closed=True)
        found = every.filter(pk__in=cases_visible_to(request.user).with_identifier(search.cleaned_data["identifier"]))
    page = Paginator(found if found is not None else cases_for_list(request.user, **chosen), A_PAGE).get_page(
        request.GET.get("page") if found is None else 1
    )
    kept = {key: value for key, value in request.GET.items() if key in CaseFilterForm.base_fields and value}
    context = {
        "filters": filters,
        "form": search,
        "searched": found is not None,
        "page": page,
        "filtered": bool(kept.keys() - {"sort"}),
        "query": urlencode(kept),
        "previous": page.has_previous() and f"?{urlencode({**kept, 'page': page.previous_page_number()})}",
        "next": page.has_next() and f"?{urlencode({**kept, 'page': page.next_page_number()})}",
        "imports": imports_visible_to(request.user).select_related("imported_by")[:5],
    }
    return render(request, "audits/cases/list.html", context, status=422 if search.errors else 200)


HEADINGS = [
    "ChildUniqueID", "Initials", "Age", "CaseStatus", "AllocatedTeam", "AllocatedWorker", "CaseStartDate",
    "CaseClosureDate",
]  # fmt: skip


@require_safe
@qa_only
def case_list_export(request: SignedInRequest) -> HttpResponseBase:
    """The cases as the page shows them, as a CSV file that could be imported again."""
    cases = cases_for_list(request.user, **CaseFilterForm(request.GET, user=request.user).chosen())
    case_workflow.note_export(rows=cases.count(), by=request.user)
    return csv_response(f"cases-{timezone.localdate():%Y-%m-%d}.csv", HEADINGS, _rows(cases))


def _rows(cases: QuerySet[Case]) -> Iterator[list[Any]]:
    for case in cases.iterator(chunk_size=1000):
        holder = case.case_holder_name or (case.case_holder.email if case.case_holder else "")
        yield [
            case.identifier, case.initials, case.age, case.get_legal_status_display(), case.team.name, holder,
            case.opened_on, case.closed_on,
        ]  # fmt: skip


@get_or_post
@qa_only
def case_list_import(request: SignedInRequest) -> HttpResponse:
    """Upload a list; nothing is imported yet."""
    form = UploadForm(request.POST or None, request.FILES or None)
    plan: Plan | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            plan, pending = case_workflow.look_over(
                data["file"],
                name=data["file"].name,
                source=data["source"],
                status=data["status"],
                close_missing=data["close_missing"],
                by=request.user,
            )
        except NotAllowed:
            raise
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            if pending is not None:
                return redirect("audits:case_list_confirm")
    faults = plan.faults if plan else []
    context = {
        "form": form,
        "faults": faults[:FAULTS_SHOWN],
        "fault_count": len(faults),
        "bad_rows": len({fault.row for fault in faults}),
        "has_errors": bool(faults),
    }
    return render(request, "audits/cases/import.html", context, status=422 if form.errors or faults else 200)


@get_or_post
@qa_only
def case_list_confirm(request: SignedInRequest) -> HttpResponse:
    """What the uploaded list would do, and the button that does it."""
    if request.method == "POST":
        if request.POST.get("answer") == "discard":
            case_workflow.discard_pending(by=request.user)
            messages.success(request, "The list was thrown away. Nothing was imported.")
            return redirect("audits:case_list_import")
        listed = case_workflow.import_pending(by=request.user)
        messages.success(
            request,
            f"“{listed.source}” is imported: {listed.new} new, {listed.changed} changed, {listed.closed} closed.",
        )
        return redirect("audits:case_lists")
    pending = case_workflow.pending_of(request.user)
    if pending is None:
        messages.info(request, "No list is waiting to be imported. Upload one.")
        return redirect("audits:case_list_import")
    plan = case_workflow.plan_of(pending, by=request.user)
    counts = [
        {"key": "New cases", "value": len(plan.new)},
        {"key": "Changed", "value": len(plan.changed)},
        {"key": "Closed by the list", "value": len(plan.closed)},
        {"key": "No longer in the list, so closed today", "value": len(plan.missing)},
        {"key": "As they were", "value": plan.unchanged},
    ]
    context = {"pending": pending, "plan": plan, "counts": counts, "faults": plan.faults[:FAULTS_SHOWN]}
    return render(request, "audits/cases/confirm.html", context)
