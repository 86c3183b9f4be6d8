"""Handing an audit in, checking it, sending it back, and settling its grades."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from audits import signals
from audits.access import DIRECT, MODERATE, holds_over, parts
from audits.kloe import filling
from audits.models import Action, Audit, Judgement
from audits.queries.answers import Answers, answers_and_raws, answers_for
from audits.workflow.coding import code_answers
from audits.workflow.contributions import end_contributions
from audits.workflow.parts import give_part, qa_officer_for, service_manager_for
from audits.workflow.reaudits import (
    lift_duties_of_lowest_grade,
    open_duties_of_lowest_grade,
    rest_duties_of_lowest_grade,
    was_told,
)
from audits.workflow.replacements import lapse
from audits.workflow.steps import demand, end_step, inform, keep_reason, locked, next_step
from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.chain import record


class Incomplete(Refused):
    """The form still lacks something. ``missing`` lists what, for the page to link to."""

    title = "The audit is not complete yet"

    def __init__(self, missing: list[filling.Missing]) -> None:
        super().__init__(f"{len(missing)} answers are still missing or need to be put right.")
        self.missing = missing


def what_is_missing(audit: Audit, part: str) -> list[filling.Missing]:
    """What keeps a part of the form from being handed in; empty when it can be."""
    answers, raws = answers_for(audit, part)
    return filling.missing(audit.form, part, answers, raws) + _missing_actions(audit, part, answers)


def _missing_actions(audit: Audit, part: str, answers: Answers) -> list[filling.Missing]:
    """The lowest grade without an action: the re-audit would have nothing to follow up (Bristol QAF, process map)."""
    form = audit.form
    grades = [grade for _, grade, is_overall in filling.judgements(form, part, answers) if is_overall]
    grade = form.scale.grade(grades[0]) if grades and form.scale else None
    if grade is None or not grade.raises_alert or filling.action_rows(form, part, answers):
        return []
    return [
        filling.Missing(
            section,
            question,
            f"Add at least one action: the overall grade is {grade.name}",
            filling.prefix_of(section) + question.key,
        )
        for section in form.sections_of(part)
        for question in section.questions
        if question.becomes == "actions"
    ]


def demand_complete(audit: Audit, part: str) -> None:
    """Raise Incomplete unless a part of the form that another than the auditor fills is complete."""
    answers, raws = answers_for(audit, part)
    if missing := filling.missing(audit.form, part, answers, raws):
        raise Incomplete(missing)


@transaction.atomic
def submit(audit: Audit, *, by: User) -> Audit:
    """Hand the audit in: its grades are recorded and the next step of its process map opens.

    At the lowest grade the service manager is told at once (Bristol QAF, *Collaborative Case File Audit*). Raises
    Incomplete with the list of what is missing, NotAllowed or Stale.
    """
    audit = locked(audit)
    demand(by, "submit", audit)
    if missing := what_is_missing(audit, audit.part):
        raise Incomplete(missing)
    before = audit.state
    _record_judgements(audit)
    code_answers(audit, audit.part)
    audit.hand_in()
    end_step(audit)
    audit.save()
    end_contributions(audit)
    lapse(audit)
    signals.audit_submitted.send(Audit, audit=audit, by=by)
    if audit.raises_alert:
        _tell_service_manager(audit)
    elif was_told(audit):
        # It was submitted at the lowest grade before, came back, and is graded otherwise now.
        lift_duties_of_lowest_grade(audit, by=by)
    record("audit.submitted", audit, by=by, before=before, grade=audit.auditor_grade)
    if audit.process.qa_check:
        officer = qa_officer_for(audit)
        next_step(audit, kind="qa_check", owner=officer, days=audit.process.qa_check_days)
        audit.save()
        inform(audit, officer, event=_nth(audit, "qa_check"), text="An audit waits for your check.")
    else:
        _pass_on(audit, by=by)
    return audit


def _nth(audit: Audit, event: str) -> str:
    """An event that can come again after a return; the time of submission tells one from the other."""
    return f"{event}:{audit.submitted_at:%Y%m%d%H%M%S%f}"


def _record_judgements(audit: Audit) -> None:
    form = audit.form
    answers, _ = answers_and_raws(audit)
    titles = dict(form.domains(audit.part))
    audit.judgements.all().delete()
    graded = filling.judgements(form, audit.part, answers)
    Judgement.objects.bulk_create(
        Judgement(
            audit=audit,
            domain=domain,
            title=titles.get(domain, domain),
            position=position,
            is_overall=is_overall,
            auditor_grade=grade,
        )
        for position, (domain, grade, is_overall) in enumerate(graded)
    )
    audit.auditor_grade = next((grade for _, grade, is_overall in graded if is_overall), "")
    mark(audit, audit.auditor_grade)


def mark(audit: Audit, code: str) -> None:
    """What the scale says of a grade: does it meet the standard, does it raise the alert?"""
    grade = audit.form.scale.grade(code) if code and audit.form.scale else None
    audit.meets_standard = grade.meets_standard if grade else None
    audit.raises_alert = grade.raises_alert if grade else False


def _tell_service_manager(audit: Audit) -> None:
    manager = service_manager_for(audit)
    if manager is None:
        return
    give_part(audit, manager, DIRECT)
    inform(
        audit,
        manager,
        event=_nth(audit, "lowest_grade"),
        text="This audit was submitted at the lowest grade. Read it now"
        + (" and see that the child is safe." if audit.case_id else "."),
        urgent=True,
    )


def _pass_on(audit: Audit, *, by: User | None) -> None:
    """From submitted or checked to moderation, or past it when this type is not moderated."""
    if audit.process.moderation:
        audit.open_moderation()
        audit.save()
        signals.moderation_due.send(Audit, audit=audit, by=by)
    else:
        _settle(audit, by=by)


@transaction.atomic
def pass_check(audit: Audit, *, by: User) -> Audit:
    """The QA officer finds the audit complete: it goes on.

    Raises Incomplete when the form asks something of this check that is not answered, NotAllowed or Stale.
    """
    audit = locked(audit)
    demand(by, "check", audit)
    demand_complete(audit, "qa_check")
    audit.pass_check()
    end_step(audit)
    audit.save()
    record("audit.checked", audit, by=by)
    _pass_on(audit, by=by)
    return audit


@transaction.atomic
def return_to_auditor(audit: Audit, *, reasons: str, by: User, days: int = 5) -> Audit:
    """Send an audit back before it is moderated, with reasons; the auditor has ``days`` working days.

    Raises Refused without reasons, NotAllowed or Stale.
    """
    audit = locked(audit)
    if audit.work is not None and audit.work.fieldwork_closed_at is not None:
        raise Stale(
            f"The fieldwork of “{audit.work}” is closed, so nothing in its audits is filled any more. Write what is "
            "lacking into the report."
        )
    demand(by, "return", audit)
    if not reasons.strip():
        raise Refused("Say what the auditor needs to put right.")
    before = audit.state
    audit.send_back()
    audit.return_reasons = reasons.strip()
    keep_reason(audit, kind="returned", text=reasons, by=by)
    next_step(audit, kind="audit", owner=audit.auditor, days=days)
    audit.save()
    signals.audit_returned.send(Audit, audit=audit, by=by)
    entry = record("audit.returned", audit, by=by, before=before)
    inform(
        audit,
        audit.auditor,
        event=f"returned:{entry.sequence}",
        text=f"Your audit came back to you with reasons. Submit it again by {audit.due_on:%-d %B %Y}.",
    )
    return audit


@transaction.atomic
def settle_moderated(audit: Audit, *, grades: Mapping[str, str], by: User) -> Audit:
    """Record the moderated grades ({domain: code}; domains left out are confirmed) and settle the audit.

    Called by the moderation floor when a moderator decides. Raises NotAllowed or Stale.
    """
    audit = locked(audit)
    demand(by, "moderate", audit)
    for judgement in audit.judgements.all():
        judgement.moderated_grade = grades.get(judgement.domain, judgement.auditor_grade)
        judgement.save(update_fields=["moderated_grade"])
    _settle(audit, by=by)
    return audit


def _settle(audit: Audit, *, by: User | None) -> None:
    """The grades stand. Actions, the duties of the lowest grade and the next step follow."""
    if audit.process.moderation:
        audit.settle()
    else:
        audit.settle_unmoderated()
    end_step(audit)
    for judgement in audit.judgements.all():
        judgement.final_grade = judgement.panel_grade or judgement.moderated_grade or judgement.auditor_grade
        judgement.save(update_fields=["final_grade"])
        if judgement.is_overall:
            audit.final_grade = judgement.final_grade
    mark(audit, audit.final_grade)
    _open_actions(audit)
    if audit.process.distribution:
        officer = qa_officer_for(audit)
        next_step(audit, kind="distribution", owner=officer, days=audit.process.distribution_days)
        # Decided anew, it waits anew.
        event = f"distribution:{audit.moderated_at:%Y%m%d%H%M%S%f}"
        inform(audit, officer, event=event, text="A finished audit waits to be distributed.")
    audit.save()
    if audit.raises_alert:
        open_duties_of_lowest_grade(audit, by=by)
    elif was_told(audit):
        lift_duties_of_lowest_grade(audit, by=by)
    signals.audit_settled.send(Audit, audit=audit, by=by)
    record("audit.settled", audit, by=by, auditor_grade=audit.auditor_grade, final_grade=audit.final_grade)
    if not audit.process.distribution:
        audit.finish()
        audit.save()
        record("audit.closed", audit, by=by)


def _open_actions(audit: Audit) -> None:
    """Each row of the action plan becomes an action that is followed until it is verified."""
    if audit.actions.exists():
        # Decided a second time: the plan is the same, and what was noted about it stays.
        return
    answers, _ = answers_and_raws(audit)
    people = {person.name.casefold(): person for person in (audit.auditor, audit.case_holder) if person}
    Action.objects.bulk_create(
        Action(
            audit=audit,
            position=position,
            text=row.get("action", ""),
            owner_name=row.get("owner", ""),
            owner=people.get(row.get("owner", "").casefold()),
            due_on=row.get("due") or None,
        )
        for position, row in enumerate(filling.action_rows(audit.form, audit.part, answers), start=1)
    )


@transaction.atomic
def reopen_moderation(audit: Audit, *, by: User) -> Audit:
    """Back to the moderator, before anything was distributed. Called by the moderation floor.

    Raises NotAllowed when the person is not its moderator or a QA manager, Refused when a re-audit has begun.
    """
    audit = locked(audit)
    if MODERATE not in parts(by, audit) and not holds_over(by, audit, Role.QA_MANAGER):
        demand(by, "moderate", audit)
    # Before the transition, which forgets when the grades were settled. Refuses once a re-audit has begun.
    rest_duties_of_lowest_grade(audit)
    audit.reopen_moderation()
    end_step(audit, met=False)
    audit.final_grade = ""
    audit.judgements.update(moderated_grade="", final_grade="")
    mark(audit, audit.auditor_grade)
    audit.save()
    record("audit.moderation_reopened", audit, by=by)
    return audit


def note_opened(audit: Audit, *, by: User) -> None:
    """A recipient opened the audit: remember the first time."""
    audit.recipients.filter(person=by, opened_at=None).update(opened_at=timezone.now())
