"""Importing a list of children: upload, columns, what it would do, import."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from audits.case_columns import FIELD_NAMES
from audits.forms.cases import ColumnsForm, UploadForm
from audits.models import ListChange, PendingImport
from audits.queries.lists import in_words, sources_for, what_touches
from audits.views.cases import A_PAGE, FAULTS_SHOWN, get_or_post, qa_only
from audits.workflow import cases as case_workflow
from audits.workflow.list_audits import running_known_to
from audits.workflow.list_plan import Difference, Plan
from qaf.errors import NotAllowed, Refused
from qaf.requests import SignedInRequest

WORKERS_SHOWN = 10


@get_or_post
@qa_only
def case_list_import(request: SignedInRequest) -> HttpResponse:
    """Upload a list, of a known source (``?source=``) or a new one; nothing is imported yet."""
    sources = sources_for(request.user)
    asked = request.GET.get("source", "")
    # Anything but a short number is no source, and is not looked for.
    known = get_object_or_404(sources, pk=asked) if asked.isdecimal() and len(asked) < 10 else None
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user, known=known)
    plan: Plan | None = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            plan, pending = case_workflow.look_over(file, name=file.name, **form.said(), by=request.user)
        except NotAllowed:
            raise
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            if pending is not None:
                waits = case_workflow.waits_for_columns(pending)
                return redirect("audits:case_list_columns" if waits else "audits:case_list_confirm")
    context = {"form": form, "known": known, "sources": sources, **_faults(plan)}
    failed = form.errors or context["faults"]
    return render(request, "audits/cases/import.html", context, status=422 if failed else 200)


def _faults(plan: Plan | None) -> dict[str, Any]:
    faults = plan.faults if plan is not None else []
    return {
        "faults": faults[:FAULTS_SHOWN],
        "fault_count": len(faults),
        "bad_rows": len({fault.row for fault in faults}),
        "has_errors": bool(faults),
    }


@get_or_post
@qa_only
def case_list_columns(request: SignedInRequest) -> HttpResponse:
    """Say which of the list's columns is what."""
    pending = case_workflow.pending_of(request.user)
    if pending is None:
        messages.info(request, "No list is waiting. Upload one.")
        return redirect("audits:case_list_import")
    if not case_workflow.waits_for_columns(pending):
        return redirect("audits:case_list_confirm")
    form = ColumnsForm(
        request.POST or None,
        headers=pending.rows["headers"],
        kind=pending.kind,
        mapping=pending.mapping,
        status=pending.rows["status"],
        team=pending.team_id,
        user=request.user,
    )
    plan: Plan | None = None
    if request.method == "POST" and form.is_valid():
        plan, read = case_workflow.choose_columns(
            form.mapping(),
            status=form.cleaned_data.get("status_of_all", ""),
            team=form.cleaned_data.get("team_of_all"),
            by=request.user,
        )
        if read is not None:
            return redirect("audits:case_list_confirm")
    context = {
        "form": form,
        "pending": pending,
        "vanished": [(FIELD_NAMES[field], heading) for field, heading in pending.rows["vanished"]],
        "not_kept": form.not_kept(),
        "rows": len(pending.rows["rows"]),
        **_faults(plan),
    }
    failed = form.errors or context["faults"]
    return render(request, "audits/cases/columns.html", context, status=422 if failed else 200)


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
            f"“{listed.source}” is imported: {listed.new} new, {listed.changed} changed, {listed.moved} moved, "
            f"{listed.closed} closed, {listed.reopened} open again.",
        )
        return redirect("audits:case_import", pk=listed.pk)
    pending = case_workflow.pending_of(request.user)
    if pending is None:
        messages.info(request, "No list is waiting to be imported. Upload one.")
        return redirect("audits:case_list_import")
    if case_workflow.waits_for_columns(pending):
        return redirect("audits:case_list_columns")
    return render(request, "audits/cases/confirm.html", _dry_run(request, pending))


def _dry_run(request: SignedInRequest, pending: PendingImport) -> dict[str, Any]:
    plan = case_workflow.plan_of(pending, by=request.user)
    change = request.GET.get("change", "")
    shown = [one for one in plan.differences if one.change == change] if change else plan.differences
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    kept = {"change": change} if change else {}
    running = running_known_to(request.user, plan)
    return {
        "pending": pending,
        "plan": plan,
        "counts": _counts(plan),
        "faults": plan.faults[:FAULTS_SHOWN],
        "running": Counter(what for _, what in running),
        "workers": sorted(plan.unknown_workers)[:WORKERS_SHOWN],
        "more_workers": max(0, len(plan.unknown_workers) - WORKERS_SHOWN),
        "rows": [_shown(one) for one in page.object_list],
        "change": change,
        "filters": [
            (value, label, sum(one.change == value for one in plan.differences))
            for value, label in ListChange.Change.choices
        ],
        "page": page,
        "previous": page.has_previous() and f"?{urlencode({**kept, 'page': page.previous_page_number()})}",
        "next": page.has_next() and f"?{urlencode({**kept, 'page': page.next_page_number()})}",
    }


def _counts(plan: Plan) -> list[dict[str, Any]]:
    counts = [
        {"key": "New cases", "value": len(plan.new)},
        {"key": "Changed", "value": len(plan.changed)},
        {"key": "Moved to another team", "value": len(plan.moved)},
        {"key": "Closed by the list", "value": len(plan.closed)},
        {"key": "No longer in the list, so closed today", "value": len(plan.missing)},
        {"key": "Open again", "value": len(plan.reopened)},
        {"key": "As they were", "value": plan.unchanged},
    ]
    if plan.merged:
        counts.append({"key": "Earlier contacts of the same children, not kept", "value": plan.merged})
    if plan.left_alone:
        counts.append({"key": "Left as they are: cases of teams outside your service", "value": plan.left_alone})
    return counts


def _shown(one: Difference) -> dict[str, Any]:
    """A difference as the page shows it: initials, never the identifier."""
    return {
        "row": one.row,
        "child": one.case.initials_and_age,
        "change": one.change.label,
        "fields": in_words(one.change, one.fields),
        "team": one.team.name,
        "team_before": one.team_before.name if one.team_before is not None else "",
        "status": one.case.get_legal_status_display(),
        "touches": what_touches(one.change, one.fields),
    }
