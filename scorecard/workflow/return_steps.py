"""What becomes of a return: sent, queried, sent again, accepted; extended and chased meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.models import Deadline
from qaf.deadlines.workflow import extend_deadline, meet_deadlines
from qaf.errors import Refused
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.access.returns import may_with_return
from scorecard.models import Return, ReturnLine, ReturnQuery, ReturnState
from scorecard.queries.return_people import leads_of, qa_managers_of
from scorecard.queries.returns import lacks_of
from scorecard.workflow.return_figures import write_figures
from scorecard.workflow.return_ground import (
    ANSWER,
    RETURN,
    ask,
    demand_unchanged,
    inform,
    locked,
    name_of,
    said,
)

# Working days in which queries are answered.
ANSWER_DAYS = 5


class NotReady(Refused):
    """The return cannot be sent yet; ``lacks`` says what is missing."""

    title = "The return is not complete yet"

    def __init__(self, count: int) -> None:
        things = "1 thing is" if count == 1 else f"{count} things are"
        super().__init__(f"{things} still missing or wrong. Open the return to see what.")


@dataclass(frozen=True)
class Question:
    """What QA asks about one line, or about the return as a whole (None)."""

    text: str
    line: ReturnLine | None = None


@transaction.atomic
def send(one: Return, *, by: User, seen: str | None = None) -> Return:
    """Send a return to QA, complete: figures in bounds, narratives, reasons, answers. QA is told.

    ``seen`` is the mark of what the page showed. Raises NotReady, NotAllowed or MovedOn.
    """
    one = locked(one, action="send", by=by)
    demand_unchanged(one, seen)
    if lacks := lacks_of(one):
        raise NotReady(len(lacks))
    again = one.state == ReturnState.QUERIED
    one.send()
    one.sent_at, one.sent_by = timezone.now(), by
    one.first_sent_at = one.first_sent_at or one.sent_at
    one.save()
    meet_deadlines(one, kind=RETURN)
    meet_deadlines(one, kind=ANSWER)
    askers = [query.asked_by for query in one.queries.select_related("asked_by")]
    text = f"{name_of(one)}: it was sent {'again, with answers' if again else 'and can be accepted or queried'}."
    people = [one.requested_by, *askers, *qa_managers_of(one.agency)]
    inform(one, people, event=f"sent:{one.sent_at:%Y%m%d%H%M%S%f}", text=text, but=by)
    record("return.sent", one, by=by, again=again)
    return one


@transaction.atomic
def query(one: Return, *, questions: Iterable[Question], by: User, seen: str | None = None) -> list[ReturnQuery]:
    """Ask the agency something back: it can write again, answers and sends anew within five working days.

    Raises Refused (no question), NotAllowed or MovedOn.
    """
    one = locked(one, action="query", by=by)
    demand_unchanged(one, seen)
    asked = [question for question in questions if question.text.strip()]
    if not asked:
        raise Refused("Write at least one question.")
    if any(question.line is not None and question.line.part_of_id != one.pk for question in asked):
        raise Refused("A question is about an indicator that this return does not have. Open the return again.")
    one.query()
    one.save()
    made = [
        ReturnQuery.objects.create(
            part_of=one, line=question.line, text=said(question.text, "Write the question in words."), asked_by=by
        )
        for question in asked
    ]
    due_on = working_days_after(timezone.localdate(), ANSWER_DAYS)
    leads = ask(one, kind=ANSWER, due_on=due_on, what="answer the queries and send it again")
    text = f"{name_of(one)}: QA has a question about it. Please answer by {due_on:%-d %B %Y}."
    inform(one, [*leads, one.sent_by], event=f"queried:{made[0].pk}", text=text, but=by)
    record("return.queried", one, by=by, queries=len(made))
    return made


@transaction.atomic
def accept(one: Return, *, by: User, seen: str | None = None) -> Return:
    """Take a return into the scorecard: its figures are written beside any earlier ones, never over them.

    ``seen`` is the mark of what the page showed. Raises NotAllowed or MovedOn.
    """
    one = locked(one, action="accept", by=by)
    demand_unchanged(one, seen)
    one.accept()
    one.accepted_at, one.accepted_by = timezone.now(), by
    one.save()
    written = write_figures(one, by=by)
    text = f"{name_of(one)}: it was accepted."
    inform(one, [*leads_of(one.agency), one.sent_by], event="accepted", text=text, but=by)
    record("return.accepted", one, by=by, figures=written)
    return one


@transaction.atomic
def extend(one: Return, *, to_day: date, reason: str, by: User) -> Return:
    """Give the agency more time, with the reason: to send the return, or to answer what was asked.

    Raises Refused for a day that is not later, no reason, or an agency without a lead; NotAllowed or MovedOn.
    """
    one = locked(one, action="extend", by=by)
    before = due_of(one)
    deadline = Deadline.objects.about(one).open().first()
    if deadline is None:
        raise Refused(
            f"Nobody is lead of {one.agency}, so nobody has a deadline to extend. An administrator can give somebody "
            "the post; they are then asked for the return."
        )
    reason = said(reason, "Say why the agency is given more time.")
    if to_day <= before or to_day < timezone.localdate():
        later = max(before, timezone.localdate())
        raise Refused(f"Choose a day after {later:%-d %B %Y}.")
    extend_deadline(deadline, to_day=to_day, reason=reason, by=by)
    if one.state == ReturnState.REQUESTED:
        one.due_on = to_day
        one.save(update_fields=["due_on"])
    text = f"{name_of(one)}: it is now due on {to_day:%-d %B %Y}."
    inform(one, leads_of(one.agency), event=f"extended:{to_day.isoformat()}", text=text, but=by)
    record("return.extended", one, by=by, changes={"Due": [before, to_day]})
    return one


def due_of(one: Return) -> date:
    """The day by which the agency has to act: to send it, or to answer what was asked."""
    if one.state == ReturnState.QUERIED:
        held = Deadline.objects.about(one).open().filter(kind=ANSWER).first()
        return held.due_on if held is not None else one.due_on
    return one.due_on


@transaction.atomic
def remind(one: Return, *, by: User) -> list[User]:
    """Remind the agency's leads of a return, at most once a day; gives whom. Raises Refused when it has no lead."""
    one = locked(one, action="remind", by=by)
    leads = leads_of(one.agency)
    if not leads:
        raise Refused(
            f"Nobody is lead of {one.agency}, so nobody can be reminded. An administrator can give somebody the post."
        )
    today = timezone.localdate()
    due = due_of(one)
    when = f"it was due on {due:%-d %B %Y}" if due < today else f"it is due on {due:%-d %B %Y}"
    inform(one, leads, event=f"reminded:{today.isoformat()}", text=f"{name_of(one)}: {when}. Please send it.", but=by)
    record("return.reminded", one, by=by, people=[person.pk for person in leads])
    return leads


def remind_late(returns: Iterable[Return], *, by: User) -> list[Return]:
    """Remind the leads of all of these returns that are late and that this person may remind; gives those returns."""
    today = timezone.localdate()
    reminded = []
    for one in returns:
        if may_with_return(by, "remind", one) and due_of(one) < today and leads_of(one.agency):
            remind(one, by=by)
            reminded.append(one)
    return reminded
