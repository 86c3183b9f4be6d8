"""What the lowest grade asks for: a case direction, a review of the actions, and a re-audit by somebody else."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from audits.access import DIRECT, READ
from audits.models import Audit, CaseDirection
from audits.workflow.allocation import CannotAllocate, allocate, least_loaded_auditor
from audits.workflow.parts import give_part, qa_manager_for, service_manager_for
from audits.workflow.steps import demand, inform, locked, open_duty
from audits.workflow.subjects import Subject
from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.workflow import meet_deadlines
from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the month's last day when it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def open_duties_of_lowest_grade(audit: Audit, *, by: User | None) -> Audit | None:
    """The lowest grade stands: open the duties that follow and give the re-audit, if one could be opened.

    Bristol QAF, case file audit process map: case direction with the distribution, actions reviewed by the Service
    Manager within one month, re-audit in eight weeks by a second auditor. In the caller's transaction.
    """
    today = timezone.localdate()
    manager = service_manager_for(audit)
    if manager is not None:
        give_part(audit, manager, DIRECT)
        open_duty(
            audit,
            kind="case_direction",
            owner=manager,
            due_on=working_days_after(today, audit.process.distribution_days),
        )
        open_duty(
            audit,
            kind="action_review",
            owner=manager,
            due_on=working_days_after(months_after(today, audit.process.action_review_months), 0),
        )
        inform(
            audit,
            manager,
            event=f"lowest_grade_stands:{audit.moderated_at:%Y%m%d%H%M%S%f}",
            text="The lowest grade stands. Write the case direction and see to the actions.",
            urgent=True,
        )
    return _open_reaudit(audit, by=by)


def _open_reaudit(audit: Audit, *, by: User | None) -> Audit | None:
    kind = audit.process.reaudit_type
    if kind is None:
        return None
    auditor = least_loaded_auditor(
        subject=Subject.of_audit(audit), type=kind, but_not={audit.auditor_id}, day=timezone.localdate()
    )
    if auditor is None:
        _leave_to_qa_manager(audit, text="No second auditor could be found for the re-audit. Please allocate it.")
        return None
    try:
        return allocate_reaudit(audit, auditor=auditor, by=None)
    except CannotAllocate:
        # Such as a re-audit of this case that is running already, from another audit: the grades stand all the same.
        _leave_to_qa_manager(audit, text="The re-audit could not be opened by itself. Please see to it.")
        return None


def _leave_to_qa_manager(audit: Audit, *, text: str) -> None:
    """The re-audit lands not nowhere, but on the QA manager's desk."""
    manager = qa_manager_for(audit)
    if manager is None:
        return
    open_duty(
        audit,
        kind="reaudit_allocation",
        owner=manager,
        due_on=working_days_after(timezone.localdate(), audit.process.distribution_days),
    )
    inform(audit, manager, event="reaudit_without_auditor", text=text)


@transaction.atomic
def allocate_reaudit(audit: Audit, *, auditor: User, by: User | None) -> Audit:
    """Open the re-audit of an audit with a chosen second auditor.

    Raises Refused when this type has no re-audit, one is there already, or the auditor is the first one.
    """
    audit = locked(audit)
    kind = audit.process.reaudit_type
    if kind is None or not audit.raises_alert or not audit.final_grade:
        raise Refused("This audit does not call for a re-audit.")
    if audit.reaudit is not None:
        raise Stale("The re-audit of this audit has been opened already.")
    if auditor.pk == audit.auditor_id:
        raise Refused("A re-audit is never done by the first auditor. Choose somebody else.")
    reaudit = allocate(
        subject=Subject.of_audit(audit),
        type=kind,
        auditor=auditor,
        by=by,
        selection=f"Re-audit of {audit.reference}, where the lowest grade stands.",
        reaudit_of=audit,
    )
    # The second auditor follows up the first one's actions, so must be able to read them.
    give_part(audit, auditor, READ)
    meet_deadlines(audit, kind="reaudit_allocation")
    record("audit.reaudit_opened", audit, by=by, reaudit=reaudit.reference)
    return reaudit


@transaction.atomic
def write_case_direction(audit: Audit, *, text: str, by: User) -> CaseDirection:
    """Write (or write anew) the case direction kept with the audit. Raises Refused without a text."""
    audit = locked(audit)
    demand(by, "direct", audit)
    if not text.strip():
        raise Refused("Write the case direction before you save it.")
    direction, _ = CaseDirection.objects.update_or_create(
        audit=audit, defaults={"text": text.strip(), "by": by, "at": timezone.now()}
    )
    meet_deadlines(audit, kind="case_direction")
    record("audit.case_direction", audit, by=by)
    return direction


@transaction.atomic
def review_actions(audit: Audit, *, text: str, by: User) -> CaseDirection:
    """Add the review of the actions to the case direction, within one month of the grade.

    Raises Refused without a text, or when there is no case direction yet.
    """
    audit = locked(audit)
    demand(by, "direct", audit)
    direction = CaseDirection.objects.select_for_update().filter(audit=audit).first()
    if direction is None:
        raise Refused("Write the case direction first, then the review of the actions.")
    if not text.strip():
        raise Refused("Write what has been done about each action.")
    direction.review, direction.reviewed_by, direction.reviewed_at = text.strip(), by, timezone.now()
    direction.save()
    meet_deadlines(audit, kind="action_review")
    record("audit.actions_reviewed", audit, by=by)
    return direction
