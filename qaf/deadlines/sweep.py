"""The sweep: every reminder step that was reached is told once, whatever crashes.

See docs/decisions/0001-exactly-once-reminders.md for why it is written this way.
"""

import logging
from collections.abc import Set
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from qaf.deadlines.calendar import days_off
from qaf.deadlines.models import Deadline, Reminder
from qaf.deadlines.reminders import due_steps, next_reminder_day, reminder_days
from qaf.deadlines.subjects import told_when_late
from qaf.deadlines.working_days import working_days_between
from qaf.notices.outbox import tell

log = logging.getLogger(__name__)

BATCH = 20


def sweep(today: date | None = None) -> int:
    """Tell every reminder step that is due; gives how many deadlines were dealt with.

    1. Take up to ``BATCH`` open deadlines whose next reminder is due, lock them, passing over those that
       another sweep holds.
    2. For each write the reminder rows, the notices with their e-mails in the outbox, and the day of the next
       reminder: all in one transaction, so that after a crash either all of it is there or none.
    3. Go on after the last one taken, until none is left. One that fails is logged, stays due, and does not
       keep the others waiting.
    """
    today = today or timezone.localdate()
    holidays = days_off()
    done, last = 0, 0
    while True:
        with transaction.atomic():
            batch = list(_due(today).filter(pk__gt=last)[:BATCH])
            for deadline in batch:
                last = deadline.pk
                try:
                    with transaction.atomic():
                        _remind(deadline, today, holidays)
                except Exception:
                    log.exception("The reminder of deadline %s failed; the next sweep tries again.", deadline.pk)
                else:
                    done += 1
        if not batch:
            return done


def _due(today: date) -> QuerySet[Deadline]:
    """Open deadlines with a reminder due, locked for us alone where the database can lock rows."""
    features = connection.features
    return (
        Deadline.objects.open()
        .filter(next_reminder_on__lte=today)
        .order_by("pk")
        .select_related("owner")
        .select_for_update(
            skip_locked=features.has_select_for_update_skip_locked,
            of=("self",) if features.has_select_for_update_of else (),
        )
    )


def _remind(deadline: Deadline, today: date, holidays: Set[date]) -> None:
    """Write down and tell what is due of one deadline, and set the day of its next reminder."""
    steps = due_steps(
        deadline.due_on,
        steps=deadline.reminder_steps,
        repeat=deadline.reminder_repeat,
        after=(deadline.next_reminder_on or today) - timedelta(days=1),
        until=today,
        days_off=holidays,
    )
    told = set(deadline.reminders.filter(due_on=deadline.due_on).values_list("step", flat=True))
    fresh = [step for step, _ in steps if step not in told]
    Reminder.objects.bulk_create(
        # When the sweep did not run for days, only the latest step is worth telling.
        Reminder(deadline=deadline, step=step, due_on=deadline.due_on, superseded=step != fresh[-1])
        for step in fresh
    )
    if fresh:
        _tell(deadline, fresh[-1], today, holidays)
    deadline.next_reminder_on = next_reminder_day(
        deadline.due_on,
        steps=deadline.reminder_steps,
        repeat=deadline.reminder_repeat,
        after=today,
        days_off=holidays,
    )
    deadline.save(update_fields=["next_reminder_on"])


def _tell(deadline: Deadline, step: int, today: date, holidays: Set[date]) -> None:
    key = f"reminder:{deadline.pk}:{deadline.due_on.isoformat()}:{step}"
    when = due_in_words(deadline.due_on, today, holidays)
    tell(deadline.owner, key=key, text=f"{deadline.title}. {when}", path=deadline.path)
    # An owner who may no longer sign in reads nothing, so somebody else has to know from the first step on.
    if step >= deadline.copy_manager_from or not deadline.owner.is_active:
        manager = told_when_late(deadline, day=today)
        if manager is not None:
            text = f"A reminder went to {deadline.owner.name[:60]}: {deadline.title}. {when}"
            tell(manager, key=f"{key}:manager", text=text, path=deadline.path)


def due_in_words(due_on: date, today: date, holidays: Set[date] = frozenset()) -> str:
    """Say how a due date lies to today: "Due on 27 November 2026, in 3 working days."."""
    if due_on == today:
        return "Due today."
    days = abs(working_days_between(today, due_on, holidays))
    count = "1 working day" if days == 1 else f"{days} working days"
    if due_on > today:
        return f"Due on {due_on:%-d %B %Y}" + (f", in {count}." if days else ".")
    return f"It was due on {due_on:%-d %B %Y}" + (f", {count} ago." if days else ".")


@transaction.atomic
def recalculate_reminders() -> int:
    """After a change of the closure days, set anew when each open deadline's next reminder falls due.

    Due dates stay: they were promised. The next step is the first after the last one told; a step that the new
    calendar puts into the past is told by the next sweep. Gives how many deadlines changed.
    """
    holidays = days_off()
    changed = []
    deadlines = Deadline.objects.open().prefetch_related("reminders", "extensions").select_for_update()
    for deadline in deadlines.order_by("pk"):
        day = _next_after_last_told(deadline, holidays)
        if day != deadline.next_reminder_on:
            deadline.next_reminder_on = day
            changed.append(deadline)
    Deadline.objects.bulk_update(changed, ["next_reminder_on"], batch_size=500)
    return len(changed)


def _next_after_last_told(deadline: Deadline, holidays: Set[date]) -> date | None:
    told = [reminder.step for reminder in deadline.reminders.all() if reminder.due_on == deadline.due_on]
    moved = [timezone.localdate(extension.at) for extension in deadline.extensions.all()]
    since = max([deadline.starts_on, *moved])
    days = reminder_days(
        deadline.due_on, steps=deadline.reminder_steps, repeat=deadline.reminder_repeat, days_off=holidays
    )
    for step, day in days:
        if day > since and (not told or step > max(told)):
            return day
    return None
