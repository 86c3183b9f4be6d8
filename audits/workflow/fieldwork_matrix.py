"""Saying which children's records which agencies audit, and who audits for each.

Coventry QA framework 2025-27, 6.2.1: a thematic audit looks at the same children from every agency's side.
"""

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audits.access import cases_visible_to, qa_teams
from audits.models import Audit, Case, LegalStatus, State, Work, WorkAgency, WorkAudit, WorkCase
from audits.models.audits import WITH_THE_AUDITOR
from audits.queries.cases import pool_of
from audits.sampling import Auditor, Rules, draw
from audits.workflow.allocation import call_off
from audits.workflow.programme_ground import locked as locked_work
from audits.workflow.steps import keep_reason
from audits.workflow.steps import locked as locked_audit
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record

# The framework's audits look closely at a few children; a matrix of more can no longer be read side by side.
MOST_CHILDREN = 20
NOBODY = -1


@transaction.atomic
def add_child(work: Work, *, case: Case, reason: str, by: User) -> WorkCase:
    """Add a chosen child to the matrix, with the reason for the choice.

    Raises Refused for a child that is in it, NotAllowed for a case that this person may not look at, or Stale.
    """
    work = locked_work(work, by=by, action="fieldwork")
    if not cases_visible_to(by).filter(pk=case.pk).exists():
        raise NotAllowed("This case is outside your teams.")
    if not reason.strip():
        raise Refused("Say why this child was chosen, without a name.")
    return _add(work, [(case.pk, f"Chosen by {by}: {reason.strip()}")], by=by)[0]


@transaction.atomic
def draw_children(work: Work, *, how_many: int, status: str = "", seed: str = "", by: User) -> list[WorkCase]:
    """Draw children from the open cases that this person may see, as audits are drawn: by lot, in proportion.

    Left out are those in the matrix and those that rest or are being audited. ``status`` is a legal status, or empty
    for all; the same ``seed`` over the same cases gives the same children. Raises Refused when there are too few.
    """
    work = locked_work(work, by=by, action="fieldwork")
    day = timezone.localdate()
    rules = Rules(day, open_within_weeks=settings.DRAW_OPEN_WITHIN_WEEKS, pause_months=settings.DRAW_PAUSE_MONTHS)
    teams = list(qa_teams(by))
    pool = pool_of(teams, rules)
    there = set(WorkCase.objects.filter(work=work).values_list("case_id", flat=True))
    wanted = LegalStatus(status).label if status else ""
    candidates = [
        one
        for one in pool.candidates
        if one.id not in there and one.closed_on is None and (not wanted or one.status == wanted)
    ]
    seed = seed.strip() or secrets.token_hex(4)
    unit = Auditor(NOBODY, "", frozenset(team.pk for team in teams), wanted or "all open cases")
    sample = draw(candidates, [unit], per_auditor=how_many, seed=seed, history=pool.history, rules=rules)
    if len(sample.picks) < how_many:
        raise Refused(
            f"Only {len(sample.picks)} children can be drawn, {how_many} were asked for. {sample.shortfalls[0].reason} "
            "Nothing was added. Draw fewer, or from all statuses."
        )
    return _add(work, [(pick.case_id, pick.reason) for pick in sample.picks], by=by, seed=seed)


def _add(work: Work, chosen: list[tuple[int, str]], *, by: User, **details: Any) -> list[WorkCase]:
    there = WorkCase.objects.filter(work=work)
    if there.filter(case__in=[pk for pk, _ in chosen]).exists():
        raise Refused("This child is in the matrix already.")
    if there.count() + len(chosen) > MOST_CHILDREN:
        raise Refused(f"A piece of work looks at {MOST_CHILDREN} children at most. Remove one first.")
    last = there.aggregate(last=Max("number"))["last"] or 0
    made = [
        WorkCase.objects.create(work=work, case_id=pk, number=number, selection=selection)
        for number, (pk, selection) in enumerate(chosen, start=last + 1)
    ]
    record("work.child_added", work, by=by, children=[one.number for one in made], **details)
    return made


@transaction.atomic
def remove_child(child: WorkCase, *, by: User) -> None:
    """Take a child out of the matrix again, as long as no audit of them was allocated. The others keep their numbers.

    Raises Refused, NotAllowed or Stale.
    """
    work = locked_work(child.work, by=by, action="fieldwork")
    child = WorkCase.objects.select_for_update().filter(pk=child.pk).first() or _gone()
    if child.audits.exclude(audit=None).exists() or Audit.objects.filter(work=work, case=child.case_id).exists():
        raise Refused(
            f"Audits of child {child.number} were allocated, so the child stays. Cancel those that are not to be done."
        )
    number = child.number
    child.delete()
    record("work.child_removed", work, by=by, child=number)


def _gone() -> WorkCase:
    raise Stale("This child was removed from another page meanwhile.")


@transaction.atomic
def set_cell(child: WorkCase, taking_part: WorkAgency, *, auditor: User | None, not_known: bool, by: User) -> WorkAudit:
    """Say who audits one child for one agency, or that the agency does not know the child.

    An audit that was allocated is cancelled when somebody else is to do it, which goes only before it was begun, or
    when the agency turns out not to know the child, which goes until it is submitted; a new one is allocated with the
    others that wait (``fieldwork.allocate_waiting``). Raises Refused, NotAllowed or Stale.
    """
    work = locked_work(child.work, by=by, action="fieldwork")
    if child.work_id != work.pk or taking_part.work_id != work.pk:
        raise Stale("This child or this agency is no longer in the matrix.")
    cell, _ = WorkAudit.objects.select_for_update().get_or_create(work_case=child, agency=taking_part.agency)
    if cell.audit_id is not None and cell.audit is not None and cell.audit.state != State.CANCELLED:
        if not not_known and auditor is not None and cell.audit.auditor_id == auditor.pk:
            return cell
        _take_back(cell.audit, not_known=not_known, by=by)
    cell.audit = None
    cell.auditor = None if not_known else auditor
    cell.not_known = not_known
    cell.save()
    record(
        "work.cell_changed",
        work,
        by=by,
        child=child.number,
        agency=taking_part.agency_id,
        auditor=auditor.pk if auditor is not None and not not_known else None,
        not_known=not_known,
    )
    return cell


def _take_back(audit: Audit, *, not_known: bool, by: User) -> None:
    audit = locked_audit(audit)
    if audit.state not in WITH_THE_AUDITOR or (audit.state != State.ALLOCATED and not not_known):
        raise Stale(
            f"Audit {audit.reference} is “{audit.get_state_display()}”, so it stays with {audit.auditor}. Nothing was "
            "changed."
        )
    reason = "The agency does not know the child." if not_known else "Somebody else audits for this agency."
    keep_reason(audit, kind="cancelled", text=reason, by=by)
    call_off(audit, reason=reason, by=by)
