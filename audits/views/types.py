"""How audits with a form go: a type of audit and its process map, to be read or changed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audits.access import may_build_forms
from audits.forms.types import TypeForm, rows_of
from audits.models import AuditType, Form
from audits.queries import forms as query
from audits.views.versions import check_reads_forms, fetch_form
from audits.workflow.types import CannotSave, fingerprint, open_audits, save_type
from audits.workflow.versions import demand_building
from qaf.errors import Stale
from qaf.requests import SignedInRequest
from qaf.trail.queries import timeline

CHANGED_MEANWHILE = (
    "Somebody else changed this type of audit meanwhile. See under “What has happened” what it was; save again to put "
    "what you entered in its place"
)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def new(request: SignedInRequest, key: str) -> HttpResponse:
    """Make a type of audit that uses this form."""
    demand_building(request.user)
    return _page(request, fetch_form(request.user, key), None)


@get_or_post
def change(request: SignedInRequest, type_key: str) -> HttpResponse:
    """A type of audit: as a form for whoever may change it, as text for everybody else."""
    check_reads_forms(request.user)
    builds = may_build_forms(request.user)
    kind = get_object_or_404(AuditType.objects.select_related("form__pack", "process__reaudit_type"), key=type_key)
    if not query.readable(drafts=builds).filter(pk=kind.form_id).exists():
        raise Http404(f"no type {type_key}")
    if builds:
        return _page(request, kind.form, kind)
    if request.method == "POST":
        demand_building(request.user)
    return render(request, "audits/types/read.html", {"shown": kind.form, "kind": kind, "rows": rows_of(kind)})


def _page(request: SignedInRequest, shown: Form, kind: AuditType | None) -> HttpResponse:
    form = TypeForm(request.POST if request.method == "POST" else None, form=shown, kind=kind)
    status, seen = 422 if form.errors else 200, request.POST.get("seen", "")
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_type(
                form=shown,
                said=form.said(),
                process=form.process(),
                by=request.user,
                kind=kind,
                seen=seen,
            )
        except CannotSave as refused:
            for field, text in refused.faults:
                form.add_error(field, text)
            status = 422
        except Stale:
            form.add_error(None, CHANGED_MEANWHILE)
            status, seen = 409, ""
        else:
            messages.success(request, f"The type of audit “{saved}” is saved.")
            return redirect("forms:form", shown.key)
    context = {
        "shown": shown,
        "kind": kind,
        "form": form,
        "seen": seen or (fingerprint(kind) if kind else ""),
        "running": open_audits(kind) if kind else 0,
        "timeline": timeline(kind) if kind else [],
        "cancel_path": reverse("forms:form", args=[shown.key]),
    }
    return render(request, "audits/types/change.html", context, status=status)
