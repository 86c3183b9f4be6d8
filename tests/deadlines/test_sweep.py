"""The sweep tells each reminder step once."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection

from qaf.deadlines import sweep as sweeping
from qaf.deadlines.models import ClosureDay, Deadline, Reminder
from qaf.deadlines.sweep import recalculate_reminders, sweep
from qaf.deadlines.tasks import sweep_reminders
from qaf.deadlines.workflow import drop_deadlines, extend_deadline, meet_deadlines, set_deadline
from qaf.errors import Refused
from qaf.notices.models import Notice, OutboxEmail
from qaf.people.models import User
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

START = date(2026, 11, 2)
DUE = date(2026, 11, 20)  # a Friday; steps on 17, 20, 24 November, 1 and 8 December
Person = Callable[..., User]


@pytest.fixture(autouse=True)
def at_the_start() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def deadline_of(owner: User, **fields: Any) -> Deadline:
    return set_deadline(
        TeamFactory.create(), kind="audit", owner=owner, due_on=DUE, title="Audit BCF-1: finish", path="/a/", **fields
    )


def told() -> list[tuple[str, str]]:
    return [(notice.person.name, notice.text) for notice in Notice.objects.order_by("pk").select_related("person")]


def test_it_works(person: Person) -> None:
    deadline = deadline_of(person("auditor", name="Ann Reed"))

    assert sweep(date(2026, 11, 16)) == 0
    assert sweep(date(2026, 11, 17)) == 1

    assert told() == [("Ann Reed", "Audit BCF-1: finish. Due on 20 November 2026, in 3 working days.")]
    assert Notice.objects.get().path == "/a/"
    assert OutboxEmail.objects.count() == 1
    assert list(deadline.reminders.values_list("step", "superseded")) == [(-3, False)]
    deadline.refresh_from_db()
    assert deadline.next_reminder_on == DUE


def test_each_step_is_told_once_however_often_the_sweep_runs(person: Person) -> None:
    deadline_of(person("auditor"))

    day = START
    while day <= date(2026, 12, 8):
        sweep(day)
        sweep(day)
        day += timedelta(days=1)

    assert list(Reminder.objects.values_list("step", "superseded")) == [(s, False) for s in (-3, 0, 2, 7, 12)]
    assert Notice.objects.count() == 5


def test_later_steps_are_copied_to_the_next_manager(person: Person) -> None:
    team = TeamFactory.create()
    person("team_manager", team=team, name="Mo Hall")
    deadline_of(person("auditor", team=team, name="Ann Reed"))

    sweep(DUE)
    assert [name for name, _ in told()] == ["Ann Reed"]
    sweep(date(2026, 11, 24))

    assert told()[1:] == [
        ("Ann Reed", "Audit BCF-1: finish. It was due on 20 November 2026, 2 working days ago."),
        (
            "Mo Hall",
            "A reminder went to Ann Reed: Audit BCF-1: finish. It was due on 20 November 2026, 2 working days ago.",
        ),
    ]


def test_after_days_of_standstill_only_the_latest_step_is_told(person: Person) -> None:
    deadline_of(person("auditor"))

    sweep(date(2026, 12, 2))

    assert list(Reminder.objects.values_list("step", "superseded")) == [(-3, True), (0, True), (2, True), (7, False)]
    assert Notice.objects.count() == 1
    assert Deadline.objects.get().next_reminder_on == date(2026, 12, 8)


def test_a_deadline_that_was_met_or_dropped_reminds_nobody(person: Person) -> None:
    met, dropped = deadline_of(person()), deadline_of(person())
    assert meet_deadlines(met.subject, kind="audit") == 1
    assert drop_deadlines(dropped.subject) == 1

    assert sweep(date(2026, 12, 31)) == 0


def test_an_extension_starts_the_steps_anew(person: Person, at_the_start: time_machine.Traveller) -> None:
    deadline = deadline_of(person())
    sweep(date(2026, 11, 17))
    at_the_start.move_to(date(2026, 11, 18))

    extend_deadline(deadline, to_day=date(2026, 11, 27), reason="She is ill.", by=person())
    sweep(date(2026, 11, 20))
    assert Notice.objects.count() == 1
    sweep(date(2026, 11, 24))

    assert list(Reminder.objects.values_list("step", "due_on")) == [(-3, DUE), (-3, date(2026, 11, 27))]
    assert list(deadline.extensions.values_list("from_day", "to_day", "reason")) == [
        (DUE, date(2026, 11, 27), "She is ill.")
    ]


def test_an_extension_is_refused_with_the_reason(person: Person) -> None:
    deadline, by = deadline_of(person()), person()

    with pytest.raises(Refused, match="after 20 November 2026"):
        extend_deadline(deadline, to_day=DUE, reason="Why not", by=by)
    with pytest.raises(Refused, match="Say why"):
        extend_deadline(deadline, to_day=date(2026, 12, 1), reason="  ", by=by)
    meet_deadlines(deadline.subject, kind="audit")
    with pytest.raises(Refused, match="no longer open"):
        extend_deadline(deadline, to_day=date(2026, 12, 1), reason="Late", by=by)


def test_a_reminder_for_somebody_who_left_goes_to_the_manager_from_the_first_step(person: Person) -> None:
    team = TeamFactory.create()
    person("team_manager", team=team, name="Mo Hall")
    deadline_of(person("auditor", team=team, name="Ann Reed", is_active=False))

    sweep(date(2026, 11, 17))

    assert [name for name, _ in told()] == ["Ann Reed", "Mo Hall"]
    assert [email.person.name for email in OutboxEmail.objects.all()] == ["Mo Hall"]


def test_one_that_fails_does_not_keep_the_others_waiting(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = deadline_of(person(name="First")), deadline_of(person(name="Second"))
    Deadline.objects.filter(pk=first.pk).update(reminder_steps=["not a number", 1])

    assert sweep(DUE) == 1

    assert [name for name, _ in told()] == ["Second"]
    Deadline.objects.filter(pk=first.pk).update(reminder_steps=[0])
    assert sweep(DUE) == 1
    assert [name for name, _ in told()] == ["Second", "First"]
    assert second.reminders.count() == 2


def test_the_database_refuses_the_same_step_twice(person: Person) -> None:
    deadline = deadline_of(person())
    Reminder.objects.create(deadline=deadline, step=0, due_on=DUE)

    with pytest.raises(IntegrityError):
        Reminder.objects.create(deadline=deadline, step=0, due_on=DUE)


def test_more_deadlines_than_a_batch_are_all_told_with_a_steady_number_of_queries(
    person: Person, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 3)
    for _ in range(7):
        deadline_of(person("auditor"))

    with django_assert_max_num_queries(7 * 18 + 20):
        assert sweep(DUE) == 7
    assert Notice.objects.count() == 7


def test_the_task_sweeps_today(person: Person, at_the_start: time_machine.Traveller) -> None:
    deadline_of(person())
    at_the_start.move_to(DUE)

    assert sweep_reminders() == 1


def test_a_new_closure_day_moves_the_next_reminder_and_not_the_due_date(person: Person) -> None:
    deadline = deadline_of(person())
    ClosureDay.objects.create(day=date(2026, 11, 18), name="Staff day")

    assert recalculate_reminders() == 1

    deadline.refresh_from_db()
    assert (deadline.next_reminder_on, deadline.due_on) == (date(2026, 11, 16), DUE)
    assert recalculate_reminders() == 0


def test_a_closure_day_taken_away_again_repeats_no_step(person: Person) -> None:
    deadline = deadline_of(person())
    closed = ClosureDay.objects.create(day=date(2026, 11, 18), name="Staff day")
    recalculate_reminders()
    sweep(date(2026, 11, 16))
    closed.delete()

    recalculate_reminders()
    sweep(date(2026, 11, 17))

    assert list(deadline.reminders.values_list("step", flat=True)) == [-3]
    deadline.refresh_from_db()
    assert deadline.next_reminder_on == DUE


@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has one writer at a time, so there is no row to pass over"
)
@pytest.mark.django_db(transaction=True)
def test_a_deadline_another_sweep_holds_is_passed_over(person: Person) -> None:
    held, free = deadline_of(person(name="Held")), deadline_of(person(name="Free"))
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM deadlines_deadline WHERE id = %s FOR UPDATE", [held.pk])
        assert sweep(DUE) == 1
        other.rollback()
    finally:
        other.close()

    assert [name for name, _ in told()] == ["Free"]
    assert sweep(DUE) == 1
    assert free.reminders.count() == held.reminders.count()
