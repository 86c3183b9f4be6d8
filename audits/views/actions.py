"""After the lowest grade, and the actions of any audit."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_fsm import can_proceed

from audits import access
from audits.forms.steps import ActionForm, ReasonForm, ReauditForm
from audits.models import CaseDirection
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


@get_or_post
def direction(request: SignedInRequest, reference: str) -> HttpResponse:
    """The service manager's case direction."""
    audit = fetch(request.user, reference, "direct")
    before = CaseDirection.objects.filter(audit=audit).first()
    form = ReasonForm(
        request.POST or None,
        initial={"reason": before.text if before else ""},
        label="Case direction",
        hint="What must happen now, by whom and by when. It is kept with the audit.",
        missing="Write the case direction",
    )
    if request.method == "POST" and form.is_valid():
        reaudits.write_case_direction(audit, text=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The case direction is saved with the audit.")
        return redirect("audits:detail", reference)
    context = {"audit": audit, "form": form, "title": "Write the case direction", "button": "Save the case direction"}
    return render(request, "audits/step.html", context, status=422 if form.errors else 200)


@get_or_post
def review(request: SignedInRequest, reference: str) -> HttpResponse:
    """The review of the actions, within a month of the grade."""
    audit = fetch(request.user, reference, "direct")
    form = ReasonForm(
        request.POST or None,
        label="What has been done about each action?",
        missing="Write what has been done about each action",
    )
    if request.method == "POST" and form.is_valid():
        reaudits.review_actions(audit, text=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The review of the actions is saved.")
        return redirect("audits:detail", reference)
    context = {"audit": audit, "form": form, "title": "Review the actions", "button": "Save the review"}
    return render(request, "audits/step.html", context, status=422 if form.errors else 200)


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
    form = ActionForm(request.POST or None, moves=moves)
    if request.method == "POST":
        if not moves:
            raise NotAllowed("Only its owner and the managers of the team can change this action.")
        if form.is_valid():
            action_workflow.move(one, move=form.cleaned_data["move"], note=form.cleaned_data["note"], by=request.user)
            messages.success(request, f"Action {position} is now “{WORDS[form.cleaned_data['move']].lower()}”.")
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
    kind = audit.process.reaudit_type
    if not access.may_allocate(request.user) or not access.holds_over(
        request.user, audit, Role.QA_OFFICER, Role.QA_MANAGER
    ):
        raise NotAllowed("Only QA officers and QA managers can allocate a re-audit.")
    if kind is None:
        raise Http404
    if not (audit.raises_alert and audit.final_grade):
        raise Refused("A re-audit follows only where the lowest grade stands after moderation.")
    today, subject = timezone.localdate(), Subject.of_audit(audit)
    people = [
        person
        for person in people_with_role(Role.AUDITOR, day=today, team=audit.team)
        if person.pk != audit.auditor_id and refusal(subject=subject, type=kind, auditor=person, day=today) is None
    ]
    form = ReauditForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        opened = reaudits.allocate_reaudit(audit, auditor=form.chosen, by=request.user)
        messages.success(request, f"Re-audit {opened.reference} is allocated to {form.chosen}.")
        return redirect("audits:detail", reference)
    context = {"audit": audit, "form": form, "title": "Allocate the re-audit", "button": "Allocate"}
    return render(request, "audits/step.html", context, status=422 if form.errors else 200)
