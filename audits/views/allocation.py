"""Drawing cases for auditors, and allocating one by hand."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.access import cases_visible_to
from audits.forms.allocation import DrawForm, OneForm, OtherForm, other_types_to_allocate
from audits.forms.cases import IdentifierForm
from audits.models import Case
from audits.queries.cases import running_audits
from audits.views.cases import qa_only
from audits.workflow import draws
from audits.workflow.draws import Order, Preview
from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@qa_only
def allocate(request: SignedInRequest) -> HttpResponse:
    """Ask what to draw. An earlier draw's choices in the address are shown again, to be changed."""
    form = DrawForm(user=request.user, initial={**request.GET.dict(), **_lists(request.GET)})
    return render(request, "audits/allocation/allocate.html", {"form": form})


def _lists(data: QueryDict) -> dict[str, list[str]]:
    return {name: data.getlist(name) for name in ("teams", "auditors")}


@require_safe
@qa_only
def allocate_preview(request: SignedInRequest) -> HttpResponse:
    """What the draw gives. The seed stands in the address, so opening it again gives the same."""
    form = DrawForm(request.GET, user=request.user)
    if not form.is_valid():
        return render(request, "audits/allocation/allocate.html", {"form": form}, status=422)
    if not request.GET.get("seed", "").strip():
        words = {**request.GET.dict(), **_lists(request.GET), "seed": form.cleaned_data["seed"]}
        return redirect(f"{reverse('audits:allocate_preview')}?{urlencode(words, doseq=True)}")
    try:
        order = form.order()
    except NotAllowed:
        raise
    except Refused as refused:
        form.add_error(None, str(refused))
        return render(request, "audits/allocation/allocate.html", {"form": form}, status=422)
    return _show(request, draws.preview(order), request.GET)


def _show(request: SignedInRequest, preview: Preview, data: QueryDict, *, error: str = "") -> HttpResponse:
    order: Order = preview.order
    people = {choice.person.pk: choice.person for choice in order.auditors}
    cases = Case.objects.select_related("team", "case_holder").in_bulk([pick.case_id for pick in preview.sample.picks])
    words: dict[str, str | list[str]] = {
        **{key: data.get(key, "") for key in ("type", "per_auditor")},
        **_lists(data),
        "seed": order.seed,
    }
    by_auditor: dict[int, list[dict[str, Any]]] = {}
    for pick in preview.sample.picks:
        by_auditor.setdefault(pick.auditor_id, []).append({"case": cases[pick.case_id], "reason": pick.reason})
    context: dict[str, Any] = {
        "order": order,
        "picks": [
            {"auditor": choice.person, "picks": by_auditor[choice.person.pk]}
            for choice in order.auditors
            if choice.person.pk in by_auditor
        ],
        "number": len(preview.sample.picks),
        "eligible": preview.sample.eligible,
        "shortfalls": [{"auditor": people[one.auditor_id], "short": one} for one in preview.sample.shortfalls],
        "fields": [(key, value) for key, values in words.items() for value in _listed(values)],
        "mark": preview.mark,
        "change": f"{reverse('audits:allocate')}?{urlencode(words, doseq=True)}",
        "again": f"{reverse('audits:allocate_preview')}?{urlencode({**words, 'seed': ''}, doseq=True)}",
        "errors": [{"text": error}] if error else [],
        "has_errors": bool(error),
    }
    return render(request, "audits/allocation/preview.html", context, status=409 if error else 200)


def _listed(values: str | list[str]) -> list[str]:
    return values if isinstance(values, list) else [values]


@require_POST
@qa_only
def allocate_confirm(request: SignedInRequest) -> HttpResponse:
    """Allocate what the preview showed, all of it or nothing."""
    form = DrawForm(request.POST, user=request.user)
    if not form.is_valid():
        return render(request, "audits/allocation/allocate.html", {"form": form}, status=422)
    order = form.order()
    try:
        _, audits = draws.allocate_draw(order, mark=request.POST.get("mark", ""), by=request.user)
    except Stale as stale:
        return _show(request, draws.preview(order), request.POST, error=str(stale))
    count = len(audits)
    messages.success(request, f"{count} audit{'' if count == 1 else 's'} allocated. The auditors have been told.")
    return redirect("audits:tracker")


@get_or_post
@qa_only
def allocate_one(request: SignedInRequest) -> HttpResponse:
    """Allocate one case by hand: found by its identifier, or come to from the list of cases."""
    key = request.GET.get("case", "")
    if not key:
        return _find_one(request)
    cases = cases_visible_to(request.user).select_related("team__service", "case_holder")
    case = get_object_or_404(cases, pk=int(key) if key.isdecimal() and len(key) < 19 else 0)
    form = OneForm(request.POST or None, user=request.user, case=case)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        audit = draws.allocate_one(case, type=data["type"], auditor=form.chosen, reason=data["reason"], by=request.user)
        messages.success(request, f"Audit {audit.reference} is allocated to {audit.auditor}, who has been told.")
        return redirect("audits:detail", audit.reference)
    facts = [
        {"key": "Child", "value": case.initials_and_age},
        {"key": "Status", "value": case.get_legal_status_display()},
        {"key": "Team", "value": case.team.name},
        {"key": "Case-holder", "value": str(case.case_holder or case.case_holder_name)},
        {"key": "Opened", "value": f"{case.opened_on:%-d %B %Y}" if case.opened_on else ""},
    ]
    context = {"form": form, "case": case, "facts": facts, "running": running_audits(request.user, case)}
    return render(request, "audits/allocation/one.html", context, status=422 if form.errors else 200)


@get_or_post
@qa_only
def allocate_other(request: SignedInRequest) -> HttpResponse:
    """Allocate an audit about something else than a case: a practitioner's work, another record, an agency."""
    form = OtherForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        audit = draws.allocate_other(
            form.subject, type=data["type"], auditor=form.chosen, reason=data["reason"], by=request.user
        )
        messages.success(request, f"Audit {audit.reference} is allocated to {audit.auditor}, who has been told.")
        return redirect("audits:detail", audit.reference)
    context = {"form": form, "has_types": other_types_to_allocate(request.user).exists()}
    return render(request, "audits/allocation/other.html", context, status=422 if form.errors else 200)


def _find_one(request: SignedInRequest) -> HttpResponse:
    form = IdentifierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        case = cases_visible_to(request.user).with_identifier(form.cleaned_data["identifier"]).first()
        if case is not None:
            return redirect(f"{reverse('audits:allocate_one')}?case={case.pk}")
        form.add_error(
            "identifier", "No case of your teams has this identifier. Check it, or import the list that holds it"
        )
    return render(request, "audits/allocation/find.html", {"form": form}, status=422 if form.errors else 200)
