"""Who may know of a concern, raise one, and deal with it.

A concern may be about the practice of the people in the audit. So neither the auditor nor the case-holder learns of
one, whatever posts they hold beside; nor does a team manager, whose oversight it may be about; nor a later moderator
of the same audit, since it may be about how it was moderated. It is known to whoever raised it, to whoever it was
raised to, and to the service managers, QA officers and QA managers over the audit; of a confidential audit to QA
managers alone (Bristol QAF, Appendix 3).
"""

import operator
from functools import reduce

from django.db.models import Q
from django.utils import timezone

from audits.access import MODERATE, QA_ROLES, holds_over, parts
from audits.models import Audit, State
from moderation.models import Concern, ConcernQuerySet
from qaf.people.models import Post, User, people_with_role
from qaf.people.roles import Role

# Whose posts let them know of the concerns in their scope.
KNOWING = (*QA_ROLES, Role.SERVICE_MANAGER)
# Who can be given one to deal with.
DEALING = (Role.SERVICE_MANAGER, Role.QA_MANAGER)


def _covered(post: Post) -> Q:
    """The concerns that a post lets a person know of."""
    ground = Q() if post.role == Role.QA_MANAGER else Q(audit__confidential=False)
    if post.team_id:
        return ground & Q(audit__team_id=post.team_id)
    if post.service_id:
        return ground & Q(audit__service_id=post.service_id)
    if post.agency_id:
        return ground & Q(audit__agency_id=post.agency_id)
    return ground & Q(pk__isnull=False)


def visible_to(user: User) -> ConcernQuerySet:
    """The concerns a person may know of; none for somebody who may not sign in."""
    if not user.is_active:
        return Concern.objects.none()
    wanted = [Q(raised_by=user, audit__confidential=False)]
    wanted += [_covered(post) for post in user.current_posts if post.role in KNOWING]
    named = Q(service_manager=user) | Q(qa_manager=user)
    if user.holds(Role.QA_MANAGER):
        wanted.append(named)
    elif user.holds(Role.SERVICE_MANAGER):
        wanted.append(named & Q(audit__confidential=False))
    return Concern.objects.filter(reduce(operator.or_, wanted)).exclude(
        Q(audit__auditor=user) | Q(audit__case_holder=user)
    )


def _is_concerned(user: User, audit: Audit) -> bool:
    return user.pk in (audit.auditor_id, audit.case_holder_id)


def _is_named(user: User, concern: Concern) -> bool:
    """It was raised to them, and they still hold a post that such things are raised to, here or elsewhere."""
    roles = (Role.QA_MANAGER,) if concern.audit.confidential else DEALING
    return user.pk in (concern.service_manager_id, concern.qa_manager_id) and user.holds(*roles)


def _knows(user: User, concern: Concern) -> bool:
    audit = concern.audit
    if _is_concerned(user, audit):
        return False
    raised = user.pk == concern.raised_by_id and not audit.confidential
    return raised or _is_named(user, concern) or holds_over(user, audit, *KNOWING)


def _can_deal(user: User, concern: Concern) -> bool:
    """By their posts alone: it was raised to them, or they are a QA manager over the audit."""
    return (
        user.is_active
        and not _is_concerned(user, concern.audit)
        and (_is_named(user, concern) or holds_over(user, concern.audit, Role.QA_MANAGER))
    )


def who_can_deal(concern: Concern) -> list[User]:
    """Everybody who can deal with a concern by their posts, whoever it was raised to first."""
    named = [person for person in (concern.service_manager, concern.qa_manager) if person is not None]
    over = people_with_role(Role.QA_MANAGER, day=timezone.localdate(), team=concern.audit.team)
    return [person for person in dict.fromkeys([*named, *over]) if _can_deal(person, concern)]


def is_left_to_others(user: User, concern: Concern) -> bool:
    """Whether this person raised the concern, and somebody else is there to deal with it.

    Nobody judges their own worry: it is acknowledged and resolved by somebody else, if there is anybody.
    """
    return user.pk == concern.raised_by_id and any(person.pk != user.pk for person in who_can_deal(concern))


def _deals(user: User, concern: Concern) -> bool:
    return _can_deal(user, concern) and not is_left_to_others(user, concern)


def _gives(user: User, concern: Concern) -> bool:
    """Give it to somebody else: whoever can deal with it, and QA officers, so that it does not wait for one away."""
    return _knows(user, concern) and (_can_deal(user, concern) or holds_over(user, concern.audit, *QA_ROLES))


def may(user: User, action: str, concern: Concern) -> bool:
    """Whether a person may do this with a concern now: see, acknowledge, resolve, reassign. KeyError for others."""
    rules = {
        "see": lambda: _knows(user, concern),
        "acknowledge": lambda: concern.state == Concern.State.RAISED and _deals(user, concern),
        "resolve": lambda: concern.state == Concern.State.ACKNOWLEDGED and _deals(user, concern),
        "reassign": lambda: concern.is_open and _gives(user, concern),
    }
    rule = rules[action]
    return user.is_active and rule()


def may_in_another_state(user: User, action: str, concern: Concern) -> bool:
    """Whether it is only how far the concern is that keeps a person from this."""
    return user.is_active and (_gives(user, concern) if action == "reassign" else _deals(user, concern))


def raises_about(user: User, audit: Audit) -> bool:
    """Whether a person is one who raises concerns about this audit, whatever its state: its moderator, and QA over it.

    Never its auditor or case-holder. About a confidential audit its QA managers alone, one of whom moderates it.
    """
    if not user.is_active or _is_concerned(user, audit):
        return False
    return holds_over(user, audit, *QA_ROLES) or (not audit.confidential and MODERATE in parts(user, audit))


def may_raise(user: User, audit: Audit) -> bool:
    """Whether a person may raise a concern about this audit now.

    QA at any time until it has ended; the moderator while it is with them and until it is distributed. Deep dive:
    the moderator considers whether the practice described has to be escalated with an audit worry form.
    """
    if not audit.is_open or not raises_about(user, audit):
        return False
    return audit.state in (State.MODERATING, State.MODERATED) or holds_over(user, audit, *QA_ROLES)
