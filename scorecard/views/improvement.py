"""Actions that follow from reports: the list, one action, and making one of a recommendation."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_safe
from django_fsm import can_proceed

from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response
from scorecard.access.improvement import QA, actions_visible_to, may_read_actions, may_with_action
from scorecard.access.posts import holds_over
from scorecard.access.reports import visible_to
from scorecard.forms.improvement import FilterForm, SmartForm, StepForm, said
from scorecard.models import ImprovementAction, Recommendation
from scorecard.queries.improvement import HEADERS, Filters, every_row, listed
from scorecard.workflow.improvement import (
    MOVES,
    change_action,
    create_action,
    mark_of,
    move_action,
    note_export,
    note_progress,
)

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 25
NOTE = "note"
WORDS = {
    NOTE: "It has gone on: note the progress",
    "complete": "It is done",
    "verify": "I have seen that it is done",
    "reject": "It is not done yet: open it again",
    "withdraw": "It is no longer needed",
}


def _demand_reader(request: SignedInRequest) -> None:
    if not may_read_actions(request.user):
        raise NotAllowed("Improvement actions are for their owners, QA, the subgroup and the scrutineer.")


def _query(request: SignedInRequest, **changes: object) -> str:
    names = ("reference", "shown", "whose", "agency", "report", "sort")
    kept = {**{name: request.GET.get(name, "") for name in names}, **changes}
    found = urlencode({name: text for name, text in kept.items() if text})
    return f"?{found}" if found else ""


@require_safe
def actions(request: SignedInRequest) -> HttpResponse:
    """The actions the person may see: the open ones, unless they ask for others."""
    _demand_reader(request)
    form = FilterForm(request.GET)
    filters = form.filters()
    page = Paginator(listed(request.user, filters, sort=form.order()), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "number": page.paginator.count,
        "narrowed": filters != Filters(),
        "files": _query(request),
        "previous": _query(request, page=page.previous_page_number()) if page.has_previous() else "",
        "next": _query(request, page=page.next_page_number()) if page.has_next() else "",
    }
    return render(request, "scorecard/actions/list.html", context)


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The narrowed list as a CSV or XLSX file; the trail says who took it."""
    _demand_reader(request)
    if file_format not in ("csv", "xlsx"):
        raise Http404
    form = FilterForm(request.GET)
    filters = form.filters()
    if form.errors:
        # A file with more in it than was asked for must not leave by mistake.
        return redirect(reverse("improvement:list") + _query(request))
    note_export(filters.used(), file_format=file_format, by=request.user)
    name = f"improvement-actions-{timezone.localdate():%Y-%m-%d}.{file_format}"
    rows = every_row(listed(request.user, filters, sort=form.order()))
    return (xlsx_response if file_format == "xlsx" else csv_response)(name, HEADERS, rows)


def _fetch(request: SignedInRequest, reference: str) -> ImprovementAction:
    rows = actions_visible_to(request.user).select_related(
        "owner", "created_by", "recommendation__agency", "recommendation__report__agency"
    )
    return get_object_or_404(rows.defer("recommendation__report__snapshot"), reference=reference)


def _moves(request: SignedInRequest, action: ImprovementAction) -> list[tuple[str, str]]:
    """What this person can do with the action now."""
    found = [NOTE] if may_with_action(request.user, "note", action) else []
    found += [
        move
        for move, right in MOVES.items()
        if can_proceed(getattr(action, move)) and may_with_action(request.user, right, action)
    ]
    return [(move, WORDS[move]) for move in found]


@get_or_post
def action(request: SignedInRequest, reference: str) -> HttpResponse:
    """One action, what was said of it, and its next step."""
    one = _fetch(request, reference)
    moves = _moves(request, one)
    form = StepForm(request.POST if request.method == "POST" else None, moves=moves)
    if request.method == "POST":
        if not moves:
            raise NotAllowed("Nothing of this action is yours to do now.")
        if form.is_valid():
            move, note = form.cleaned_data["move"], form.cleaned_data["note"]
            try:
                if move == NOTE:
                    note_progress(one, text=note, by=request.user)
                else:
                    move_action(one, move=move, note=note, by=request.user)
            except Stale:
                raise
            except Refused as refused:
                form.add_error("note", str(refused))
            else:
                messages.success(request, f"Action {one.reference} is kept up to date.")
                return redirect("improvement:action", reference)
    context = {
        "action": one,
        "report": one.recommendation.report,
        "reads_report": visible_to(request.user).filter(pk=one.recommendation.report_id).exists(),
        "form": form if moves else None,
        "may_change": may_with_action(request.user, "change", one),
        "updates": one.updates.select_related("by"),
        "states": dict(ImprovementAction.State.choices),
    }
    return render(request, "scorecard/actions/action.html", context, status=422 if form.errors else 200)


@get_or_post
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make an action of a recommendation."""
    recommendation = get_object_or_404(
        Recommendation.objects.filter(report__in=visible_to(request.user), removed_at=None).select_related(
            "report__agency", "agency"
        ),
        pk=pk,
    )
    if not holds_over(request.user, recommendation.report.agency_id, *QA):
        raise NotAllowed("Only QA officers and QA managers make actions of a report's recommendations.")
    form = SmartForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        made = create_action(recommendation, form.smart(), by=request.user)
        messages.success(request, f"Action {made.reference} is made, and {made.owner} is told.")
        return redirect("improvement:action", made.reference)
    context = {
        "form": form,
        "recommendation": recommendation,
        "title": "Make an action of this recommendation",
        "button": "Make the action",
        "back": recommendation.report.get_absolute_url(),
    }
    return render(request, "scorecard/actions/form.html", context, status=422 if form.errors else 200)


@get_or_post
def change(request: SignedInRequest, reference: str) -> HttpResponse:
    """Change an open action; a change that came too late keeps what was typed."""
    one = _fetch(request, reference)
    if not may_with_action(request.user, "change", one):
        raise NotAllowed("Only QA changes an action, and only while it is open.")
    form = SmartForm(request.POST if request.method == "POST" else None, user=request.user, initial=said(one))
    conflict, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_action(one, form.smart(), seen=request.POST.get("seen", ""), by=request.user)
            except Stale as stale:
                conflict, status = str(stale), 409
                one = _fetch(request, reference)
            else:
                messages.success(request, f"Action {reference} is changed.")
                return redirect("improvement:action", reference)
    context = {
        "form": form,
        "recommendation": one.recommendation,
        "title": f"Change action {reference}",
        "button": "Save the change",
        "back": reverse("improvement:action", args=[reference]),
        "seen": mark_of(one),
        "conflict": conflict,
        "action": one,
    }
    return render(request, "scorecard/actions/form.html", context, status=status)
