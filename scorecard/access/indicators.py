"""Who asks for changes of indicators, who records what the subgroup decided, and who re-sets the priorities."""

from __future__ import annotations

from django.db.models import QuerySet

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard.access.board import may_read_scorecard
from scorecard.access.posts import holds_over_all
from scorecard.models import ChangeState, Indicator, IndicatorChange


def may_read_indicators(user: User) -> bool:
    """Definitions are for everybody who reads the scorecard."""
    return may_read_scorecard(user)


def indicators_visible_to(user: User) -> QuerySet[Indicator]:
    """All of them, for whoever reads the scorecard."""
    return Indicator.objects.all() if may_read_indicators(user) else Indicator.objects.none()


def may_request_change(user: User) -> bool:
    """QA, members and chairs of the subgroup, and leads of agencies ask for changes."""
    return user.is_active and user.holds(
        Role.QA_OFFICER, Role.QA_MANAGER, Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR, Role.AGENCY_LEAD
    )


def may_read_changes(user: User) -> bool:
    """Requests are read by those who may make one, and by scrutineers."""
    return may_request_change(user) or (user.is_active and user.holds(Role.SCRUTINEER))


def changes_visible_to(user: User) -> QuerySet[IndicatorChange]:
    """All requests, for whoever may read them."""
    return IndicatorChange.objects.all() if may_read_changes(user) else IndicatorChange.objects.none()


def may_decide_change(user: User, change: IndicatorChange) -> bool:
    """The QA manager records what the subgroup decided, from its minutes."""
    return change.state == ChangeState.REQUESTED and holds_over_all(user, Role.QA_MANAGER)


def may_withdraw_change(user: User, change: IndicatorChange) -> bool:
    """Whoever asked, or the QA manager."""
    if change.state != ChangeState.REQUESTED or not user.is_active:
        return False
    asked = change.requested_by_id == user.pk and may_request_change(user)
    return asked or holds_over_all(user, Role.QA_MANAGER)


def may_reset_priorities(user: User) -> bool:
    return holds_over_all(user, Role.QA_MANAGER)


def may_enter_benchmarks(user: User) -> bool:
    """Benchmarks and figures from before QAF are entered by QA."""
    return holds_over_all(user, Role.QA_OFFICER, Role.QA_MANAGER)


def may_drill_down(user: User) -> bool:
    """Whether the audits behind a figure that QAF counted are listed; each audit only to those who may see it."""
    return user.is_active and user.holds(Role.QA_OFFICER, Role.QA_MANAGER)
