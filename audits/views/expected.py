"""What is expected of somebody: one's own list, selecting what is audited, being excused, and put back."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import may
from audits.access.schedule import expected_visible_to, may_excuse, may_put_back
from audits.forms.expected import ChooseOne, FilterCases, SayWhat, SearchCases
from audits.forms.steps import ReasonForm
from audits.models import About, Audit, AuditType, Expected
from audits.queries.expected import (
    CaseChoice,
    cases_to_choose,
    expected_of,
    holder_of,
    lines_of,
    workers_to_choose,
)
from audits.workflow import expected as workflow
from audits.workflow import selecting
from audits.workflow.draws import rules_on
from qaf.errors import NotAllowed, Refused
from qaf.people.models import Team, User
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 20


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """What is expected from the person who looks."""
    today = timezone.localdate()
    lines = lines_of(request.user, expected_of(request.user, day=today))
    lines.sort(key=lambda line: (line.expected.opens_on, line.expected.pk))
    context = {
        "awaiting": [line for line in lines if line.expected.state == "awaiting"],
        "planned": [line for line in lines if line.expected.state == "planned"],
        "allocated": [line for line in lines if line.expected.state == "allocated"],
        "skipped": [line for line in lines if line.expected.state == "skipped"],
    }
    return render(request, "audits/cycles/mine.html", context)


def _fetch(user: User, pk: int) -> Expected:
    """An expected audit of those that a person may see; not found else."""
    row = "cycle__expectation"
    related = ("service", "type__form", "type__process", "other_type__form", "other_type__process")
    rows = expected_visible_to(user).select_related("auditor", "team", "audit", *(f"{row}__{one}" for one in related))
    return get_object_or_404(rows, pk=pk)


@get_or_post
def select(request: SignedInRequest, pk: int) -> HttpResponse:
    """Select what is audited: a case, somebody's work, or in words a record or an agency."""
    expected = _fetch(request.user, pk)
    selecting.demand_selection(request.user, expected)
    types = selecting.types_of(expected)
    if not types:
        raise Refused("The type of audit that this row asks for is switched off. Ask QA to excuse the auditor.")
    type = next((one for one in types if one.key == request.GET.get("type")), types[0])
    teams = selecting.teams_for(request.user, expected, timezone.localdate())
    context = {
        "expected": expected,
        "row": expected.cycle.expectation,
        "type": type,
        "types": types if len(types) > 1 else [],
        "teams": teams,
        "is_own": expected.auditor_id == request.user.pk,
        "back_path": reverse("schedule:mine")
        if expected.auditor_id == request.user.pk
        else reverse("schedule:cycle", args=[expected.cycle_id]),
    }
    if not teams:
        return render(request, "audits/cycles/select.html", context)
    if type.about == About.CASE:
        return _select_case(request, expected, type, teams, context)
    if type.about == About.PRACTITIONER:
        return _select_worker(request, expected, type, teams, context)
    return _select_words(request, expected, type, teams, context)


def _done(request: SignedInRequest, audit: Audit, expected: Expected) -> HttpResponse:
    messages.success(request, f"Audit {audit.reference} is allocated to {audit.auditor}.")
    if may(request.user, "see", audit):
        return redirect("audits:detail", audit.reference)
    return redirect("schedule:cycle", expected.cycle_id)


def _select_case(
    request: SignedInRequest, expected: Expected, type: AuditType, teams: tuple[Team, ...], context: dict[str, Any]
) -> HttpResponse:
    rules = rules_on(timezone.localdate())
    asked = request.POST.get("do", "") if request.method == "POST" else ""
    if asked == "draw":
        return _done(request, selecting.draw_one(expected, type=type, by=request.user), expected)
    every = cases_to_choose(expected, teams, rules)
    filters = FilterCases(request.GET, holders=(holder_of(one.case) for one in every))
    status, holder = (filters.cleaned_data[name] if filters.is_valid() else "" for name in ("status", "holder"))
    search = SearchCases(request.POST if asked == "find" else None)
    words = search.cleaned_data["words"].strip() if asked == "find" and search.is_valid() else ""
    found = cases_to_choose(expected, teams, rules, status=status, holder=holder, words=words)
    choosable = [one for one in found if not one.why_not]
    form = ChooseOne(
        request.POST if asked == "choose" else None,
        keys=[one.case.pk for one in every if not one.why_not],
        missing="Choose a case",
        gone="This case can no longer be chosen. Choose another one",
    )
    if form.is_bound and form.is_valid():
        case = next(one.case for one in every if one.case.pk == form.key)
        reason = form.cleaned_data["reason"]
        return _done(
            request, selecting.select(expected, type=type, case=case, reason=reason, by=request.user), expected
        )
    # What was found by initials is one page: an address cannot say what was looked for.
    context |= _paged(request, choosable, len(choosable) if words else SHOWN)
    context |= {
        "form": form,
        "filters": filters,
        "search": search,
        "words": words,
        "not_choosable": [one for one in found if one.why_not],
        "filtered": bool(status or holder or words),
        "chosen": form["chosen"].value() if form.is_bound else "",
        "any": bool(every),
    }
    return render(request, "audits/cycles/select_case.html", context, status=422 if form.errors else 200)


def _paged(request: SignedInRequest, choices: list[CaseChoice], size: int) -> dict[str, Any]:
    """One page of the choices, and the addresses of those beside it, with the filters that are in use."""
    page = Paginator(choices, max(size, 1)).get_page(request.GET.get("page"))
    kept = {name: text for name, text in request.GET.items() if name in ("type", "status", "holder") and text}
    return {
        "page": page,
        "previous": f"?{urlencode({**kept, 'page': page.previous_page_number()})}" if page.has_previous() else "",
        "next": f"?{urlencode({**kept, 'page': page.next_page_number()})}" if page.has_next() else "",
    }


def _select_worker(
    request: SignedInRequest, expected: Expected, type: AuditType, teams: tuple[Team, ...], context: dict[str, Any]
) -> HttpResponse:
    found = workers_to_choose(expected, teams, type, day=timezone.localdate())
    choosable = [one for one in found if not one.why_not]
    form = ChooseOne(
        request.POST if request.method == "POST" else None,
        keys=[one.person.pk for one in choosable],
        missing="Choose whose work you look at",
        gone="This person can no longer be chosen. Choose somebody else",
    )
    if form.is_bound and form.is_valid():
        one = next(one for one in choosable if one.person.pk == form.key)
        audit = selecting.select(
            expected,
            type=type,
            practitioner=one.person,
            team=one.team,
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
        return _done(request, audit, expected)
    context |= {
        "form": form,
        "workers": choosable,
        "not_choosable": [one for one in found if one.why_not],
        "chosen": form["chosen"].value() if form.is_bound else "",
    }
    return render(request, "audits/cycles/select_worker.html", context, status=422 if form.errors else 200)


def _select_words(
    request: SignedInRequest, expected: Expected, type: AuditType, teams: tuple[Team, ...], context: dict[str, Any]
) -> HttpResponse:
    agency = type.about == About.AGENCY
    form = SayWhat(
        request.POST if request.method == "POST" else None,
        teams=teams,
        label="Which agency or school?" if agency else "Which record, by its reference?",
        missing="Name the agency or school" if agency else "Give the reference of the record",
    )
    if form.is_bound and form.is_valid():
        audit = selecting.select(
            expected,
            type=type,
            text=form.cleaned_data["text"],
            team=form.chosen_team,
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
        return _done(request, audit, expected)
    context["form"] = form
    return render(request, "audits/cycles/select_words.html", context, status=422 if form.errors else 200)


@get_or_post
def excuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask why somebody is excused from an audit that is expected of them."""
    expected = _fetch(request.user, pk)
    back = reverse("schedule:cycle", args=[expected.cycle_id])
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why?",
        hint="Those who read the cycle see it. Write without names or initials of children and families.",
        missing="Say why they are excused",
    )
    if request.method == "POST" and form.is_valid():
        workflow.excuse(expected, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"{expected.auditor} is excused and told so.")
        return redirect(back)
    if not may_excuse(request.user, expected) and expected.state in ("planned", "awaiting"):
        raise NotAllowed("Only QA of these teams excuses somebody from an audit.")
    context = {
        "form": form,
        "title": f"Excuse {expected.auditor} from this audit?",
        "texts": [
            f"{workflow.name_of(expected)}, in the cycle from {expected.cycle.starts_on:%-d %B %Y} to "
            f"{expected.cycle.ends_on:%-d %B %Y}. It does not count as missing, and you can put it back later."
        ],
        "button": "Excuse",
        "danger": True,
        "cancel_path": back,
    }
    return render(request, "components/confirm.html", context, status=422 if form.errors else 200)


@get_or_post
def put_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether an audit is expected after all from somebody who was passed over."""
    expected = _fetch(request.user, pk)
    back = reverse("schedule:cycle", args=[expected.cycle_id])
    if request.method == "POST":
        workflow.put_back(expected, by=request.user)
        messages.success(request, f"An audit is expected from {expected.auditor} after all.")
        return redirect(back)
    if not may_put_back(request.user, expected) and expected.state == "skipped":
        raise NotAllowed("Only QA of these teams puts an audit back.")
    context = {
        "title": f"Expect this audit from {expected.auditor} after all?",
        "texts": [
            f"{workflow.name_of(expected)}. Passed over: {expected.get_why_display().lower()}. {expected.note}",
            "It opens on the next working day. What stood in the way is looked at again then.",
        ],
        "button": "Put it back",
        "cancel_path": back,
    }
    return render(request, "components/confirm.html", context)
