"""One expected audit: drawn and allocated, or selected by its auditor; excused, put back, or expected anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audits.access import QA_ROLES, qa_teams
from audits.access.schedule import may_excuse, may_put_back, may_select
from audits.models import About, Audit, AuditType, Case, Draw, Expected, State
from audits.models.audits import ENDED
from audits.queries.cases import AuditorChoice, pool_of
from audits.queries.due import covers, posts_on
from audits.sampling import Candidate, Pick, draw, is_own_case
from audits.workflow.allocation import CannotAllocate, allocate
from audits.workflow.draws import rules_on
from audits.workflow.subjects import Subject
from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.workflow import drop_deadlines, meet_deadlines, set_deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.outbox import tell
from qaf.people.models import Team, User
from qaf.people.roles import Role
from qaf.trail.chain import record

# Working days in which a manager or worker says what is audited.
SELECT_WITHIN_DAYS = 5
SELECT = "select"
Life = Expected.State


class CannotDraw(Refused):
    """No case can be drawn for this auditor. The message says why, and names no child."""

    title = "No case can be drawn"


@dataclass(frozen=True)
class Place:
    """Where somebody audits on a day: the teams of the row's service that their auditor's posts cover then."""

    teams: tuple[Team, ...]


def place_of(expected: Expected, day: date) -> Place:
    """The teams an expected audit can be of, as the auditor's posts are on this day. Two queries."""
    service = expected.cycle.expectation.service_id
    teams = Team.objects.select_related("service__agency").order_by("name", "pk")
    if service is not None:
        teams = teams.filter(service=service)
    posts = [post for post in posts_on(expected.auditor, day) if post.role == Role.AUDITOR]
    return Place(tuple(team for team in teams if any(covers(post, team) for post in posts)))


def teams_for(user: User, expected: Expected, day: date) -> tuple[Team, ...]:
    """The teams a person may select from: the auditor all of theirs, QA those of them that are in their scope."""
    teams = place_of(expected, day).teams
    if user.pk == expected.auditor_id:
        return teams
    own = set(qa_teams(user).filter(pk__in=[team.pk for team in teams]).values_list("pk", flat=True))
    return tuple(team for team in teams if team.pk in own)


def name_of(expected: Expected) -> str:
    """How reminders and notices name what is due."""
    row = expected.cycle.expectation
    return f"{row.type_name}, {row.service_name}"


def path_of(expected: Expected) -> str:
    return f"/schedule/expected/{expected.pk}/select/"


def locked(expected: Expected) -> Expected:
    """The expected audit as it is now, its row locked until the transaction ends."""
    rows = Expected.objects.select_for_update(of=("self",) if connection.features.has_select_for_update_of else ())
    related = ("cycle__expectation__service", "cycle__expectation__type", "cycle__expectation__other_type")
    return rows.select_related(*related, "auditor", "audit").get(pk=expected.pk)


def skip(expected: Expected, *, why: str, note: str, by: User | None = None) -> None:
    """Pass somebody over, the row locked by the caller; ``note`` says why in words and names no child."""
    before = expected.state
    expected.state, expected.why, expected.note = Life.SKIPPED, why, note
    expected.save(update_fields=["state", "why", "note"])
    record("expected.skipped", expected, by=by, why=Expected.Why(why).label, before=before)


def ask_to_select(expected: Expected, *, day: date) -> None:
    """Ask the auditor to say what is audited, the row locked by the caller: a deadline and a notice."""
    due_on = working_days_after(day, SELECT_WITHIN_DAYS)
    expected.state = Life.AWAITING
    expected.save(update_fields=["state"])
    title = f"{name_of(expected)}: choose what you audit"[:200]
    path = path_of(expected)
    set_deadline(expected, kind=SELECT, owner=expected.auditor, due_on=due_on, title=title, path=path, starts_on=day)
    tell(
        expected.auditor,
        key=f"expected:{expected.pk}:select:{due_on}",
        text=f"{name_of(expected)}: choose by {due_on:%-d %B %Y} what you audit.",
        path=path,
    )
    record("expected.asked", expected, by=None, due_on=due_on)


def allocate_drawn(
    expected: Expected, *, type: AuditType, day: date, by: User | None = None, teams: tuple[Team, ...] | None = None
) -> Audit:
    """Draw one case of the auditor's teams and allocate it, the row locked by the caller.

    ``by`` is who asked for it to be drawn, None the schedule. Raises CannotDraw with the reason, or CannotAllocate.
    """
    # Two draws of a type at the same moment wait for one another, so that no case is drawn twice.
    AuditType.objects.select_for_update(no_key=True).get(pk=type.pk)
    teams = place_of(expected, day).teams if teams is None else teams
    choice = AuditorChoice(expected.auditor, teams)
    rules = rules_on(day)
    pool = pool_of(teams, rules)
    unsuitable = _called_off(expected, type)
    tries = len(unsuitable)
    seed = f"{expected.cycle.seed}-{expected.pk}" + (f"-{tries}" if tries else "")
    sample = draw(
        [case for case in pool.candidates if case.id not in unsuitable],
        [choice.for_draw({team.pk for team in teams})],
        per_auditor=1,
        seed=seed,
        history=pool.history,
        rules=rules,
    )
    if not sample.picks:
        raise CannotDraw(sample.shortfalls[0].reason if sample.shortfalls else "None of these teams has a case.")
    pick: Pick = sample.picks[0]
    made = Draw.objects.create(
        seed=seed,
        made_by=by or expected.cycle.opened_by,
        type=type,
        eligible=sample.eligible,
        parameters={
            "cycle": expected.cycle_id,
            "expected": expected.pk,
            "teams": [team.pk for team in teams],
            "auditors": [expected.auditor_id],
            "per_auditor": 1,
            "day": rules.day.isoformat(),
            "open_within_weeks": rules.open_within_weeks,
            "pause_months": rules.pause_months,
            "left_out": sorted(unsuitable),
        },
    )
    case = Case.objects.select_related("team__service__agency", "case_holder").get(pk=pick.case_id)
    audit = allocate(
        subject=Subject.of_case(case),
        type=type,
        auditor=expected.auditor,
        by=None,
        selection=pick.reason,
        draw=made,
        on=day,
    )
    _keep(expected, audit)
    record("draw.made", made, by=by, seed=seed, picks=1, eligible=sample.eligible)
    record("expected.allocated", expected, by=by, audit=audit.pk)
    return audit


def _called_off(expected: Expected, type: AuditType) -> set[int]:
    """The cases of this auditor's audits that were cancelled in this cycle: they are not drawn for them again."""
    audits = Audit.objects.filter(auditor=expected.auditor, type=type, state=State.CANCELLED, case__isnull=False)
    return set(audits.filter(allocated_on__gte=expected.cycle.starts_on).values_list("case_id", flat=True))


def _keep(expected: Expected, audit: Audit) -> None:
    meet_deadlines(expected, kind=SELECT)
    expected.audit, expected.state, expected.note = audit, Life.ALLOCATED, ""
    expected.save(update_fields=["audit", "state", "note"])


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
    _keep(expected, audit)
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
    # Whoever allocates audits of a type waits here, and then sees what was allocated meanwhile.
    AuditType.objects.select_for_update(no_key=True).get(pk=type.pk)
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
    rows = Case.objects.select_for_update(of=("self",) if connection.features.has_select_for_update_of else ())
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
    running = Audit.objects.exclude(state__in=ENDED).filter(type=type, case=None, case_holder=practitioner)
    if running.exists():
        raise CannotAllocate(f"An audit of {practitioner}’s work is running already. Choose somebody else.")
    return Subject(team, None, practitioner)


@transaction.atomic
def excuse(expected: Expected, *, reason: str, by: User) -> Expected:
    """Take an expected audit from somebody, with the reason; they are told. Raises Refused, NotAllowed or Stale."""
    expected = locked(expected)
    if expected.state not in (Life.PLANNED, Life.AWAITING):
        raise Stale(
            f"This audit is now “{expected.get_state_display().lower()}”, so nobody can be excused from it. Nothing "
            "was changed."
        )
    if not may_excuse(by, expected):
        raise NotAllowed("Only QA of these teams excuses somebody from an audit.")
    if not reason.strip():
        raise Refused("Say why they are excused.")
    drop_deadlines(expected, kind=SELECT)
    if expected.auditor != by:
        tell(
            expected.auditor,
            key=f"expected:{expected.pk}:excused:{timezone.now():%Y%m%d%H%M%S}",
            text=f"{name_of(expected)}: you are excused from the audit due in this cycle.",
            path="/schedule/mine/",
        )
    skip(expected, why=Expected.Why.BY_HAND, note=reason.strip(), by=by)
    return expected


@transaction.atomic
def put_back(expected: Expected, *, by: User) -> Expected:
    """Expect an audit after all from somebody who was passed over or excused; it opens on the next working day.

    What stood in the way is looked at again on that day. Raises NotAllowed, or Stale.
    """
    expected = locked(expected)
    if expected.state != Life.SKIPPED:
        raise Stale("This audit is expected already. Nothing was changed.")
    if not may_put_back(by, expected):
        raise NotAllowed("Only QA of these teams puts an audit back.")
    before = expected.get_why_display()
    expected.state, expected.why, expected.note = Life.PLANNED, "", ""
    expected.opens_on = max(expected.opens_on, working_days_after(timezone.localdate(), 0))
    expected.save(update_fields=["state", "why", "note", "opens_on"])
    record("expected.put_back", expected, by=by, why=before, opens_on=expected.opens_on)
    return expected


def after_cancellation(audit: Audit, *, by: User | None) -> None:
    """An audit of the schedule was cancelled, in the caller's transaction: expect it anew, if the cycle still runs.

    A drawn one is drawn again on the next working day, never the same case; else its auditor is asked again. After the
    end of the cycle it stays as it is, and its note says why it was not done.
    """
    found = Expected.objects.filter(audit=audit).first()
    if found is None:
        return
    expected, today = locked(found), timezone.localdate()
    if expected.cycle.ends_on < today:
        expected.note = f"Its audit was cancelled on {today:%-d %B %Y}, after the end of the cycle."
        expected.save(update_fields=["note"])
        return
    expected.audit, expected.state = None, Life.PLANNED
    expected.opens_on = working_days_after(today, 1)
    expected.note = f"An audit of this was cancelled on {today:%-d %B %Y}."
    expected.save(update_fields=["audit", "state", "opens_on", "note"])
    record("expected.expected_anew", expected, by=by, opens_on=expected.opens_on)


def when_cancelled(sender: type, *, audit: Audit, by: User | None, **kwargs: Any) -> None:
    """The receiver of `audits.signals.audit_cancelled`."""
    after_cancellation(audit, by=by)


@transaction.atomic
def take_over(expected: Expected, *, audit: Audit, by: User | None) -> Expected:
    """Let another audit be the one that was expected, such as that of the case that replaces an unsuitable one.

    Raises Stale when an audit stands there already.
    """
    expected = locked(expected)
    if expected.audit_id is not None and expected.audit_id != audit.pk:
        raise Stale("Another audit is allocated for this already. Nothing was changed.")
    drop_deadlines(expected, kind=SELECT)
    expected.audit, expected.state, expected.why, expected.note = audit, Life.ALLOCATED, "", ""
    expected.save(update_fields=["audit", "state", "why", "note"])
    record("expected.allocated", expected, by=by, audit=audit.pk)
    return expected
