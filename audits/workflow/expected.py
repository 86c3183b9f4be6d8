"""One expected audit: drawn and allocated, asked for, excused, put back, or expected anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audits.access.schedule import may_excuse, may_put_back
from audits.models import Audit, AuditType, Case, Draw, Expected, State
from audits.queries.cases import AuditorChoice, pool_of
from audits.queries.due import covers, posts_on
from audits.sampling import Pick, draw
from audits.workflow.allocation import allocate
from audits.workflow.draws import rules_on, wait_to_choose
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
    wait_to_choose()
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
    keep(expected, audit)
    record("draw.made", made, by=by, seed=seed, picks=1, eligible=sample.eligible)
    record("expected.allocated", expected, by=by, audit=audit.pk)
    return audit


def _called_off(expected: Expected, type: AuditType) -> set[int]:
    """The cases of this auditor's audits that were cancelled in this cycle: they are not drawn for them again."""
    audits = Audit.objects.filter(auditor=expected.auditor, type=type, state=State.CANCELLED, case__isnull=False)
    return set(audits.filter(allocated_on__gte=expected.cycle.starts_on).values_list("case_id", flat=True))


def keep(expected: Expected, audit: Audit) -> None:
    """Let this be the audit that was expected, the row locked by the caller; what was awaited is met."""
    meet_deadlines(expected, kind=SELECT)
    expected.audit, expected.state, expected.note = audit, Life.ALLOCATED, ""
    expected.save(update_fields=["audit", "state", "note"])


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
