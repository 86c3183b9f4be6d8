"""Who may see or do what with a moderation."""

from django.db.models import Q

from audits.access import holds_over, overseen_by
from audits.models import State
from moderation.models import Moderation, ModerationQuerySet
from qaf.people.models import User
from qaf.people.roles import Role


def visible_to(user: User) -> ModerationQuerySet:
    """A person's own moderations; for QA officers and QA managers those of every audit in their scope."""
    if not user.is_active:
        return Moderation.objects.none()
    wanted = Q(moderator=user)
    if user.holds(Role.QA_OFFICER, Role.QA_MANAGER):
        wanted |= Q(audit__in=overseen_by(user)) & ~Q(audit__auditor=user) & ~Q(audit__case_holder=user)
    return Moderation.objects.filter(wanted)


def may(user: User, action: str, moderation: Moderation) -> bool:
    """Whether a person may do this now; KeyError for an unknown action."""
    audit = moderation.audit
    own = user.is_active and moderation.moderator_id == user.pk
    manages = (
        user.is_active
        and user.pk not in (audit.auditor_id, audit.case_holder_id)
        and holds_over(user, audit, Role.QA_MANAGER)
    )
    rules = {
        "see": own or manages or (holds_over(user, audit, Role.QA_OFFICER) and user.pk != audit.auditor_id),
        "review": own and audit.state == State.MODERATING and moderation.state != Moderation.State.DECIDED,
        "reopen": (own or manages) and audit.state == State.MODERATED,
        "hand_over": (own or manages) and audit.state == State.MODERATING,
    }
    return rules[action]
