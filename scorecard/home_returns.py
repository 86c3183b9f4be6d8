"""What the home page says of returns: to leads what their agencies still have to send, to QA what waits for them."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from qaf.deadlines.models import Deadline
from qaf.home import Panel, PanelItem
from qaf.people.models import User
from scorecard.access.returns import QA, may_read_returns
from scorecard.models import Return, ReturnState
from scorecard.queries.return_list import ListedReturn, as_listed, waiting_for

SHOWN = 5


def returns_waiting(user: User) -> Panel | None:
    """Open returns of one's agencies as their lead; for QA those to look at, late ones, and those nobody can send.

    Whoever has the deadline of one finds it among what waits for them. None when nothing is left.
    """
    if not may_read_returns(user):
        return None
    kind = ContentType.objects.get_for_model(Return)
    mine = Deadline.objects.open().filter(owner=user, subject_type=kind).values("subject_id")
    rows = as_listed(waiting_for(user).exclude(pk__in=mine))
    if user.holds(*QA):
        rows = [row for row in rows if row.one.state == ReturnState.SENT or row.is_late or row.has_no_lead]
    if not rows:
        return None
    return Panel(
        title="Returns",
        items=[_item(row) for row in rows[:SHOWN]],
        link=reverse("returns:list"),
        link_text="All returns",
    )


def _item(row: ListedReturn) -> PanelItem:
    one = row.one
    hint = "The agency has no lead, so nobody was asked" if row.has_no_lead else one.get_state_display()
    return PanelItem(
        text=f"{one.agency.name}, {row.quarter.label}",
        path=reverse("returns:return", args=[one.pk]),
        hint=hint,
        due_on=row.due_on if one.is_fillable else None,
        overdue=row.is_late,
    )
