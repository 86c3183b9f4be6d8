"""Reading what several agencies found: who did is on record."""

from django.db import transaction
from django.utils import timezone

from audits.access.programme import may_with_work
from audits.models import Work
from qaf.errors import NotAllowed, Refused
from qaf.people.models import User
from qaf.trail.chain import record
from qaf.trail.models import Entry


class NotClosedYet(Refused):
    """Somebody wants to compare what agencies find while they are still finding it."""

    title = "The fieldwork is not closed yet"


def demand_triangulation(work: Work, *, by: User) -> None:
    """Raise NotClosedYet while the fieldwork is open, NotAllowed for those who may not compare, whatever its state."""
    if may_with_work(by, "triangulate", work):
        return
    if work.is_multi_agency and work.fieldwork_closed_at is None:
        raise NotClosedYet(
            "The agencies’ findings stand side by side once the fieldwork is closed. Until then each agency sees its "
            "own alone."
        )
    raise NotAllowed("The triangulation is for QA managers and for the agencies that took part.")


@transaction.atomic
def note_reading(work: Work, *, by: User) -> None:
    """Record that somebody reads the triangulation: once a day, however many of its pages they open.

    Raises NotAllowed or NotClosedYet.
    """
    demand_triangulation(work, by=by)
    read = Entry.objects.about(work).filter(verb="work.triangulation_read", actor=by)
    if not read.filter(at__date=timezone.localdate()).exists():
        record("work.triangulation_read", work, by=by)


@transaction.atomic
def note_export(work: Work, *, file_format: str, by: User) -> None:
    """Record that somebody takes the triangulation as a file. Raises NotAllowed or NotClosedYet."""
    demand_triangulation(work, by=by)
    record("work.triangulation_exported", work, by=by, format=file_format)
