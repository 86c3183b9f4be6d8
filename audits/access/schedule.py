"""Who may see or do what with the schedule of expectations, its cycles, and what is expected of whom."""

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from audits.access.codes import QA_ROLES
from audits.access.rows import qa_teams, teams_covered
from audits.models import Case, Cycle, Expectation, Expected
from audits.models.cases import CaseQuerySet
from qaf.people.models import Absence, Service, Team, User
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
    return "select" in actions_on(user, [expected])[expected.pk]


def may_excuse(user: User, expected: Expected) -> bool:
    """Whether a person may excuse somebody from what is expected: QA of its team."""
    return "excuse" in actions_on(user, [expected])[expected.pk]


def may_put_back(user: User, expected: Expected) -> bool:
    """Whether a person may expect an audit after all from somebody who was passed over or excused: QA of its team."""
    return "put_back" in actions_on(user, [expected])[expected.pk]


def actions_on(user: User, rows: Iterable[Expected]) -> dict[int, set[str]]:
    """What a person may do with each of these, by key: "select", "excuse", "put_back". At most one query for all."""
    rows = list(rows)
    if not user.is_active:
        return {expected.pk: set() for expected in rows}
    over: set[int] = set()
    teams = list(qa_teams(user).values_list("pk", "service_id")) if user.holds(*QA_ROLES) else []
    own_teams, own_services = {team for team, _ in teams}, {service for _, service in teams}
    for expected in rows:
        service = expected.cycle.expectation.service_id
        if expected.team_id is not None:
            covered = expected.team_id in own_teams
        else:
            # Of a row for every service somebody may audit several teams anywhere.
            covered = bool(teams) and (service is None or service in own_services)
        if covered:
            over.add(expected.pk)
    return {expected.pk: _actions(user, expected, expected.pk in over) for expected in rows}


def _actions(user: User, expected: Expected, is_qa: bool) -> set[str]:
    state = Expected.State
    found = set()
    if expected.state == state.AWAITING and (is_qa or expected.auditor_id == user.pk):
        found.add("select")
    if expected.state in (state.PLANNED, state.AWAITING) and is_qa:
        found.add("excuse")
    if expected.state == state.SKIPPED and is_qa:
        found.add("put_back")
    return found


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
    return teams_covered(user, *QA_ROLES, Role.SERVICE_MANAGER, Role.TEAM_MANAGER)


def may_see_coverage(user: User) -> bool:
    """Whether the pages of coverage have anything for this person."""
    return user.is_active and user.holds(*QA_ROLES, Role.SERVICE_MANAGER, Role.TEAM_MANAGER)


def may_see_clinic(user: User) -> bool:
    """Whether a person may have a performance-clinic sheet: QA and heads of service, within their scope."""
    return user.is_active and user.holds(*QA_ROLES, Role.SERVICE_MANAGER)
