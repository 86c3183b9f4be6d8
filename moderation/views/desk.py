"""The moderator's desk: what waits, and what was decided."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from audits.queries.tracker_choices import choices
from moderation.forms.desk import DeskForm
from moderation.models import Moderation
from moderation.places import PLACES, places_for
from moderation.queries import desk as query
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.requests import SignedInRequest

OVERSEEING = (Role.QA_OFFICER, Role.QA_MANAGER)


def _address(request: SignedInRequest, **changes: str) -> str:
    """This page's address with some parameters changed (empty: taken out); always from the first page."""
    kept = {name: text for name, text in request.GET.items() if text and name != "page"} | changes
    text = urlencode({name: value for name, value in kept.items() if value})
    return reverse("moderation:desk") + (f"?{text}" if text else "")


def _has_a_desk(user: User) -> bool:
    """Whether the desk is shown to this person's roles, or something was given to them by hand."""
    place = next(place for place in PLACES if place.url_name == "moderation:desk")
    return place.shown_to(user) or Moderation.objects.of(user).exists()


@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    """What waits for the moderator, and for QA what waits for anybody; with ``?show=decided`` what was decided.

    Whoever has nothing to do with moderating is sent on to the place of moderation that is theirs.
    """
    user = request.user
    if not _has_a_desk(user):
        others = places_for(user)
        return redirect(others[0].path) if others else render(request, "moderation/desk/nothing.html")
    oversees = user.holds(*OVERSEEING)
    offered = choices()
    teams = {str(pk): f"{name}, {service}" for pk, (name, service) in offered.places.items()}
    form = DeskForm(request.GET, types=offered.type.words, teams=teams, oversees=oversees)
    filters = form.filters()
    shows_decided = request.GET.get("show") == "decided"
    sort = "-due" if request.GET.get("sort") == "-due" else "due"
    rows = query.decided(user, filters) if shows_decided else query.waiting(user, filters, sort=sort, oversees=oversees)
    page = Paginator(rows, query.ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filters": filters,
        "page": page,
        "shows_decided": shows_decided,
        "oversees": oversees,
        "names": user.holds(Role.QA_MANAGER),
        "lately": [] if shows_decided else list(query.decided(user, query.Filters())[: query.LATELY]),
        "clear_path": _address(request, q="", whose="", type="", team=""),
        **_ways(request, page, sort),
    }
    return render(request, "moderation/desk.html", context)


def _ways(request: SignedInRequest, page: Any, sort: str) -> dict[str, str]:
    """Where the heading of the due date and the links to other pages lead."""
    return {
        "due_path": _address(request, sort="" if sort == "-due" else "-due"),
        "due_sort": "descending" if sort == "-due" else "ascending",
        "previous": _address(request, page=str(page.previous_page_number())) if page.has_previous() else "",
        "next": _address(request, page=str(page.next_page_number())) if page.has_next() else "",
    }
