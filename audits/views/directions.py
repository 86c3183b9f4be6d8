"""The service manager's case direction after the lowest grade, the review of the actions, and what they said before."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits.forms.steps import DirectionForm
from audits.models import Audit, CaseDirection
from audits.queries.directions import action_states, direction_of
from audits.views.fetch import fetch
from audits.workflow import directions
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def direction(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write the case direction, or write it anew."""
    audit = fetch(request.user, reference, "direct")
    before = direction_of(audit)
    words = {
        "label": "Case direction",
        "hint": "What must happen now, by whom and by when. It is kept with the audit.",
        "missing": "Write the case direction",
    }
    return _write(
        request,
        audit,
        before,
        words=words,
        text=before.text if before else "",
        save=directions.write_case_direction,
        title="Change the case direction" if before else "Write the case direction",
        button="Save the case direction",
        done="The case direction is saved with the audit.",
        what="direction",
    )


@get_or_post
def review(request: SignedInRequest, reference: str) -> HttpResponse:
    """The review of the actions, within a month of the grade, with the actions beside it."""
    audit = fetch(request.user, reference, "direct")
    before = direction_of(audit)
    words = {
        "label": "What has been done about each action?",
        "hint": "What has changed for the child, and what must still happen."
        if audit.case_id
        else "What has changed, and what must still happen.",
        "missing": "Write what has been done about each action",
    }
    return _write(
        request,
        audit,
        before,
        words=words,
        text=before.review if before else "",
        save=directions.review_actions,
        title="Change the review of the actions" if before and before.review else "Review the actions",
        button="Save the review",
        done="The review of the actions is saved.",
        what="review",
    )


def _write(
    request: SignedInRequest,
    audit: Audit,
    before: CaseDirection | None,
    *,
    words: dict[str, str],
    text: str,
    save: Callable[..., CaseDirection],
    title: str,
    button: str,
    done: str,
    what: str,
) -> HttpResponse:
    """A page with one text that two people, or two tabs, may write at once."""
    initial = {"reason": text, "revision": before.revision if before else 0}
    form = DirectionForm(request.POST if request.method == "POST" else None, initial=initial, **words)
    winning: CaseDirection | None = None
    status = 200
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["reason"]
        try:
            save(audit, text=typed, seen_revision=form.seen_revision, by=request.user)
        except directions.DirectionConflict as conflict:
            winning, status = conflict.winning, 409
            # What was typed stays in the field; saved from here, it stands in place of the other, which is kept.
            latest = {"reason": typed, "revision": winning.revision if winning else 0}
            form = DirectionForm(initial=latest, **words)
        else:
            messages.success(request, done)
            return redirect("audits:detail", audit.reference)
    elif request.method == "POST":
        status = 422
    context = {
        "audit": audit,
        "form": form,
        "title": title,
        "button": button,
        "what": what,
        "direction": before,
        "conflict": status == 409,
        "winning": winning,
        "actions": action_states(audit),
    }
    return render(request, "audits/directions/write.html", context, status=status)


@require_safe
def history(request: SignedInRequest, reference: str) -> HttpResponse:
    """The case direction as it stands and every text before it, the newest first."""
    audit = fetch(request.user, reference, "read")
    one = get_object_or_404(CaseDirection.objects.select_related("by", "reviewed_by"), audit=audit)
    earlier = one.revisions.select_related("by", "reviewed_by").order_by("-revision")
    context = {"audit": audit, "texts": [one, *earlier]}
    return render(request, "audits/directions/history.html", context)
