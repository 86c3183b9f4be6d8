"""Who fills, sends, queries and accepts an agency's return."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard.access.posts import agencies_held, holds_over, holds_over_all
from scorecard.models import Return, ReturnState

QA = (Role.QA_OFFICER, Role.QA_MANAGER)
LEADS = (Role.AGENCY_LEAD,)


def may_read_returns(user: User) -> bool:
    """Whether returns are any business of this person's."""
    return user.is_active and user.holds(*QA, *LEADS)


def returns_visible_to(user: User) -> QuerySet[Return]:
    """The returns somebody may open: QA's within their scope, a lead's those of their own agency."""
    if not may_read_returns(user):
        return Return.objects.none()
    held = agencies_held(user, *QA, *LEADS)
    return Return.objects.all() if held is None else Return.objects.filter(agency_id__in=held)


RULES: dict[str, Callable[[User, Return], bool]] = {
    "see": lambda user, one: holds_over(user, one.agency_id, *QA, *LEADS),
    "fill": lambda user, one: one.is_fillable and holds_over(user, one.agency_id, *LEADS),
    "send": lambda user, one: one.is_fillable and holds_over(user, one.agency_id, *LEADS),
    "query": lambda user, one: one.state == ReturnState.SENT and holds_over(user, one.agency_id, *QA),
    "accept": lambda user, one: one.state == ReturnState.SENT and holds_over(user, one.agency_id, *QA),
    "extend": lambda user, one: one.is_fillable and holds_over(user, one.agency_id, *QA),
    "remind": lambda user, one: one.is_fillable and holds_over(user, one.agency_id, *QA),
    "correct": lambda user, one: one.state == ReturnState.ACCEPTED and holds_over(user, one.agency_id, *QA, *LEADS),
    "withdraw": lambda user, one: (
        one.is_open and one.corrects_id is not None and holds_over(user, one.agency_id, *QA, *LEADS)
    ),
}


def may_with_return(user: User, action: str, one: Return) -> bool:
    """Whether a person may do this with this return in its present state; KeyError for an unknown action."""
    return user.is_active and RULES[action](user, one)


def may_request_returns(user: User) -> bool:
    """Whether somebody asks agencies for their returns before the schedule does."""
    return holds_over_all(user, *QA)
