"""After the lowest grade, and the actions of any audit."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_fsm import can_proceed

from audits import access
from audits.forms.steps import ActionForm, ReasonForm, ReauditForm
from audits.views.fetch import fetch
from audits.workflow import actions as action_workflow
from audits.workflow import reaudits
from audits.workflow.allocation import refusal
from audits.workflow.subjects import Subject
from qaf.errors import NotAllowed, Refused
from qaf.people.models import people_with_role
from qaf.people.roles import Role
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


WORDS = {
    "complete": "It is done",
    "verify": "I have seen that it is done",
    "reject": "It is not done yet: open it again",
    "withdraw": "It is no longer needed",
}


@get_or_post
def action(request: SignedInRequest, reference: str, position: int) -> HttpResponse:
    """One action: its history, and the next step of it."""
    audit = fetch(request.user, reference, "read")
    one = get_object_or_404(audit.actions.select_related("owner"), position=position)
    one.audit = audit
    reviews = access.may(request.user, "review_actions", audit)
    moves = [
        (move, WORDS[move])
        for move in WORDS
        if can_proceed(getattr(one, move)) and (reviews or (move == "complete" and one.owner_id == request.user.pk))
    ]
    form = ActionForm(request.POST if request.method == "POST" else None, moves=moves)
    if request.method == "POST":
        if not moves:
            raise NotAllowed("Only its owner and the managers of the team can change this action.")
        if form.is_valid():
            action_workflow.move(one, move=form.cleaned_data["move"], note=form.cleaned_data["note"], by=request.user)
            state = action_workflow.MOVES[form.cleaned_data["move"]]
            messages.success(request, f"Action {position} is now marked as {state}.")
            return redirect("audits:detail", reference)
    context = {
        "audit": audit,
        "action": one,
        "form": form if moves else None,
        "updates": one.updates.select_related("by"),
    }
    return render(request, "audits/action.html", context, status=422 if form.errors else 200)


@get_or_post
def reaudit(request: SignedInRequest, reference: str) -> HttpResponse:
    """Choose the second auditor by hand, where none could be found or another is wanted."""
    audit = fetch(request.user, reference)
    kind = reaudits.reaudit_type_of(audit)
    if not access.may_allocate(request.user) or not access.holds_over(
        request.user, audit, Role.QA_OFFICER, Role.QA_MANAGER
    ):
        raise NotAllowed("Only QA officers and QA managers can allocate a re-audit.")
    if kind is None:
        raise Http404
    if not (audit.raises_alert and audit.final_grade):
        raise Refused("A re-audit follows only where the lowest grade stands after moderation.")
    today, subject = timezone.localdate(), Subject.of_audit(audit)
    left_out = reaudits.barred_from_reaudit(audit)
    people = [
        person
        for person in people_with_role(Role.AUDITOR, day=today, team=audit.team)
        if person.pk not in left_out and refusal(subject=subject, type=kind, auditor=person, day=today) is None
    ]
    form = ReauditForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        opened = reaudits.allocate_reaudit(audit, auditor=form.chosen, by=request.user)
        messages.success(request, f"Re-audit {opened.reference} is allocated to {form.chosen}.")
        return redirect("audits:detail", reference)
    nobody = (
        "Nobody is left who may do it: whoever audited before is left out. Give somebody the role of an auditor over "
        f"{audit.team.name} first."
    )
    context = {
        "audit": audit,
        "form": form,
        "title": "Allocate the re-audit",
        "button": "Allocate",
        "intro": "" if people else nobody,
    }
    return render(request, "audits/step.html", context, status=422 if form.errors else 200)


@get_or_post
def no_reaudit(request: SignedInRequest, reference: str) -> HttpResponse:
    """The QA manager's decision that a re-audit at the lowest grade is not followed by another."""
    audit = fetch(request.user, reference)
    if not reaudits.may_decline(request.user, audit):
        raise NotAllowed("Only a QA manager can decide that no further re-audit follows.")
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why is the case not audited once more, and what happens instead?",
        hint="The reason is kept with the audit.",
        missing="Say why no further re-audit follows, and what happens instead",
    )
    if request.method == "POST" and form.is_valid():
        reaudits.decline_reaudit(audit, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "It is kept with the audit that no further re-audit follows.")
        return redirect("audits:detail", reference)
    context = {
        "audit": audit,
        "form": form,
        "title": "Decide that no further re-audit follows",
        "button": "No further re-audit",
        "intro": "The case direction and the review of the actions stay due.",
        "warning": True,
    }
    return render(request, "audits/step.html", context, status=422 if form.errors else 200)
