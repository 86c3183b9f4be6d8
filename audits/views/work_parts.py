"""Who takes part in a piece of work: its agencies, and the people whose time it asks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audits.forms.programme_parts import AgencyRowForm, PersonRowForm, suggested
from audits.models import Work
from audits.queries.programme_people import agencies_by_key, suggested_people, teams_by_key
from audits.queries.programme_work import path_or_none
from audits.views.work_fetch import fetch_work, seen_revision
from audits.workflow.programme_parts import set_agencies, set_people
from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
MOST_ROWS = 60


@get_or_post
def agencies(request: SignedInRequest, reference: str) -> HttpResponse:
    """Which agencies take part, with the team their audits are kept in, who answers and who audits for them."""
    found = fetch_work(request.user, reference, "change")
    all_agencies, teams = agencies_by_key(), teams_by_key()
    rows = [
        {
            "agency": str(part.agency_id),
            "team": str(part.team_id or ""),
            "lead": suggested(part.lead),
            "auditor": suggested(part.auditor),
        }
        for part in found.agencies.select_related("lead", "auditor")
    ]
    make = formset_factory(AgencyRowForm, extra=2 if rows else 3, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 10)
    formset = make(
        request.POST if request.method == "POST" else None,
        initial=rows,
        form_kwargs={"agencies": all_agencies, "teams": teams},
        prefix="row",
    )
    errors: list[dict[str, str]] = []
    status = 200
    if request.method == "POST":
        status = 422
        if formset.is_valid():
            parts = [part for one in formset if (part := one.part()) is not None]
            try:
                set_agencies(found, agencies=parts, by=request.user, seen_revision=seen_revision(request))
            except NotAllowed:
                raise
            except Refused as refused:
                errors, status = [{"text": str(refused)}], _status(refused)
            else:
                return _saved(request, found, "The agencies are saved.", "programme:work_agencies")
    with_team = {team.service.agency_id for team in teams.values()}
    context = {
        "title": "Agencies that take part",
        "intro": "Each agency audits the same children on its own. Its audits are kept in one of its teams.",
        "headless": [one for one in all_agencies.values() if one.pk not in with_team],
        "noun": "Agency",
    }
    return _page(request, found, formset, errors, status, context)


@get_or_post
def people(request: SignedInRequest, reference: str) -> HttpResponse:
    """Whose time the work asks, in which part, and how many hours in all."""
    found = fetch_work(request.user, reference, "change")
    rows = [
        {"person": suggested(one.person), "part": one.part, "hours": one.hours}
        for one in found.people.select_related("person")
    ]
    make = formset_factory(PersonRowForm, extra=3 if rows else 5, max_num=200, absolute_max=210)
    formset = make(request.POST if request.method == "POST" else None, initial=rows, prefix="row")
    errors: list[dict[str, str]] = []
    status = 200
    if request.method == "POST":
        status = 422
        if formset.is_valid():
            hours = [one for row in formset if (one := row.hours_of()) is not None]
            try:
                set_people(found, people=hours, by=request.user, seen_revision=seen_revision(request))
            except NotAllowed:
                raise
            except Refused as refused:
                errors, status = [{"text": str(refused)}], _status(refused)
            else:
                return _saved(request, found, "The people and their hours are saved.", "programme:work_people")
    context = {
        "title": "People and their hours",
        "intro": "Everybody whose time it asks, with the hours of the whole work: audits, focus groups, analysis. "
        "The capacity pages show from it whose weeks become too full.",
        "noun": "Person",
        "capacity": path_or_none("capacity:work", found),
    }
    return _page(request, found, formset, errors, status, context)


def _status(refused: Refused) -> int:
    return refused.status if isinstance(refused, Stale) else 422


def _saved(request: SignedInRequest, found: Work, text: str, again: str) -> HttpResponse:
    """Back to the work, or to the same page for more rows."""
    messages.success(request, text)
    return redirect(again if "more" in request.POST else "programme:work", found.reference)


def _page(
    request: SignedInRequest,
    found: Work,
    formset: BaseFormSet[Any],
    errors: list[dict[str, str]],
    status: int,
    context: dict[str, Any],
) -> HttpResponse:
    # A stale page is shown with the revision that is now stored, so that sending it again is a decision.
    sent = seen_revision(request) if request.method == "POST" and status != Stale.status else -1
    if status == Stale.status:
        found.refresh_from_db(fields=["revision"])
    context |= {
        "work": found,
        "formset": formset,
        "errors": errors,
        "has_errors": status != 200,
        "revision": sent if sent >= 0 else found.revision,
        "suggested": [suggested(one) for one in suggested_people()],
        "back_path": reverse("programme:work", args=[found.reference]),
        "back_text": found.title,
    }
    return render(request, "audits/programme/rows.html", context, status=status)
