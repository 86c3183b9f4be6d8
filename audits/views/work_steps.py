"""The steps of a piece of work: one page each, which says what the step means and asks for what belongs to it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audits.forms.programme import StepForm
from audits.programme_terms import missing_points
from audits.queries.programme_work import STEP_TEXTS
from audits.views.clashes import effect_of
from audits.views.work_fetch import fetch_work, seen_revision
from audits.workflow.programme_steps import STEPS, take_step
from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
# What each step means, before it is taken.
MEANS = {
    "agree": "The subgroup has looked at the terms of reference and at whose time the work asks, and agreed it. The "
    "fieldwork can then be opened; changes of the terms will be shown to the subgroup.",
    "sign_off": "You have read the report and it can go to the subgroup.",
    "consider": "The subgroup has considered the report, and its final amendments are made or written down here.",
    "present": "The final report was presented to the board.",
    "close": "Nothing is left to do. It cannot be opened again.",
    "plan": "Its day is certain. The lead then prepares it with the visiting team.",
    "prepare": "The visiting team has met for half a day and agreed what it wants to find out.",
    "hold": "The day on site is over.",
    "report": "The main findings go to the head of service, the management team and the performance board.",
    "withdraw": "It does not take place after all. Everybody who has a part in it is told. This cannot be undone.",
}
DONE = {
    "agree": "It is recorded as agreed. Its lead, its chair and the agencies are told.",
    "sign_off": "The report is signed off. The subgroup is told.",
    "withdraw": "The work is withdrawn. Whoever had a part in it is told.",
}


@get_or_post
def work_step(request: SignedInRequest, reference: str, step: str) -> HttpResponse:
    """Ask for what belongs to a step, and take it."""
    if step not in STEPS:
        raise Http404
    found = fetch_work(request.user, reference, step)
    form = StepForm(request.POST if request.method == "POST" else None, step=step, work=found)
    status, revision = 200, found.revision
    if request.method == "POST":
        status, revision = 422, seen_revision(request)
        if form.is_valid():
            try:
                take_step(found, step, by=request.user, seen_revision=revision, **form.values())
            except NotAllowed:
                raise
            except Stale as stale:
                found = fetch_work(request.user, reference, step)
                form.add_error(None, str(stale))
                status, revision = stale.status, found.revision
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, DONE.get(step, "The step is recorded."))
                return redirect("programme:work", reference)
    title = STEP_TEXTS.get(step, "Withdraw this work")
    context = {
        "work": found,
        "form": form,
        "title": title,
        "intro": MEANS[step],
        "missing": missing_points(found) if step == "agree" else [],
        # Coventry 6.3: before it is agreed, its timing is weighed against all that asks the same people's time.
        "effect": effect_of(found, request.user) if step == "agree" else None,
        "button": title if step not in ("withdraw",) else "Withdraw it",
        "danger": step == "withdraw",
        "revision": revision,
        "back_path": reverse("programme:work", args=[reference]),
        "back_text": found.title,
    }
    return render(request, "audits/programme/step.html", context, status=status)
