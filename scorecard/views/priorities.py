"""The priorities that hold, those that held before, and setting them anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from qaf.errors import NotAllowed, Stale
from qaf.requests import SignedInRequest
from scorecard.access.indicators import may_request_change, may_reset_priorities
from scorecard.forms.changes import put_faults
from scorecard.forms.priorities import ResetForm
from scorecard.models import Priority, PriorityReset
from scorecard.queries.indicators import Filters, indicator_rows
from scorecard.views.indicators import demand_reader
from scorecard.workflow.indicators import DoesNotFit
from scorecard.workflow.priorities import reset_priorities


@require_safe
def priorities(request: SignedInRequest) -> HttpResponse:
    """What holds today and from later on, each re-set with what it began and ended, and indicators left without one."""
    demand_reader(request.user)
    today = timezone.localdate()
    resets = PriorityReset.objects.select_related("by").prefetch_related("begun", "ended")
    context = {
        "standing": Priority.objects.standing(today),
        "to_come": Priority.objects.filter(starts_on__gt=today),
        "resets": resets,
        "without": [row for row in indicator_rows(Filters(state="all")) if row.needs_priority],
        "may_reset": may_reset_priorities(request.user),
        "may_request": may_request_change(request.user),
    }
    return render(request, "scorecard/indicators/priorities.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: SignedInRequest) -> HttpResponse:
    """Set the priorities anew."""
    demand_reader(request.user)
    if not may_reset_priorities(request.user):
        raise NotAllowed("A QA manager of the whole organisation re-sets the priorities.")
    standing = list(Priority.objects.filter(ends_on=None))
    latest = PriorityReset.objects.order_by("-pk").first()
    now = latest.pk if latest else 0
    form = ResetForm(request.POST if request.method == "POST" else None, standing=standing)
    status, seen = 200, now
    if request.method == "POST":
        status, said = 422, request.POST.get("seen", "")
        seen = int(said) if said.isdecimal() and len(said) < 10 else -1
        if seen != now:
            # The questions are others by now, so what was typed is shown on a page that has them.
            form.add_error(None, "The priorities were set anew after you opened this page. Nothing was changed.")
            status, seen = Stale.status, now
        elif form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("on", "minute", "note")}
            try:
                reset_priorities(keep=form.kept(), add=form.added(), by=request.user, seen=seen, **given)
            except DoesNotFit as error:
                put_faults(form, error)
            except Stale as stale:
                form.add_error(None, str(stale))
                status = stale.status
            else:
                messages.success(request, "The priorities are set anew.")
                return redirect("indicators:priorities")
    context = {"form": form, "seen": seen, "latest": latest}
    return render(request, "scorecard/indicators/reset.html", context, status=status)
