"""The list of panels, the page of one, planning it, its members, and calling it off."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audits.forms.steps import ReasonForm
from moderation.access.panels import invitations_visible_to, may, may_plan, visible_to
from moderation.forms.panels import MembersForm, PanelForm, sizes_of, stored
from moderation.models import ModerationSettings, Panel
from moderation.queries import panel_pages as pages
from moderation.queries.panels import how_many_this_year
from moderation.views.panel_fetch import fetch, seen_revision
from moderation.workflow import panels as workflow
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.roles import Role
from qaf.requests import SignedInRequest
from qaf.trail.queries import timeline

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PAST_SHOWN = 25
# A panel looks at what was settled since the one before; the first one at the four months of three a year.
FIRST_PERIOD = timedelta(days=122)


@require_safe
def panels(request: SignedInRequest) -> HttpResponse:
    """The panels that are coming or under way, then those that are over."""
    plans, invitations = may_plan(request.user), pages.standing_invitations(invitations_visible_to(request.user))
    if not plans and not invitations and not request.user.holds(Role.PANEL_MEMBER):
        raise NotAllowed("The moderation panel is for its members, QA officers and QA managers.")
    today = timezone.localdate()
    rows = pages.with_counts(visible_to(request.user))
    open_states = (Panel.State.PLANNED, Panel.State.READING, Panel.State.DISCUSSING)
    page = Paginator(rows.exclude(state__in=open_states), PAST_SHOWN).get_page(request.GET.get("page"))
    context = {
        "coming": list(rows.filter(state__in=open_states).order_by("meets_on", "pk")),
        "past": page.object_list,
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
        "plans": plans,
        "invitations": invitations,
        "how_many": how_many_this_year(today),
        "a_year": ModerationSettings.current().panels_a_year,
        "year": today.year,
    }
    return render(request, "moderation/panels/list.html", context)


@require_safe
def panel(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far a panel is, its members and cases, and what is to do next for the person who looks."""
    found = fetch(request.user, pk)
    manages = may(request.user, "manage", found)
    context = pages.page_of(request.user, found)
    context["timeline"] = timeline(found) if manages else None
    return render(request, "moderation/panels/panel.html", context)


def _defaults() -> dict[str, Any]:
    last = Panel.objects.standing().order_by("-decided_to").first()
    yesterday = timezone.localdate() - timedelta(days=1)
    first = yesterday - FIRST_PERIOD
    if last:
        first = yesterday if last.decided_to >= yesterday else last.decided_to + timedelta(days=1)
    return {
        "decided_from": first,
        "decided_to": yesterday,
        **sizes_of(ModerationSettings.current()),
    }


@get_or_post
def new(request: SignedInRequest) -> HttpResponse:
    """Plan a meeting; the period begins where the last panel's ended."""
    if not may_plan(request.user):
        raise NotAllowed("Only QA officers and QA managers plan a panel.")
    form = PanelForm(request.POST if request.method == "POST" else None, initial=_defaults())
    if request.method == "POST" and form.is_valid():
        try:
            planned = workflow.plan_panel(**form.values(), by=request.user)
        except NotAllowed:
            raise
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The panel is planned. Choose its members next.")
            return redirect("moderation:panel", planned.pk)
    planned_already, most = how_many_this_year(timezone.localdate()), ModerationSettings.current().panels_a_year
    context = {
        "form": form,
        "title": "Plan a panel",
        "button": "Plan the panel",
        "back_path": reverse("moderation:panels"),
        "back_text": "All panels",
        "warning": f"{planned_already} panels are planned or held this year already, of {most} that there are to be. "
        "You can still plan another."
        if planned_already >= most
        else "",
    }
    return render(request, "moderation/panels/plan.html", context, status=422 if form.errors else 200)


@get_or_post
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change day, place, title and, until members read, what is drawn from."""
    found = fetch(request.user, pk, "change")
    form = PanelForm(request.POST if request.method == "POST" else None, initial=stored(found))
    status, saved_now, revision = 200, None, found.revision
    if request.method == "POST" and form.is_valid():
        try:
            workflow.change_panel(found, **form.values(), seen_revision=seen_revision(request), by=request.user)
        except NotAllowed:
            raise
        except Stale as stale:
            # Whoever may no longer change it learns why; anybody else sees what is stored beside what they typed.
            found = fetch(request.user, pk, "change")
            form.add_error(None, str(stale))
            status, saved_now, revision = stale.status, pages.facts_of(found), found.revision
        except Refused as refused:
            form.add_error(None, str(refused))
            status, revision = 422, seen_revision(request)
        else:
            messages.success(request, "The panel is changed.")
            return redirect("moderation:panel", pk)
    elif form.is_bound:
        # A form that is sent again after its mistakes were put right is as old as it was.
        status, revision = 422, seen_revision(request)
    context = {
        "panel": found,
        "form": form,
        "title": "Change the panel",
        "intro": "With another period or other sizes the drawn cases fall away and are drawn again; cases added by "
        "hand stay. With another day everybody is told."
        if found.state == Panel.State.PLANNED
        else "Members are reading, so the period and the sizes stay as they are.",
        "button": "Save",
        "revision": revision,
        "stored": saved_now,
        "back_path": reverse("moderation:panel", args=[pk]),
        "back_text": "The panel",
    }
    return render(request, "moderation/panels/plan.html", context, status=status)


@get_or_post
def members(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who sits on the panel, and on which seat."""
    found = fetch(request.user, pk, "members")
    candidates, fallen = pages.possible_members(found)
    form = MembersForm(
        request.POST if request.method == "POST" else None,
        candidates=candidates,
        initial={f"seat-{one.person_id}": one.seat for one in found.members.all()},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if seen_revision(request) != found.revision:
                    raise Stale("This panel was changed from another page after you opened this one.")
                workflow.set_members(found, members=form.members(), by=request.user)
            except NotAllowed:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = refused.status if isinstance(refused, Stale) else 422
            else:
                messages.success(request, "The members are saved. Whoever is new, or no longer on it, is told.")
                return redirect("moderation:panel", pk)
    context = {
        "panel": found,
        "form": form,
        "title": "Choose the members",
        "intro": "The panel needs a chair and, for each case, two members who grade it and have no part in its audit. "
        "The support seat takes notes and grades nothing.",
        "warning": f"{', '.join(fallen)} held a seat but no longer holds a post for it. Saving takes the seat away, "
        "unless they have recorded grades: these stay, and a seat with them."
        if fallen
        else "",
        "button": "Save the members",
        "revision": found.revision,
        "stored": pages.seats_of(found) if status == Stale.status else None,
        "back_path": reverse("moderation:panel", args=[pk]),
        "back_text": "The panel",
    }
    return render(request, "moderation/panels/members.html", context, status=status)


@get_or_post
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether to call the panel off, and why."""
    found = fetch(request.user, pk, "cancel")
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why does it not meet?",
        hint="Write without names or initials of children and families.",
        missing="Say why the panel does not meet",
    )
    if request.method == "POST" and form.is_valid():
        workflow.cancel_panel(found, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The panel is cancelled. Its members and guests are told.")
        return redirect("moderation:panels")
    context = {
        "form": form,
        "title": f"Cancel {found.title}?",
        "texts": [
            f"It does not meet on {found.meets_on:%-d %B %Y}. Members and invited auditors are told. What was recorded "
            "stays, and its audits are free for another panel. This cannot be undone."
        ],
        "button": "Cancel the panel",
        "danger": True,
        "cancel_path": reverse("moderation:panel", args=[pk]),
    }
    return render(request, "components/confirm.html", context, status=422 if form.errors else 200)
