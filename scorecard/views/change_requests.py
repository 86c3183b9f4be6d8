"""Asking for a change of the indicators: an addition, another definition, retirement, or new limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.requests import SignedInRequest
from scorecard.access.indicators import changes_visible_to, may_request_change
from scorecard.definitions import decode
from scorecard.forms.changes import DefinitionForm, RebaseForm, RetirementForm, put_faults, stored
from scorecard.models import ChangeKind, Frequency, Indicator, IndicatorVersion
from scorecard.queries.indicators import Difference, differences, latest_version, names, values_of
from scorecard.views.indicators import fetch_indicator
from scorecard.workflow import changes as workflow
from scorecard.workflow.indicators import DoesNotFit

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def demand_requester(user: User) -> None:
    if not may_request_change(user):
        raise NotAllowed("Changes are asked for by QA, members and chairs of the subgroup, and leads of agencies.")


def _asked_before(request: SignedInRequest, kind: str) -> dict[str, Any]:
    """What an earlier request of this kind, named in the address, held: to ask for it once more."""
    key = request.GET.get("from", "")
    if not (key.isdecimal() and len(key) < 10):
        return {}
    earlier = changes_visible_to(request.user).filter(pk=int(key), kind=kind).first()
    if earlier is None:
        return {}
    said = {"reason": earlier.reason, "effective_from": earlier.effective_from.isoformat()}
    return {**stored(decode(earlier.proposed)), **said}


@get_or_post
def request_addition(request: SignedInRequest) -> HttpResponse:
    """Ask for a new indicator."""
    demand_requester(request.user)
    form = DefinitionForm(_data(request), initial=_asked_before(request, ChangeKind.ADD))
    context = {
        "title": "Ask for a new indicator",
        "intro": "The subgroup decides on it at a quorate meeting. Until then nothing changes.",
        "back_path": reverse("indicators:list"),
        "back_text": "Indicators",
    }
    return _ask(request, form, ChangeKind.ADD, None, context)


@get_or_post
def request_change(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask for another definition of an indicator."""
    found = _open_indicator(request, code)
    version = latest_version(found)
    initial = {**stored(values_of(version)), **_asked_before(request, ChangeKind.ALTER)}
    form = DefinitionForm(_data(request), version=version, initial=initial)
    intro = (
        "Change what is to be different; the rest stays. Unit, frequency and code stay as they are: with others it "
        "would be another indicator."
    )
    return _ask(request, form, ChangeKind.ALTER, found, {"title": "Ask for a change", "intro": intro})


@get_or_post
def request_retirement(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask that an indicator be retired."""
    found = _open_indicator(request, code)
    form = RetirementForm(_data(request), initial=_asked_before(request, ChangeKind.RETIRE))
    intro = "A retired indicator and its figures stay to be read. No more returns ask for it."
    return _ask(request, form, ChangeKind.RETIRE, found, {"title": "Ask for retirement", "intro": intro})


@get_or_post
def request_rebase(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask that an indicator's limits begin anew."""
    found = _open_indicator(request, code)
    monthly = latest_version(found).frequency == Frequency.MONTHLY
    form = RebaseForm(_data(request), monthly=monthly, initial=_asked_before(request, ChangeKind.REBASE))
    intro = (
        "Limits begin anew only where something was changed on purpose, the figures have settled at another level "
        "since, and the reason is known. The chart shows the day."
    )
    return _ask(request, form, ChangeKind.REBASE, found, {"title": "Ask for new limits", "intro": intro})


def _data(request: SignedInRequest) -> Mapping[str, Any] | None:
    return request.POST if request.method == "POST" else None


def _open_indicator(request: SignedInRequest, code: str) -> Indicator:
    found = fetch_indicator(request.user, code)
    demand_requester(request.user)
    if found.retired_on is not None:
        raise Stale(f"This indicator is retired: its last day is {found.retired_on:%-d %B %Y}. Nothing can be changed.")
    return found


def _ask(
    request: SignedInRequest, form: forms.Form, kind: str, found: Indicator | None, context: dict[str, Any]
) -> HttpResponse:
    """Show the form of a request, and ask for it; a page that is out of date shows what changed meanwhile."""
    latest = latest_version(found) if found else None
    status, meanwhile, seen = 200, [], latest.number if latest else 0
    if request.method == "POST":
        status, seen = 422, _seen(request, seen)
        if form.is_valid():
            proposed = form.definition_values() if isinstance(form, DefinitionForm) else {}
            try:
                asked = workflow.request_change(
                    kind=kind,
                    indicator=found,
                    proposed=proposed,
                    reason=form.cleaned_data["reason"],
                    effective_from=form.cleaned_data["effective_from"],
                    by=request.user,
                    seen_version=seen if found else None,
                )
            except DoesNotFit as error:
                put_faults(form, error)
            except Stale as stale:
                form.add_error(None, str(stale))
                status, seen = stale.status, latest.number if latest else 0
                meanwhile = _beside(latest, proposed)
            else:
                messages.success(request, "The request is made. The subgroup and the QA manager are told.")
                return redirect("indicators:change", asked.pk)
    if found is not None:
        context |= {"back_path": reverse("indicators:indicator", args=[found.code]), "back_text": str(latest)}
    context |= {"form": form, "kind": kind, "indicator": found, "version": latest, "seen": seen, "meanwhile": meanwhile}
    return render(request, "scorecard/indicators/request.html", context, status=status)


def _seen(request: SignedInRequest, now: int) -> int:
    """The version a page was made from; the latest when the page does not say, since nothing is overwritten."""
    said = request.POST.get("seen", "")
    return int(said) if said.isdecimal() and len(said) < 6 else now


def _beside(latest: IndicatorVersion | None, typed: Mapping[str, Any]) -> list[Difference]:
    """What stands now beside what was typed into a page from before."""
    if latest is None or not typed:
        return []
    now = values_of(latest)
    return differences(now, {**now, **typed}, names())
