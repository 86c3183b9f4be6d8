"""Who may see or do what with an audit. The only place that says so.

Two sources of right: a part in the audit (auditor, moderator, recipient, practitioner, service manager of a
weak case), given by the workflow as an object permission; and the scope of a post. The administrator's role
gives no right to the content of audits.
"""

from collections.abc import Callable

from django.db.models import Q

from audits.models import Audit, AuditUserObjectPermission, State
from audits.models.audits import ENDED, WITH_THE_AUDITOR, AuditQuerySet
from qaf.people.models import Post, User
from qaf.people.roles import Role

QA_ROLES = (Role.QA_OFFICER, Role.QA_MANAGER)
READABLE_BY_TEAM_MANAGER = (State.DISTRIBUTED, State.CLOSED)
FILL, MODERATE, READ, ANSWER, DIRECT = (
    "fill_audit",
    "moderate_audit",
    "read_audit",
    "answer_audit",
    "direct_audit",
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


def visible_to(user: User, queryset: AuditQuerySet | None = None) -> AuditQuerySet:
    """The audits a person may know of: those they hold a part in, and those their posts cover.

    QA officers and QA managers see all in their scope; service managers too; team managers once an audit was
    distributed. Everybody else sees only what they were given a part in.
    """
    audits = Audit.objects.all() if queryset is None else queryset
    if not user.is_active:
        return audits.none()
    wanted = Q(pk__in=AuditUserObjectPermission.objects.filter(user=user).values("content_object_id"))
    for post in user.current_posts:
        if post.role not in (*QA_ROLES, Role.SERVICE_MANAGER, Role.TEAM_MANAGER):
            continue
        scope = _scope(post)
        if post.role == Role.TEAM_MANAGER:
            released = Q(state__in=READABLE_BY_TEAM_MANAGER)
            wanted |= released if scope is None else scope & released
        elif scope is None:
            return audits
        else:
            wanted |= scope
    return audits.filter(wanted)


def parts(user: User, audit: Audit) -> frozenset[str]:
    """The parts a person holds in an audit, as codes such as "fill_audit". One query, kept on the audit."""
    known: dict[int, frozenset[str]] = audit.__dict__.setdefault("_parts", {})
    if user.pk not in known:
        known[user.pk] = frozenset(
            AuditUserObjectPermission.objects.filter(user=user, content_object=audit).values_list(
                "permission__codename", flat=True
            )
        )
    return known[user.pk]


def holds_over(user: User, audit: Audit, *roles: Role) -> bool:
    """Whether one of the person's posts with one of these roles covers the audit's team."""
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


def _reads(user: User, audit: Audit) -> bool:
    if parts(user, audit) or _qa(user, audit):
        return True
    if holds_over(user, audit, Role.SERVICE_MANAGER):
        return audit.state not in WITH_THE_AUDITOR
    return holds_over(user, audit, Role.TEAM_MANAGER) and audit.state in READABLE_BY_TEAM_MANAGER


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
    "distribute": lambda user, audit: _qa(user, audit) and audit.state == State.MODERATED,
    "feedback": lambda user, audit: ANSWER in parts(user, audit) and audit.state == State.DISTRIBUTED,
    "close": lambda user, audit: _qa(user, audit) and audit.state in (State.MODERATED, State.DISTRIBUTED),
    "cancel": lambda user, audit: _qa(user, audit) and audit.state not in ENDED,
    # Every deadline can be extended by its owner's QA officer (product design, *The life of one audit*).
    "extend": lambda user, audit: _qa(user, audit) and audit.state not in ENDED,
    "direct": lambda user, audit: audit.raises_alert and _directs(user, audit),
    "review_actions": lambda user, audit: _directs(user, audit) or holds_over(user, audit, Role.TEAM_MANAGER),
}


def may(user: User, action: str, audit: Audit) -> bool:
    """Whether a person may do this with this audit in its present state; KeyError for an unknown action."""
    return user.is_active and RULES[action](user, audit)


def may_allocate(user: User) -> bool:
    """Whether a person may draw and allocate audits at all (within their scope)."""
    return user.is_active and user.holds(*QA_ROLES)
