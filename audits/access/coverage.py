"""Which rows coverage counts for a person: what their QA, service or team manager's posts cover, nothing else.

Coverage is about who did what when, not about children. A team manager counts every audit of their team here, also
one they may not open yet; nobody counts a confidential one.
"""

from collections.abc import Callable

from django.db.models import Q, QuerySet

from audits.access.codes import QA_ROLES
from audits.models import Audit, Expected
from audits.models.audits import AuditQuerySet
from qaf.people.models import Post, Service, User
from qaf.people.models import PostQuerySet as Posts
from qaf.people.roles import Role

COVERS = (*QA_ROLES, Role.SERVICE_MANAGER, Role.TEAM_MANAGER)
LEADS = (*QA_ROLES, Role.SERVICE_MANAGER)


def _covered(user: User, roles: tuple[Role, ...], within: Callable[[Post], Q]) -> Q:
    """The rows that at least one of a person's posts of these roles covers, as ``within`` says of one post."""
    found = Q(pk__in=[])
    if not user.is_active:
        return found
    for post in user.current_posts:
        if post.role in roles:
            found |= within(post)
    return found


def _expected_within(post: Post) -> Q:
    if post.team_id:
        return Q(team=post.team_id)
    if post.service_id:
        return Q(team__service=post.service_id) | Q(cycle__expectation__service=post.service_id)
    if post.agency_id:
        found = Q(team__service__agency=post.agency_id) | Q(cycle__expectation__service__agency=post.agency_id)
        # Of somebody who audits in several teams for a row that holds everywhere, no agency is known.
        return found | Q(team=None, cycle__expectation__service=None)
    return ~Q(pk__in=[])


def expected_counted_for(user: User) -> QuerySet[Expected]:
    """The expected audits that a person's posts cover; none of a confidential type."""
    covered = Expected.objects.filter(_covered(user, COVERS, _expected_within))
    open_to_all = Q(cycle__expectation__type=None) | Q(cycle__expectation__type__confidential=False)
    return covered.filter(open_to_all).filter(Q(audit=None) | Q(audit__confidential=False))


def _posts_within(post: Post) -> Q:
    if post.team_id:
        return Q(team=post.team_id)
    if post.service_id:
        return Q(team__service=post.service_id) | Q(service=post.service_id)
    if post.agency_id:
        covered = Q(team__service__agency=post.agency_id) | Q(service__agency=post.agency_id)
        return covered | Q(agency=post.agency_id)
    return ~Q(pk__in=[])


def practitioners_covered_by(user: User) -> Posts:
    """The practitioners' posts that lie within what a person's posts cover, of any time."""
    found: Posts = Post.objects.with_role(Role.PRACTITIONER).filter(_covered(user, COVERS, _posts_within))
    return found


def _services_within(post: Post) -> Q:
    if post.team_id:
        return Q(pk__in=[])
    if post.service_id:
        return Q(pk=post.service_id)
    if post.agency_id:
        return Q(agency=post.agency_id)
    return ~Q(pk__in=[])


def services_led_by(user: User) -> QuerySet[Service]:
    """The services whose performance-clinic sheet a person may have: those that their posts cover as a whole."""
    return Service.objects.filter(_covered(user, LEADS, _services_within))


def audits_of_service(user: User, service: Service) -> AuditQuerySet:
    """The audits that a service's clinic sheet counts; none for somebody who may not have the sheet."""
    audits = Audit.objects.filter(service=service, confidential=False)
    return audits if services_led_by(user).filter(pk=service.pk).exists() else audits.none()
