"""The life of a concern: raised, acknowledged, resolved, and given to somebody else meanwhile.

Deep dive, *Moderation*: the moderator considers whether what was found has to be escalated with an audit worry form.
What happens to the audit (cancelled, closed) does not end a concern: it is about a child or about practice, and goes
on until somebody says what came of it. Its entries in the trail are about the concern, not about the audit, whose
timeline is read by people who may not know of it.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from audits.models import Audit
from audits.workflow.steps import inform, locked
from moderation.access.concerns import is_left_to_others, may, may_in_another_state, may_raise, raises_about
from moderation.addressees import Addressees
from moderation.models import Concern, ModerationSettings, Reassignment
from moderation.queries.concerns import Filters, Successors, addressees, successors, told_beside
from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.models import Deadline
from qaf.deadlines.workflow import drop_deadlines, meet_deadlines, set_deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record

ACKNOWLEDGE, RESOLVE = "concern_acknowledge", "concern_resolve"
# What each step asks of its owner, as reminders and lists say it.
STEPS = {ACKNOWLEDGE: "acknowledge the concern", RESOLVE: "resolve the concern"}
STEP_OF = {Concern.State.RAISED: ACKNOWLEDGE, Concern.State.ACKNOWLEDGED: RESOLVE}
# Working days from the due date, and how often after the last. A child may wait for this: every working day until it
# is acknowledged, and the QA manager is told from the first day on that it is late.
REMINDERS = {ACKNOWLEDGE: ((0, 1), 1), RESOLVE: ((-3, 0, 1), 2)}
COPIED_FROM = 1


class NobodyToTell(Refused):
    """Nobody holds a post that a concern could go to."""

    title = "Nobody can be told of this concern here"


class AlreadyRaised(Stale):
    """The same person has just raised the same concern: sent twice, or from two pages. ``concern`` is the one there."""

    title = "You have raised this concern already"

    def __init__(self, concern: Concern) -> None:
        super().__init__(
            f"The same words were sent on {_moment(concern.raised_at)}, and nobody has acknowledged them yet. They "
            "were not sent again."
        )
        self.concern = concern


class OthersWouldBeTold(Stale):
    """Since the person looked at who would be told, posts have changed."""

    title = "Other people would be told now"


def _moment(at: object) -> str:
    return f"{timezone.localtime(at):%-d %B %Y, %H:%M}"  # type: ignore[arg-type]


def _said(text: str, missing: str) -> str:
    """What somebody wrote, without blanks around it. Raises Refused when there is no word in it."""
    text = text.strip()
    if not any(character.isalnum() for character in text):
        raise Refused(missing)
    return text


def who_would_be_told(audit: Audit, *, by: User) -> list[User]:
    """The people a concern about this audit would go to, whoever has to deal with it first. Raises NobodyToTell."""
    return _addressees(audit, by=by)[1]


def _addressees(audit: Audit, *, by: User) -> tuple[Addressees, list[User]]:
    """Whom it goes to, and those people. Raises NobodyToTell, which says what to do."""
    chosen, people = addressees(audit, raised_by=by)
    if not chosen.keys:
        raise NobodyToTell(
            "No service manager and no QA manager is known for this audit, so nobody would read the concern. Tell "
            "your own manager by telephone now. Then ask an administrator to give somebody the post of QA manager, "
            "and raise the concern again."
        )
    return chosen, [people[key] for key in chosen.keys]


@transaction.atomic
def raise_concern(
    audit: Audit, *, worry: str, done_at_once: str, by: User, told: Iterable[int] | None = None
) -> Concern:
    """Raise a concern to the service manager and the QA manager, who are told at once, and set its first deadline.

    ``told`` are the keys of the people whom the page named; when they are not those who would be told now, nothing
    is sent. Raises Refused (no words), NobodyToTell, OthersWouldBeTold, AlreadyRaised, NotAllowed or Stale.
    """
    audit = locked(audit)
    if not may_raise(by, audit):
        if raises_about(by, audit):
            raise Stale(
                f"Audit {audit.reference} is now “{audit.get_state_display()}”, so you cannot raise a concern from it "
                "any more. Nothing was sent. Speak to the QA manager directly."
            )
        raise NotAllowed("Only the moderator of an audit, and QA over it, raise concerns about it. Nothing was sent.")
    worry, done_at_once = _said(worry, "Say what worries you."), done_at_once.strip()
    chosen, people = _addressees(audit, by=by)
    if told is not None and set(told) != {person.pk for person in people}:
        raise OthersWouldBeTold("Nothing was sent yet. Look again at who would be told, then send it.")
    for earlier in Concern.objects.filter(audit=audit, raised_by=by, state=Concern.State.RAISED):
        if (earlier.worry, earlier.done_at_once) == (worry, done_at_once):
            raise AlreadyRaised(earlier)
    concern = Concern.objects.create(
        audit=audit,
        raised_by=by,
        worry=worry,
        done_at_once=done_at_once,
        service_manager_id=chosen.service_manager,
        qa_manager_id=chosen.qa_manager,
        due_on=working_days_after(timezone.localdate(), ModerationSettings.current().concern_acknowledge_days),
    )
    _set_deadline(concern)
    due = f"{concern.due_on:%-d %B %Y}"
    for person in people:
        mine = person == concern.owner
        text = f"A concern was raised. {'Please acknowledge it' if mine else 'It is to be acknowledged'} by {due}."
        _tell(concern, person, event="raised", text=text)
    record("concern.raised", concern, by=by, audit=audit.pk, told=[person.pk for person in people])
    return concern


@transaction.atomic
def acknowledge(concern: Concern, *, response: str, by: User) -> Concern:
    """Take note of a concern and say what is going to be done; whoever raised it is told.

    Raises Refused (no words), NotAllowed, or Stale, which says who was quicker.
    """
    concern = _locked(concern, action="acknowledge", by=by)
    concern.response = _said(response, "Say what is going to be done.")
    concern.acknowledge()
    concern.acknowledged_by = by
    meet_deadlines(concern, kind=ACKNOWLEDGE)
    concern.due_on = working_days_after(timezone.localdate(), ModerationSettings.current().concern_resolve_days)
    concern.save()
    _set_deadline(concern)
    due = f"It is to be resolved by {concern.due_on:%-d %B %Y}."
    for person in _told(concern, besides=by):
        mine = "The concern that you raised" if person.pk == concern.raised_by_id else "A concern"
        _tell(concern, person, event="acknowledged", text=f"{mine} was acknowledged. {due}")
    record("concern.acknowledged", concern, by=by)
    return concern


@transaction.atomic
def resolve(concern: Concern, *, outcome: str, by: User) -> Concern:
    """Say what came of a concern: it has ended, and whoever raised it is told.

    Raises Refused (no words), NotAllowed, or Stale, which says who was quicker.
    """
    concern = _locked(concern, action="resolve", by=by)
    concern.outcome = _said(outcome, "Say what came of it.")
    concern.resolve()
    concern.resolved_by = by
    concern.due_on = None
    concern.save()
    meet_deadlines(concern, kind=RESOLVE)
    for person in _told(concern, besides=by):
        mine = "The concern that you raised" if person.pk == concern.raised_by_id else "A concern"
        _tell(concern, person, event="resolved", text=f"{mine} was resolved. Read what came of it.")
    record("concern.resolved", concern, by=by)
    return concern


@transaction.atomic
def reassign(concern: Concern, *, to: User, reason: str, seen_owner: int | None, by: User) -> Concern:
    """Give a concern to another service manager or QA manager to deal with (absence), with the reason.

    The due date stays: the child does not wait longer because somebody is away. A QA manager takes the place of the
    service manager; a service manager leaves the QA manager where they are. ``seen_owner`` is the key of the one who
    dealt with it when the page was opened. Raises Refused, NotAllowed or Stale.
    """
    concern = _locked(concern, action="reassign", by=by)
    before = concern.owner
    if concern.owner_id != seen_owner:
        raise Stale(f"The concern was given to {before} after you opened this page. Nothing was changed.")
    possible: Successors = successors(concern)
    if to not in possible.people:
        raise Refused(f"{to} cannot deal with this concern. Choose another service manager or QA manager.")
    reason = _said(reason, "Say why the concern is given to somebody else.")
    if to in possible.qa_managers:
        concern.service_manager, concern.qa_manager = None, to
    else:
        concern.service_manager = to
    concern.save()
    Reassignment.objects.create(concern=concern, before=before, after=to, reason=reason, by=by)
    drop_deadlines(concern)
    _set_deadline(concern)
    entry = record("concern.reassigned", concern, by=by, before=before.pk if before is not None else None, after=to.pk)
    step = STEPS[STEP_OF[Concern.State(concern.state)]]
    text = f"You are asked to {step} by {concern.due_on:%-d %B %Y}."
    _tell(concern, to, event=f"reassigned:{entry.sequence}", text=text)
    if before is not None and before != by:
        inform(
            concern.audit,
            before,
            event=f"concern:{concern.pk}:given:{entry.sequence}",
            text="A concern that you were to deal with was given to somebody else.",
            path="/moderation/concerns/",
        )
    return concern


@transaction.atomic
def note_export(filters: Filters, *, file_format: str, by: User) -> None:
    """Write to the trail that somebody took the list of concerns as a file, and which part of it."""
    record("concerns.exported", by, by=by, format=file_format, shown=filters.shown, reference=filters.reference)


def told_when_late(deadline: Deadline, day: date) -> User | None:
    """Who is told beside its owner that a step of a concern is late: a QA manager who may know of it, or nobody."""
    concern = Concern.objects.select_related("audit__team__service", "service_manager", "qa_manager").get(
        pk=deadline.subject_id
    )
    return told_beside(concern, owner=deadline.owner)


def path_of(concern: Concern) -> str:
    return f"/moderation/concerns/{concern.pk}/"


def _locked(concern: Concern, *, action: str, by: User) -> Concern:
    """The concern as it is now, the audit's row and its own locked, if this person may do this with it."""
    audit = locked(concern.audit)
    people = ("raised_by", "service_manager", "qa_manager", "acknowledged_by", "resolved_by")
    concern = Concern.objects.select_for_update(of=("self",)).select_related(*people).get(pk=concern.pk)
    concern.audit = audit
    if may(by, action, concern):
        return concern
    if may_in_another_state(by, action, concern):
        raise Stale(f"{so_far(concern)} Nothing was changed.")
    if may(by, "see", concern) and is_left_to_others(by, concern):
        raise NotAllowed("You raised this concern, so somebody else deals with it. Nothing was changed.")
    raise NotAllowed(
        "Whoever the concern was raised to deals with it, or a QA manager. That is not you, or no longer. Nothing was "
        "changed."
    )


def so_far(concern: Concern) -> str:
    """How far a concern is, and who brought it there, in a sentence."""
    if concern.resolved_at:
        return f"{concern.resolved_by} resolved this concern on {_moment(concern.resolved_at)}."
    if concern.acknowledged_at:
        return f"{concern.acknowledged_by} acknowledged this concern on {_moment(concern.acknowledged_at)}."
    return "Nobody has acknowledged this concern yet."


def _set_deadline(concern: Concern) -> None:
    """The deadline of the present step, for whoever has to deal with it."""
    kind = STEP_OF[Concern.State(concern.state)]
    owner = concern.owner
    if owner is None or concern.due_on is None:
        raise Refused("A concern needs somebody to deal with it, and a day by which. Give it to somebody else.")
    steps, repeat = REMINDERS[kind]
    set_deadline(
        concern,
        kind=kind,
        owner=owner,
        due_on=concern.due_on,
        title=f"{concern.audit.reference}: {STEPS[kind]}",
        path=path_of(concern),
        reminder_steps=steps,
        reminder_repeat=repeat,
        copy_manager_from=COPIED_FROM,
    )


def _told(concern: Concern, *, besides: User) -> list[User]:
    """Whoever raised it and whoever it was raised to, without the one who acts."""
    people = (concern.raised_by, concern.service_manager, concern.qa_manager)
    return [person for person in dict.fromkeys(people) if person is not None and person != besides]


def _tell(concern: Concern, person: User, *, event: str, text: str) -> None:
    """Tell somebody at once, unless they may not (or no longer) know of the concern."""
    if may(person, "see", concern):
        key = f"concern:{concern.pk}:{event}"
        inform(concern.audit, person, event=key, text=text, urgent=True, path=path_of(concern))
