"""Which rows a person may know of. Every list and every look-up of an audit, team or case begins here."""

import operator
from functools import reduce
from typing import Any

from django.db.models import Q, QuerySet

from audits.access.codes import QA_ROLES, READABLE_BY_TEAM_MANAGER
from audits.models import Audit, AuditUserObjectPermission, Case
from audits.models.audits import AuditQuerySet
from audits.models.cases import CaseQuerySet
from audits.models.programme import WORK_ENDED
from qaf.people.models import Post, Team, User
from qaf.people.roles import Role


def _scope(post: Post) -> Q | None:
    """The rows a post's scope covers; None: all of them."""
    if post.team_id:
        return Q(team_id=post.team_id)
    if post.service_id:
        return Q(service_id=post.service_id)
    if post.agency_id:
        return Q(agency_id=post.agency_id)
    return None


def _known_to(user: User, post: Post) -> Q:
    """What a post lets a person know of within its scope.

    Of a confidential audit a QA manager alone, and not when it is about themselves.
    """
    if post.role != Role.QA_MANAGER:
        return Q(confidential=False)
    return Q(confidential=False) | ~Q(case_holder=user)


def _grounds(user: User) -> list[Q]:
    """What a person's posts and parts let them know of."""
    if not user.is_active:
        return []
    found: list[Q] = []
    for post in user.current_posts:
        if post.role not in (*QA_ROLES, Role.SERVICE_MANAGER, Role.TEAM_MANAGER):
            continue
        ground = (_scope(post) or Q()) & _known_to(user, post)
        if post.role == Role.TEAM_MANAGER:
            ground &= Q(state__in=READABLE_BY_TEAM_MANAGER)
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


def out_of_fieldwork() -> Q:
    """Audits that everybody may know of who has another reason to: no other agency audits the same child meanwhile.

    A re-audit belongs to no fieldwork itself, but that there is one says what the audit before it found.
    """
    own = Q(work=None) | Q(work__fieldwork_closed_at__isnull=False) | Q(work__state__in=WORK_ENDED)
    before = (
        Q(reaudit_of__work=None)
        | Q(reaudit_of__work__fieldwork_closed_at__isnull=False)
        | Q(reaudit_of__work__state__in=WORK_ENDED)
    )
    return own & before


def overseen_by(user: User) -> AuditQuerySet:
    """The audits that a person's QA posts cover, and not those they only hold a part in or manage the team of."""
    if not user.is_active:
        return Audit.objects.none()
    found = [(_scope(post) or Q()) & _known_to(user, post) for post in user.current_posts if post.role in QA_ROLES]
    return Audit.objects.filter(reduce(operator.or_, found)) if found else Audit.objects.none()


def teams_covered(user: User, *roles: Role) -> QuerySet[Team]:
    """The teams that a person's posts with one of these roles cover."""
    if not user.is_active:
        return Team.objects.none()
    wanted = Q(pk__in=[])
    for post in user.current_posts:
        if post.role not in roles:
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


def qa_teams(user: User) -> QuerySet[Team]:
    """The teams whose cases a person may import, look up, draw from and allocate: those their QA posts cover."""
    return teams_covered(user, *QA_ROLES)


def cases_visible_to(user: User) -> CaseQuerySet:
    """The imported cases a person may look at: those of the teams their QA posts cover; none for anybody else."""
    return Case.objects.filter(team__in=qa_teams(user))
