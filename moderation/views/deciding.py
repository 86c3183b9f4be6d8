"""Deciding a moderation, taking the decision back, and handing it over."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audits.forms.steps import ReasonForm
from moderation import workflow
from moderation.eligibility import people_to_name
from moderation.forms.desk import HandOverForm
from moderation.models import Moderation
from moderation.views.fetch import fetch, revision_seen
from moderation.views.review import show_review
from moderation.workflow import Lack
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])

ANCHORS = {"evidence": "id_evidence_0", "grade": "id_grade_0"}


@get_or_post
def decide(request: SignedInRequest, reference: str) -> HttpResponse:
    """Look once more at what changes, then decide. What is lacking is listed on the moderation's own page."""
    moderation = fetch(request, reference, "review")
    lacks = workflow.what_is_lacking(moderation)
    if request.method == "POST" and not lacks:
        try:
            workflow.decide(moderation, by=request.user, seen=request.POST.get("seen", ""))
        except workflow.NotDecidable as refused:
            lacks = refused.lacks
        else:
            messages.success(request, f"The moderation of {reference} is decided.")
            return redirect("audits:detail", reference)
    if lacks:
        errors = [_to_put_right(reference, lack) for lack in lacks]
        return show_review(request, moderation, errors=errors, status=422 if request.method == "POST" else 200)
    regrades = {regrade.domain: regrade for regrade in moderation.regrades.all()}
    judgements = list(moderation.audit.judgements.all())
    context = {
        "moderation": moderation,
        "audit": moderation.audit,
        "rows": [{"judgement": one, "regrade": regrades[one.domain]} for one in judgements],
        "changed": sum(one.auditor_grade != regrades[one.domain].grade for one in judgements),
        "out_of_line": workflow.is_out_of_line(moderation),
        "seen": workflow.mark_of(moderation),
    }
    return render(request, "moderation/decide.html", context)


def _to_put_right(reference: str, lack: Lack) -> dict[str, str]:
    """A line of the error summary that leads to the field, wherever it stands."""
    if lack.section:
        path = reverse("audits:section", args=[reference, lack.section])
        return {"text": lack.message, "path": f"{path}?check=1#{lack.field}"}
    if lack.domain:
        path = reverse("moderation:domain", args=[reference, lack.domain])
        return {"text": lack.message, "path": f"{path}?check=1#{ANCHORS.get(lack.field, f'id_{lack.field}')}"}
    return {"text": lack.message, "target": f"id_{lack.field}"}


@get_or_post
def reopen(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take a decision back before the audit is distributed."""
    moderation = fetch(request, reference, "reopen")
    form = ReasonForm(request.POST or None, label="Why is it reopened?", missing="Say why the moderation is reopened")
    if request.method == "POST" and form.is_valid():
        workflow.reopen(moderation, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"The moderation of {reference} is open again, and its moderator is told.")
        return redirect("moderation:review", reference)
    context = {
        "form": form,
        "title": f"Reopen the moderation of {reference}",
        "button": "Reopen",
        "danger": True,
        "texts": [
            "The grades are open again until the moderator decides anew. The audit has not been distributed yet.",
            "Your reason is read by everybody who may read the audit.",
        ],
        "cancel_path": reverse("moderation:review", args=[reference]),
    }
    return render(request, "components/confirm.html", context, status=422 if form.errors else 200)


def _intro(moderation: Moderation) -> list[str]:
    if moderation.moderator is None:
        return ["Nobody moderates this audit yet. Whom you choose is told at once."]
    return [
        f"{moderation.moderator} moderates this audit now. What was entered so far goes with it, both are told, and "
        "the due date starts anew."
    ]


@get_or_post
def hand_over(request: SignedInRequest, reference: str) -> HttpResponse:
    """Give a moderation to somebody else who may moderate the audit, or name the first moderator."""
    moderation = fetch(request, reference, "hand_over")
    people = [person for person in people_to_name(moderation.audit) if person.pk != moderation.moderator_id]
    form = HandOverForm(request.POST or None, people=people, initial={"revision": moderation.revision})
    if request.method == "POST" and form.is_valid():
        seen = revision_seen(request) if "revision" in request.POST else None
        workflow.hand_over(
            moderation, to=form.chosen, reason=form.cleaned_data["reason"], by=request.user, seen_revision=seen
        )
        messages.success(request, f"{form.chosen} now moderates {reference} and is told.")
        return redirect("moderation:desk")
    named = moderation.moderator is not None
    context = {
        "form": form,
        "people": people,
        "title": f"Hand over the moderation of {reference}" if named else f"Name a moderator for {reference}",
        "button": "Hand over" if named else "Name as moderator",
        "texts": _intro(moderation),
        "cancel_path": reverse("moderation:review", args=[reference]),
    }
    return render(request, "moderation/desk/hand_over.html", context, status=422 if form.errors else 200)
