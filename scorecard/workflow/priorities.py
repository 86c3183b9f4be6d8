"""Re-setting the priorities: which of those that stand go on, which end, and which begin.

Coventry QA framework 2025-27, 6.1: the scorecard follows each re-set of the priorities. Nothing is deleted: an
indicator whose priority ended keeps it until a change request gives it another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from audits.models import ReferenceCounter
from qaf.errors import NotAllowed, Stale
from qaf.notices.outbox import tell
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.access.indicators import may_reset_priorities
from scorecard.definitions import Fault
from scorecard.models import Priority, PriorityReset
from scorecard.queries.changes import members_on
from scorecard.workflow.indicators import YEARS_AHEAD, YEARS_BACK, DoesNotFit

MOST = 12
# Of the row that every re-set holds. It counts nothing; six characters are all that a prefix has.
PREFIX = "PRIO"
MOST_OF_A_SUMMARY, MOST_OF_A_MINUTE = 2000, 120


@dataclass(frozen=True)
class NewPriority:
    """A priority that is to begin: its name, and what it means in a sentence or two."""

    name: str
    summary: str = ""


@transaction.atomic
def reset_priorities(
    *,
    on: date,
    minute: str,
    keep: Sequence[Priority],
    add: Sequence[NewPriority],
    by: User,
    note: str = "",
    seen: int | None = None,
) -> PriorityReset:
    """Set the priorities anew from a day: ``keep`` go on, every other that stands ends the day before, ``add`` begin.

    They stand in the order given, those kept first. ``minute``: where the decision is minuted. ``seen``: the key of the
    latest re-set that the page showed, 0 for none. Raises DoesNotFit with the faults by field, Stale or NotAllowed.
    """
    if not may_reset_priorities(by):
        raise NotAllowed("A QA manager of the whole organisation re-sets the priorities.")
    _wait_for_others()
    latest = PriorityReset.objects.order_by("-pk").first()
    if seen is not None and seen != (latest.pk if latest else 0):
        raise Stale(
            "The priorities were set anew after you opened this page. Nothing was changed. Look at them as they stand "
            "now before you set them again."
        )
    minute, note = "".join(sign for sign in minute if sign.isprintable()).strip(), note.strip()
    standing = list(Priority.objects.filter(ends_on=None))
    wanted = [NewPriority(one.name.strip(), one.summary.strip()) for one in add]
    kept = [one for one in dict.fromkeys(keep) if one in standing]
    ended = [one for one in standing if one not in kept]
    found = _faults(on, minute, note, latest, kept, ended, wanted)
    if found:
        raise DoesNotFit(*found)
    reset = PriorityReset.objects.create(on=on, minute=minute, note=note, by=by)
    _carry_out(reset, kept, ended, wanted)
    for person in members_on(timezone.localdate()):
        if person != by and person.is_active:
            tell(
                person,
                key=f"priorities:{reset.pk}:{person.pk}",
                text=f"The priorities of the scorecard are set anew from {on:%-d %B %Y}.",
                path="/scorecard/indicators/priorities/",
            )
    record("priorities.reset", reset, by=by, on=on, kept=len(kept), ended=len(ended), added=len(wanted))
    return reset


def _carry_out(reset: PriorityReset, kept: list[Priority], ended: list[Priority], wanted: list[NewPriority]) -> None:
    for priority in ended:
        priority.ends_on, priority.ended_by = reset.on - timedelta(days=1), reset
        priority.save(update_fields=["ends_on", "ended_by"])
    for position, priority in enumerate(kept, 1):
        priority.position = position
        priority.save(update_fields=["position"])
    for position, new in enumerate(wanted, len(kept) + 1):
        Priority.objects.create(name=new.name, summary=new.summary, position=position, starts_on=reset.on, set_by=reset)


def _wait_for_others() -> None:
    """Hold a row that every re-set holds, so that two at once do not both believe to be the latest."""
    ReferenceCounter.objects.get_or_create(prefix=PREFIX, year=0)
    ReferenceCounter.objects.select_for_update().get(prefix=PREFIX, year=0)


def _faults(
    on: date,
    minute: str,
    note: str,
    latest: PriorityReset | None,
    kept: list[Priority],
    ended: list[Priority],
    wanted: list[NewPriority],
) -> list[Fault]:
    found: list[Fault] = []
    if not -YEARS_BACK <= on.year - timezone.localdate().year <= YEARS_AHEAD:
        found.append(("on", f"Choose a day in the last {YEARS_BACK} years or the next {YEARS_AHEAD}. Check the year"))
    elif latest is not None and on <= latest.on:
        found.append(("on", f"The priorities were last set from {latest.on:%-d %B %Y}. Choose a later day"))
    if not minute or len(minute) > MOST_OF_A_MINUTE:
        found.append(("minute", f"Say where the minutes record it, in at most {MOST_OF_A_MINUTE} characters"))
    if len(note) > MOST_OF_A_SUMMARY:
        found.append(("note", f"Use at most {MOST_OF_A_SUMMARY:,} characters"))
    number = len(kept) + len(wanted)
    if not number:
        found.append(("", "At least one priority has to hold. Keep one or add one"))
    elif number > MOST:
        found.append(("", f"A scorecard has at most {MOST} priorities. Keep or add fewer"))
    if not ended and not wanted:
        found.append(("", "Nothing would change: every priority goes on and none begins. End one or add one"))
    names = {one.name.casefold() for one in kept}
    for new in wanted:
        if not new.name or len(new.name) > 200:
            found.append(("add", "Give each new priority a name of at most 200 characters"))
        elif new.name.casefold() in names:
            found.append(("add", f"“{new.name}” would be there twice. Give each priority a name of its own"))
        if len(new.summary) > MOST_OF_A_SUMMARY:
            found.append(("add", f"Say what a priority means in at most {MOST_OF_A_SUMMARY:,} characters"))
        names.add(new.name.casefold())
    return found
