"""Changing the schedule of expectations row by row: every change by whoever may, kept in the trail.

A row of which cycles were opened keeps what it said when they were: it is changed from a later day on, by a new row,
and it is ended, never removed. So what was expected of people stays explained. Bristol QAF, Appendix 1.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from audits.access.schedule import may_edit_row, may_edit_schedule
from audits.kloe.schedule import plain
from audits.models import Expectation
from audits.queries.due import why_no_cycles
from audits.schedule_words import differences, mark_of, row_in_short, row_in_words
from audits.workflow.schedule_rows import (
    CannotSave,
    RowFields,
    faults_of,
    faults_of_days,
    faults_of_service,
    last_cycle,
    overlaps,
    put,
    said_of,
    values_of,
    was_opened,
)
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import Service, User
from qaf.trail.chain import record

CHANGED_MEANWHILE = "Somebody else changed this row meanwhile. Nothing of yours was saved: compare, and save again."


def demand_editing(user: User, row: Expectation | None = None) -> None:
    """Raise NotAllowed unless the person may change the schedule, and this row of it."""
    if not may_edit_schedule(user):
        raise NotAllowed("Administrators and QA managers change the schedule of expectations. Nothing was changed.")
    if row is not None and not may_edit_row(user, row):
        raise NotAllowed(
            f"{row.service} belongs to another part of the organisation than your post. Whoever looks after it "
            "changes its rows. Nothing was changed."
        )


def lock_schedule() -> None:
    """Let changes of the schedule wait for one another until the transaction ends, also while it has no row."""
    kind = ContentType.objects.get_for_model(Expectation)
    # Not the key, to which every entry of the trail refers.
    ContentType.objects.select_for_update(no_key=True).get(pk=kind.pk)


@transaction.atomic
def add_row(said: RowFields, *, by: User) -> Expectation:
    """Make a row at the end of the schedule. Raises NotAllowed, or CannotSave with every fault."""
    demand_editing(by)
    lock_schedule()
    if faults := faults_of(said, by=by, stored=None):
        raise CannotSave(faults)
    last = Expectation.objects.aggregate(last=Max("position"))["last"] or 0
    row = Expectation.objects.create(**values_of(said), position=last + 1)
    record("schedule.row_added", row, by=by, row=row_in_short(row), first_day=row.valid_from)
    return row


@transaction.atomic
def change_row(
    row: Expectation, said: RowFields, *, by: User, seen: str, from_day: date | None = None
) -> tuple[Expectation, bool]:
    """Correct a row (``from_day`` None), or let it say something else from a day on; gives the row that says it.

    From a day on, a new row is made that begins then, and the old one ends the day before; ``said.valid_from`` counts
    only for a correction. The second of what is given back: whether anything was changed. ``seen`` is the mark of what
    the page showed. Raises NotAllowed, Stale, or CannotSave with every fault.
    """
    stored = locked(row, seen=seen, by=by)
    said = replace(said, valid_from=from_day or said.valid_from)
    if faults := [*faults_of_days(stored, said, from_day), *faults_of(said, by=by, stored=stored)]:
        raise CannotSave(faults)
    wanted = put(stored, said)
    changes = differences(row_in_words(stored), row_in_words(wanted))
    if from_day:
        changes.pop("First day", None)
    if not changes:
        return stored, False
    if from_day is None:
        wanted.revision += 1
        wanted.save()
        record("schedule.row_changed", wanted, by=by, row=row_in_short(wanted), changes=changes)
        return wanted, True
    new = succeed(stored, wanted, from_day)
    record("schedule.row_replaced", new, by=by, row=row_in_short(new), first_day=from_day, changes=changes)
    return new, True


@transaction.atomic
def end_row(row: Expectation, *, last_day: date, seen: str, by: User) -> Expectation:
    """Let a row hold until a day and no longer. Raises NotAllowed, Stale, or CannotSave."""
    stored = locked(row, seen=seen, by=by)
    cycle = last_cycle(stored)
    if last_day < stored.valid_from:
        begins = f"The row begins on {stored.valid_from:%-d %B %Y}"
        raise CannotSave([("last_day", f"{begins}: choose that day or a later one")])
    if cycle and last_day < cycle.starts_on:
        raise CannotSave([("last_day", f"{was_opened(cycle)}: choose its first day or a later one")])
    # Perhaps another row has taken its place since it ended.
    if faults := overlaps(replace(said_of(stored), valid_until=last_day), without=stored):
        raise CannotSave([("last_day", text) for _, text in faults])
    stored.valid_until = last_day
    stored.revision += 1
    stored.save(update_fields=["valid_until", "revision"])
    record("schedule.row_ended", stored, by=by, row=row_in_short(stored), last_day=last_day)
    return stored


@transaction.atomic
def remove_row(row: Expectation, *, seen: str, by: User) -> bool:
    """Take a row away that was a mistake; gives whether it is gone altogether.

    A row that a pack brought is ended instead, yesterday if it had begun before, so that the pack does not bring it
    again. Raises NotAllowed, Stale, or Refused when cycles of it were opened.
    """
    stored = locked(row, seen=seen, by=by)
    if cycle := last_cycle(stored):
        raise Refused(f"{was_opened(cycle)}, so the row is not removed. End it on a day instead.")
    if _can_be_deleted(stored):
        record("schedule.row_removed", stored, by=by, row=row_in_short(stored))
        stored.delete()
        return True
    today = timezone.localdate()
    stored.valid_from = min(stored.valid_from, today)
    stored.valid_until = max(stored.valid_from, today - timedelta(days=1))
    stored.opens_itself = False
    stored.revision += 1
    stored.save()
    record("schedule.row_removed", stored, by=by, row=row_in_short(stored))
    return False


def _can_be_deleted(row: Expectation) -> bool:
    """Whether a row is no pack's, or the one before it can stand for the pack's again, and now does."""
    if not row.key:
        return True
    before = Expectation.objects.filter(pack=row.pack_id, key="", position=row.position)
    earlier = before.filter(valid_until=row.valid_from - timedelta(days=1)).first()
    if earlier is None or row.valid_from <= timezone.localdate():
        return False
    Expectation.objects.filter(pk=row.pk).update(key="")
    Expectation.objects.filter(pk=earlier.pk).update(key=row.key)
    return True


@transaction.atomic
def set_opening(row: Expectation, *, opens: bool, seen: str, by: User) -> Expectation:
    """Say whether cycles of a row open by themselves. Raises NotAllowed, Stale, or Refused for a row that cannot."""
    stored = locked(row, seen=seen, by=by)
    if opens and (reason := why_no_cycles(stored)):
        raise Refused(f"Cycles of this row cannot open. {reason}")
    if stored.opens_itself != opens:
        stored.opens_itself = opens
        # The revision stays: the row says what it said, so a pack that brings it may still bring it up to date.
        stored.save(update_fields=["opens_itself"])
        record("schedule.opening_on" if opens else "schedule.opening_off", stored, by=by, row=row_in_short(stored))
    return stored


@transaction.atomic
def choose_service(row: Expectation, service: Service, *, seen: str, by: User) -> list[Expectation]:
    """Say which service here the framework's name of a row means; gives all rows of that name that had none yet.

    The revision stays, as with opening. Raises NotAllowed, Stale, or CannotSave.
    """
    stored = locked(row, seen=seen, by=by)
    if stored.service_id is not None or stored.every_service:
        raise Stale("This row has a service already. Change the row if it is the wrong one. Nothing was changed.")
    rows = [one for one in unmatched() if plain(one.service_name) == plain(stored.service_name)]
    for one in rows:
        said = replace(said_of(one), service=service)
        if faults := [*faults_of_service(said, by, one), *overlaps(said, without=one)]:
            raise CannotSave([("service", text) for _, text in faults])
    Expectation.objects.filter(pk__in=[one.pk for one in rows]).update(service=service)
    record(
        "schedule.service_chosen",
        stored,
        by=by,
        service_name=stored.service_name,
        service=service.name,
        number=len(rows),
    )
    return rows


def unmatched() -> QuerySet[Expectation]:
    """The rows that are for a service which is not known here yet."""
    rows = Expectation.objects.filter(service=None, every_service=False)
    return rows.select_related("service", "type", "other_type")


@transaction.atomic
def note_export(*, file_format: str, by: User) -> None:
    """Write to the trail that somebody took the schedule as a file."""
    record("schedule.exported", by, by=by, format=file_format)


def locked(row: Expectation, *, seen: str, by: User) -> Expectation:
    """The row as it is stored, locked, if it is still what the page showed and the person may change it."""
    demand_editing(by)
    lock_schedule()
    rows = Expectation.objects.select_for_update(of=("self",))
    stored = rows.select_related("service", "type", "other_type").filter(pk=row.pk).first()
    if stored is None:
        raise Stale("Somebody else removed this row meanwhile. Nothing was changed.")
    demand_editing(by, stored)
    if seen != mark_of(stored):
        raise Stale(CHANGED_MEANWHILE)
    return stored


def succeed(old: Expectation, wanted: Expectation, day: date) -> Expectation:
    """Save ``wanted`` as a new row that begins on a day; ``old`` ends the day before.

    The key of a pack moves to the new row, so that one row stands for the pack's: the one that holds last.
    """
    new = copy(wanted)
    new._state = copy(wanted._state)
    new.pk, new._state.adding = None, True
    new.valid_from, new.revision = day, old.revision + 1
    Expectation.objects.filter(pk=old.pk).update(key="", valid_until=day - timedelta(days=1), revision=old.revision + 1)
    new.save()
    return new
