"""Who gets a finished audit: whom to propose, and adding, reminding and withdrawing somebody later."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from audits import access
from audits.models import Audit, Recipient
from audits.queries.named import CHAIR, people_named
from audits.workflow.parts import give_part, qa_officer_for, service_manager_for, take_part, team_managers_of
from audits.workflow.return_list import write_return_list
from audits.workflow.steps import demand, inform, keep_reason, locked, next_step, path_of
from qaf.errors import Refused, Stale
from qaf.notices.outbox import tell
from qaf.people.models import User
from qaf.trail.chain import record

TEAM_MANAGER, AUDITOR, SERVICE_MANAGER = "Team manager", "Auditor", "Service manager"
CASE_HOLDER, PRACTITIONER = "Case-holder", "Practitioner"
# As what somebody who was searched for gets it. Bristol QAF, case file audit process map: team manager, allocated
# worker and other relevant professionals, such as chairs, reviewing officers and deputies.
RECEIVES_AS = (CHAIR, "Deputy manager", TEAM_MANAGER, SERVICE_MANAGER, "Other professional")


class CannotReceive(Refused):
    """This person cannot be sent this audit. The message says why."""

    title = "This person cannot be sent the audit"


@dataclass(frozen=True)
class Proposal:
    """Somebody who should get the audit, and why; ``by_choice`` when the officer has to ask for it."""

    person: User
    reason: str
    by_choice: bool = False


def refusal(audit: Audit, person: User) -> str | None:
    """Why this person cannot be sent this audit; None when they can.

    Bristol QAF, Appendix 3: a confidential audit is for those who have a part in it and for QA managers alone.
    """
    if not person.is_active:
        return f"{person} can no longer sign in."
    if not access.may_be_sent(person, audit):
        return (
            f"This audit is confidential, so {person} cannot be sent it: only its auditor, its practitioner and QA "
            "managers can."
        )
    return None


def all_proposals(audit: Audit) -> list[Proposal]:
    """Everybody the case itself suggests, each once: team manager, worker, auditor, service manager, chair, others.

    Bristol QAF, case file audit process map. The service manager gets it at the lowest grade, else by choice. Whoever
    the form names is proposed where it is certain who that is.
    """
    found = [Proposal(manager, TEAM_MANAGER) for manager in team_managers_of(audit)]
    if audit.case_holder is not None:
        found.append(Proposal(audit.case_holder, CASE_HOLDER if audit.case_id else PRACTITIONER))
    found.append(Proposal(audit.auditor, AUDITOR))
    manager = service_manager_for(audit)
    if manager is not None:
        found.append(Proposal(manager, SERVICE_MANAGER, by_choice=not audit.raises_alert))
    found += [Proposal(named.person, named.reason) for named in people_named(audit) if named.person is not None]
    unique: dict[int, Proposal] = {}
    for proposal in found:
        before = unique.get(proposal.person.pk)
        # Named in the form as well: then it is not by choice.
        is_better = before is None or (before.by_choice and not proposal.by_choice)
        if is_better and refusal(audit, proposal.person) is None:
            unique[proposal.person.pk] = proposal
    return list(unique.values())


def propose_recipients(audit: Audit) -> list[Proposal]:
    """Who gets an audit unless the officer says otherwise: what ``all_proposals`` says is not by choice alone."""
    return [proposal for proposal in all_proposals(audit) if not proposal.by_choice]


def let_in(audit: Audit, recipients: list[Proposal], *, event: str) -> None:
    """Give each person the audit to read and tell them, in the caller's transaction. Raises CannotReceive."""
    for recipient in recipients:
        if reason := refusal(audit, recipient.person):
            raise CannotReceive(f"{reason} Leave them out.")
        Recipient.objects.get_or_create(audit=audit, person=recipient.person, defaults={"reason": recipient.reason})
        give_part(audit, recipient.person, access.READ)
        inform(audit, recipient.person, event=event, text="A finished audit was sent to you to read.")


def ask_for_feedback(audit: Audit, holder: User, *, event: str = "feedback") -> None:
    """The practitioner's turn, in the caller's transaction. Does not save the audit."""
    give_part(audit, holder, access.ANSWER)
    next_step(audit, kind="feedback", owner=holder, days=audit.process.feedback_days)
    text = f"Please say what you learnt from this audit by {audit.due_on:%-d %B %Y}."
    inform(audit, holder, event=event, text=text)


def leave_closing_to_officer(audit: Audit, *, by: User) -> None:
    """Its practitioner is not asked here: an officer, who is told, gathers the feedback and closes by hand.

    In the caller's transaction. Does not save the audit.
    """
    officer = qa_officer_for(audit)
    next_step(audit, kind="closing", owner=officer, days=audit.process.feedback_days)
    if officer != by:
        by_when = f"{audit.due_on:%-d %B %Y}"
        text = f"Its practitioner is not asked for feedback here. Gather it, and close the audit by {by_when}."
        inform(audit, officer, event=f"closing:{timezone.now():%Y%m%d%H%M%S%f}", text=text)


@transaction.atomic
def add_recipients(audit: Audit, *, recipients: list[Proposal], by: User) -> Audit:
    """Send an audit that was distributed to more people. Whoever has it already is left as they are.

    Its practitioner, left out until now, is asked for feedback as long as the audit is open. Raises Refused without
    anybody new, CannotReceive, NotAllowed or Stale.
    """
    audit = locked(audit)
    demand(by, "share", audit)
    has_it = set(audit.recipients.values_list("person_id", flat=True))
    new = list({one.person.pk: one for one in recipients if one.person.pk not in has_it}.values())
    if not new:
        raise Refused("Choose at least one person who does not have the audit yet.")
    entry = record("audit.recipients_added", audit, by=by, recipients=[one.person.pk for one in new])
    let_in(audit, new, event=f"distributed:{entry.sequence}")
    holder = audit.case_holder
    if audit.step == "closing" and holder is not None and holder.pk in {one.person.pk for one in new}:
        ask_for_feedback(audit, holder, event=f"feedback:{entry.sequence}")
        audit.save()
    write_return_list(audit, by=by)
    return audit


def may_be_reminded(audit: Audit, recipient: Recipient) -> bool:
    """Whether there is something to remind of: they have not opened it, or their feedback is waited for."""
    awaited = audit.step == "feedback" and audit.step_owner_id == recipient.person_id
    return recipient.person.is_active and (recipient.opened_at is None or awaited)


@transaction.atomic
def remind(audit: Audit, recipient: Recipient, *, by: User) -> bool:
    """Tell a recipient once more, by hand. False when they were reminded today already.

    Raises Refused when there is nothing to remind of, NotAllowed or Stale.
    """
    audit = locked(audit)
    demand(by, "share", audit)
    recipient = _as_it_is(audit, recipient)
    if not may_be_reminded(audit, recipient):
        raise Refused(f"{recipient.person} has opened the audit already, so there is nothing to remind them of.")
    awaited = audit.step == "feedback" and audit.step_owner_id == recipient.person_id
    text = "Please read the audit that was sent to you" + (" and give your feedback." if awaited else ".")
    notice = tell(
        recipient.person,
        key=f"audit:{audit.pk}:reminded:{timezone.localdate()}:{recipient.person_id}",
        text=f"{audit.reference}: {text}",
        path=path_of(audit),
    )
    if notice is None:
        return False
    record("audit.recipient_reminded", audit, by=by, recipient=recipient.person_id)
    return True


@transaction.atomic
def withdraw_recipient(audit: Audit, recipient: Recipient, *, reason: str, by: User) -> Audit:
    """Take back an audit that was sent to somebody by mistake, with the reason; the trail keeps whether they opened it.

    What they may read by another right (their post, or another part in the audit) stays theirs. When feedback was
    asked of them, closing the audit falls to the QA officer. Raises Refused without a reason, NotAllowed or Stale.
    """
    audit = locked(audit)
    demand(by, "share", audit)
    recipient = _as_it_is(audit, recipient)
    if not reason.strip():
        raise Refused("Say why it is taken back.")
    person, opened = recipient.person, recipient.opened_at is not None
    recipient.delete()
    if not _reads_for_reaudit(audit, person):
        take_part(audit, person, access.READ)
    if access.ANSWER in access.parts(person, audit):
        take_part(audit, person, access.ANSWER)
    if audit.step == "feedback" and audit.step_owner_id == person.pk:
        leave_closing_to_officer(audit, by=by)
        audit.save()
    keep_reason(audit, kind="access withdrawn", text=reason, by=by)
    entry = record("audit.recipient_withdrawn", audit, by=by, recipient=person.pk, opened=opened)
    inform(
        audit,
        person,
        event=f"withdrawn:{entry.sequence}",
        text="This audit was sent to you by mistake and has been taken back.",
        path="/",
    )
    write_return_list(audit, by=by)
    return audit


def _reads_for_reaudit(audit: Audit, person: User) -> bool:
    """Whoever re-audits reads the audit before, whether it was sent to them or not."""
    later = audit
    while (following := later.reaudit) is not None:
        if following.auditor_id == person.pk:
            return True
        later = following
    return False


def keeps_reading(audit: Audit, recipient: Recipient) -> bool:
    """Whether this person could read the audit without having been sent it; for the page that asks before."""
    person = recipient.person
    others = access.parts(person, audit) - {access.READ, access.ANSWER, access.CONTRIBUTE}
    return bool(others) or _reads_for_reaudit(audit, person) or access.reads_by_post(person, audit)


def _as_it_is(audit: Audit, recipient: Recipient) -> Recipient:
    """The row as it stands once the audit is locked. Raises Stale when it was withdrawn meanwhile."""
    found = Recipient.objects.select_related("person").filter(pk=recipient.pk, audit=audit).first()
    if found is None:
        raise Stale("The audit was taken back from this person meanwhile. Nothing more was changed.")
    return found
