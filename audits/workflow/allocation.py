"""Giving an audit to an auditor, and calling it off."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from audits import signals
from audits.access import ANSWER, FILL, READ, holds_over, may_allocate
from audits.models import Audit, AuditType, Draw, ReferenceCounter, State, Work
from audits.queries.reaudits import before as followed_up
from audits.sampling import plain_name
from audits.workflow.contributions import end_contributions
from audits.workflow.parts import give_part, qa_manager_for, take_part, take_part_from_all
from audits.workflow.steps import after_weeks, demand, end_step, inform, keep_reason, locked, next_step, open_duty
from audits.workflow.subjects import Subject
from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.models import Deadline
from qaf.deadlines.workflow import drop_deadlines
from qaf.errors import NotAllowed, Refused
from qaf.people.models import Post, User
from qaf.people.roles import Role
from qaf.trail.chain import record


class CannotAllocate(Refused):
    """This case cannot go to this auditor. The message says why."""

    title = "This audit could not be allocated"


def next_reference(prefix: str, year: int) -> str:
    """Give the next number under a prefix in a year, such as BCF-2026-00012, in the caller's transaction."""
    ReferenceCounter.objects.get_or_create(prefix=prefix, year=year)
    counter = ReferenceCounter.objects.select_for_update().get(prefix=prefix, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{prefix}-{year}-{counter.last:05d}"


def refusal(*, subject: Subject, type: AuditType, auditor: User, day: date, covers: bool | None = None) -> str | None:
    """Why this auditor may not be given this audit; None when they may.

    ``covers``: whether an auditor's post of theirs covers the team on that day, for whoever has looked already.
    Bristol QAF, *Collaborative Case File Audit*: managers audit, but never their own case.
    """
    if not auditor.is_active:
        return f"{auditor} can no longer sign in."
    if subject.practitioner is not None and subject.practitioner.pk == auditor.pk:
        if subject.case is None:
            return f"This audit is about {auditor}'s own work, and nobody audits their own work."
        return f"{auditor} holds this case, and nobody audits their own case."
    if subject.practitioner is None and plain_name(subject.practitioner_name) == plain_name(auditor.name):
        return f"{auditor} bears the name of the case-holder, and nobody audits their own case."
    if covers is None:
        posts = Post.objects.on(day).with_role(Role.AUDITOR).covering(team=subject.team)
        covers = posts.filter(person=auditor).exists()
    if not covers:
        return f"{auditor} has no auditor's post for the team {subject.team.name} on {day:%-d %B %Y}."
    if not type.is_active:
        return f"The type “{type}” is switched off."
    return None


@transaction.atomic
def allocate(
    *,
    subject: Subject,
    type: AuditType,
    auditor: User,
    by: User | None,
    selection: str,
    draw: Draw | None = None,
    on: date | None = None,
    reaudit_of: Audit | None = None,
    work: Work | None = None,
) -> Audit:
    """Open an audit of a case, or of what else its type is about, and tell its auditor.

    ``by`` None is the system (a re-audit). ``selection`` is the sentence that explains the choice; ``on`` the day
    of allocation, which is day 1 (today by default). ``work`` is the piece of work of the programme that it belongs
    to: it is then due by the last day of the fieldwork that was agreed. Raises CannotAllocate, or NotAllowed when
    ``by`` may not.
    """
    day = on or timezone.localdate()
    version = type.form.published_version
    if version is None and reaudit_of is not None and reaudit_of.form_version.form_id == type.form_id:
        # The form was retired meanwhile. A re-audit belongs to an audit that goes on to its end.
        version = reaudit_of.form_version
    if version is None:
        raise CannotAllocate(f"The form “{type.form}” has no published version. Publish one first.")
    if lacking := subject.lacks(type):
        raise CannotAllocate(f"The type “{type}” asks for {lacking}.")
    if reason := refusal(subject=subject, type=type, auditor=auditor, day=day):
        raise CannotAllocate(f"{reason} Choose another auditor.")
    case, team = subject.case, subject.team
    audit = Audit(
        type=type,
        form_version=version,
        case=case,
        subject=subject.text.strip(),
        # A re-audit names the audit that it repeats and shows its actions.
        confidential=type.confidential or (reaudit_of is not None and reaudit_of.confidential),
        auditor=auditor,
        case_holder=subject.practitioner,
        legal_status=case.legal_status if case is not None else "",
        team=team,
        service=team.service,
        agency=team.service.agency,
        draw=draw,
        selection=selection,
        reaudit_of=reaudit_of,
        work=work,
        allocated_on=day,
    )
    if by is not None and not (may_allocate(by) and holds_over(by, audit, Role.QA_OFFICER, Role.QA_MANAGER)):
        raise NotAllowed("Only QA officers and QA managers of this team's service can allocate its audits.")
    audit.reference = next_reference(type.reference_prefix, day.year)
    try:
        with transaction.atomic():
            audit.save()
    except IntegrityError as error:
        raise CannotAllocate(
            f"A {type.title.lower()} of this case is already running. Close or cancel it first."
        ) from error
    process = audit.process
    # How long a re-audit may take, the process map of the audit that it repeats says.
    weeks = reaudit_of.process.reaudit_weeks if reaudit_of is not None else process.audit_weeks
    if work is not None and work.fieldwork_until > day:
        # The framework knows agreed timescales alone: the terms of reference say when the fieldwork ends.
        next_step(audit, kind="audit", owner=auditor, due_on=work.fieldwork_until, starts_on=day)
    elif weeks:
        next_step(audit, kind="audit", owner=auditor, due_on=after_weeks(day, weeks), starts_on=day)
    else:
        next_step(audit, kind="audit", owner=auditor, days=process.audit_days, starts_on=day)
    audit.audit_due_on = audit.due_on
    audit.save()
    give_part(audit, auditor, FILL)
    inform(
        audit,
        auditor,
        event="allocated",
        text=f"You have an audit to do by {audit.due_on:%-d %B %Y}.",
    )
    record("audit.allocated", audit, by=by, auditor=auditor.pk, due_on=audit.due_on, draw=draw.pk if draw else None)
    return audit


@transaction.atomic
def cancel(audit: Audit, *, reason: str, by: User) -> Audit:
    """Call an open audit off, with the reason; its deadlines fall away. Raises Refused without a reason."""
    audit = locked(audit)
    demand(by, "cancel", audit)
    if not reason.strip():
        raise Refused("Say why the audit is cancelled.")
    keep_reason(audit, kind="cancelled", text=reason, by=by)
    first = audit.reaudit_of
    call_off(audit, reason=reason, by=by)
    stands = first is not None and first.raises_alert and first.state != State.CANCELLED
    manager = qa_manager_for(first) if first is not None and stands else None
    if first is not None and manager is not None:
        # The lowest grade still stands, so somebody has to open the re-audit anew.
        open_duty(
            first,
            kind="reaudit_allocation",
            owner=manager,
            due_on=working_days_after(timezone.localdate(), first.process.distribution_days),
        )
    return audit


def call_off(audit: Audit, *, reason: str, by: User | None = None) -> None:
    """End an open audit without a result, its row locked by the caller; its deadlines fall away.

    Its auditor is told, and whoever something was still asked of, unless they do it themselves. ``by`` None is the
    system: what the audit was to follow up is in question again.
    """
    before = audit.state
    asked = [one.owner for one in Deadline.objects.about(audit).open().select_related("owner") if one.owner != by]
    audit.call_off()
    audit.cancel_reason = reason.strip()
    end_step(audit, met=False)
    drop_deadlines(audit)
    audit.save()
    end_contributions(audit)
    take_part_from_all(audit, ANSWER)
    for earlier in followed_up(audit):
        # Given to them for the re-audit alone, unless it was sent to them beside.
        if not earlier.recipients.filter(person=audit.auditor_id).exists():
            take_part(earlier, audit.auditor, READ)
    for person in dict.fromkeys([audit.auditor, *asked]):
        inform(audit, person, event="cancelled", text="This audit was cancelled. You need do nothing more.")
    signals.audit_cancelled.send(Audit, audit=audit, by=by)
    record("audit.cancelled", audit, by=by, before=before)


def least_loaded_auditor(*, subject: Subject, type: AuditType, but_not: set[int], day: date) -> User | None:
    """The auditor over the subject's team with the fewest open audits who may take it; None: nobody may."""
    posts = (
        Post.objects.on(day)
        .with_role(Role.AUDITOR)
        .covering(team=subject.team)
        .by_nearness()
        .filter(person__is_active=True)
        .exclude(person__in=but_not)
        .select_related("person")
    )
    people = list(dict.fromkeys(post.person for post in posts))
    load = {person.pk: 0 for person in people}
    for auditor_id in (
        Audit.objects.open().filter(auditor__in=people).values_list("auditor_id", flat=True).order_by(F("pk"))
    ):
        load[auditor_id] += 1
    for person in sorted(people, key=lambda one: load[one.pk]):
        if refusal(subject=subject, type=type, auditor=person, day=day) is None:
            return person
    return None
