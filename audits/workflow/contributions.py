"""Asking colleagues to fill some sections of an audit. Answering for it and submitting it stay with its auditor."""

from django.db import transaction
from django.utils import timezone

from audits.access import CONTRIBUTE, audits_for_another, may, parts
from audits.kloe import filling
from audits.kloe.questions import Section
from audits.models import Audit, Contribution
from audits.queries.answers import answers_and_raws
from audits.sampling import plain_name
from audits.workflow.parts import give_part, take_part, take_part_from_all
from audits.workflow.steps import demand, inform, locked, path_of
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record


class CannotAsk(Refused):
    """This person cannot be asked to fill this section. The message says why."""

    title = "This colleague could not be asked"


class NotDone(Refused):
    """The section still lacks something. ``missing`` lists what, for the page to link to."""

    title = "This section is not done yet"

    def __init__(self, missing: list[filling.Missing]) -> None:
        super().__init__(f"{len(missing)} answers of this section are still missing or need to be put right.")
        self.missing = missing


def sections_to_ask_for(audit: Audit) -> list[Section]:
    """The sections of the auditor's part that apply, given the answers so far."""
    answers, _ = answers_and_raws(audit)
    return [section for section, _ in filling.visible(audit.form, audit.part, answers)]


def refusal(audit: Audit, person: User) -> str | None:
    """Why this person cannot be asked to fill a section of this audit; None when they can."""
    if not person.is_active:
        return f"{person} can no longer sign in."
    if person.pk == audit.auditor_id:
        return f"{person} is the auditor and fills every section anyway."
    if audits_for_another(person, audit):
        return f"{person} audits for another agency, and sees nothing of this audit until the fieldwork is closed."
    holder = "" if audit.case is None or audit.case_holder_id else plain_name(audit.case.case_holder_name)
    if person.pk == audit.case_holder_id or (holder and holder == plain_name(person.name)):
        # Bristol QAF, *Collaborative Case File Audit*: nobody audits their own case, in part neither.
        if audit.case is None:
            return f"This audit is about {person}'s own work, and nobody audits their own work."
        return f"{person} holds this case, and nobody audits their own case."
    return None


@transaction.atomic
def ask(audit: Audit, *, section: str, person: User, note: str, by: User) -> Contribution:
    """Ask a colleague to fill one section: they may see the audit and write in that section until it is submitted.

    Asked again for a section that they said was done, it is open to do once more. Raises CannotAsk, NotAllowed or
    Stale.
    """
    audit = locked(audit)
    demand(by, "ask", audit)
    if reason := refusal(audit, person):
        raise CannotAsk(f"{reason} Choose somebody else.")
    if section not in [one.key for one in sections_to_ask_for(audit)]:
        raise CannotAsk("This section does not belong to the auditor, or does not apply. Choose another one.")
    if CONTRIBUTE not in parts(person, audit):
        # What was asked before the audit was submitted and came back has ended: it must not come alive again.
        Contribution.objects.filter(audit=audit, person=person).delete()
    asked, _ = Contribution.objects.update_or_create(
        audit=audit,
        section=section,
        person=person,
        defaults={"asked_by": by, "asked_at": timezone.now(), "note": note.strip(), "done_at": None},
    )
    give_part(audit, person, CONTRIBUTE)
    entry = record("audit.contribution_asked", audit, by=by, section=section, person=person.pk)
    inform(
        audit,
        person,
        event=f"contribution:{entry.sequence}",
        text="You are asked to fill a section of this audit.",
        path=f"{path_of(audit)}sections/{section}/",
    )
    return asked


@transaction.atomic
def mark_done(contribution: Contribution, *, by: User) -> Contribution:
    """The contributor says that their section is done, and its auditor is told. Saying it twice changes nothing.

    Raises NotDone as long as something required is missing, NotAllowed, or Stale when the audit is no longer with its
    auditor.
    """
    audit = locked(contribution.audit)
    contribution = _as_it_is(contribution)
    if contribution.person_id != by.pk:
        raise NotAllowed("Only the person who was asked can say that the section is done.")
    if not may(by, "contribute", audit):
        raise Stale("The audit has been submitted meanwhile, so there is nothing left to be done in this section.")
    if missing := _missing_in(audit, contribution.section):
        raise NotDone(missing)
    if contribution.done_at is None:
        contribution.done_at = timezone.now()
        contribution.save(update_fields=["done_at"])
        entry = record("audit.contribution_done", audit, by=by, section=contribution.section)
        inform(
            audit,
            audit.auditor,
            event=f"contribution:{entry.sequence}",
            text="A section that a colleague was asked to fill is done.",
            path=f"{path_of(audit)}sections/{contribution.section}/",
        )
    return contribution


def _missing_in(audit: Audit, key: str) -> list[filling.Missing]:
    answers, raws = answers_and_raws(audit)
    document = {"answers": answers.get(key, {}), "raw": raws.get(key, {})}
    return filling.problems(audit.form, audit.form.section(key), document, answers)


@transaction.atomic
def withdraw(contribution: Contribution, *, by: User) -> None:
    """Ask no longer. What they wrote stays; they may see the audit as long as another section is asked of them.

    Raises NotAllowed or Stale.
    """
    audit = locked(contribution.audit)
    demand(by, "ask", audit)
    contribution = _as_it_is(contribution)
    person, section = contribution.person, contribution.section
    contribution.delete()
    if not Contribution.objects.filter(audit=audit, person=person).exists():
        take_part(audit, person, CONTRIBUTE)
    entry = record("audit.contribution_withdrawn", audit, by=by, section=section, person=person.pk)
    inform(
        audit,
        person,
        event=f"contribution:{entry.sequence}",
        text="You need no longer fill a section of this audit.",
        path="/",
    )


def end_contributions(audit: Audit) -> None:
    """With its submission, or its end, an audit is no longer open to contributors; who was asked stays on record."""
    take_part_from_all(audit, CONTRIBUTE)


def _as_it_is(contribution: Contribution) -> Contribution:
    """The row as it stands once the audit is locked. Raises Stale when it has been withdrawn meanwhile."""
    found = Contribution.objects.select_related("person").filter(pk=contribution.pk).first()
    if found is None:
        raise Stale("This was withdrawn meanwhile. Open the audit to see who is asked now.")
    return found
