"""Who is away: the list, noting an absence, and taking one back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audits.access.schedule import absences_visible_to
from audits.forms.absences import AbsenceForm
from audits.workflow.absences import CannotNote, demand_noting, note_absence, remove_absence
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE = 50
PAST_SHOWN = 50


@get_or_post
def absences(request: SignedInRequest) -> HttpResponse:
    """Who is away now or will be, who was, and a form to note somebody."""
    demand_noting(request.user)
    form = AbsenceForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        days = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on")}
        try:
            noted = note_absence(person=form.person, by=request.user, **days)
        except CannotNote as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, f"{noted.person} is away {noted}.")
            return redirect("schedule:absences")
    today = timezone.localdate()
    rows = absences_visible_to(request.user).select_related("person")
    coming = rows.filter(Q(ends_on=None) | Q(ends_on__gte=today)).order_by("starts_on", "person__name", "pk")
    page = Paginator(coming, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "today": today,
        "coming": page.object_list,
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
        "past": list(rows.filter(ends_on__lt=today).order_by("-ends_on", "person__name", "pk")[:PAST_SHOWN]),
        "past_shown": PAST_SHOWN,
    }
    return render(request, "audits/schedule/absences.html", context, status=422 if form.errors else 200)


@get_or_post
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, then take back that somebody is away."""
    demand_noting(request.user)
    absence = get_object_or_404(absences_visible_to(request.user).select_related("person"), pk=pk)
    if request.method == "POST":
        remove_absence(absence, by=request.user)
        messages.success(request, f"Removed: {absence.person} away {absence}.")
        return redirect("schedule:absences")
    context = {
        "title": "Remove this absence?",
        "texts": [
            f"{absence.person} is noted as away {absence}.",
            "Audits that were left out because of it are not brought back. From now on they are expected again.",
        ],
        "button": "Remove the absence",
        "danger": True,
        "cancel_path": reverse("schedule:absences"),
    }
    return render(request, "components/confirm.html", context)
