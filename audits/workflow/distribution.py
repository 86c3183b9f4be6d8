"""Distributing a moderated audit, taking the practitioner's feedback, and closing."""

from django.db import transaction

from audits import access
from audits.models import Audit
from audits.workflow.coding import code_answers
from audits.workflow.parts import qa_officer_for, take_part
from audits.workflow.recipients import Proposal, ask_for_feedback, leave_closing_to_officer, let_in, propose_recipients
from audits.workflow.return_list import write_return_list
from audits.workflow.steps import demand, end_step, inform, keep_reason, locked
from audits.workflow.submission import demand_complete
from qaf.errors import Refused
from qaf.people.models import User
from qaf.trail.chain import record

__all__ = ["Proposal", "close", "distribute", "give_feedback", "propose_recipients"]


@transaction.atomic
def distribute(audit: Audit, *, recipients: list[Proposal], by: User) -> Audit:
    """Let the recipients read the audit and tell them; ask the case-holder for feedback.

    Raises Refused without recipients or with one who cannot be sent it, Incomplete when the form asks something of
    this step that is not answered, NotAllowed or Stale.
    """
    audit = locked(audit)
    demand(by, "distribute", audit)
    if not recipients:
        raise Refused("Choose at least one person to send the audit to.")
    let_in(audit, recipients, event="distributed")
    holder = audit.case_holder
    # Whoever the officer left out is neither asked nor let in.
    chosen = {recipient.person.pk for recipient in recipients}
    audit.send_out()
    if audit.process.feedback and holder is not None and holder.pk in chosen:
        ask_for_feedback(audit, holder)
    elif audit.process.feedback:
        leave_closing_to_officer(audit, by=by)
    else:
        end_step(audit)
    write_return_list(audit, by=by)
    demand_complete(audit, "distribution")
    audit.save()
    record("audit.distributed", audit, by=by, recipients=[recipient.person.pk for recipient in recipients])
    if not audit.process.feedback:
        _finish(audit, by=by)
    return audit


@transaction.atomic
def give_feedback(audit: Audit, *, by: User) -> Audit:
    """The practitioner's answers are complete: they are kept and the audit closes.

    Raises Incomplete with what is missing, NotAllowed or Stale.
    """
    audit = locked(audit)
    demand(by, "feedback", audit)
    demand_complete(audit, "feedback")
    code_answers(audit, "feedback")
    record("audit.feedback_given", audit, by=by)
    inform(audit, qa_officer_for(audit), event="feedback_given", text="The practitioner's feedback has come in.")
    _finish(audit, by=by)
    return audit


@transaction.atomic
def close(audit: Audit, *, reason: str, by: User) -> Audit:
    """Close by hand an audit whose feedback does not come, saying why. Raises Refused, NotAllowed or Stale."""
    audit = locked(audit)
    demand(by, "close", audit)
    if not reason.strip():
        raise Refused("Say why the audit is closed without feedback.")
    keep_reason(audit, kind="closed", text=reason, by=by)
    _finish(audit, by=by)
    return audit


def _finish(audit: Audit, *, by: User) -> None:
    end_step(audit)
    audit.finish()
    audit.save()
    if audit.case_holder is not None:
        take_part(audit, audit.case_holder, access.ANSWER)
    record("audit.closed", audit, by=by)
