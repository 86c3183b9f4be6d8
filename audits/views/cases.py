"""The open cases, and a look-up by identifier."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import cases_visible_to, may_allocate
from audits.forms.cases import CaseFilterForm, IdentifierForm
from audits.models import Case
from audits.queries.cases import cases_for_list
from audits.queries.lists import due_for_erasure, imports_visible_to
from audits.workflow import cases as case_workflow
from qaf.errors import NotAllowed
from qaf.requests import SignedInRequest
from qaf.tables import csv_response

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE = 50
FAULTS_SHOWN = 200
# Cases that are to be erased within so many days are told of on the page.
SOON_DAYS = 30
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
        "months": settings.CASES_ERASED_AFTER_MONTHS,
        "erased_soon": due_for_erasure(
            cases_visible_to(request.user), timezone.localdate() + timedelta(days=SOON_DAYS)
        ).count(),
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
