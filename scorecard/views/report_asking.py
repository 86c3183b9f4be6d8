"""Asking for a report: its kind, then what that kind needs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qaf.errors import NotAllowed
from qaf.requests import SignedInRequest
from scorecard import tasks
from scorecard.access import may_make
from scorecard.forms.report_asking import FORMS, SENTENCES, KindForm
from scorecard.models import Report
from scorecard.queries.report_subjects import kinds_for
from scorecard.workflow.report_requests import NOT_YOURS, ask_for

# What somebody chose the last time, kept in their session: the kind, and the choices of each kind.
REMEMBERED = "report_asked"


def _remembered(request: SignedInRequest) -> dict[str, Any]:
    found = request.session.get(REMEMBERED)
    return found if isinstance(found, dict) else {}


def _demand(request: SignedInRequest) -> None:
    if not may_make(request.user):
        raise NotAllowed(NOT_YOURS)


@require_http_methods(["GET", "HEAD", "POST"])
def new_report(request: SignedInRequest) -> HttpResponse:
    """Choose what kind of report it is to be."""
    _demand(request)
    known = {"kind": _remembered(request).get("kind", Report.Kind.QUARTERLY.value)}
    form = KindForm(request.POST if request.method == "POST" else None, user=request.user, initial=known)
    if request.method == "POST" and form.is_valid():
        request.session[REMEMBERED] = {**_remembered(request), "kind": form.cleaned_data["kind"]}
        return redirect("scorecard:new_report_kind", kind=form.cleaned_data["kind"])
    return render(request, "scorecard/asking/kind.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def new_report_kind(request: SignedInRequest, kind: str) -> HttpResponse:
    """Choose what the report is about and have it made."""
    _demand(request)
    chosen = next((one for one in kinds_for(request.user) if one.value == kind), None)
    if chosen is None:
        raise Http404
    remembered = _remembered(request)
    data = request.POST if request.method == "POST" else None
    form = FORMS[chosen](data, user=request.user, kind=chosen, initial=remembered.get("chosen", {}).get(kind))
    if request.method == "POST" and form.is_valid():
        report = ask_for(form.wanted, by=request.user)
        tasks.queue(report)
        choices = {**remembered.get("chosen", {}), kind: form.cleaned_data}
        request.session[REMEMBERED] = {"kind": kind, "chosen": choices}
        return redirect(report)
    context = {"form": form, "kind": chosen, "sentence": SENTENCES[chosen], "back": reverse("scorecard:new_report")}
    return render(request, "scorecard/asking/subject.html", context)
