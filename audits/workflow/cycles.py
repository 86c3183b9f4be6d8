"""Opening the cycles of the schedule, and allocating what is due on a day. Each step can be repeated without harm."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audits.access.schedule import may_edit_row, may_edit_schedule
from audits.cycles import cycle_of
from audits.models import About, Audit, Cycle, Expectation, Expected, Selection
from audits.models.audits import WITH_THE_AUDITOR
from audits.queries import due as schedule
from audits.queries.due import Due, Staff, expected_in, staff_between, why_no_cycles
from audits.spreading import Absence, Person, next_day_free
from audits.workflow.expected import CannotDraw, allocate_drawn, ask_to_select, place_of, skip
from qaf.errors import NotAllowed, Refused
from qaf.people.models import Absence as AbsenceRow
from qaf.people.models import User
from qaf.trail.chain import record

__all__ = ["Due", "allocate_due", "cycle_days", "expected_in", "open_cycle", "open_due_cycles", "why_no_cycles"]

log = logging.getLogger(__name__)
State, Why = Expected.State, Expected.Why
_BASE = "cycle__expectation"
ROW = (
    "auditor",
    "team",
    f"{_BASE}__service__agency",
    *(f"{_BASE}__{type}__{what}" for type in ("type", "other_type") for what in ("form", "process")),
)


def cycle_days(expectation: Expectation, day: date) -> tuple[date, date]:
    """The first and last day of the cycle of a row that a day falls into. Raises Refused for a row without cycles."""
    if reason := why_no_cycles(expectation):
        raise Refused(f"This row opens no cycles. {reason}")
    # A row without a frequency has been refused.
    months = expectation.every_months or 12
    return cycle_of(day, every_months=months, starts_month=settings.SCHEDULE_YEAR_STARTS_MONTH)


@transaction.atomic
def open_cycle(
    expectation: Expectation,
    *,
    starts_on: date,
    by: User | None,
    day: date | None = None,
    staff: Staff | None = None,
) -> Cycle:
    """Settle what is due from whom in the row's cycle that ``starts_on`` falls into; ``by`` None is the system.

    A cycle that is open already is given back as it is, whoever opened it. Nobody is told yet: `allocate_due` does
    that on each opening day. Raises NotAllowed, or Refused for a row without cycles, out of force, or a cycle that is
    over.
    """
    if by is not None and not may_edit_schedule(by):
        raise NotAllowed("Only administrators and QA managers open cycles.")
    if by is not None and not may_edit_row(by, expectation):
        raise NotAllowed("This row belongs to a service outside your post. Whoever looks after it opens its cycles.")
    day = day or timezone.localdate()
    # Two at the same moment wait for one another here; where rows cannot be locked, the constraint decides.
    rows = Expectation.objects.select_for_update(of=("self",) if connection.features.has_select_for_update_of else ())
    related = ("service__agency", "type__form", "type__process", "other_type__form", "other_type__process")
    expectation = rows.select_related(*related).get(pk=expectation.pk)
    first, last = cycle_days(expectation, starts_on)
    if open_already := Cycle.objects.filter(expectation=expectation, starts_on=first).first():
        return open_already
    if last < day:
        raise Refused(f"This cycle ended on {last:%-d %B %Y}. Open the present one, or the next.")
    if expectation.valid_from > last or (
        expectation.valid_until is not None and expectation.valid_until < max(first, day)
    ):
        raise Refused("This row is not in force in that cycle. Change its days, or choose another cycle.")
    due = expected_in(expectation, first, last, day=day, staff=staff)
    seed = schedule.row_seed(expectation, first)
    try:
        with transaction.atomic():
            cycle = Cycle.objects.create(
                expectation=expectation, starts_on=first, ends_on=last, opened_by=by, seed=seed
            )
    except IntegrityError:
        return Cycle.objects.get(expectation=expectation, starts_on=first)
    Expected.objects.bulk_create(_row(cycle, one) for one in due)
    skipped = sum(one.is_skipped for one in due)
    record("cycle.opened", cycle, by=by, starts_on=first, ends_on=last, expected=len(due) - skipped, skipped=skipped)
    return cycle


def _row(cycle: Cycle, due: Due) -> Expected:
    return Expected(
        cycle=cycle,
        auditor=due.person,
        number=due.number,
        team=due.team,
        opens_on=due.opens_on,
        state=State.SKIPPED if due.is_skipped else State.PLANNED,
        why=due.why,
        note=due.note,
    )


def open_due_cycles(day: date) -> list[Cycle]:
    """Open the present cycle of every row that opens by itself, where that has not been done; gives the new ones.

    A row that is switched on so late that no audit could be done before its cycle ends begins with the next one.
    Each cycle has a transaction of its own, and one that fails is logged and does not keep the others waiting.
    """
    rows = schedule.rows_that_open(row for row in schedule.rows_in_force(day, day) if row.opens_itself)
    present = {row.pk: cycle_days(row, day) for row in rows}
    open_already = set(
        Cycle.objects.filter(expectation__in=rows, ends_on__gte=day).values_list("expectation_id", "starts_on")
    )
    rows = [row for row in rows if (row.pk, present[row.pk][0]) not in open_already]
    if not rows:
        return []
    staff = staff_between(min(present[row.pk][0] for row in rows), max(present[row.pk][1] for row in rows))
    opened = []
    for row in rows:
        first, last = present[row.pk]
        if not schedule.opens_in_time(row, first, last, day=day, staff=staff):
            continue
        try:
            opened.append(open_cycle(row, starts_on=first, by=None, day=day, staff=staff))
        except Refused as refused:
            log.warning("Row %s of the schedule opened no cycle: %s", row.pk, refused)
        except Exception:
            log.exception("The cycle of row %s failed to open; the next run tries again.", row.pk)
    return opened


def allocate_due(day: date, *, cycle: Cycle | None = None) -> int:
    """Allocate, or ask for a selection of, each expected audit whose opening day has come; gives how many were settled.

    Each has a transaction of its own and is taken with its row locked, so that what a crash interrupted is done by
    the next run, and nothing is done twice. One that fails is logged and does not keep the others waiting.
    """
    waiting = Expected.objects.filter(state=State.PLANNED, opens_on__lte=day).order_by("opens_on", "pk")
    if cycle is not None:
        waiting = waiting.filter(cycle=cycle)
    done = 0
    for key in list(waiting.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                done += _settle(key, day)
        except Refused as refused:
            log.warning("Expected audit %s was not allocated: %s", key, type(refused).__name__)
        except Exception:
            log.exception("Expected audit %s failed; the next run tries again.", key)
    return done


def _settle(key: int, day: date) -> bool:
    """Deal with one expected audit, in the caller's transaction; False when another run has it, or had it before."""
    features = connection.features
    expected = (
        Expected.objects.select_for_update(
            skip_locked=features.has_select_for_update_skip_locked,
            of=("self",) if features.has_select_for_update_of else (),
        )
        .filter(pk=key, state=State.PLANNED)
        .select_related(*ROW)
        .first()
    )
    if expected is None:
        return False
    if _moved_or_skipped(expected, day):
        return True
    types = expected.cycle.expectation.type, expected.cycle.expectation.other_type
    usable = [one for one in types if one is not None and one.is_active and one.form.published_version is not None]
    if not usable:
        skip(expected, why=Why.NO_TYPE, note=f"“{types[0]}” is switched off or has no published form.")
        return True
    drawn = expected.cycle.expectation.selection == Selection.DRAWN
    if drawn and usable[0].about == About.CASE:
        try:
            allocate_drawn(expected, type=usable[0], day=day)
        except CannotDraw as refused:
            skip(expected, why=Why.NO_CASE, note=str(refused))
    else:
        # Nothing but cases can be drawn; who is observed is for the auditor to say.
        ask_to_select(expected, day=day)
    return True


def _moved_or_skipped(expected: Expected, day: date) -> bool:
    """Pass over, or put off, somebody who cannot be given an audit on the day; whether that was so."""
    place = place_of(expected, day)
    if not expected.auditor.is_active:
        skip(expected, why=Why.NO_POST, note="Can no longer sign in.")
    elif not place.teams:
        skip(expected, why=Why.NO_POST, note=f"Has no auditor’s post over these teams on {day:%-d %B %Y}.")
    elif away := _away(expected, day):
        later = next_day_free(away, day, days=_days_left(expected, day), due_of=_due_of(expected))
        words = schedule.away_on(away, day)
        if later is None:
            skip(expected, why=Why.AWAY, note=words)
        else:
            expected.opens_on, expected.note = later, f"Moved from {day:%-d %B %Y}. {words}"
            expected.save(update_fields=["opens_on", "note"])
    elif (limit := settings.SCHEDULE_MOST_OPEN_AUDITS) and (load := _in_hand(expected.auditor)) >= limit:
        skip(expected, why=Why.LOAD, note=f"Had {load} audits to do on {day:%-d %B %Y}, of {limit} at most.")
    else:
        return False
    return True


def _in_hand(auditor: User) -> int:
    """How many audits somebody has still to submit."""
    return Audit.objects.filter(auditor=auditor, state__in=WITH_THE_AUDITOR).count()


def _away(expected: Expected, day: date) -> Person | None:
    """The person with their absences, when they are away on this day."""
    rows = AbsenceRow.objects.filter(person=expected.auditor).touching(day, max(day, expected.cycle.ends_on))
    person = Person(expected.auditor_id, tuple(Absence(one.starts_on, one.ends_on) for one in rows))
    return person if person.is_away(day) else None


def _due_of(expected: Expected) -> schedule.Callable[[date], date]:
    return schedule.due_after(expected.cycle.expectation.type, schedule.days_off())


def _days_left(expected: Expected, day: date) -> list[date]:
    cycle = expected.cycle
    after = day + timedelta(days=1)
    return schedule.days_for(cycle.expectation, cycle.starts_on, cycle.ends_on, day=after, off=schedule.days_off())
