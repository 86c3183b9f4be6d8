"""What every step of a moderation begins with: the rows locked, and the question whether this person may."""

from audits.workflow.steps import locked as locked_audit
from moderation.access import may
from moderation.access.moderations import still_moderates
from moderation.models import Moderation
from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.people.roles import Role


class MovedOn(Stale):
    """The moderation is no longer in the state that the page showed."""

    title = "This moderation has moved on"


# What each step is called when it is refused.
WORDS = {"review": "be reviewed", "reopen": "be reopened", "hand_over": "be handed over"}


def locked(moderation: Moderation, *, by: User, action: str) -> Moderation:
    """The moderation as it is now, its audit's row and its own locked; in the caller's transaction.

    Raises NotAllowed or Stale unless the person may do this now.
    """
    # The audit first, as every step of an audit does, so that two never wait for one another.
    audit = locked_audit(moderation.audit)
    moderation = Moderation.objects.select_for_update(of=("self",)).select_related("moderator").get(pk=moderation.pk)
    moderation.audit = audit
    demand(by, action, moderation)
    return moderation


def demand(user: User, action: str, moderation: Moderation) -> None:
    """Raise unless the person may do this now, saying what has happened.

    Stale when it is no longer the time for it, NotAllowed when it is somebody else's to do.
    """
    if may(user, action, moderation):
        return
    own = user.is_active and moderation.moderator_id == user.pk
    if own and not still_moderates(user):
        raise NotAllowed(
            "You hold no role that moderates any more, so you can read this moderation but not change it. Nothing was "
            "changed. A QA manager can hand it over to somebody else."
        )
    if not own and (action == "review" or not _manages(user, moderation)):
        _refuse_another(user, action, moderation)
    audit = moderation.audit
    if moderation.decided_at and moderation.state == Moderation.State.DECIDED:
        how = "" if may(user, "reopen", moderation) else " no longer"
        raise MovedOn(
            f"This moderation was decided on {moderation.decided_at:%-d %B %Y}, and the audit is now "
            f"“{audit.get_state_display()}”. Nothing was changed. The moderation can{how} be reopened with a reason."
        )
    raise MovedOn(
        f"The audit is now “{audit.get_state_display()}” and its moderation “{moderation.get_state_display()}”, so it "
        f"cannot {WORDS[action]}. Nothing was changed."
    )


def _refuse_another(user: User, action: str, moderation: Moderation) -> None:
    """It is somebody else's: tell whoever had it before that it was handed over, and the others whose it is."""
    now = f"with {moderation.moderator}" if moderation.moderator else "with nobody yet"
    if moderation.hand_overs.filter(before=user).exists():
        raise MovedOn(f"This moderation was handed over and is now {now}. Nothing was changed.")
    who = "Only its moderator" if action == "review" else "Only its moderator or a QA manager"
    raise NotAllowed(f"This moderation is {now}. {who} can do this. Nothing was changed.")


def _manages(user: User, moderation: Moderation) -> bool:
    """Whether only the state keeps this person from what a QA manager can do."""
    return may(user, "see", moderation) and user.holds(Role.QA_MANAGER)
