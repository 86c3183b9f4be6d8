"""The moderator's desk and the page of one moderation."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audits.forms.steps import ReasonForm
from audits.kloe.definition import Section
from audits.kloe.scales import Descriptor
from audits.workflow.filling import documents_of
from moderation import workflow
from moderation.access import may, visible_to
from moderation.eligibility import eligible_moderators
from moderation.forms.desk import CommentForm, DomainForm, HandOverForm, domain_forms
from moderation.models import Moderation
from qaf.errors import NotAllowed, Stale
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _fetch(request: SignedInRequest, reference: str, action: str = "see") -> Moderation:
    rows = visible_to(request.user).select_related(
        "audit__type__process",
        "audit__case",
        "audit__auditor",
        "audit__case_holder",
        "audit__team__service",
        "moderator",
    )
    moderation = get_object_or_404(rows, audit__reference=reference)
    if not may(request.user, action, moderation):
        raise NotAllowed(
            f"The moderation of {reference} is “{moderation.get_state_display()}” and this step is not open to you."
        )
    return moderation


@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    """What waits for the moderator, and for QA what waits for anybody; then what was decided lately."""
    rows = visible_to(request.user).select_related("audit__type", "audit__team", "audit__auditor", "moderator")
    context = {
        "waiting": list(rows.undecided().order_by("audit__due_on", "pk")[:200]),
        "decided": list(rows.filter(state=Moderation.State.DECIDED).order_by("-decided_at")[:20]),
    }
    return render(request, "moderation/desk.html", context)


@dataclass(frozen=True)
class Domain:
    """A domain on the page: what the auditor wrote, what the grades mean, and the moderator's fields."""

    form: DomainForm
    section: Section
    document: dict[str, Any] | None
    descriptors: list[Descriptor]


def _domains(moderation: Moderation, forms: list[DomainForm]) -> list[Domain]:
    definition = moderation.audit.form
    documents = documents_of(moderation.audit)
    place = {question.domain: (section, question) for section, question in definition.judgements(moderation.audit.part)}
    return [
        Domain(
            form=form,
            section=place[form.judgement.domain][0],
            document=documents.get(place[form.judgement.domain][0].key),
            descriptors=[
                descriptor
                for key in place[form.judgement.domain][1].descriptors
                if (descriptor := definition.descriptor(key)) is not None
            ],
        )
        for form in forms
    ]


def _render(
    request: SignedInRequest,
    moderation: Moderation,
    forms: list[DomainForm],
    comment: CommentForm,
    *,
    errors: list[dict[str, str]] | None = None,
    revision: int | None = None,
    status: int = 200,
) -> HttpResponse:
    audit = moderation.audit
    overall = next((form.judgement for form in forms if form.judgement.is_overall), None)
    context = {
        "moderation": moderation,
        "audit": audit,
        "domains": _domains(moderation, forms),
        "comment": comment,
        "errors": errors or [],
        "has_errors": bool(errors),
        "revision": moderation.revision if revision is None else revision,
        "overall": overall,
        "reviews": may(request.user, "review", moderation),
        "reopens": may(request.user, "reopen", moderation),
        "hands_over": may(request.user, "hand_over", moderation),
        "sections": audit.form.sections_of("moderation"),
    }
    return render(request, "moderation/review.html", context, status=status)


@get_or_post
def review(request: SignedInRequest, reference: str) -> HttpResponse:
    """The auditor's evidence, the descriptors and the grade side by side; save and come back, or decide."""
    moderation = _fetch(request, reference)
    if request.method != "POST":
        return _render(
            request, moderation, domain_forms(moderation), CommentForm(initial={"comment": moderation.comment})
        )
    if not may(request.user, "review", moderation):
        _fetch(request, reference, "review")
    forms = domain_forms(moderation, request.POST)
    comment = CommentForm(request.POST)
    if not all([form.is_valid() for form in forms] + [comment.is_valid()]):
        errors = [
            {"text": f"{form.judgement.title}: {text}", "target": f"id_{form.prefix}-{field}"}
            for form in forms
            for field, texts in form.errors.items()
            for text in texts
        ]
        errors += [{"text": str(text), "target": "id_comment"} for texts in comment.errors.values() for text in texts]
        return _render(request, moderation, forms, comment, errors=errors, status=422)
    seen = request.POST.get("revision", "")
    try:
        workflow.save_findings(
            moderation,
            findings=[form.finding() for form in forms],
            comment=comment.cleaned_data["comment"],
            seen_revision=int(seen) if seen.isdecimal() and len(seen) < 10 else -1,
            by=request.user,
        )
    except Stale as stale:
        # What was typed stays on the page, and the newer revision goes with it: saving again is a choice.
        moderation.refresh_from_db(fields=["revision"])
        errors = [{"text": f"{stale} What you typed is below; saving again puts it in place.", "target": ""}]
        return _render(request, moderation, forms, comment, errors=errors, status=409)
    if request.POST.get("go") == "decide":
        return redirect("moderation:decide", reference)
    messages.success(request, "Your findings are saved.")
    return redirect("moderation:review", reference)


@get_or_post
def decide(request: SignedInRequest, reference: str) -> HttpResponse:
    """Look once more at what changes, then decide."""
    moderation = _fetch(request, reference, "review")
    lacks = workflow.what_is_lacking(moderation)
    if request.method == "POST":
        try:
            workflow.decide(moderation, by=request.user)
        except workflow.NotDecidable as refused:
            lacks = refused.lacks
        else:
            messages.success(request, f"The moderation of {reference} is decided.")
            return redirect("audits:detail", reference)
    if lacks:
        errors = [_to_put_right(reference, lack) for lack in lacks]
        return _render(
            request,
            moderation,
            domain_forms(moderation),
            CommentForm(initial={"comment": moderation.comment}),
            errors=errors,
            status=422 if request.method == "POST" else 200,
        )
    regrades = {regrade.domain: regrade for regrade in moderation.regrades.all()}
    judgements = list(moderation.audit.judgements.all())
    overall = next((judgement for judgement in judgements if judgement.is_overall), None)
    context = {
        "moderation": moderation,
        "audit": moderation.audit,
        "rows": [{"judgement": judgement, "regrade": regrades[judgement.domain]} for judgement in judgements],
        "out_of_line": overall is not None and _out_of_line(moderation, regrades[overall.domain].grade, regrades),
    }
    return render(request, "moderation/decide.html", context)


def _to_put_right(reference: str, lack: workflow.Lack) -> dict[str, str]:
    """A line of the error summary that leads to the field, on this page or on the form's moderation part."""
    if lack.section:
        path = reverse("audits:section", args=[reference, lack.section])
        return {"text": lack.message, "path": f"{path}?check=1#{lack.field}"}
    return {"text": lack.message, "target": f"id_d-{lack.domain}-{lack.field}"}


def _out_of_line(moderation: Moderation, overall: str, regrades: dict[str, Any]) -> bool:
    """Whether the overall grade lies outside what the domains were given: worth a second look, not forbidden."""
    scale = moderation.audit.form.scale
    if scale is None:
        return False
    order = {grade.code: place for place, grade in enumerate(scale.grades)}
    places = [
        order[regrades[judgement.domain].grade]
        for judgement in moderation.audit.judgements.all()
        if not judgement.is_overall
    ]
    return bool(places) and not min(places) <= order[overall] <= max(places)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: SignedInRequest, reference: str) -> HttpResponse:
    moderation = _fetch(request, reference, "reopen")
    form = ReasonForm(request.POST or None, label="Why is it reopened?", missing="Say why the moderation is reopened")
    if request.method == "POST" and form.is_valid():
        workflow.reopen(moderation, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The moderation is open again.")
        return redirect("audits:detail", reference)
    context = {
        "audit": moderation.audit,
        "form": form,
        "title": "Reopen the moderation",
        "button": "Reopen",
        "warning": True,
        "intro": "The grades are open again until the moderator decides anew. The audit has not been distributed yet.",
    }
    return render(request, "audits/step.html", context, status=422 if form.errors else 200)


@get_or_post
def hand_over(request: SignedInRequest, reference: str) -> HttpResponse:
    moderation = _fetch(request, reference, "hand_over")
    people = [person for person in eligible_moderators(moderation.audit) if person.pk != moderation.moderator_id]
    form = HandOverForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        workflow.hand_over(moderation, to=form.chosen, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"{form.chosen} now moderates {reference}.")
        return redirect("moderation:desk")
    context = {
        "audit": moderation.audit,
        "form": form,
        "title": "Hand the moderation over",
        "button": "Hand over",
        "intro": "What was entered so far goes with it, and the due date starts anew.",
    }
    return render(request, "audits/step.html", context, status=422 if form.errors else 200)
