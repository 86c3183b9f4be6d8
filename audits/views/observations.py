"""Who is to be observed, by when, and whether they were: the page and its file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from audits.coverage import Duty, Status
from audits.forms.coverage import ObservationsForm
from audits.queries.observations import Kinds, Observed, observations, services_not_asked
from audits.views.coverage import Address, demand, headings, in_order, links, paged
from audits.workflow.coverage import note_export
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response

DUTIES = list(Duty)
STATUSES = list(Status)
SORTS: dict[str, Callable[[Observed], Any]] = {
    "name": lambda one: (one.name.casefold(), DUTIES.index(one.standing.duty)),
    "team": lambda one: (one.teams.casefold(), one.name.casefold()),
    "duty": lambda one: (DUTIES.index(one.standing.duty), one.standing.due_on),
    "joined": lambda one: (one.joined_on, one.name.casefold()),
    "done": lambda one: (one.standing.done_on is not None, one.standing.done_on, one.name.casefold()),
    "due": lambda one: (one.standing.due_on, one.name.casefold()),
}
HEADER = ("Person", "Team", "In post since", "What for", "Last done", "Due", "How it stands")
TAGS = {Status.LATE: "red", Status.DUE: "blue", Status.DONE_LATE: "yellow", Status.IN_TIME: "green"}


def _usual(one: Observed) -> tuple[int, Any, str]:
    """Late first, longest first; then what is due next."""
    return STATUSES.index(one.standing.status), one.standing.due_on, one.name.casefold()


def _wanted(request: SignedInRequest) -> tuple[ObservationsForm, list[Observed], list[Observed], Kinds]:
    """The form, all duties of the places chosen, those that the other filters leave, and what the schedule says."""
    form = ObservationsForm(request.GET, user=request.user)
    today = timezone.localdate()
    found, known = observations(request.user, today, service=form.pk("service"), team=form.pk("team"))
    left = [
        one
        for one in found
        if (form.chosen_duty is None or one.standing.duty is form.chosen_duty)
        and (not form.cleaned_data.get("late") or one.standing.status is Status.LATE)
        and (not form.cleaned_data.get("unseen") or not one.standing.in_year)
    ]
    sort = form.cleaned_data.get("sort") or ""
    return form, found, in_order(sorted(left, key=_usual), SORTS, sort), known


def _facts(found: list[Observed]) -> list[dict[str, Any]]:
    """For each duty that anybody has: how many are late, and how many people it is owed to."""
    facts = []
    for duty in DUTIES:
        of_duty = [one.standing for one in found if one.standing.duty is duty]
        if not of_duty:
            continue
        late = sum(one.status is Status.LATE for one in of_duty)
        unseen = sum(not one.in_year for one in of_duty)
        words = f"{late} of {len(of_duty)} late"
        if duty in (Duty.YEARLY, Duty.CHAIR):
            words += f"; {unseen} not {'audited' if duty is Duty.CHAIR else 'observed'} in the last 12 months"
        facts.append({"key": duty.value, "value": words})
    return facts


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """Every duty towards the practitioners in the person's scope, late ones first."""
    demand(request)
    form, found, left, known = _wanted(request)
    address = Address(request)
    shown, pages = paged(request, left)
    context = {
        "form": form,
        "views": links(request.user, "coverage:observations"),
        "in_use": [(words, address(**{name: None})) for name, words in form.in_use().items()],
        "path": address.path,
        "query_string": address.query_string,
        "csv_path": reverse("coverage:observations_csv"),
        "xlsx_path": reverse("coverage:observations_xlsx"),
        "facts": _facts(found),
        "rows": [{"one": one, "standing": one.standing, "tag": TAGS[one.standing.status]} for one in shown],
        "number": len(left),
        "headings": headings(address, SORTS, form.cleaned_data.get("sort") or ""),
        **pages,
        "asked": bool(known.observed_since or known.chaired_since),
        "not_asked": services_not_asked(request.user, known),
        "weeks": settings.COVERAGE_FIRST_OBSERVATION_WEEKS,
        "months": settings.COVERAGE_PROBATION_MONTHS,
    }
    return render(request, "audits/coverage/observations.html", context)


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The filtered list as a CSV or XLSX file; the trail says who took it."""
    demand(request)
    form, _, left, _ = _wanted(request)
    if form.errors:
        return redirect(f"{reverse('coverage:observations')}?{request.GET.urlencode()}")
    rows = [
        [
            one.name,
            one.teams,
            one.joined_on,
            one.standing.duty.value,
            one.standing.done_on,
            one.standing.due_on,
            one.standing.status.value,
        ]
        for one in left
    ]
    used = {name: form.cleaned_data[name] for name in form.in_use()}
    note_export("observations", file_format=file_format, filters=used, by=request.user)
    answer = xlsx_response if file_format == "xlsx" else csv_response
    return answer(f"coverage-observations-{timezone.localdate():%Y-%m-%d}.{file_format}", HEADER, rows)
