"""The chain that re-audits make: an audit, what it follows up, and what followed it up."""

from dataclasses import dataclass

from audits.access import knows_outcome, may
from audits.models import Action, Audit, State
from qaf.people.models import User

# A chain longer than this would be a mistake in the data; walking it must end all the same.
LONGEST = 12


@dataclass(frozen=True)
class Link:
    """One audit of a chain as one person sees it."""

    audit: Audit
    # "First audit", "Re-audit", "Second re-audit" and so on.
    words: str
    here: bool
    # Whether this person may open it, and whether they may know what came of it.
    opens: bool
    knows_grade: bool


@dataclass(frozen=True)
class EarlierActions:
    """The actions of one earlier audit in the chain, as they are now."""

    audit: Audit
    actions: tuple[Action, ...]


def before(audit: Audit) -> list[Audit]:
    """What this audit follows up, the nearest first; empty for a first audit. One query for each."""
    found: list[Audit] = []
    pk = audit.reaudit_of_id
    while pk is not None and len(found) < LONGEST:
        earlier = Audit.objects.select_related("type", "auditor").get(pk=pk)
        found.append(earlier)
        pk = earlier.reaudit_of_id
    return found


def after(audit: Audit) -> list[Audit]:
    """What followed this audit up, the nearest first; cancelled re-audits are left out. One query for each, and one."""
    found: list[Audit] = []
    last = audit
    while len(found) < LONGEST:
        following = (
            Audit.objects.exclude(state=State.CANCELLED)
            .filter(reaudit_of=last)
            .select_related("type", "auditor")
            .first()
        )
        if following is None:
            break
        found.append(following)
        last = following
    return found


_ORDINALS = ("Re-audit", "Second re-audit", "Third re-audit", "Fourth re-audit", "Fifth re-audit")


def chain(user: User, audit: Audit, *, later: list[Audit] | None = None) -> list[Link]:
    """The chain that an audit belongs to, from the first audit on, as this person sees it; empty for an audit alone.

    Everybody who may know of the audit sees how the chain goes; what came of another audit only whoever may read it or
    works on following it up. ``later`` spares the look for what followed.
    """
    earlier = before(audit)
    following = after(audit) if later is None else later
    if not earlier and not following:
        return []
    links = []
    for number, one in enumerate([*reversed(earlier), audit, *following]):
        words = "First audit" if number == 0 else _ORDINALS[min(number, len(_ORDINALS)) - 1]
        here = one.pk == audit.pk
        opens = here or may(user, "see", one)
        if one.confidential and not opens:
            continue
        graded = one.submitted_at is not None
        knows = graded and (may(user, "read", one) or (one in earlier and knows_outcome(user, one, audit)))
        links.append(Link(one, words, here, opens, knows))
    return links


def actions_before(user: User, audit: Audit) -> list[EarlierActions]:
    """Every action of the audits that this one follows up, for whoever may know of them, the nearest audit first.

    Bristol QAF, case file audit process map: the second auditor follows up the actions recommended. Empty for an audit
    that is no re-audit. One query for each audit, and one for the actions.
    """
    known = [one for one in before(audit) if knows_outcome(user, one, audit)]
    actions = Action.objects.filter(audit__in=known).select_related("owner") if known else []
    by_audit: dict[int, list[Action]] = {one.pk: [] for one in known}
    for action in actions:
        by_audit[action.audit_id].append(action)
    return [EarlierActions(one, tuple(by_audit[one.pk])) for one in known if by_audit[one.pk]]
