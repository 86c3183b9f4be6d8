"""Fetching a panel for a page: always from what the person may see."""

from django.shortcuts import get_object_or_404

from moderation.access.panels import may, seat_of, visible_to
from moderation.models import Panel, PanelCase
from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.requests import SignedInRequest


def fetch(user: User, pk: int, action: str = "see") -> Panel:
    """A panel for somebody who may do this with it.

    404 when they may not even know of it, Stale when only its state forbids it, NotAllowed when it is others' to do.
    """
    rows = visible_to(user).select_related("created_by", "drawn_by", "closed_by")
    panel = get_object_or_404(rows, pk=pk)
    if may(user, action, panel):
        return panel
    if _could_before_or_after(user, action, panel):
        raise Stale(
            f"This panel is “{panel.get_state_display()}”, and this cannot be done in that state. Open the panel to "
            "see what has happened and what is to do next."
        )
    raise NotAllowed("This belongs to others of the panel. Open the panel to see what is to do for you.")


def _could_before_or_after(user: User, action: str, panel: Panel) -> bool:
    if action == "minutes":
        return True
    if action in ("close", "cancel"):
        return user.holds(Role.QA_MANAGER)
    if action in ("read", "record"):
        seat = seat_of(user, panel)
        return seat is not None and (action == "read" or seat.grades)
    return may(user, "manage", panel)


def seen_revision(request: SignedInRequest) -> int:
    """The revision that a page was made from; one that never was when the page does not say."""
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else -1


def fetch_case(user: User, pk: int, case_pk: int, action: str = "see") -> PanelCase:
    """A case of a panel, for somebody who may do this with the panel. Raises as ``fetch`` does.

    What they may read of the case itself, ``access.panels.may_case`` says.
    """
    panel = fetch(user, pk, action)
    case = get_object_or_404(panel.cases.select_related("audit__type", "audit__case", "audit__auditor"), pk=case_pk)
    case.panel = panel
    return case
