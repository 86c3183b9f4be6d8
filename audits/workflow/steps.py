"""The current step of an audit: its deadline, and the copy of it that lists are sorted by."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.access import may, may_in_another_state
from audits.models import Audit, Reason
from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.models import Deadline
from qaf.deadlines.workflow import drop_deadlines, extend_deadline, meet_deadlines, set_deadline
from qaf.errors import NotAllowed, Stale
from qaf.notices.outbox import tell
from qaf.people.models import User
from qaf.trail.chain import record

# What each step asks of its owner, as reminders and lists say it.
STEPS = {
    "audit": "finish and submit the audit",
    "qa_check": "check that the audit is complete",
    "moderation": "moderate the audit",
    "distribution": "distribute the audit",
    "feedback": "give your feedback on the audit",
    "closing": "close the audit",
    "case_direction": "write the case direction",
    "action_review": "review the actions",
    "reaudit_allocation": "allocate the re-audit",
    "replacement": "say whether its case is replaced",
    "further_reaudit": "decide whether to audit once more",
}


def locked(audit: Audit) -> Audit:
    """The audit as it is now, its row locked until the transaction ends."""
    return Audit.objects.select_for_update(of=("self",)).select_related("type__process").get(pk=audit.pk)


def demand(user: User, action: str, audit: Audit) -> None:
    """Raise NotAllowed, or Stale when it is the state that forbids it, unless the person may do this now."""
    if may(user, action, audit):
        return
    if may_in_another_state(user, action, audit):
        raise Stale(
            f"Audit {audit.reference} is now “{audit.get_state_display()}”, and this step is not open to you in that "
            "state. Nothing was changed. Open the audit to see what has happened."
        )
    raise NotAllowed("This step belongs to somebody else. Nothing was changed.")


def path_of(audit: Audit) -> str:
    return f"/audits/{audit.reference}/"


def after_weeks(start: date, weeks: int) -> date:
    """So many calendar weeks after ``start``, moved on to a working day."""
    return working_days_after(start + timedelta(weeks=weeks), 0)


def open_duty(audit: Audit, *, kind: str, owner: User, due_on: date, starts_on: date | None = None) -> Deadline:
    """Set a deadline of this audit with the reminder steps of its process map."""
    process = audit.process
    return set_deadline(
        audit,
        kind=kind,
        owner=owner,
        due_on=due_on,
        title=f"{audit.reference}: {STEPS[kind]}",
        path=path_of(audit),
        starts_on=starts_on,
        reminder_steps=process.reminder_steps,
        reminder_repeat=process.reminder_repeat,
        copy_manager_from=process.copy_manager_from,
    )


def next_step(
    audit: Audit,
    *,
    kind: str,
    owner: User | None,
    days: int | None = None,
    due_on: date | None = None,
    starts_on: date | None = None,
) -> None:
    """End the step before and begin this one, due in so many working days or on a day. Does not save the audit.

    Without an owner (nobody holds the role at present) the step still shows in the tracker with its due date.
    """
    end_step(audit)
    start = starts_on or timezone.localdate()
    due = due_on or working_days_after(start, days or 0)
    audit.step, audit.step_owner, audit.due_on = kind, owner, due
    if owner is not None:
        open_duty(audit, kind=kind, owner=owner, due_on=due, starts_on=start)


def end_step(audit: Audit, *, met: bool = True) -> None:
    """Meet (or drop) the deadline of the current step. Does not save the audit."""
    if audit.step:
        (meet_deadlines if met else drop_deadlines)(audit, kind=audit.step)
    audit.step, audit.step_owner, audit.due_on = "", None, None


@transaction.atomic
def extend_step(audit: Audit, *, to_day: date, reason: str, by: User) -> Audit:
    """Move the due date of the current step, with the reason; history keeps both dates.

    Raises NotAllowed, Stale, or Refused when the day or the reason will not do.
    """
    audit = locked(audit)
    demand(by, "extend", audit)
    deadline = Deadline.objects.about(audit).open().filter(kind=audit.step).first()
    if deadline is None:
        raise Stale(f"Audit {audit.reference} has no open deadline to extend.")
    before = deadline.due_on
    deadline = extend_deadline(deadline, to_day=to_day, reason=reason, by=by)
    audit.due_on = to_day
    if audit.step == "audit":
        audit.audit_due_on = to_day
    audit.save()
    record("audit.extended", audit, by=by, step=audit.step, before=before, after=to_day)
    inform(
        audit,
        deadline.owner,
        event=f"extended:{audit.step}:{to_day}",
        text=f"Your deadline was moved to {to_day:%-d %B %Y}: {STEPS[audit.step]}.",
    )
    return audit


def keep_reason(audit: Audit, *, kind: str, text: str, by: User) -> None:
    """Keep why something was done to an audit, for those who may read it; nothing when there is no text."""
    if text.strip():
        Reason.objects.create(audit=audit, kind=kind, text=text.strip(), by=by)


def inform(audit: Audit, person: User | None, *, event: str, text: str, urgent: bool = False, **where: Any) -> None:
    """Tell a person about an event of this audit; once, however often it is asked. ``text`` without child data."""
    if person is None:
        return
    tell(
        person,
        key=f"audit:{audit.pk}:{event}:{person.pk}",
        text=f"{audit.reference}: {text}",
        path=where.get("path") or path_of(audit),
        urgent=urgent,
    )
