"""Who may see or do what with an audit. The only place that says so.

Two sources of right: a part in the audit (auditor, contributor, moderator, recipient, practitioner, service manager
of a weak case), given by the workflow as an object permission; and the scope of a post. The administrator's role
gives no right to the content of audits.
"""

import operator
from collections.abc import Callable
from copy import copy
from functools import reduce
from typing import Any

from django.db.models import Q, QuerySet

from audits.models import Audit, AuditUserObjectPermission, Case, Contribution, State
from audits.models.audits import ENDED, WITH_THE_AUDITOR, AuditQuerySet
from audits.models.cases import CaseQuerySet
from qaf.people.models import Post, Team, User
from qaf.people.roles import Role

QA_ROLES = (Role.QA_OFFICER, Role.QA_MANAGER)
READABLE_BY_TEAM_MANAGER = (State.DISTRIBUTED, State.CLOSED)
# The grades stand.
SETTLED = (State.MODERATED, State.DISTRIBUTED, State.CLOSED)
FILL, MODERATE, READ, ANSWER, DIRECT, CONTRIBUTE = (
    "fill_audit",
    "moderate_audit",
    "read_audit",
    "answer_audit",
    "direct_audit",
    "contribute_audit",
)


def _scope(post: Post) -> Q | None:
    """The rows a post's scope covers; None: all of them."""
    if post.team_id:
        return Q(team_id=post.team_id)
    if post.service_id:
        return Q(service_id=post.service_id)
    if post.agency_id:
        return Q(agency_id=post.agency_id)
    return None


def _grounds(user: User) -> list[Q]:
    """What a person's posts and parts let them know of; ``[Q()]`` is everything."""
    if not user.is_active:
        return []
    found: list[Q] = []
    for post in user.current_posts:
        if post.role not in (*QA_ROLES, Role.SERVICE_MANAGER, Role.TEAM_MANAGER):
            continue
        ground = _scope(post) or Q()
        if post.role != Role.QA_MANAGER:
            ground &= Q(confidential=False)
        if post.role == Role.TEAM_MANAGER:
            ground &= Q(state__in=READABLE_BY_TEAM_MANAGER)
        if not ground:
            return [Q()]
        if ground not in found:
            found.append(ground)
    # Last, so that no other ground has to leave these out.
    return [*found, Q(pk__in=audits_with_a_part(user))]


def audits_with_a_part(user: User) -> QuerySet[AuditUserObjectPermission, Any]:
    """The primary keys of the audits that a person holds a part in, one for each part."""
    return AuditUserObjectPermission.objects.filter(user=user).values("content_object_id")


def grounds(user: User) -> list[Q]:
    """The grounds on which a person may know of audits, set apart so that no audit is covered by two of them.

    Together they are ``visible_to``. Each by itself is answered from an index, which one long OR is not: a list of
    many rows is read ground by ground and put together. Empty for somebody who may see nothing.
    """
    found = _grounds(user)
    return [reduce(lambda ground, earlier: ground & ~earlier, found[:i], found[i]) for i in range(len(found))]


def visible_to(user: User, queryset: AuditQuerySet | None = None) -> AuditQuerySet:
    """The audits a person may know of: those they hold a part in, and those their posts cover.

    QA officers and QA managers see all in their scope; service managers too; team managers once an audit was
    distributed. Everybody else sees only what they were given a part in.
    """
    audits = Audit.objects.all() if queryset is None else queryset
    found = _grounds(user)
    return audits.filter(reduce(operator.or_, found)) if found else audits.none()


def overseen_by(user: User) -> AuditQuerySet:
    """The audits that a person's QA posts cover, and not those they only hold a part in or manage the team of."""
    if not user.is_active:
        return Audit.objects.none()
    found = [
        (_scope(post) or Q()) & (Q() if post.role == Role.QA_MANAGER else Q(confidential=False))
        for post in user.current_posts
        if post.role in QA_ROLES
    ]
    if Q() in found:
        return Audit.objects.all()
    return Audit.objects.filter(reduce(operator.or_, found)) if found else Audit.objects.none()


def parts(user: User, audit: Audit) -> frozenset[str]:
    """The parts a person holds in an audit, as codes such as "fill_audit". One query, kept on the audit."""
    known: dict[int, frozenset[str]] = audit.__dict__.setdefault("_parts", {})
    if user.pk not in known:
        codes = AuditUserObjectPermission.objects.filter(user=user, content_object=audit)
        remember_parts(user, audit, frozenset(codes.values_list("permission__codename", flat=True)))
    return known[user.pk]


def remember_parts(user: User, audit: Audit, codes: frozenset[str]) -> None:
    """Keep on the audit which parts a person holds, for whoever has read them together with it."""
    audit.__dict__.setdefault("_parts", {})[user.pk] = codes


def holds_over(user: User, audit: Audit, *roles: Role) -> bool:
    """Whether one of the person's posts with one of these roles covers the audit's team.

    Over a confidential audit only the QA manager's post counts (Bristol QAF, Appendix 3: strictly confidential).
    """
    if audit.confidential:
        roles = tuple(role for role in roles if role == Role.QA_MANAGER)
    return any(
        post.role in roles
        and (
            post.team_id == audit.team_id
            or post.service_id == audit.service_id
            or post.agency_id == audit.agency_id
            or not (post.team_id or post.service_id or post.agency_id)
        )
        for post in user.current_posts
    )


def _is_concerned(user: User, audit: Audit) -> bool:
    """The auditor and the case-holder never act on their own audit as QA."""
    return user.pk in (audit.auditor_id, audit.case_holder_id)


def _qa(user: User, audit: Audit) -> bool:
    return holds_over(user, audit, *QA_ROLES)


def _acts_as_qa(user: User, audit: Audit) -> bool:
    return _qa(user, audit) and not _is_concerned(user, audit)


def _reads(user: User, audit: Audit) -> bool:
    if parts(user, audit) - {CONTRIBUTE} or _contributes(user, audit):
        return True
    if _qa(user, audit) and user.pk != audit.case_holder_id:
        return True
    if holds_over(user, audit, Role.SERVICE_MANAGER):
        return audit.state not in WITH_THE_AUDITOR
    return holds_over(user, audit, Role.TEAM_MANAGER) and audit.state in READABLE_BY_TEAM_MANAGER


def _contributes(user: User, audit: Audit) -> bool:
    """Asked to fill some sections, and the audit is still with its auditor: the right ends with the submission."""
    return (
        CONTRIBUTE in parts(user, audit)
        and audit.state in WITH_THE_AUDITOR
        and not audit.confidential
        and user.pk != audit.case_holder_id
    )


def _may_ask(user: User, audit: Audit) -> bool:
    """The auditor, or QA acting on the audit; a confidential audit is nobody else's to write in."""
    return (
        audit.state in WITH_THE_AUDITOR
        and not audit.confidential
        and (FILL in parts(user, audit) or _acts_as_qa(user, audit))
    )


def _directs(user: User, audit: Audit) -> bool:
    return DIRECT in parts(user, audit) or (
        holds_over(user, audit, Role.SERVICE_MANAGER) and not _is_concerned(user, audit)
    )


RULES: dict[str, Callable[[User, Audit], bool]] = {
    # Know that it exists: the row in the tracker, its page, its timeline.
    "see": lambda user, audit: _reads(user, audit) or holds_over(user, audit, Role.SERVICE_MANAGER),
    # Read what was written.
    "read": _reads,
    "fill": lambda user, audit: FILL in parts(user, audit) and audit.state in WITH_THE_AUDITOR,
    # Fill the sections that one was asked to (``may_fill_section`` says which), and ask others to fill some.
    "contribute": _contributes,
    "ask": _may_ask,
    "submit": lambda user, audit: FILL in parts(user, audit) and audit.state in WITH_THE_AUDITOR,
    "check": lambda user, audit: (
        _qa(user, audit)
        and not _is_concerned(user, audit)
        and audit.state == State.SUBMITTED
        and audit.process.qa_check
    ),
    "return": lambda user, audit: (
        _qa(user, audit) and not _is_concerned(user, audit) and audit.state in (State.SUBMITTED, State.CHECKED)
    ),
    "moderate": lambda user, audit: MODERATE in parts(user, audit) and audit.state == State.MODERATING,
    "distribute": lambda user, audit: _acts_as_qa(user, audit) and audit.state == State.MODERATED,
    "feedback": lambda user, audit: ANSWER in parts(user, audit) and audit.state == State.DISTRIBUTED,
    "close": lambda user, audit: _acts_as_qa(user, audit) and audit.state in (State.MODERATED, State.DISTRIBUTED),
    "cancel": lambda user, audit: _acts_as_qa(user, audit) and audit.state not in ENDED,
    # Every deadline can be extended by its owner's QA officer (product design, *The life of one audit*).
    "extend": lambda user, audit: _acts_as_qa(user, audit) and audit.state not in ENDED,
    "direct": lambda user, audit: audit.raises_alert and _directs(user, audit),
    "review_actions": lambda user, audit: _directs(user, audit) or holds_over(user, audit, Role.TEAM_MANAGER),
}


def may(user: User, action: str, audit: Audit) -> bool:
    """Whether a person may do this with this audit in its present state; KeyError for an unknown action."""
    return user.is_active and RULES[action](user, audit)


def may_in_another_state(user: User, action: str, audit: Audit) -> bool:
    """Whether it is only the audit's state that keeps a person from this: they were, or will be, the one to do it."""
    other = copy(audit)
    for state in State:
        other.__dict__["state"] = state.value
        if may(user, action, other):
            return True
    return False


def may_read_part(user: User, audit: Audit, part: str) -> bool:
    """Whether a person may read what was written in a part of the form: never another's unfinished draft.

    What the moderator writes is for the others once it is decided, the practitioner's feedback once it is given.
    """
    if not may(user, "read", audit):
        return False
    if part == audit.part or may_fill(user, audit, part):
        return True
    return audit.state in READABLE_ONCE.get(part, ())


# From which states on the others read what was written in a part that is not the auditor's.
READABLE_ONCE = {
    "qa_check": (State.CHECKED, State.MODERATING, State.MODERATED, State.DISTRIBUTED, State.CLOSED),
    "moderation": (State.MODERATED, State.DISTRIBUTED, State.CLOSED),
    "distribution": (State.DISTRIBUTED, State.CLOSED),
    "feedback": (State.CLOSED,),
}


def may_allocate(user: User) -> bool:
    """Whether a person may draw and allocate audits at all (within their scope)."""
    return user.is_active and user.holds(*QA_ROLES)


def qa_teams(user: User) -> QuerySet[Team]:
    """The teams whose cases a person may import, look up, draw from and allocate: those their QA posts cover."""
    if not user.is_active:
        return Team.objects.none()
    wanted = Q(pk__in=[])
    for post in user.current_posts:
        if post.role not in QA_ROLES:
            continue
        if post.team_id:
            wanted |= Q(pk=post.team_id)
        elif post.service_id:
            wanted |= Q(service_id=post.service_id)
        elif post.agency_id:
            wanted |= Q(service__agency_id=post.agency_id)
        else:
            return Team.objects.all()
    return Team.objects.filter(wanted)


def cases_visible_to(user: User) -> CaseQuerySet:
    """The imported cases a person may look at: those of the teams their QA posts cover; none for anybody else."""
    return Case.objects.filter(team__in=qa_teams(user))


# Who fills which part of the form: the action it takes. The part that the type's auditor fills ("audit", or "reaudit"
# for a re-audit) takes "fill".
ACTION_OF_PART = {
    "qa_check": "check",
    "moderation": "moderate",
    "distribution": "distribute",
    "feedback": "feedback",
}


def action_for(audit: Audit, part: str) -> str:
    """The action that filling this part of the form takes."""
    return "fill" if part == audit.part else ACTION_OF_PART.get(part, "fill")


def may_fill(user: User, audit: Audit, part: str) -> bool:
    """Whether a person may write in this part of the form now."""
    return (part == audit.part or part in ACTION_OF_PART) and may(user, action_for(audit, part), audit)


def sections_asked_of(user: User, audit: Audit) -> frozenset[str]:
    """The sections that a contributor may fill now; empty, without a query, for everybody else. Kept on the audit."""
    if not may(user, "contribute", audit):
        return frozenset()
    known: dict[int, frozenset[str]] = audit.__dict__.setdefault("_sections_asked", {})
    if user.pk not in known:
        asked = Contribution.objects.filter(audit=audit, person=user)
        known[user.pk] = frozenset(asked.values_list("section", flat=True))
    return known[user.pk]


def may_fill_section(user: User, audit: Audit, section: str) -> bool:
    """Whether a person may write in this section of the form now: its part is theirs, or they were asked to fill it."""
    part = audit.form.section(section).part
    return may_fill(user, audit, part) or (part == audit.part and section in sections_asked_of(user, audit))


def knows_outcome(user: User, earlier: Audit, audit: Audit) -> bool:
    """Whether a person working on ``audit`` may know what came of an earlier one: date, type, grades, actions.

    The auditor of a case has the child's record open anyway, and is to find out whether what was agreed last time was
    done; so they know the outcome of every earlier audit of the same child, but read its text only as anybody else.
    Everybody else, contributors too, knows the outcome of what they may read. Of a confidential audit, nobody learns
    anything on the page of another.
    """
    if earlier.confidential or earlier.state not in SETTLED:
        return False
    same_child = earlier.case_id is not None and earlier.case_id == audit.case_id
    return may(user, "read", earlier) or (same_child and user.is_active and FILL in parts(user, audit))


def may_read_forms(user: User) -> bool:
    """Whether a person may look at the published forms: everybody who works here. A form holds nobody's data."""
    return user.is_active and bool(user.current_posts)


def may_build_forms(user: User) -> bool:
    """Whether a person may build, publish and retire forms, and say how audits with them go.

    Product design, *People* and *Forms*: QA managers build bespoke tools, administrators look after forms.
    """
    return user.is_active and user.holds(Role.QA_MANAGER, Role.ADMIN)


def may_load_packs(user: User) -> bool:
    """Whether a person may load framework packs: administrators."""
    return user.is_active and user.holds(Role.ADMIN)
