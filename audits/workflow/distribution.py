"""Distributing a moderated audit, taking the practitioner's feedback, and closing."""

from dataclasses import dataclass

from django.db import transaction

from audits import access
from audits.models import Audit, Recipient
from audits.workflow.parts import give_part, qa_officer_for, service_manager_for, take_part, team_managers_of
from audits.workflow.steps import demand, end_step, inform, keep_reason, locked, next_step
from audits.workflow.submission import demand_complete
from qaf.errors import Refused
from qaf.people.models import User
from qaf.trail.chain import record


@dataclass(frozen=True)
class Proposal:
    """Somebody who should get the audit, and why."""

    person: User
    reason: str


def propose_recipients(audit: Audit) -> list[Proposal]:
    """Who gets an audit: team manager, worker, auditor; at the lowest grade the service manager too.

    Bristol QAF, case file audit process map: the QA social worker sends the moderated audit to the team manager,
    the allocated social worker and other relevant professionals.
    """
    found = [Proposal(manager, "Team manager") for manager in team_managers_of(audit)]
    if audit.case_holder is not None:
        found.append(Proposal(audit.case_holder, "Case-holder" if audit.case_id else "Practitioner"))
    found.append(Proposal(audit.auditor, "Auditor"))
    manager = service_manager_for(audit)
    if audit.raises_alert and manager is not None:
        found.append(Proposal(manager, "Service manager"))
    unique: dict[int, Proposal] = {}
    for proposal in found:
        if proposal.person.is_active:
            unique.setdefault(proposal.person.pk, proposal)
    return list(unique.values())


@transaction.atomic
def distribute(audit: Audit, *, recipients: list[Proposal], by: User) -> Audit:
    """Let the recipients read the audit and tell them; ask the case-holder for feedback.

    Raises Refused without recipients, Incomplete when the form asks something of this step that is not answered,
    NotAllowed or Stale.
    """
    audit = locked(audit)
    demand(by, "distribute", audit)
    demand_complete(audit, "distribution")
    if not recipients:
        raise Refused("Choose at least one person to send the audit to.")
    audit.send_out()
    for recipient in recipients:
        Recipient.objects.get_or_create(audit=audit, person=recipient.person, defaults={"reason": recipient.reason})
        give_part(audit, recipient.person, access.READ)
        inform(audit, recipient.person, event="distributed", text="A finished audit was sent to you to read.")
    holder = audit.case_holder
    # Whoever the officer left out is neither asked nor let in.
    chosen = {recipient.person.pk for recipient in recipients}
    asked = audit.process.feedback and holder is not None and holder.is_active and holder.pk in chosen
    if asked and holder is not None:
        give_part(audit, holder, access.READ)
        give_part(audit, holder, access.ANSWER)
        next_step(audit, kind="feedback", owner=holder, days=audit.process.feedback_days)
        inform(
            audit,
            holder,
            event="feedback",
            text=f"Please say what you learnt from this audit by {audit.due_on:%-d %B %Y}.",
        )
    elif audit.process.feedback:
        # The case-holder does not sign in here: the officer gathers the feedback and closes by hand.
        next_step(audit, kind="closing", owner=qa_officer_for(audit), days=audit.process.feedback_days)
    else:
        end_step(audit)
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
