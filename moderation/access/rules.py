"""Who may see, change and try out the rules of who moderates. They hold nobody's data."""

from moderation.models.rules import ModeratorRule, ModeratorRuleQuerySet
from qaf.people.models import User
from qaf.people.roles import Role


def visible_to(user: User) -> ModeratorRuleQuerySet:
    """The rules, those that were removed as well, for administrators and QA; none for anybody else."""
    return ModeratorRule.objects.all() if may_read(user) else ModeratorRule.objects.none()


def may_read(user: User) -> bool:
    """Whether a person may read the rules and settings, and ask who would moderate an audit that might be."""
    return user.is_active and user.holds(Role.ADMIN, Role.QA_OFFICER, Role.QA_MANAGER)


def may_change(user: User) -> bool:
    """Whether a person may change the rules and settings: administrators."""
    return user.is_active and user.holds(Role.ADMIN)


def may_try_audits(user: User) -> bool:
    """Whether a person may ask it of an audit that exists: QA. An administrator has no right to know of audits."""
    return user.is_active and user.holds(Role.QA_OFFICER, Role.QA_MANAGER)
