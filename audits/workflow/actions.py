"""The life of an action: done, verified by somebody else, reopened or withdrawn."""

from django.db import transaction
from django_fsm import can_proceed

from audits.access import may
from audits.models import Action, ActionUpdate
from audits.workflow.steps import locked
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record

MOVES = {"complete": "done", "verify": "verified", "reject": "not accepted", "withdraw": "withdrawn"}


@transaction.atomic
def move(action: Action, *, move: str, note: str, by: User) -> Action:
    """Take an action one step on. ``move`` is one of MOVES; a note says what was done or seen, or why.

    The owner, or somebody who reviews the actions, completes; never does the same person complete and verify.
    Raises Refused, NotAllowed or Stale.
    """
    audit = locked(action.audit)
    action = Action.objects.select_for_update().get(pk=action.pk)
    reviews = may(by, "review_actions", audit)
    if not (reviews or (move == "complete" and action.owner_id == by.pk)):
        raise NotAllowed("Only its owner and the managers of the team can change this action.")
    if not note.strip():
        raise Refused("Say in a sentence what was done or why.")
    transition = getattr(action, move) if move in MOVES else None
    if transition is None or not can_proceed(transition):
        raise Stale(f"This action is now “{action.get_state_display()}”, so it cannot be marked as {MOVES.get(move)}.")
    last = action.updates.filter(state=Action.State.DONE).last()
    if move == "verify" and last is not None and last.by_id == by.pk:
        raise Refused("Somebody else than the person who marked it as done must verify it.")
    before = action.state
    transition()
    action.save()
    ActionUpdate.objects.create(action=action, text=note.strip(), state=action.state, by=by)
    record("action.moved", audit, by=by, action=action.position, before=before, after=action.state)
    return action
