"""Drawing a panel's cases, adding one by hand, taking one off, and opening them for reading."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from audits.forms.steps import ReasonForm
from audits.models import Audit
from moderation.access.panels import candidates_for, sees_draw
from moderation.forms.panels import AddCaseForm, FindCaseForm, SeedForm
from moderation.models import Panel, PanelCase
from moderation.queries.panel_lines import NOT_YET
from moderation.queries.panel_minutes import title_of_domain
from moderation.views.panel_fetch import fetch, fetch_case
from moderation.workflow import panel_drawing as workflow
from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def draw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look at what a draw would give, with whatever seed, and keep it."""
    panel = fetch(request.user, pk, "draw")
    if request.method != "POST":
        form = SeedForm(request.GET if "seed" in request.GET else None)
        seed = form.cleaned_data["seed"] if form.is_bound and form.is_valid() else None
        return _show_draw(request, panel, seed=seed, form=form)
    form = SeedForm(request.POST)
    if not form.is_valid():
        return _show_draw(request, panel, seed=None, form=form, status=422)
    seed = form.cleaned_data["seed"]
    try:
        workflow.draw_sample(panel, seed=seed, seen=_keys(request.POST.get("mark", "")), by=request.user)
    except NotAllowed:
        raise
    except Refused as refused:
        # Somebody may have opened it for reading meanwhile: then there is nothing to draw any more.
        panel = fetch(request.user, pk, "draw")
        status = refused.status if isinstance(refused, Stale) else 422
        return _show_draw(request, panel, seed=seed, errors=[{"text": str(refused), "target": ""}], status=status)
    messages.success(request, "The cases are drawn.")
    return redirect("moderation:panel", pk)


def _keys(mark: str) -> Collection[int]:
    """The audits that a page showed, as it sends them back."""
    return {int(one) for one in mark.split(",") if one.isdecimal() and len(one) < 19}


def _show_draw(
    request: SignedInRequest,
    panel: Panel,
    *,
    seed: int | None,
    form: SeedForm | None = None,
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    seen = workflow.preview(panel, seed=seed, by=request.user)
    if form is None or not form.errors:
        form = SeedForm(initial={"seed": seen.seed})
    # Whoever draws and then grades is as blind as the others; how many of each kind there are, they learn.
    tells = sees_draw(request.user, panel)
    picks = [
        {
            "reference": seen.audits[one.key].reference,
            "judgement": title_of_domain(seen.audits[one.key], one.domain),
            "why": one.why if tells else NOT_YET,
        }
        for one in seen.sample.cases
    ]
    context: dict[str, Any] = {
        "panel": panel,
        "picks": picks,
        "eligible": seen.eligible_count,
        "explanation": seen.sample.explanation,
        "seed": seen.seed,
        "mark": ",".join(str(one.key) for one in seen.sample.cases),
        "drawn_before": panel.cases.exclude(drawn_as=PanelCase.Drawn.CHOSEN).count(),
        "form": form,
        "errors": errors or [],
        "has_errors": bool(errors),
    }
    return render(request, "moderation/panels/draw.html", context, status=status)


@get_or_post
def add_case(request: SignedInRequest, pk: int) -> HttpResponse:
    """Find an audit by its reference, then say which of its judgements the panel looks at, and why."""
    panel = fetch(request.user, pk, "draw")
    finding = FindCaseForm(request.GET if "reference" in request.GET else None)
    audit = None
    if finding.is_bound and finding.is_valid():
        reference = finding.cleaned_data["reference"]
        audit = candidates_for(request.user, panel=panel).filter(reference=reference).select_related("type").first()
        if audit is None:
            finding.add_error(
                "reference",
                "No audit with this reference can be looked at. It takes one that a moderation has settled, that is "
                "not confidential, lies in your area and has not been at a panel. Check the reference.",
            )
        elif panel.cases.filter(audit=audit).exists():
            finding.add_error("reference", f"{reference} is on this panel already.")
            audit = None
    if audit is None:
        status = 422 if request.method == "POST" else 200
        return render(request, "moderation/panels/find_case.html", {"panel": panel, "form": finding}, status=status)
    return _add(request, panel, audit)


def _add(request: SignedInRequest, panel: Panel, audit: Audit) -> HttpResponse:
    judgements = list(audit.judgements.all())
    overall = next((one.domain for one in judgements if one.is_overall), "")
    form = AddCaseForm(
        request.POST if request.method == "POST" else None,
        judgements=[(one.domain, one.title) for one in judgements],
        initial={"domain": overall},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                workflow.add_case(panel, audit=audit, **form.cleaned_data, by=request.user)
            except NotAllowed:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = refused.status if isinstance(refused, Stale) else 422
            else:
                messages.success(request, f"{audit.reference} is added.")
                return redirect("moderation:panel", panel.pk)
    context = {
        "panel": panel,
        "form": form,
        "title": f"Add {audit.reference}",
        "intro": f"{audit.type.title}. Its grades are not shown here: members, and you if you are one, find their own "
        "first.",
        "button": "Add the case",
        "back_path": reverse("moderation:panel_case_add", args=[panel.pk]),
        "back_text": "Another reference",
        "action": f"?{urlencode({'reference': audit.reference})}",
    }
    return render(request, "moderation/panels/form.html", context, status=status)


@get_or_post
def remove_case(request: SignedInRequest, pk: int, case_pk: int) -> HttpResponse:
    """Ask whether to take a case off, and why."""
    case = fetch_case(request.user, pk, case_pk, "remove")
    reference = case.audit.reference
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why is it taken off?",
        hint="It is kept with the audit, where its auditor can read it; members are not shown it. Write nothing of "
        "anybody’s grade, and no names or initials of children and families.",
        missing="Say why this audit is taken off the panel",
    )
    status = 422 if form.is_bound and not form.is_valid() else 200
    if request.method == "POST" and form.is_valid():
        try:
            workflow.remove_case(case, reason=form.cleaned_data["reason"], by=request.user)
        except (NotAllowed, Stale):
            raise
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 422
        else:
            messages.success(request, f"{reference} is taken off the panel.")
            return redirect("moderation:panel", pk)
    context = {
        "form": form,
        "title": f"Take {reference} off the panel?",
        "text": "Whatever members recorded on it at this panel goes with it, and an invited auditor is told. The audit "
        "itself does not change.",
        "button": "Take it off",
        "danger": True,
        "cancel_path": reverse("moderation:panel", args=[pk]),
    }
    return render(request, "components/confirm.html", context, status=status)


@get_or_post
def open_reading(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether the sample is to be fixed and read."""
    panel = fetch(request.user, pk, "open")
    errors = []
    if request.method == "POST":
        try:
            workflow.open_reading(panel, by=request.user)
        except (NotAllowed, Stale):
            raise
        except Refused as refused:
            errors = [{"text": str(refused), "target": ""}]
        else:
            messages.success(request, "The cases are open for reading, and the members are told.")
            return redirect("moderation:panel", pk)
    count = panel.cases.count()
    context = {
        "title": "Open the cases for reading?",
        "text": f"{count} case{'' if count == 1 else 's'} can then be read by the members. Each grades "
        f"before anybody sees the others’, by the working day before {panel.meets_on:%-d %B %Y}. The sample is fixed "
        "from then on.",
        "button": "Open for reading",
        "cancel_path": reverse("moderation:panel", args=[pk]),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return render(request, "components/confirm.html", context, status=422 if errors else 200)
