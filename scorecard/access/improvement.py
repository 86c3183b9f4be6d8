"""Who makes recommendations into actions, does them, and says that they were done."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard.access.posts import agencies_held, holds_over
from scorecard.models import ImprovementAction

QA = (Role.QA_OFFICER, Role.QA_MANAGER)
# The subgroup monitors actions until they are complete (Coventry QA framework 2025-27, 6.6).
MONITORS = (*QA, Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR, Role.SCRUTINEER)


def owns_any(user: User) -> bool:
    return ImprovementAction.objects.filter(owner=user).exists()


def may_read_actions(user: User) -> bool:
    """Whether the list of actions is any business of this person's: monitors, and whoever owns one."""
    return user.is_active and (user.holds(*MONITORS) or owns_any(user))


def actions_visible_to(user: User) -> QuerySet[ImprovementAction]:
    """The actions somebody may open: their own, and as a monitor those of reports on their agency or on the whole."""
    if not user.is_active:
        return ImprovementAction.objects.none()
    wanted = Q(owner=user)
    if user.holds(*MONITORS):
        held = agencies_held(user, *MONITORS)
        whole = Q(recommendation__report__agency=None)
        wanted |= Q(pk__isnull=False) if held is None else whole | Q(recommendation__report__agency_id__in=held)
    return ImprovementAction.objects.filter(wanted)


def _is_open(action: ImprovementAction) -> bool:
    return action.state == ImprovementAction.State.OPEN


def _is_of_qa(user: User, action: ImprovementAction) -> bool:
    return holds_over(user, action.recommendation.report.agency_id, *QA)


RULES: dict[str, Callable[[User, ImprovementAction], bool]] = {
    "see": lambda user, action: actions_visible_to(user).filter(pk=action.pk).exists(),
    "note": lambda user, action: _is_open(action) and (action.owner_id == user.pk or _is_of_qa(user, action)),
    "complete": lambda user, action: _is_open(action) and (action.owner_id == user.pk or _is_of_qa(user, action)),
    "change": lambda user, action: _is_open(action) and _is_of_qa(user, action),
    "withdraw": lambda user, action: _is_open(action) and _is_of_qa(user, action),
    # Nobody verifies their own action.
    "verify": lambda user, action: (
        action.state == ImprovementAction.State.DONE
        and action.owner_id != user.pk
        and holds_over(user, action.recommendation.report.agency_id, *QA, Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR)
    ),
}


def may_with_action(user: User, action: str, thing: ImprovementAction) -> bool:
    """Whether a person may do this with this action in its present state; KeyError for an unknown one."""
    return user.is_active and RULES[action](user, thing)
