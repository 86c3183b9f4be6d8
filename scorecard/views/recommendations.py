"""The recommendations of a report: listed, added, changed, put in order and taken out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest
from scorecard.access.reports import may
from scorecard.forms.report_writing import RecommendationForm
from scorecard.models import Recommendation, Report
from scorecard.queries.reports import standing_recommendations
from scorecard.views.report_fetch import fetch_draft, outline, seen_number
from scorecard.workflow.recommendations import (
    OlderRecommendation,
    add_recommendation,
    change_recommendation,
    move_recommendation,
    remove_recommendation,
)

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PARTNERSHIP = "The partnership as a whole"


def _one(report: Report, pk: int) -> Recommendation:
    return get_object_or_404(report.recommendations.filter(removed_at=None).select_related("agency", "report"), pk=pk)


@never_cache
@get_or_post
def recommendations(request: SignedInRequest, pk: int) -> HttpResponse:
    """The recommendations in their order, and the form that adds one."""
    report = fetch_draft(request.user, pk)
    form, status = RecommendationForm(), 200
    if request.method == "POST":
        form = RecommendationForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                added = add_recommendation(report, by=request.user, **form.values())
            except NotAllowed:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(request, f"Recommendation {added.number} is added.")
                return redirect("scorecard:recommendations", pk)
    found = list(standing_recommendations(report))
    context = {
        "report": report,
        "places": outline(report, request.user, "scorecard:recommendations"),
        "recommendations": found,
        "form": form,
        "may_write": may(request.user, "write", report),
    }
    return render(request, "scorecard/reports/recommendations.html", context, status=status)


@never_cache
@get_or_post
def recommendation_change(request: SignedInRequest, pk: int, recommendation: int) -> HttpResponse:
    """Put other words or another agency in one recommendation."""
    report = fetch_draft(request.user, pk)
    found = _one(report, recommendation)
    form = RecommendationForm(initial={"text": found.text, "agency": found.agency_id})
    status, revision = 200, found.revision
    if request.method == "POST":
        form = RecommendationForm(request.POST)
        status, revision = 422, max(seen_number(request), 0)
        if form.is_valid():
            try:
                change_recommendation(found, seen_revision=seen_number(request), by=request.user, **form.values())
            except Stale as stale:
                return _conflict(request, report, found, form, stale)
            except NotAllowed:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(request, f"Recommendation {found.number} is changed.")
                return redirect("scorecard:recommendations", pk)
    context = {
        "report": report,
        "recommendation": found,
        "form": form,
        "revision": revision,
        "may_write": may(request.user, "write", report),
    }
    return render(request, "scorecard/reports/recommendation.html", context, status=status)


def _conflict(
    request: SignedInRequest, report: Report, found: Recommendation, form: RecommendationForm, stale: Stale
) -> HttpResponse:
    stored = stale.stored if isinstance(stale, OlderRecommendation) else found
    typed = form.values()
    context = {
        "report": report,
        "title": stale.title,
        "stale": stale,
        "caption": f"Recommendation {stored.number}",
        "fields": [
            ("What is recommended", stored.text, typed["text"]),
            ("Who should act", stored.agency or PARTNERSHIP, typed["agency"] or PARTNERSHIP),
        ],
        "can_choose": isinstance(stale, OlderRecommendation),
        "revision": stored.revision,
        "typed": {"text": typed["text"], "agency": typed["agency"].pk if typed["agency"] else ""},
        "path": reverse("scorecard:recommendation_change", args=[report.pk, found.pk]),
    }
    return render(request, "scorecard/reports/conflict.html", context, status=409)


@require_POST
def recommendation_move(request: SignedInRequest, pk: int, recommendation: int) -> HttpResponse:
    """Let a recommendation change places with its neighbour."""
    report = fetch_draft(request.user, pk)
    found = _one(report, recommendation)
    move_recommendation(
        found, up=request.POST.get("to") == "up", seen_number=seen_number(request, "number"), by=request.user
    )
    return redirect(f"{reverse('scorecard:recommendations', args=[pk])}#recommendation-{found.pk}")


@get_or_post
def recommendation_remove(request: SignedInRequest, pk: int, recommendation: int) -> HttpResponse:
    """Ask before a recommendation is taken out, then do it."""
    report = fetch_draft(request.user, pk)
    found = _one(report, recommendation)
    back = reverse("scorecard:recommendations", args=[pk])
    if request.method == "POST":
        remove_recommendation(found, by=request.user)
        messages.success(request, "The recommendation is taken out.")
        return redirect(back)
    context = {
        "title": f"Take out recommendation {found.number}?",
        "texts": [found.text, "Those after it move up. Versions that are kept already still hold it."],
        "button": "Take it out",
        "danger": True,
        "cancel_path": back,
    }
    return render(request, "components/confirm.html", context)
