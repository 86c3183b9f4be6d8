"""What came of the audits before this one: of the same child or, failing that, in the same team."""

from dataclasses import dataclass

from audits.access import SETTLED, knows_outcome, may, remember_parts, visible_to
from audits.models import Action, Audit, AuditUserObjectPermission, Judgement
from audits.models.audits import AuditQuerySet
from qaf.people.models import User

# More than this many audits of one child are read on their own pages.
LOOKED_BACK = 5


@dataclass(frozen=True)
class LastTime:
    """The last audit that can be compared with this one, and what earlier audits of this child left open."""

    audit: Audit
    same_child: bool
    judgements: tuple[Judgement, ...]
    open_actions: tuple[Action, ...]
    # Whether this person may read the whole of it.
    readable: bool


def last_time(user: User, audit: Audit) -> LastTime | None:
    """What this person may know of the audits before this one; None when there is nothing.

    A fixed number of queries, however many audits, grades and actions there are.
    """
    known = [one for one in _of_the_child(user, audit) if knows_outcome(user, one, audit)]
    same_child = bool(known)
    if not known:
        known = [one for one in _of_the_team(user, audit) if knows_outcome(user, one, audit)]
    if not known:
        return None
    actions = Action.objects.filter(audit__in=known, state__in=(Action.State.OPEN, Action.State.DONE))
    actions = actions.select_related("audit", "owner").order_by("audit", "position")
    last = known[0]
    return LastTime(
        last,
        same_child,
        tuple(last.judgements.all()),
        tuple(actions) if same_child else (),
        may(user, "read", last),
    )


def _of_the_child(user: User, audit: Audit) -> list[Audit]:
    if audit.case_id is None:
        return []
    return _latest(user, Audit.objects.filter(case=audit.case_id, pk__lt=audit.pk), LOOKED_BACK)


def _of_the_team(user: User, audit: Audit) -> list[Audit]:
    return _latest(user, visible_to(user).filter(type=audit.type_id, team=audit.team_id, pk__lt=audit.pk), 1)


def _latest(user: User, audits: AuditQuerySet, how_many: int) -> list[Audit]:
    """The newest of these whose grades stand, with their grades and this person's parts in them."""
    settled = audits.filter(state__in=SETTLED, confidential=False).prefetch_related("judgements")
    found = list(settled.select_related("type", "work", "reaudit_of__work").order_by("-pk")[:how_many])
    parts: dict[int, set[str]] = {one.pk: set() for one in found}
    held = AuditUserObjectPermission.objects.filter(user=user, content_object__in=parts)
    for pk, code in held.values_list("content_object_id", "permission__codename") if found else ():
        parts[pk].add(code)
    for one in found:
        remember_parts(user, one, frozenset(parts[one.pk]))
    return found
