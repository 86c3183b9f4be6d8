"""Who may see or do what with the audit programme and its pieces of work.

Coventry QA framework 2025-27, 6.2: the QA manager coordinates, the subgroup agrees the programme before any audit
commences, the audit chair signs the report off, the subgroup considers it, the board has it presented.
"""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits.access.codes import QA_ROLES
from audits.models import Work, WorkAgency, WorkAudit, WorkPerson, WorkState
from audits.models.programme import WORK_ENDED, WorkQuerySet
from qaf.people.models import User
from qaf.people.roles import Role

SUBGROUP = (Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR)
READS_ALL = (*QA_ROLES, *SUBGROUP, Role.SCRUTINEER)
SEES_CAPACITY = (*QA_ROLES, *SUBGROUP)
# Who leads a piece of work. Coventry 6.2: the QA manager; Bristol: the QA social worker the supervision file audit, a
# service manager the visits.
LEADS = (*QA_ROLES, Role.SERVICE_MANAGER)


def may_read_programme(user: User) -> bool:
    """Whether the programme has anything for this person: its readers, agencies' leads, and who takes part."""
    if not user.is_active:
        return False
    return user.holds(*READS_ALL, Role.AGENCY_LEAD) or works_visible_to(user).exists()


def reads_programme_by_post(user: User) -> bool:
    """Whether one of a person's posts makes them a reader of the programme; asked on every page, so of posts alone."""
    return user.is_active and user.holds(*READS_ALL, Role.AGENCY_LEAD)


def may_plan_work(user: User) -> bool:
    """Whether a person may propose work and run it: QA managers."""
    return user.is_active and user.holds(Role.QA_MANAGER)


def may_lead(person: User) -> bool:
    """Whether a person's posts let them lead a piece of work today."""
    return person.is_active and person.holds(*LEADS)


def may_see_capacity(user: User) -> bool:
    """Whether a person may see how much work asks whose time: QA, and the subgroup that must avoid clashes (6.3)."""
    return user.is_active and user.holds(*SEES_CAPACITY)


def people_in_capacity(user: User) -> QuerySet[User]:
    """The people whose weeks a person may look at: everybody who may sign in, for those who weigh their time."""
    return User.objects.filter(is_active=True) if may_see_capacity(user) else User.objects.none()


def works_visible_to(user: User) -> WorkQuerySet:
    """All work for the programme's readers; else what one leads, takes part in, or answers for with one's agency."""
    if not user.is_active:
        return Work.objects.none()
    if user.holds(*READS_ALL):
        return Work.objects.all()
    agencies = [post.agency_id for post in user.current_posts if post.role == Role.AGENCY_LEAD and post.agency_id]
    mine = Q(lead=user) | Q(chair=user)
    mine |= Q(Exists(WorkPerson.objects.filter(work=OuterRef("pk"), person=user)))
    mine |= Q(Exists(WorkAudit.objects.filter(work_case__work=OuterRef("pk"), auditor=user)))
    taking_part = WorkAgency.objects.filter(work=OuterRef("pk"))
    mine |= Q(Exists(taking_part.filter(Q(lead=user) | Q(auditor=user) | Q(agency__in=agencies))))
    return Work.objects.filter(mine)


def agencies_answered_for(user: User, work: Work) -> QuerySet[WorkAgency]:
    """The agencies of a piece of work that a person leads for."""
    posts = [post.agency_id for post in user.current_posts if post.role == Role.AGENCY_LEAD and post.agency_id]
    return WorkAgency.objects.filter(work=work).filter(Q(lead=user) | Q(agency__in=posts))


def takes_part(user: User, work: Work) -> bool:
    """Whether a person audits in this work, or leads for an agency in it."""
    audits = WorkAudit.objects.filter(work_case__work=work, auditor=user)
    return audits.exists() or agencies_answered_for(user, work).exists()


def _plans(user: User, work: Work) -> bool:
    return user.holds(Role.QA_MANAGER)


def covers_every_agency(user: User, work: Work) -> bool:
    """A QA manager whose posts cover every agency that takes part: nobody else may open or compare all their audits."""
    scopes = [post for post in user.current_posts if post.role == Role.QA_MANAGER]
    if any(not (post.agency_id or post.service_id or post.team_id) for post in scopes):
        return True
    if not scopes:
        return False
    whole = {post.agency_id for post in scopes if post.agency_id}
    agencies = set(WorkAgency.objects.filter(work=work).values_list("agency_id", flat=True))
    return bool(agencies) and agencies <= whole


def _runs(user: User, work: Work) -> bool:
    """A visit is run by its lead, or by QA managers."""
    return work.is_visit and (_plans(user, work) or (work.lead_id == user.pk and may_lead(user)))


def _signs(user: User, work: Work) -> bool:
    """The named chair, or any while none is named; never whoever wrote the report."""
    return user.holds(Role.AUDIT_CHAIR) and work.chair_id in (None, user.pk) and work.lead_id != user.pk


_RULES: dict[str, Callable[[User, Work], bool]] = {
    "change": lambda user, work: _plans(user, work) and work.state not in WORK_ENDED,
    # Nobody agrees what they proposed themselves.
    "agree": lambda user, work: (
        user.holds(*SUBGROUP)
        and work.state == WorkState.PROPOSED
        and not work.is_visit
        and work.proposed_by_id != user.pk
    ),
    "open_fieldwork": lambda user, work: covers_every_agency(user, work) and work.state == WorkState.AGREED,
    "fieldwork": lambda user, work: (
        covers_every_agency(user, work) and work.state in (WorkState.AGREED, WorkState.FIELDWORK)
    ),
    "close_fieldwork": lambda user, work: covers_every_agency(user, work) and work.state == WorkState.FIELDWORK,
    # What one agency wrote is nobody else's until the fieldwork is closed.
    "triangulate": lambda user, work: (
        work.is_multi_agency
        and work.fieldwork_closed_at is not None
        and (covers_every_agency(user, work) or takes_part(user, work))
    ),
    "sign_off": lambda user, work: _signs(user, work) and work.state == WorkState.ANALYSIS,
    "consider": lambda user, work: user.holds(*SUBGROUP) and work.state == WorkState.SIGNED_OFF,
    "present": lambda user, work: _plans(user, work) and work.state == WorkState.CONSIDERED,
    "close": lambda user, work: _plans(user, work) and work.state in (WorkState.PRESENTED, WorkState.REPORTED),
    "plan": lambda user, work: _plans(user, work) and work.is_visit and work.state == WorkState.PROPOSED,
    "prepare": lambda user, work: _runs(user, work) and work.state == WorkState.PLANNED,
    "hold": lambda user, work: _runs(user, work) and work.state == WorkState.PREPARED,
    "report": lambda user, work: _runs(user, work) and work.state == WorkState.HELD,
    "withdraw": lambda user, work: _plans(user, work) and work.state not in WORK_ENDED,
}


def may_with_work(user: User, action: str, work: Work) -> bool:
    """Whether a person may do this with this piece of work in its present state; KeyError for an unknown action."""
    return user.is_active and _RULES[action](user, work)


def reads_whole_programme(user: User) -> bool:
    """Whether a person reads all of the programme, with the notes and whose time it asks: not only their own part."""
    return user.is_active and user.holds(*READS_ALL)
