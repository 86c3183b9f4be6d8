"""Setting, moving, meeting and dropping deadlines. Called inside the transaction of the event that does it."""

from collections.abc import Sequence
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from qaf.deadlines.calendar import days_off
from qaf.deadlines.models import Deadline, Extension
from qaf.deadlines.reminders import DEFAULT_STEPS, next_reminder_day
from qaf.errors import Refused
from qaf.people.models import User


def set_deadline(
    subject: models.Model,
    *,
    kind: str,
    owner: User,
    due_on: date,
    title: str,
    path: str = "",
    starts_on: date | None = None,
    reminder_steps: Sequence[int] = DEFAULT_STEPS,
    reminder_repeat: int = 5,
    copy_manager_from: int = 2,
) -> Deadline:
    """Open a deadline: ``owner`` must do ``kind`` about ``subject`` by ``due_on``.

    Reminder steps are working days from the due date; after the last, one every ``reminder_repeat`` working
    days (0: none). From step ``copy_manager_from`` on, the owner's next manager is told as well.
    """
    starts_on = starts_on or timezone.localdate()
    deadline = Deadline(
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        kind=kind,
        owner=owner,
        title=title,
        path=path,
        starts_on=starts_on,
        due_on=due_on,
        first_due_on=due_on,
        reminder_steps=list(reminder_steps),
        reminder_repeat=reminder_repeat,
        copy_manager_from=copy_manager_from,
    )
    deadline.next_reminder_on = next_reminder_day(
        due_on,
        steps=reminder_steps,
        repeat=reminder_repeat,
        after=starts_on,
        days_off=days_off(),
    )
    deadline.save()
    return deadline


def meet_deadlines(subject: models.Model, *, kind: str) -> int:
    """Mark the open deadlines of this kind as met; gives how many."""
    return Deadline.objects.about(subject).open().filter(kind=kind).update(met_at=timezone.now(), next_reminder_on=None)


def drop_deadlines(subject: models.Model, *, kind: str | None = None) -> int:
    """Let the open deadlines (of this kind, or all) fall away unmet; gives how many."""
    deadlines = Deadline.objects.about(subject).open()
    if kind is not None:
        deadlines = deadlines.filter(kind=kind)
    return deadlines.update(dropped_at=timezone.now(), next_reminder_on=None)


def extend_deadline(deadline: Deadline, *, to_day: date, reason: str, by: User) -> Deadline:
    """Move an open deadline to a later day, keeping both dates and the reason; reminders start anew.

    Raises Refused when the deadline is no longer open, the day is not later, or no reason is given.
    """
    deadline = Deadline.objects.select_for_update().get(pk=deadline.pk)
    if not deadline.is_open:
        raise Refused("This deadline is no longer open, so it cannot be extended.")
    if to_day <= deadline.due_on:
        raise Refused(f"Choose a day after {deadline.due_on:%-d %B %Y}: a deadline can only be moved later.")
    if not reason.strip():
        raise Refused("Say why the deadline is extended.")
    Extension.objects.create(
        deadline=deadline,
        from_day=deadline.due_on,
        to_day=to_day,
        reason=reason.strip(),
        by=by,
    )
    deadline.due_on = to_day
    deadline.next_reminder_on = next_reminder_day(
        to_day,
        steps=deadline.reminder_steps,
        repeat=deadline.reminder_repeat,
        after=timezone.localdate(),
        days_off=days_off(),
    )
    deadline.save()
    return deadline
