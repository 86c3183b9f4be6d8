"""Opening and closing the fieldwork of a piece of work, and keeping its audits going.

Coventry QA framework 2025-27, 6.2.1: each agency audits the same child by itself; triangulation follows.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from audits.models import Audit, Work, WorkAudit
from audits.models.audits import WITH_THE_AUDITOR
from audits.queries.fieldwork import Cell, grid_of
from audits.workflow.allocation import allocate, call_off
from audits.workflow.draws import wait_to_choose
from audits.workflow.fieldwork_checks import CannotOpen, problems_of, subject_of
from audits.workflow.programme_ground import inform as tell_people
from audits.workflow.programme_ground import locked as locked_work
from audits.workflow.programme_ground import name_of
from audits.workflow.programme_steps import note_step
from audits.workflow.steps import inform, keep_reason
from audits.workflow.steps import locked as locked_audit
from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record


@transaction.atomic
def open_fieldwork(work: Work, *, by: User, seen_revision: int | None = None) -> list[Audit]:
    """Begin the fieldwork of work that the subgroup has agreed, and allocate an audit for each cell of its matrix.

    All of them or none. A multi-agency audit needs something to allocate; other work may have its audits drawn
    elsewhere, and begins without a matrix. Raises CannotOpen with everything that stands in the way, NotAllowed, or
    Stale when the work is not agreed or has begun.
    """
    work = locked_work(work, by=by, action="open_fieldwork", seen_revision=seen_revision)
    audits: list[Audit] = []
    if work.is_multi_agency or work.cases.exists():
        audits = _allocate(work, by=by)
        if not audits:
            raise CannotOpen(["No agency knows any of the children, so there is nothing to audit. Check the matrix."])
    work.open_fieldwork()
    note_step(work, "open_fieldwork", by=by, audits=len(audits))
    return audits


@transaction.atomic
def allocate_waiting(work: Work, *, by: User) -> list[Audit]:
    """Allocate what was added to the matrix since the fieldwork began; all of it or nothing.

    Raises CannotOpen, NotAllowed, or Stale when nothing waits.
    """
    work = locked_work(work, by=by, action="close_fieldwork")
    audits = _allocate(work, by=by)
    if not audits:
        raise Stale("Every audit of the matrix is allocated already.")
    record("work.audits_allocated", work, by=by, audits=len(audits))
    return audits


def _allocate(work: Work, *, by: User) -> list[Audit]:
    # A draw at the same moment leaves these children out, or is seen here.
    wait_to_choose()
    grid, day = grid_of(work), timezone.localdate()
    if problems := problems_of(work, grid, by=by, day=day):
        raise CannotOpen(problems)
    return [_allocate_cell(work, cell, by=by) for cell in grid.to_allocate]


def _allocate_cell(work: Work, cell: Cell, *, by: User) -> Audit:
    team, auditor = cell.team, cell.auditor
    if work.type is None or team is None or auditor is None:
        raise CannotOpen([f"{cell.agency}, child {cell.child.number}: something is missing. Open the matrix again."])
    audit = allocate(
        subject=subject_of(cell, team),
        type=work.type,
        auditor=auditor,
        by=by,
        selection=cell.child.selection,
        work=work,
    )
    WorkAudit.objects.update_or_create(
        work_case=cell.child, agency=cell.agency, defaults={"auditor": auditor, "audit": audit}
    )
    return audit


@transaction.atomic
def remind(work: Work, *, by: User) -> int:
    """Remind everybody whose audit is not submitted, once a day; gives back how many were told.

    Raises NotAllowed or Stale.
    """
    work = locked_work(work, by=by, action="close_fieldwork")
    today = timezone.localdate()
    audits = [cell.audit for cell in grid_of(work).missing if cell.audit is not None]
    if not audits:
        raise Stale("Every audit has been submitted: there is nobody to remind.")
    for audit in audits:
        inform(
            audit,
            audit.auditor,
            event=f"fieldwork_reminder:{today}",
            text=f"Your part of a multi-agency audit is due on {audit.due_on:%-d %B %Y}. Submit it before the "
            "fieldwork is closed.",
        )
    record("work.auditors_reminded", work, by=by, audits=len(audits))
    return len(audits)


@transaction.atomic
def close_fieldwork(work: Work, *, reason: str = "", by: User, seen_revision: int | None = None) -> Work:
    """Close the fieldwork: from now on nothing of it is filled, and the agencies' findings stand side by side.

    Audits that were not submitted need a ``reason``; they are cancelled with it and stay in the matrix as not done.
    A check or a moderation that the type's process map asks for goes on: closing waits for the auditors alone.
    Raises Refused naming what is missing, NotAllowed or Stale.
    """
    work = locked_work(work, by=by, action="close_fieldwork", seen_revision=seen_revision)
    # In the order of their keys, as everybody who locks several does.
    for pk in Audit.objects.filter(work=work).order_by("pk").values_list("pk", flat=True):
        Audit.objects.select_for_update(of=("self",)).get(pk=pk)
    missing = grid_of(work).missing
    if missing and not reason.strip():
        raise Refused(
            f"{name_the(missing)} Say why the fieldwork is closed without {'it' if len(missing) == 1 else 'them'}."
        )
    for audit in Audit.objects.filter(work=work, state__in=WITH_THE_AUDITOR).order_by("pk"):
        found = locked_audit(audit)
        keep_reason(found, kind="cancelled", text=f"The fieldwork was closed without it. {reason.strip()}", by=by)
        call_off(found, reason=reason, by=by)
    work.close_fieldwork()
    submitted = [cell.audit.auditor for cell in grid_of(work).cells if cell.audit is not None and cell.is_submitted]
    if work.is_multi_agency:
        told = f"The fieldwork of {name_of(work)} is closed. You can compare now what the agencies found."
        tell_people(work, submitted, event="compare", text=told, but=by)
    return note_step(
        work, "close_fieldwork", by=by, text=reason.strip(), submitted=len(submitted), not_done=len(missing)
    )


def name_the(missing: Sequence[Cell]) -> str:
    """Which audits have not been submitted, by agency and child's number, as a sentence."""
    names = [f"{cell.agency}, child {cell.child.number}" for cell in missing]
    return f"{len(names)} audit{' is' if len(names) == 1 else 's are'} not submitted: {'; '.join(names)}."
