"""Noting when people are away, so that nothing is expected of them then. Nobody asks why, and nothing is kept of it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from audits.access.schedule import absences_visible_to, may_note_absences
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import Absence, User
from qaf.trail.chain import record


class CannotNote(Refused):
    """The days do not fit; ``field`` is the one that the sentence is about."""

    title = "This absence cannot be noted"

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def demand_noting(user: User) -> None:
    """Raise NotAllowed unless the person may note when people are away."""
    if not may_note_absences(user):
        raise NotAllowed("Administrators, QA officers and QA managers note when people are away. Nothing was changed.")


@transaction.atomic
def note_absence(*, person: User, starts_on: date, ends_on: date | None, by: User) -> Absence:
    """Note that somebody is away from one day to another, both included; ``ends_on`` None: until further notice.

    Raises NotAllowed, or CannotNote when the days are the wrong way round or the person is away then already.
    """
    demand_noting(by)
    # Two notes of the same person wait for one another.
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if ends_on is not None and ends_on < starts_on:
        raise CannotNote("ends_on", "The last day cannot be before the first day. Choose a later day")
    already = Absence.objects.filter(person=person).touching(starts_on, ends_on or date.max).first()
    if already is not None:
        raise CannotNote(
            "starts_on",
            f"{person} is away {already} already, which overlaps with this. Remove that first, or choose other days",
        )
    absence = Absence.objects.create(person=person, starts_on=starts_on, ends_on=ends_on, noted_by=by)
    record("absence.noted", person, by=by, days=str(absence))
    return absence


@transaction.atomic
def remove_absence(absence: Absence, *, by: User) -> None:
    """Take back that somebody is away. Raises NotAllowed, or Stale when somebody else did so meanwhile."""
    demand_noting(by)
    stored = absences_visible_to(by).select_for_update(of=("self",)).filter(pk=absence.pk).first()
    if stored is None:
        raise Stale("Somebody else removed this absence meanwhile. Nothing was changed.")
    record("absence.removed", stored.person, by=by, days=str(stored))
    stored.delete()
