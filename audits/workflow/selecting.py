"""Selecting what is audited, where the schedule leaves it to the auditor: the manager, or worker and manager."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from audits.access import QA_ROLES, qa_teams
from audits.access.schedule import may_select
from audits.models import About, Audit, AuditType, Case, Expected
from audits.queries.cases import AuditorChoice
from audits.sampling import Candidate, is_own_case
from audits.workflow.allocation import CannotAllocate, allocate
from audits.workflow.draws import rules_on, wait_to_choose
from audits.workflow.expected import Life, allocate_drawn, keep, locked, place_of
from audits.workflow.subjects import Subject
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import Team, User
from qaf.people.roles import Role
from qaf.trail.chain import record


def teams_for(user: User, expected: Expected, day: date) -> tuple[Team, ...]:
    """The teams a person may select from: the auditor all of theirs, QA those of them that are in their scope."""
    teams = place_of(expected, day).teams
    if user.pk == expected.auditor_id:
        return teams
    own = set(qa_teams(user).filter(pk__in=[team.pk for team in teams]).values_list("pk", flat=True))
    return tuple(team for team in teams if team.pk in own)


def demand_selection(user: User, expected: Expected) -> None:
    """Raise Stale when nothing is to be selected here (any more), NotAllowed when it is not this person's to select."""
    concerned = user.pk == expected.auditor_id or user.holds(*QA_ROLES)
    if not concerned:
        raise NotAllowed("What is audited here is for its auditor to select, or for QA.")
    if expected.state == Life.ALLOCATED:
        raise Stale("What is audited here has been selected already, and the audit is allocated. Nothing was changed.")
    if expected.state == Life.SKIPPED:
        raise Stale("This audit is no longer expected: its auditor was passed over or excused. Nothing was changed.")
    if expected.state == Life.PLANNED:
        raise Stale(f"This audit opens on {expected.opens_on:%-d %B %Y}. What is audited can be selected from then on.")
    if not may_select(user, expected):
        raise NotAllowed("What is audited here is for its auditor to select, or for QA of its teams.")


def types_of(expected: Expected) -> list[AuditType]:
    """The types that may be selected: that of the row, and the other one where the row asks for either."""
    row = expected.cycle.expectation
    return [one for one in (row.type, row.other_type) if one is not None and one.is_active]


@transaction.atomic
def select(
    expected: Expected,
    *,
    type: AuditType,
    by: User,
    case: Case | None = None,
    practitioner: User | None = None,
    text: str = "",
    team: Team | None = None,
    reason: str = "",
) -> Audit:
    """Say what is audited, which allocates the audit and meets the deadline.

    Of a type about cases ``case``, about practitioners ``practitioner``, about anything else ``text``, each with the
    ``team`` where it is not plain. Raises NotAllowed, Stale when somebody was quicker, CannotAllocate, or Refused when
    what was chosen cannot be.
    """
    expected, teams = _to_select(expected, type=type, by=by)
    if type.about == About.CASE:
        subject = _case_to_select(expected, case, teams)
    else:
        subject = _other_to_select(expected, type, teams, practitioner=practitioner, text=text, team=team)
    selection = f"Selected by {by}, as the schedule says."
    if reason.strip():
        selection = f"{selection[:-1]}: {reason.strip()}"
    audit = allocate(subject=subject, type=type, auditor=expected.auditor, by=None, selection=selection)
    keep(expected, audit)
    record("expected.selected", expected, by=by, audit=audit.pk)
    return audit


@transaction.atomic
def draw_one(expected: Expected, *, type: AuditType, by: User) -> Audit:
    """Let a case be drawn where one might be selected. Raises as `select` does, and CannotDraw."""
    expected, teams = _to_select(expected, type=type, by=by)
    if type.about != About.CASE:
        raise Refused("Only cases can be drawn. Choose whose work you look at.")
    return allocate_drawn(expected, type=type, day=timezone.localdate(), by=by, teams=teams)


def _to_select(expected: Expected, *, type: AuditType, by: User) -> tuple[Expected, tuple[Team, ...]]:
    expected = locked(expected)
    demand_selection(by, expected)
    wait_to_choose()
    if type not in types_of(expected):
        raise Refused("This row of the schedule does not ask for that type of audit. Choose one that it asks for.")
    if type.confidential and not by.holds(Role.QA_MANAGER):
        raise NotAllowed("Only a QA manager allocates confidential audits.")
    teams = teams_for(by, expected, timezone.localdate())
    if not teams:
        raise CannotAllocate(
            f"{expected.auditor} has no auditor’s post over a team here any more. Ask QA to excuse them, or an "
            "administrator for the post."
        )
    return expected, teams


def _case_to_select(expected: Expected, case: Case | None, teams: tuple[Team, ...]) -> Subject:
    if case is None:
        raise Refused("Choose a case.")
    # Not the key, as in `allocate_one`.
    rows = Case.objects.select_for_update(
        no_key=True, of=("self",) if connection.features.has_select_for_update_of else ()
    )
    case = rows.select_related("team__service__agency", "case_holder").get(pk=case.pk)
    if case.team_id not in {team.pk for team in teams}:
        raise CannotAllocate("This case is no longer with a team that can be chosen from. Choose another one.")
    if case.closed_on is not None and case.closed_on < rules_on(timezone.localdate()).open_since:
        raise CannotAllocate("This case closed too long ago. Choose another one.")
    candidate = Candidate(case.pk, case.team_id, case.legal_status, case.case_holder_id, case.case_holder_name)
    if is_own_case(candidate, AuditorChoice(expected.auditor, (case.team,)).for_draw({case.team_id})):
        raise CannotAllocate(
            f"{expected.auditor} holds this case, and nobody audits their own case. Choose another one."
        )
    if Audit.objects.open().filter(case=case).exists():
        raise CannotAllocate("This case is being audited already. Choose another one.")
    return Subject.of_case(case)


def _other_to_select(
    expected: Expected,
    type: AuditType,
    teams: tuple[Team, ...],
    *,
    practitioner: User | None,
    text: str,
    team: Team | None,
) -> Subject:
    if team is None and len(teams) == 1:
        team = teams[0]
    if team is None or team not in teams:
        raise Refused("Choose a team of those that are audited here.")
    if type.about != About.PRACTITIONER:
        return Subject(team, None, None, "", text)
    if practitioner is None:
        raise Refused("Choose whose work you look at.")
    if practitioner.pk == expected.auditor_id:
        raise CannotAllocate("Nobody audits their own work. Choose somebody else.")
    if not practitioner.is_active:
        raise CannotAllocate(f"{practitioner} can no longer sign in. Choose somebody else.")
    running = Audit.objects.open().filter(type=type, case=None, case_holder=practitioner)
    if running.exists():
        raise CannotAllocate(f"An audit of {practitioner}’s work is running already. Choose somebody else.")
    return Subject(team, None, practitioner)
