"""The steps of a report to the board: one page each, which says what it means and asks for what belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest
from scorecard import tasks
from scorecard.access.reports import is_chair_of
from scorecard.forms.report_steps import STEPS
from scorecard.models import Report, ReportVersion, Stage
from scorecard.queries.reports import chairs_for
from scorecard.views.report_fetch import fetch, seen_number
from scorecard.workflow.publication import publish
from scorecard.workflow.report_steps import amend, consider, is_amended, present, send_back, sign_off, submit_draft

TAKE: Mapping[str, Callable[..., ReportVersion]] = {
    "submit": submit_draft,
    "send_back": send_back,
    "sign_off": sign_off,
    "consider": consider,
    "amend": amend,
    "present": present,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_step(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    """Ask for what belongs to a step, and take it."""
    if step not in STEPS:
        raise Http404
    report = fetch(request.user, pk, step)
    form = _form(request, report, step)
    status, seen = 200, report.versions.count()
    if request.method == "POST":
        status, seen = 422, seen_number(request)
        if form.is_valid():
            try:
                _take(request, report, step, form.cleaned_data, seen)
            except NotAllowed:
                raise
            except Stale as stale:
                report = fetch(request.user, pk, step)
                form.add_error(None, str(stale))
                status, seen = stale.status, report.versions.count()
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, STEPS[step].done)
                return redirect(report)
    return render(request, "scorecard/reports/step.html", _page(request, report, step, form, seen), status=status)


def _form(request: SignedInRequest, report: Report, step: str) -> forms.Form:
    more: dict[str, Any] = {"chairs": chairs_for(report, but=request.user)} if step == "submit" else {}
    if request.method == "POST":
        return STEPS[step].form(request.POST, **more)
    first = {"chair": report.chair_id, "on": timezone.localdate()}
    return STEPS[step].form(initial=first, **more)


def _take(request: SignedInRequest, report: Report, step: str, said: dict[str, Any], seen: int) -> None:
    if step == "publish":
        publish(report, by=request.user, **said)
        return
    version = TAKE[step](report, by=request.user, seen=seen, **said)
    tasks.queue_files(version)


def _page(request: SignedInRequest, report: Report, step: str, form: forms.Form, seen: int) -> dict[str, Any]:
    words = STEPS[step]
    taken_back = step == "send_back" and not is_chair_of(request.user, report)
    return {
        "report": report,
        "form": form,
        "title": "Take the draft back" if taken_back else words.title,
        "means": words.means,
        "button": "Take it back" if taken_back else words.button,
        "seen": seen,
        "nobody": step == "submit" and not getattr(form, "chairs", True),
        "unchanged": step == "amend" and not is_amended(report),
        "unkept": step == "present" and report.stage == Stage.CONSIDERED and is_amended(report),
    }
