"""Who reads the four lenses matrix, and who puts evidence into it."""

from __future__ import annotations

from django.db.models import QuerySet

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard.access.posts import holds_over_all
from scorecard.models import Evidence

READERS = (
    Role.QA_OFFICER,
    Role.QA_MANAGER,
    Role.SUBGROUP_MEMBER,
    Role.AUDIT_CHAIR,
    Role.BOARD_MEMBER,
    Role.SCRUTINEER,
    Role.AGENCY_LEAD,
)


def may_read_lenses(user: User) -> bool:
    return user.is_active and user.holds(*READERS)


def evidence_visible_to(user: User) -> QuerySet[Evidence]:
    """The sources of assurance somebody may open: all of them, what was taken out included, for every reader."""
    return Evidence.objects.all() if may_read_lenses(user) else Evidence.objects.none()


def may_keep_evidence(user: User) -> bool:
    """QA keeps the register; the subgroup's scrutineer adds what they found."""
    return holds_over_all(user, Role.QA_OFFICER, Role.QA_MANAGER, Role.SCRUTINEER)
