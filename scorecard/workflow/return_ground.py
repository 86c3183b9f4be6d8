"""What every step of a return begins and ends with: the row locked, the right asked, the deadline and the people."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from qaf.deadlines.models import Deadline
from qaf.deadlines.workflow import drop_deadlines, set_deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.outbox import tell
from qaf.people.models import User
from scorecard.access.returns import may_with_return
from scorecard.models import Return, ReturnState
from scorecard.quarters import period_words
from scorecard.queries.return_people import leads_of

# The kinds of its deadlines: to send it, and to answer what QA asked.
RETURN, ANSWER = "return", "return_answer"
LEADS = "Only a lead of the agency can do this."
QA = "Only QA over the agency can do this."
WHOSE = {
    "fill": LEADS, "send": LEADS, "query": QA, "accept": QA, "extend": QA, "remind": QA,
    "correct": "Only a lead of the agency, or QA over it, can do this.",
    "withdraw": "Only a lead of the agency, or QA over it, can do this.",
}  # fmt: skip


class MovedOn(Stale):
    """The return is no longer in the state that the page showed."""

    title = "This return has moved on"


def path_of(one: Return) -> str:
    return f"/scorecard/returns/{one.pk}/"


def name_of(one: Return) -> str:
    """How reminders and notices name a return: the agency and the quarter."""
    what = "Return" if one.version == 1 else "Corrected return"
    return f"{what} of {one.agency.name[:80]}, {period_words(one.period_from, one.period_to)}"


def locked(one: Return, *, action: str, by: User) -> Return:
    """The return as it is now, its row locked until the transaction ends. Raises NotAllowed or MovedOn."""
    one = Return.objects.select_for_update(of=("self",)).select_related("agency").get(pk=one.pk)
    demand(by, action, one)
    return one


def demand(user: User, action: str, one: Return) -> None:
    """Raise NotAllowed when this is somebody else's to do, MovedOn when it is not, or no longer, the time for it."""
    if may_with_return(user, action, one):
        return
    if not _may_in_another_state(user, action, one):
        raise NotAllowed(f"{WHOSE[action]} Nothing was changed.")
    raise MovedOn(
        f"This return is now “{one.get_state_display().lower()}”, so this cannot be done. Nothing was changed. Open "
        "the return again to see what can be done now."
    )


def _may_in_another_state(user: User, action: str, one: Return) -> bool:
    other = copy.copy(one)
    # Only a correction can be withdrawn; that this is none is no question of rights.
    other.corrects_id = one.corrects_id or one.pk
    for state in ReturnState.values:
        other.__dict__["state"] = state
        if may_with_return(user, action, other):
            return True
    return False


def mark_of(one: Return) -> str:
    """A mark of everything that is decided on, to tell later whether any of it changed since a page was opened."""
    seen = [
        one.state,
        one.revision,
        one.sent_at.isoformat() if one.sent_at else "",
        *one.lines.order_by("pk").values_list("pk", "revision"),
        *one.queries.order_by("pk").values_list("pk", "answered_at"),
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def demand_unchanged(one: Return, seen: str | None) -> None:
    """Raise MovedOn when something was saved since the page was opened; None: there was no page."""
    if seen is not None and seen != mark_of(one):
        raise MovedOn(
            "The return changed after you opened this page. Nothing was done. Look at it as it stands now, then do it "
            "again if it still fits."
        )


def said(text: str, missing: str) -> str:
    """What somebody wrote, without blanks around it. Raises Refused when there is no word in it."""
    text = text.strip()
    if not any(character.isalnum() for character in text):
        raise Refused(missing)
    return text


def inform(one: Return, people: Iterable[User | None], *, event: str, text: str, but: User | None = None) -> None:
    """Tell people of an event of this return, each once and never whoever did it. No free text."""
    for person in dict.fromkeys(people):
        if person is not None and person != but and person.is_active:
            tell(person, key=f"return:{one.pk}:{event}:{person.pk}", text=text, path=path_of(one))


def ask(one: Return, *, kind: str, due_on: date, what: str) -> list[User]:
    """Give the nearest lead a deadline, in place of any they or others had; gives all leads, none when nobody is."""
    leads = leads_of(one.agency)
    drop_deadlines(one)
    if leads:
        title = f"{name_of(one)}: {what}"[:200]
        set_deadline(one, kind=kind, owner=leads[0], due_on=due_on, title=title, path=path_of(one))
    return leads


def keep_owner(one: Return) -> bool:
    """See that the deadline of a return that waits for its agency lies with one of its leads; whether it was changed.

    Leads come and go while a return is open, and an agency may have none when it is asked.
    """
    if not one.is_fillable:
        return False
    leads = leads_of(one.agency)
    held = Deadline.objects.about(one).open().select_related("owner").first()
    if not leads or (held is not None and held.owner in leads):
        return False
    kind = ANSWER if one.state == ReturnState.QUERIED else RETURN
    due_on = held.due_on if held is not None else one.due_on
    what = "answer the queries and send it again" if kind == ANSWER else "send the figures"
    ask(one, kind=kind, due_on=due_on, what=what)
    inform(
        one,
        leads[:1],
        event=f"given:{timezone.now():%Y%m%d%H%M%S%f}",
        text=f"{name_of(one)}: it is yours to send, by {due_on:%-d %B %Y}.",
    )
    return True
