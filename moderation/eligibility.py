"""Who moderates an audit.

Bristol QAF, *Moderation*: the relevant service manager; the QA service manager when a service manager audited.
Never the auditor, never the case-holder, never somebody whom the auditor manages or who wrote a part of the audit.
"""

from django.utils import timezone

from audits.access import contributors, holds_over
from audits.models import Audit
from qaf.people.models import User, next_manager, people_with_role
from qaf.people.roles import Role


def is_eligible(person: User, audit: Audit) -> bool:
    """Whether this person could moderate this audit at all."""
    if not person.is_active or person.pk in (audit.auditor_id, audit.case_holder_id):
        return False
    if person.pk in contributors(audit):
        return False
    if not person.holds(Role.MODERATOR, Role.QA_MANAGER):
        return False
    if audit.confidential and not holds_over(person, audit, Role.QA_MANAGER):
        # Known to QA managers alone, so no moderator is given it to read.
        return False
    manager = next_manager(person, day=timezone.localdate())
    return manager is None or manager.pk != audit.auditor_id or person.holds(Role.QA_MANAGER)


def eligible_moderators(audit: Audit) -> list[User]:
    """Everybody who may moderate this audit, the right one first; empty when nobody may."""
    today = timezone.localdate()
    moderators = people_with_role(Role.MODERATOR, day=today, team=audit.team)
    managers = people_with_role(Role.QA_MANAGER, day=today, team=audit.team)
    senior = audit.confidential or audit.auditor.holds(Role.SERVICE_MANAGER)
    ranked = managers if senior else moderators + managers
    return [person for person in dict.fromkeys(ranked) if is_eligible(person, audit)]


def auditor_manages_case_holder(audit: Audit) -> bool:
    """Then management oversight is graded by the one who gave it."""
    if audit.case_holder is None:
        return False
    return (
        audit.auditor in people_with_role(Role.TEAM_MANAGER, day=timezone.localdate(), team=audit.team)
        or next_manager(audit.case_holder, day=timezone.localdate()) == audit.auditor
    )
