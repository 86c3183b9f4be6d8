"""Who makes recommendations into actions, does them, and says that they were done."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard.access.posts import agency_of, holds_over
from scorecard.access.reports import SIGNED, SUBGROUP
from scorecard.models import ImprovementAction, Stage

QA = (Role.QA_OFFICER, Role.QA_MANAGER)
# The subgroup monitors actions until they are complete (Coventry QA framework 2025-27, 6.6).
MONITORS = (*QA, Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR, Role.SCRUTINEER)


def owns_any(user: User) -> bool:
    return ImprovementAction.objects.filter(owner=user).exists()


def may_read_actions(user: User) -> bool:
    """Whether the list of actions is any business of this person's: monitors, and whoever owns one."""
    return user.is_active and (user.holds(*MONITORS) or owns_any(user))


def actions_visible_to(user: User) -> QuerySet[ImprovementAction]:
    """The actions somebody may open: their own, and as a monitor those of reports that they may read.

    What a report recommends is no more to be known before it is signed off, or presented, than the report itself.
    """
    if not user.is_active:
        return ImprovementAction.objects.none()
    wanted = Q(owner=user)
    whole = Q(recommendation__report__agency=None)
    for post in user.current_posts:
        if post.role not in MONITORS:
            continue
        agency = agency_of(post)
        own = Q(pk__isnull=False) if agency is None else Q(recommendation__report__agency_id=agency)
        stages = SIGNED if post.role in SUBGROUP else (Stage.PRESENTED,)
        far_enough = Q(recommendation__report__stage__in=stages)
        wanted |= own if post.role in QA else own & far_enough
        wanted |= whole & far_enough
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
