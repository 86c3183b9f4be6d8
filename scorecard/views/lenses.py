"""The four lenses matrix, and the evidence that stands in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from audits.access.programme import works_visible_to
from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response
from scorecard.access.lenses import evidence_visible_to, may_keep_evidence, may_read_lenses
from scorecard.forms.lenses import EvidenceForm, RemoveForm, usual_lens
from scorecard.models import Evidence, Lens, Priority
from scorecard.quarters import Quarter, from_code, recent
from scorecard.queries.lenses import HEADERS, every_row, matrix_on
from scorecard.workflow.lenses import add_evidence, change_evidence, demand_keeper, note_export, remove_evidence

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
QUARTERS_OFFERED = 9


def demand_reader(user: User) -> None:
    if not may_read_lenses(user):
        raise NotAllowed("The four lenses are for QA, the subgroup, boards, agency leads and the scrutineer.")


def _day(request: SignedInRequest) -> tuple[date, Quarter | None]:
    """The day the matrix is shown as of: today, or the last day of the quarter in the address."""
    code = request.GET.get("quarter", "")
    try:
        quarter = from_code(code) if code else None
    except ValueError:
        quarter = None
    today = timezone.localdate()
    return (min(quarter.last_day, today), quarter) if quarter else (today, None)


@require_safe
def matrix(request: SignedInRequest) -> HttpResponse:
    """Priorities × lenses: what evidence stands in each cell, and the gaps."""
    demand_reader(request.user)
    day, quarter = _day(request)
    lines = matrix_on(day)
    context = {
        "day": day,
        "lines": lines,
        "lenses": Lens.choices,
        "quarters": recent(timezone.localdate(), QUARTERS_OFFERED)[1:],
        "quarter": quarter,
        "gaps": sum(len(line.gaps) for line in lines),
        "on_one": [line.name for line in lines if line.rests_on_one],
        "keeps": may_keep_evidence(request.user),
        "files": f"?quarter={quarter.code}" if quarter else "",
    }
    return render(request, "scorecard/lenses/matrix.html", context)


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The matrix as a CSV or XLSX file; the trail says who took it."""
    demand_reader(request.user)
    if file_format not in ("csv", "xlsx"):
        raise Http404
    day, _ = _day(request)
    lines = matrix_on(day)
    note_export(day, file_format=file_format, by=request.user)
    name = f"four-lenses-{day:%Y-%m-%d}.{file_format}"
    return (xlsx_response if file_format == "xlsx" else csv_response)(name, HEADERS, every_row(lines))


def _fetch(request: SignedInRequest, pk: int) -> Evidence:
    demand_reader(request.user)
    rows = evidence_visible_to(request.user).select_related("priority", "agency", "work", "added_by", "removed_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def evidence(request: SignedInRequest, pk: int) -> HttpResponse:
    """One source of assurance and what it tells."""
    found = _fetch(request, pk)
    keeps = may_keep_evidence(request.user) and found.removed_at is None
    # A piece of work is named to those who know of it.
    knows_work = found.work_id is not None and works_visible_to(request.user).filter(pk=found.work_id).exists()
    context = {"evidence": found, "keeps": keeps, "knows_work": knows_work}
    return render(request, "scorecard/lenses/evidence.html", context)


@get_or_post
def add(request: SignedInRequest) -> HttpResponse:
    """Put a source into the matrix."""
    demand_keeper(request.user)
    asked = request.GET.get("priority", "")
    kind = request.GET.get("kind", "")
    initial: dict[str, Any] = {
        "priority": Priority.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None,
        "lens": request.GET.get("lens", "") or usual_lens(kind),
        "kind": kind,
    }
    form = EvidenceForm(request.POST if request.method == "POST" else None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        found = add_evidence(form.told(), by=request.user)
        messages.success(request, f"“{found.title}” stands in the matrix.")
        return redirect("lenses:matrix")
    context = {"form": form, "title": "Add evidence", "button": "Add the evidence", "back": reverse("lenses:matrix")}
    return render(request, "scorecard/lenses/form.html", context, status=422 if form.errors else 200)


def _said(found: Evidence) -> dict[str, Any]:
    names = ("priority", "kind", "lens", "title", "summary", "agency", "work", "dated_on", "counts_until")
    return {name: getattr(found, name) for name in names}


@get_or_post
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what is said of a source; a change that came too late keeps what was typed."""
    demand_keeper(request.user)
    found, conflict, status = _fetch(request, pk), "", 200
    seen = request.POST.get("revision", "")
    form = EvidenceForm(request.POST if request.method == "POST" else None, user=request.user, initial=_said(found))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                number = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
                change_evidence(found, form.told(), seen_revision=number, by=request.user)
            except Stale as stale:
                conflict, status = str(stale), 409
            else:
                messages.success(request, "The evidence is changed.")
                return redirect("lenses:evidence", pk)
    context = {
        "form": form,
        "title": "Change the evidence",
        "button": "Save the change",
        "back": reverse("lenses:evidence", args=[pk]),
        "revision": found.revision,
        "conflict": conflict,
        "evidence": found,
    }
    return render(request, "scorecard/lenses/form.html", context, status=status)


@get_or_post
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask why, then take a source out of the matrix."""
    demand_keeper(request.user)
    found = _fetch(request, pk)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        remove_evidence(found, why=form.cleaned_data["why"], by=request.user)
        messages.success(request, f"“{found.title}” is taken out of the matrix.")
        return redirect("lenses:matrix")
    context = {
        "title": "Take this evidence out of the matrix?",
        "texts": [f"“{found.title}”. From today on it is no longer counted; what it said is kept."],
        "form": form,
        "button": "Take it out",
        "danger": True,
        "cancel_path": reverse("lenses:evidence", args=[pk]),
    }
    return render(request, "components/confirm.html", context, status=422 if form.errors else 200)
