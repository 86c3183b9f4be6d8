"""From a recommendation to a SMART action, and the life of that action.

Coventry QA framework 2025-27, 6.6: recommendations are made into a SMART action plan, monitored until completion.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_fsm import can_proceed

from audits.workflow.allocation import next_reference
from qaf.deadlines.workflow import drop_deadlines, meet_deadlines, set_deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.outbox import tell
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.access.improvement import QA, may_with_action
from scorecard.access.posts import holds_over
from scorecard.models import ImprovementAction, ImprovementUpdate, Recommendation

PREFIX = "ACT"
DEADLINE = "improvement"
# What a step is called in the trail, and the right it asks for.
MOVES = {"complete": "complete", "verify": "verify", "reject": "verify", "withdraw": "withdraw"}


@dataclass(frozen=True)
class Smart:
    """An action said so that one can tell whether it was done: all but the last two texts are required."""

    specific: str
    measurable: str
    owner: User
    due_on: date
    achievable: str = ""
    relevant: str = ""


def mark_of(action: ImprovementAction) -> str:
    """What a page carries to show which action it was opened on: anything that is changed alters it."""
    parts: list[Any] = [action.specific, action.measurable, action.achievable, action.relevant]
    parts += [action.owner_id, action.due_on, action.state]
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


def _said(action: ImprovementAction) -> Smart:
    return Smart(**{one.name: getattr(action, one.name) for one in fields(Smart)})


def _check(smart: Smart, *, today: date) -> None:
    if not smart.specific.strip() or not smart.measurable.strip():
        raise Refused("Say what will be done, and how one will measure that it was.")
    if smart.due_on < today:
        raise Refused("Choose a day from today on: an action is still to be done.")
    if not smart.owner.is_active:
        raise Refused(f"{smart.owner} can no longer sign in. Choose another owner.")


def _set_deadline(action: ImprovementAction) -> None:
    set_deadline(
        action,
        kind=DEADLINE,
        owner=action.owner,
        due_on=action.due_on,
        title=f"Do improvement action {action.reference}",
        path=action.get_absolute_url(),
    )


def _tell_owner(action: ImprovementAction, event: str, text: str) -> None:
    tell(action.owner, key=f"improvement:{action.pk}:{event}", text=text, path=action.get_absolute_url())


@transaction.atomic
def create_action(recommendation: Recommendation, smart: Smart, *, by: User) -> ImprovementAction:
    """Make an action of a recommendation and tell its owner; the same again, sent twice, gives the one that was made.

    Raises NotAllowed, Refused when it is not said in full or due in the past, or Stale when the recommendation was
    taken out meanwhile.
    """
    recommendation = (
        Recommendation.objects.select_for_update(of=("self",)).select_related("report").get(pk=recommendation.pk)
    )
    report = recommendation.report
    if not holds_over(by, report.agency_id, *QA):
        raise NotAllowed("Only QA officers and QA managers make actions of a report's recommendations.")
    if recommendation.removed_at is not None or not report.is_made:
        raise Stale("This recommendation is no longer in the report, so no action was made of it.")
    today = timezone.localdate()
    _check(smart, today=today)
    still_open = recommendation.actions.filter(created_by=by, state=ImprovementAction.State.OPEN)
    for made in still_open.select_related("owner"):
        if _said(made) == smart:
            return made
    action = ImprovementAction.objects.create(
        reference=next_reference(PREFIX, today.year), recommendation=recommendation, created_by=by, **vars(smart)
    )
    _set_deadline(action)
    _tell_owner(action, "given", f"Improvement action {action.reference} is yours, due {smart.due_on:%-d %B %Y}.")
    record(
        "improvement.created",
        action,
        by=by,
        report=report.pk,
        recommendation=recommendation.number,
        owner=smart.owner.pk,
        due_on=smart.due_on.isoformat(),
    )
    return action


def _locked(action: ImprovementAction) -> ImprovementAction:
    rows = ImprovementAction.objects.select_for_update(of=("self",))
    return rows.select_related("owner", "recommendation__report").get(pk=action.pk)


def _demand(user: User, right: str, action: ImprovementAction) -> None:
    if may_with_action(user, right, action):
        return
    if action.state != ImprovementAction.State.OPEN and right != "verify":
        raise Stale(f"This action is now “{action.get_state_display()}”, so this cannot be done. Nothing was changed.")
    raise NotAllowed("This step of the action is for its owner, or for QA and the subgroup who monitor it.")


@transaction.atomic
def change_action(action: ImprovementAction, smart: Smart, *, seen: str, by: User) -> ImprovementAction:
    """Change what an open action says, whose it is or when it is due.

    ``seen`` is the mark (``mark_of``) of the action the page showed. Raises NotAllowed, Refused, or Stale when it was
    changed meanwhile.
    """
    action = _locked(action)
    _demand(by, "change", action)
    if seen != mark_of(action):
        raise Stale("Somebody has changed this action since you opened the page. Nothing of yours was saved.")
    today = timezone.localdate()
    if smart.due_on != action.due_on or not smart.specific.strip() or not smart.measurable.strip():
        _check(smart, today=today)
    before = {"owner": action.owner_id, "due_on": action.due_on.isoformat()}
    given = smart.owner != action.owner
    moved = given or smart.due_on != action.due_on
    for name, value in vars(smart).items():
        setattr(action, name, value)
    action.save()
    if moved:
        drop_deadlines(action, kind=DEADLINE)
        _set_deadline(action)
    if given:
        event = f"given:{timezone.now():%Y%m%d%H%M%S%f}"
        _tell_owner(action, event, f"Improvement action {action.reference} is yours, due {smart.due_on:%-d %B %Y}.")
    record(
        "improvement.changed",
        action,
        by=by,
        before=before,
        after={"owner": smart.owner.pk, "due_on": smart.due_on.isoformat()},
    )
    return action


@transaction.atomic
def note_progress(action: ImprovementAction, *, text: str, by: User) -> ImprovementUpdate:
    """Keep a note on an open action's progress. Raises NotAllowed, Stale, or Refused without words."""
    action = _locked(action)
    _demand(by, "note", action)
    if not text.strip():
        raise Refused("Say in a sentence how far it is.")
    update = ImprovementUpdate.objects.create(action=action, text=text.strip(), by=by)
    record("improvement.progress", action, by=by)
    return update


@transaction.atomic
def move_action(action: ImprovementAction, *, move: str, note: str, by: User) -> ImprovementAction:
    """Take an action one step on. ``move`` is one of MOVES; the note is the evidence, or the reason.

    Never does the same person mark an action as done and verify it. Raises Refused, NotAllowed or Stale.
    """
    if move not in MOVES:
        raise Refused("Choose what has happened to the action.")
    action = _locked(action)
    transition = getattr(action, move)
    if not can_proceed(transition):
        raise Stale(f"This action is now “{action.get_state_display()}”, so this cannot be done. Nothing was changed.")
    _demand(by, MOVES[move], action)
    if not note.strip():
        raise Refused("Say in a sentence what was done, or why.")
    last = action.updates.filter(state=ImprovementAction.State.DONE).last()
    if move == "verify" and last is not None and last.by_id == by.pk:
        raise Refused("Somebody else than the person who marked it as done must verify it.")
    before = action.state
    transition()
    action.save()
    ImprovementUpdate.objects.create(action=action, text=note.strip(), state=action.state, by=by)
    _follow(action, move, by)
    record("improvement.moved", action, by=by, before=before, after=action.state)
    return action


def _follow(action: ImprovementAction, move: str, by: User) -> None:
    """Deadlines and messages that go with a step."""
    event = f"{move}:{timezone.now():%Y%m%d%H%M%S%f}"
    if move == "complete":
        meet_deadlines(action, kind=DEADLINE)
        maker = action.created_by
        if maker != by and may_with_action(maker, "see", action):
            text = f"Improvement action {action.reference} is marked as done and waits to be verified."
            tell(maker, key=f"improvement:{action.pk}:{event}", text=text, path=action.get_absolute_url())
    elif move == "reject":
        _set_deadline(action)
        _tell_owner(action, event, f"Improvement action {action.reference} is not accepted as done, and open again.")
    elif move == "withdraw":
        drop_deadlines(action, kind=DEADLINE)
        if action.owner != by:
            _tell_owner(action, event, f"Improvement action {action.reference} is withdrawn: no longer to be done.")


@transaction.atomic
def note_export(filters: dict[str, str], *, file_format: str, by: User) -> None:
    """Write to the trail that somebody took the list of actions as a file."""
    record("improvement.exported", by, by=by, format=file_format, filters=filters)
