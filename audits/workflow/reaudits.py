"""What the lowest grade asks for: a case direction, a review of the actions, and a re-audit by somebody else."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from audits.access import DIRECT, READ, auditors_for_others, holds_over
from audits.models import Audit, AuditType, AuditUserObjectPermission, CaseDirection, State
from audits.queries.reaudits import before
from audits.workflow.allocation import CannotAllocate, allocate, call_off, least_loaded_auditor
from audits.workflow.parts import give_part, qa_manager_for, service_manager_for, take_part_from_all
from audits.workflow.steps import inform, keep_reason, locked, open_duty
from audits.workflow.subjects import Subject
from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.models import Deadline
from qaf.deadlines.workflow import drop_deadlines, meet_deadlines
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.chain import record

DIRECTION, REVIEW, REAUDIT, ONCE_MORE = "case_direction", "action_review", "reaudit_allocation", "further_reaudit"
DUTIES = (DIRECTION, REVIEW, REAUDIT, ONCE_MORE)
# The kind under which the note is kept that the lowest grade, and its duties with it, fell away.
LIFTED = "lowest grade lifted"


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
    Manager within one month, re-audit in eight weeks by a second auditor. What was written since the audit came in is
    not asked for again. In the caller's transaction.
    """
    today = timezone.localdate()
    manager = service_manager_for(audit)
    if manager is not None:
        give_part(audit, manager, DIRECT)
        written, reviewed = _done_already(audit)
        if not written:
            due = working_days_after(today, audit.process.distribution_days)
            _open_once(audit, kind=DIRECTION, owner=manager, due_on=due)
        if not reviewed:
            due = working_days_after(months_after(today, audit.process.action_review_months), 0)
            _open_once(audit, kind=REVIEW, owner=manager, due_on=due)
        inform(
            audit,
            manager,
            event=f"lowest_grade_stands:{audit.moderated_at:%Y%m%d%H%M%S%f}",
            text="The lowest grade stands. Write the case direction and see to the actions.",
            urgent=True,
        )
    return _open_reaudit(audit, by=by)


def _open_once(audit: Audit, *, kind: str, owner: User, due_on: date) -> None:
    if not Deadline.objects.about(audit).open().filter(kind=kind).exists():
        open_duty(audit, kind=kind, owner=owner, due_on=due_on)


def _done_already(audit: Audit) -> tuple[bool, bool]:
    """Whether the case direction, and the review of the actions, were written for the grade as it stands now.

    What was written before the grade was lifted is no answer to a grade that came down again.
    """
    direction = CaseDirection.objects.filter(audit=audit).first()
    if direction is None:
        return False, False
    lifted = audit.reasons.filter(kind=LIFTED).order_by("-at").values_list("at", flat=True).first()
    since = [moment for moment in (audit.submitted_at, lifted) if moment is not None]
    written = all(direction.at > moment for moment in since)
    reviewed = direction.reviewed_at is not None and all(direction.reviewed_at > moment for moment in since)
    return written, reviewed


def _told(audit: Audit) -> list[User]:
    """Who was told of the lowest grade and holds its duties."""
    held = AuditUserObjectPermission.objects.filter(content_object=audit, permission__codename=DIRECT)
    return [one.user for one in held.select_related("user").order_by("pk")]


def was_told(audit: Audit) -> bool:
    """Whether somebody was told that this audit is, or was, at the lowest grade, and not yet that it no longer is."""
    return bool(_told(audit))


def rest_duties_of_lowest_grade(audit: Audit) -> None:
    """The grades are open again: the duties fall away until they are decided, and come again if it stands again.

    A re-audit that nobody has begun is called off. Raises Refused when it has begun. In the caller's transaction.
    """
    if (found := audit.reaudit) is not None:
        # Locked before it is looked at: its auditor may be about to begin, or somebody to cancel it.
        _call_off_unbegun(audit, locked(found))
    for kind in DUTIES:
        drop_deadlines(audit, kind=kind)
    stamp = timezone.now()
    for person in _told(audit):
        inform(
            audit,
            person,
            event=f"duties_rest:{stamp:%Y%m%d%H%M%S%f}",
            text="Its moderation was reopened. What the lowest grade asks of you rests until it is decided again.",
        )


def _call_off_unbegun(audit: Audit, reaudit: Audit) -> None:
    if reaudit.state == State.CANCELLED:
        return
    if reaudit.state != State.ALLOCATED:
        raise Refused(
            f"The re-audit {reaudit.reference} has begun on this grade already, so the moderation stands. Cancel the "
            "re-audit first if it must be reopened."
        )
    call_off(reaudit, reason=f"The grades of {audit.reference}, which it was to follow up, are open again.")


def lift_duties_of_lowest_grade(audit: Audit, *, by: User | None, who: str = "Moderation") -> None:
    """The lowest grade no longer stands: its duties fall away with a note that is kept with the audit.

    Product design, *The life of one audit*. Whoever was told of it is told of this. ``who`` lifted it, in the words of
    the note, once the grades are settled; before, it is the auditor. In the caller's transaction.
    """
    for kind in DUTIES:
        drop_deadlines(audit, kind=kind)
    stamp = timezone.now()
    moderated = bool(audit.final_grade)
    for person in _told(audit):
        inform(
            audit,
            person,
            event=f"lifted:{stamp:%Y%m%d%H%M%S%f}",
            text=(f"{who} lifted the lowest grade." if moderated else "It no longer has the lowest grade.")
            + " No case direction or re-audit is needed.",
        )
    take_part_from_all(audit, DIRECT)
    if by is not None:
        by_whom = f"{who} lifted the lowest grade" if moderated else "The auditor no longer gives the lowest grade"
        keep_reason(
            audit,
            kind=LIFTED,
            text=f"{by_whom}. The case direction, the review of the actions and the re-audit are no longer due.",
            by=by,
        )
    record("audit.lowest_grade_lifted", audit, by=by)


def reaudit_type_of(audit: Audit) -> AuditType | None:
    """The type that this audit is audited again with; None where there is none.

    A re-audit that is itself at the lowest grade is followed up by one of its own kind, unless its process map names
    another.
    """
    return audit.process.reaudit_type or (audit.type if audit.reaudit_of_id else None)


def auditors_so_far(audit: Audit) -> set[int]:
    """Everybody who audited this or what it follows up: none of them re-audits it."""
    return {audit.auditor_id, *(one.auditor_id for one in before(audit))}


def barred_from_reaudit(audit: Audit) -> set[int]:
    """Who does not re-audit it: whoever audited so far, and while a fieldwork is open, those of its other agencies."""
    return auditors_so_far(audit) | auditors_for_others(audit)


def _open_reaudit(audit: Audit, *, by: User | None) -> Audit | None:
    kind = audit.process.reaudit_type
    if kind is None:
        if audit.reaudit_of_id:
            # The framework says nothing of a re-audit that is inadequate again; so a manager decides.
            text = "A re-audit is at the lowest grade again. Please decide whether the case is audited once more."
            _leave_to_qa_manager(audit, text=text, kind=ONCE_MORE)
        return None
    auditor = least_loaded_auditor(
        subject=Subject.of_audit(audit), type=kind, but_not=barred_from_reaudit(audit), day=timezone.localdate()
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


def _leave_to_qa_manager(audit: Audit, *, text: str, kind: str = REAUDIT) -> None:
    """The re-audit lands not nowhere, but on the QA manager's desk."""
    manager = qa_manager_for(audit)
    if manager is None:
        return
    due = working_days_after(timezone.localdate(), audit.process.distribution_days)
    _open_once(audit, kind=kind, owner=manager, due_on=due)
    inform(audit, manager, event=f"reaudit_without_auditor:{audit.moderated_at:%Y%m%d%H%M%S%f}", text=text)


@transaction.atomic
def allocate_reaudit(audit: Audit, *, auditor: User, by: User | None) -> Audit:
    """Open the re-audit of an audit with a chosen second auditor.

    Raises Refused when this audit calls for no re-audit, or the auditor is one of those who audited before; Stale
    when one is there already.
    """
    audit = locked(audit)
    kind = reaudit_type_of(audit)
    if kind is None or not audit.raises_alert or not audit.final_grade:
        raise Refused("This audit does not call for a re-audit.")
    if audit.reaudit is not None:
        raise Stale("The re-audit of this audit has been opened already.")
    if auditor.pk in auditors_so_far(audit):
        raise Refused("A re-audit is never done by the first auditor. Choose somebody else.")
    if auditor.pk in auditors_for_others(audit):
        raise Refused(
            f"{auditor} audits for another agency, and learns nothing of this audit until the fieldwork is closed. "
            "Choose somebody else."
        )
    reaudit = allocate(
        subject=Subject.of_audit(audit),
        type=kind,
        auditor=auditor,
        by=by,
        selection=f"Re-audit of {audit.reference}, where the lowest grade stands.",
        reaudit_of=audit,
    )
    # The second auditor follows up the actions of those before, so must be able to read them.
    for earlier in (audit, *before(audit)):
        give_part(earlier, auditor, READ)
    for duty in (REAUDIT, ONCE_MORE):
        meet_deadlines(audit, kind=duty)
    record("audit.reaudit_opened", audit, by=by, reaudit=reaudit.reference)
    return reaudit


def may_decline(user: User, audit: Audit) -> bool:
    """Whether a person may decide that an inadequate re-audit is not followed by another: a QA manager over it."""
    return (
        audit.reaudit_of_id is not None
        and audit.process.reaudit_type_id is None
        and holds_over(user, audit, Role.QA_MANAGER)
        and user.pk not in (audit.auditor_id, audit.case_holder_id)
    )


@transaction.atomic
def decline_reaudit(audit: Audit, *, reason: str, by: User) -> Audit:
    """Decide that a re-audit at the lowest grade is not followed by another, saying what happens instead.

    Raises Refused without a reason, NotAllowed, or Stale when it was decided already.
    """
    audit = locked(audit)
    if not may_decline(by, audit):
        raise NotAllowed("Only a QA manager can decide that no further re-audit follows.")
    if not reason.strip():
        raise Refused("Say why no further re-audit follows, and what happens instead.")
    # The second kind where a further re-audit was opened and cancelled again.
    if not sum(meet_deadlines(audit, kind=kind) for kind in (ONCE_MORE, REAUDIT)):
        raise Stale("Nobody waits for this decision, or it was made already. Nothing was changed.")
    keep_reason(audit, kind="no further re-audit", text=reason, by=by)
    record("audit.reaudit_declined", audit, by=by)
    return audit
