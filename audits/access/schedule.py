"""Who may see or do what with the schedule of expectations, its cycles, and what is expected of whom."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from audits.access.codes import QA_ROLES
from audits.access.rows import qa_teams
from audits.models import Case, Cycle, Expectation, Expected
from audits.models.cases import CaseQuerySet
from qaf.people.models import Absence, Post, Service, Team, User
from qaf.people.roles import Role

# Administrators configure schedules; QA managers own the programme (product design, *People*).
EDITS = (Role.ADMIN, Role.QA_MANAGER)
READS = (*EDITS, Role.QA_OFFICER, Role.SERVICE_MANAGER)


def may_read_schedule(user: User) -> bool:
    """Whether a person may look at the schedule, its dry run and its cycles. They hold no child's data."""
    return user.is_active and user.holds(*READS)


def may_edit_schedule(user: User) -> bool:
    """Whether a person may change rows of the schedule and open cycles."""
    return user.is_active and user.holds(*EDITS)


def services_planned_by(user: User) -> QuerySet[Service]:
    """The services whose rows of the schedule a person may change: those that their editing posts cover."""
    if not user.is_active:
        return Service.objects.none()
    wanted = Q(pk__in=[])
    for post in user.current_posts:
        if post.role not in EDITS:
            continue
        if post.agency_id:
            wanted |= Q(agency=post.agency_id)
        elif post.service_id:
            wanted |= Q(pk=post.service_id)
        elif not post.team_id:
            return Service.objects.all()
    return Service.objects.filter(wanted)


def may_edit_row(user: User, row: Expectation, services: Collection[int] | None = None) -> bool:
    """Whether a person may change this row: one of every service or of none yet, or one of a service of theirs.

    ``services`` spares the query: the keys of `services_planned_by`.
    """
    if not may_edit_schedule(user):
        return False
    if row.service_id is None:
        return True
    if services is None:
        return services_planned_by(user).filter(pk=row.service_id).exists()
    return row.service_id in services


def may_note_absences(user: User) -> bool:
    """Whether a person may note when people are away: administrators and QA."""
    return user.is_active and user.holds(Role.ADMIN, *QA_ROLES)


def expectations_visible_to(user: User) -> QuerySet[Expectation]:
    """The rows of the schedule: all of them for whoever may read it."""
    return Expectation.objects.all() if may_read_schedule(user) else Expectation.objects.none()


def cycles_visible_to(user: User) -> QuerySet[Cycle]:
    return Cycle.objects.all() if may_read_schedule(user) else Cycle.objects.none()


def absences_visible_to(user: User) -> QuerySet[Absence]:
    """When people are away: all for whoever may note it, else one's own."""
    if may_note_absences(user):
        return Absence.objects.all()
    return Absence.objects.filter(person=user) if user.is_active else Absence.objects.none()


def expected_visible_to(user: User) -> QuerySet[Expected]:
    """What is expected: one's own, and for whoever may read the schedule what the scope of their posts covers.

    Administrators see all (who, when and what became of it; nothing of a child).
    """
    if not user.is_active:
        return Expected.objects.none()
    found = Q(auditor=user)
    if user.holds(Role.ADMIN):
        return Expected.objects.all()
    for post in user.current_posts:
        if post.role not in READS:
            continue
        if post.team_id:
            found |= Q(team=post.team_id)
        elif post.service_id:
            found |= Q(team__service=post.service_id) | Q(cycle__expectation__service=post.service_id)
        elif post.agency_id:
            found |= Q(team__service__agency=post.agency_id) | Q(cycle__expectation__service__agency=post.agency_id)
            found |= Q(team=None, cycle__expectation__service=None)
        else:
            return Expected.objects.all()
    return Expected.objects.filter(found).distinct()


def may_select(user: User, expected: Expected) -> bool:
    """Whether a person may say what is audited: the auditor it is due from, or QA of its team."""
    if not user.is_active or expected.state != Expected.State.AWAITING:
        return False
    return expected.auditor_id == user.pk or _is_qa_over(user, expected)


def may_excuse(user: User, expected: Expected) -> bool:
    """Whether a person may excuse somebody from what is expected: QA of its team."""
    return user.is_active and expected.state in ("planned", "awaiting") and _is_qa_over(user, expected)


def may_put_back(user: User, expected: Expected) -> bool:
    """Whether a person may expect an audit after all from somebody who was passed over or excused: QA of its team."""
    return user.is_active and expected.state == Expected.State.SKIPPED and _is_qa_over(user, expected)


def _is_qa_over(user: User, expected: Expected) -> bool:
    if not user.holds(*QA_ROLES):
        return False
    if expected.team_id is not None:
        return qa_teams(user).filter(pk=expected.team_id).exists()
    service = expected.cycle.expectation.service_id
    # Of a row for every service somebody may audit several teams anywhere.
    return qa_teams(user).filter(service=service).exists() if service is not None else True


def cases_to_select(expected: Expected, teams: Collection[Team]) -> CaseQuerySet:
    """The cases that may be looked at to select one of them: those of the teams that ``expected`` can be of.

    For whoever ``may_select`` alone, and no longer than the selection is awaited.
    """
    if expected.state != Expected.State.AWAITING:
        return Case.objects.none()
    return Case.objects.filter(team__in=[team.pk for team in teams])


def covered_services(user: User) -> QuerySet[Service]:
    """The services whose coverage a person may see: those their QA, service or team manager's posts cover."""
    return Service.objects.filter(pk__in=covered_teams(user).values("service"))


def covered_teams(user: User) -> QuerySet[Team]:
    """The teams whose coverage a person may see: those their QA, service or team manager's posts cover."""
    if not user.is_active:
        return Team.objects.none()
    wanted = Q(pk__in=[])
    for post in user.current_posts:
        if post.role not in (*QA_ROLES, Role.SERVICE_MANAGER, Role.TEAM_MANAGER):
            continue
        whole = _within(post)
        if whole is None:
            return Team.objects.all()
        wanted |= whole
    return Team.objects.filter(wanted)


def _within(post: Post) -> Q | None:
    if post.team_id:
        return Q(pk=post.team_id)
    if post.service_id:
        return Q(service_id=post.service_id)
    if post.agency_id:
        return Q(service__agency_id=post.agency_id)
    return None


def may_see_coverage(user: User) -> bool:
    """Whether the pages of coverage have anything for this person."""
    return user.is_active and user.holds(*QA_ROLES, Role.SERVICE_MANAGER, Role.TEAM_MANAGER)


def may_see_clinic(user: User) -> bool:
    """Whether a person may have a performance-clinic sheet: QA and heads of service, within their scope."""
    return user.is_active and user.holds(*QA_ROLES, Role.SERVICE_MANAGER)
