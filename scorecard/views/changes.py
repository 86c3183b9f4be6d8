"""Requests to change the indicators: the list, one of them, asking, withdrawing, and recording the decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.requests import SignedInRequest
from qaf.trail.queries import timeline
from scorecard.access.indicators import (
    changes_visible_to,
    may_decide_change,
    may_read_changes,
    may_request_change,
    may_withdraw_change,
)
from scorecard.access.posts import holds_over_all
from scorecard.definitions import decode
from scorecard.forms.changes import DecisionForm, DefinitionForm, RebaseForm, RetirementForm, put_faults, stored
from scorecard.forms.indicators import ChangeFilterForm
from scorecard.models import ChangeKind, ChangeState, Frequency, Indicator, IndicatorChange, IndicatorVersion
from scorecard.queries.changes import changes_listed, is_out_of_date, what_it_changes, whats_new_since
from scorecard.queries.indicators import Difference, differences, latest_version, names, values_of
from scorecard.views.indicators import fetch_indicator
from scorecard.workflow import changes as workflow
from scorecard.workflow.indicators import DoesNotFit

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE = 50
NOT_YOURS = "Requests are for QA, members and chairs of the subgroup, agency leads and scrutineers."


def demand_requester(user: User) -> None:
    if not may_request_change(user):
        raise NotAllowed("Changes are asked for by QA, members and chairs of the subgroup, and leads of agencies.")


def fetch_change(user: User, pk: int) -> IndicatorChange:
    """A request for somebody who may read requests. NotAllowed, or 404."""
    if not may_read_changes(user):
        raise NotAllowed(NOT_YOURS)
    rows = changes_visible_to(user).select_related("indicator", "requested_by", "decided_by")
    return get_object_or_404(rows.prefetch_related("indicator__versions", "attendees__person"), pk=pk)


@require_safe
def changes(request: SignedInRequest) -> HttpResponse:
    """All requests, the newest first."""
    if not may_read_changes(request.user):
        raise NotAllowed(NOT_YOURS)
    form = ChangeFilterForm(request.GET)
    filters = {name: value for name, value in form.filters().items() if value}
    page = Paginator(changes_listed(**filters), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(one, is_out_of_date(one)) for one in page.object_list],
        "narrowed": bool(filters),
        "may_request": may_request_change(request.user),
        "previous": page.has_previous() and f"?{urlencode({**filters, 'page': page.previous_page_number()})}",
        "next": page.has_next() and f"?{urlencode({**filters, 'page': page.next_page_number()})}",
    }
    return render(request, "scorecard/indicators/changes.html", context)


@require_safe
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """One request: what it would change, why, and what was made of it."""
    found = fetch_change(request.user, pk)
    late = is_out_of_date(found)
    context = {
        "change": found,
        "differences": what_it_changes(found, names()),
        "whats_new": whats_new_since(found) if late else "",
        "late": late,
        "ask_again": _ask_path(found) if may_request_change(request.user) else "",
        "may_decide": may_decide_change(request.user, found),
        "may_withdraw": may_withdraw_change(request.user, found),
        "timeline": timeline(found),
    }
    return render(request, "scorecard/indicators/change.html", context)


def _ask_path(found: IndicatorChange) -> str:
    """Where the same can be asked for once more, from a request that came to nothing or is out of date."""
    if found.state == ChangeState.APPROVED:
        return ""
    if found.indicator is None:
        path = reverse("indicators:request")
    elif found.indicator.retired_on is not None:
        return ""
    else:
        page = {"alter": "request_change", "retire": "request_retirement", "rebase": "request_rebase"}[found.kind]
        path = reverse(f"indicators:{page}", args=[found.indicator.code])
    return f"{path}?from={found.pk}"


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


@get_or_post
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask before a request is taken back, then do it."""
    found = fetch_change(request.user, pk)
    path = reverse("indicators:change", args=[pk])
    if request.method == "POST":
        workflow.withdraw_change(found, by=request.user)
        messages.success(request, "The request is withdrawn.")
        return redirect(path)
    if not may_withdraw_change(request.user, found):
        mine = found.requested_by_id == request.user.pk or holds_over_all(request.user, Role.QA_MANAGER)
        _refuse(found, mine, "Whoever asked, or a QA manager of the whole organisation, takes a request back.")
    context = {
        "title": "Withdraw this request?",
        "text": "The subgroup will not decide on it. It stays to be read, and the same can be asked for again.",
        "button": "Withdraw it",
        "danger": True,
        "cancel_path": path,
    }
    return render(request, "components/confirm.html", context)


def _refuse(found: IndicatorChange, could: bool, whose: str) -> None:
    """Say why not: it is over (to somebody who could have), or it is for others."""
    if could:
        raise Stale(f"This request is “{found.get_state_display()}” already, so this cannot be done any more.")
    raise NotAllowed(whose)


@get_or_post
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record what the subgroup decided; approving does what was asked for."""
    found = fetch_change(request.user, pk)
    if not may_decide_change(request.user, found):
        manages = holds_over_all(request.user, Role.QA_MANAGER)
        _refuse(found, manages, "A QA manager of the whole organisation records what the subgroup decided.")
    form = DecisionForm(_data(request), quorum=settings.SCORECARD_QUORUM)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = dict(form.cleaned_data) | {"present": form.people()}
            try:
                workflow.decide(found, **said, by=request.user)
            except DoesNotFit as error:
                put_faults(form, error)
            except Stale as stale:
                form.add_error(None, str(stale))
                status = stale.status
            else:
                messages.success(request, "The decision is recorded. Whoever asked is told.")
                return redirect("indicators:change", pk)
    context = {
        "change": found,
        "form": form,
        "quorum": settings.SCORECARD_QUORUM,
        "differences": what_it_changes(found, names()),
        "late": is_out_of_date(found),
        "back_path": reverse("indicators:change", args=[pk]),
    }
    return render(request, "scorecard/indicators/decide.html", context, status=status)
