"""Who may see or do what with a moderation."""

from django.db.models import Q

from audits.access import holds_over, overseen_by
from audits.models import State
from moderation.models import HandOver, Moderation, ModerationQuerySet, ModeratorRule
from qaf.people.models import User
from qaf.people.roles import Role

# Whoever holds one of these may moderate whatever the rules say; a rule in force can name further roles.
ALWAYS = (Role.MODERATOR, Role.QA_MANAGER)


def visible_to(user: User) -> ModerationQuerySet:
    """A person's own moderations; for QA officers and QA managers those of every audit in their scope."""
    if not user.is_active:
        return Moderation.objects.none()
    wanted = Q(moderator=user)
    if user.holds(Role.QA_OFFICER, Role.QA_MANAGER):
        wanted |= Q(audit__in=overseen_by(user)) & ~Q(audit__auditor=user) & ~Q(audit__case_holder=user)
    return Moderation.objects.filter(wanted)


def roles_that_moderate() -> set[str]:
    """The roles whose holders can be given a moderation: the usual ones and those that a rule in force names."""
    named = ModeratorRule.objects.filter(is_active=True).order_by()
    pairs = named.values_list("moderator_role", "alternate_role")
    return {*ALWAYS, *(role for pair in pairs for role in pair if role)}


def still_moderates(user: User) -> bool:
    """Whether a person holds a role today that may moderate: a post that ended yesterday gives no right any more."""
    return user.is_active and (user.holds(*ALWAYS) or user.holds(*roles_that_moderate()))


def may(user: User, action: str, moderation: Moderation) -> bool:
    """Whether a person may do this now; KeyError for an unknown action."""
    audit = moderation.audit
    own = user.is_active and moderation.moderator_id == user.pk
    concerned = user.pk in (audit.auditor_id, audit.case_holder_id)
    manages = user.is_active and not concerned and holds_over(user, audit, Role.QA_MANAGER)
    match action:
        case "see":
            return own or manages or (user.is_active and not concerned and holds_over(user, audit, Role.QA_OFFICER))
        case "review":
            undecided = audit.state == State.MODERATING and moderation.state != Moderation.State.DECIDED
            return own and undecided and still_moderates(user)
        case "reopen":
            return audit.state == State.MODERATED and (manages or (own and still_moderates(user)))
        case "hand_over":
            return audit.state == State.MODERATING and (manages or (own and still_moderates(user)))
    raise KeyError(action)


def handed_on_by(user: User, reference: str) -> HandOver | None:
    """How a moderation that was this person's went to somebody else, for telling them; None when it never was."""
    rows = HandOver.objects.filter(before=user, moderation__audit__reference=reference)
    return rows.select_related("after").order_by("-pk").first()
