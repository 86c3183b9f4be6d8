"""Who reads the scorecard, how fresh, and who says what QA says about it.

QA, the subgroup and its chairs interrogate figures as soon as they are accepted. Boards, service managers,
scrutineers and agency leads read the quarters whose scorecard pack was presented (product design, *People*), and an
agency lead the figures of their own agency at once.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard.access.posts import agencies_held, holds_over_all
from scorecard.models import Report, Stage

QA = (Role.QA_OFFICER, Role.QA_MANAGER)
# They read figures as soon as they are accepted.
FIRST_READERS = (*QA, Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR)
READERS = (*FIRST_READERS, Role.BOARD_MEMBER, Role.SERVICE_MANAGER, Role.SCRUTINEER, Role.AGENCY_LEAD)


def may_read_scorecard(user: User) -> bool:
    """Whether the scorecard is any business of this person's."""
    return user.is_active and user.holds(*READERS)


def reads_at_once(user: User) -> bool:
    """Whether somebody reads figures before the quarter's scorecard pack was presented."""
    return user.is_active and user.holds(*FIRST_READERS)


def is_of_qa(user: User) -> bool:
    """Whether small numbers may be shown: they do not leave QA."""
    return holds_over_all(user, *QA)


def released_until() -> date | None:
    """The last day of the latest quarter whose scorecard pack was presented; None before the first."""
    presented = Report.objects.filter(kind=Report.Kind.SCORECARD, stage=Stage.PRESENTED, agency=None)
    return presented.aggregate(last=Max("period_to"))["last"]


def own_agencies(user: User) -> set[int]:
    """The agencies whose own figures somebody reads at once, as their lead."""
    held = agencies_held(user, Role.AGENCY_LEAD)
    return held if held is not None else set()


def may_comment(user: User) -> bool:
    """Whether somebody writes QA's comment on an indicator."""
    return holds_over_all(user, *QA)
