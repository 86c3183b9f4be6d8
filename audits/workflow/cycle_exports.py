"""Cycles and dry runs that leave the system as files: who took which."""

from django.db import transaction

from audits.models import Cycle
from qaf.people.models import User
from qaf.trail.chain import record


@transaction.atomic
def note_cycle_export(cycle: Cycle, *, by: User) -> None:
    """Write to the trail that somebody took a cycle as a file."""
    record("cycle.exported", cycle, by=by, format="csv")


@transaction.atomic
def note_dry_run_export(*, file_format: str, by: User) -> None:
    """Write to the trail that somebody took the dry run as a file."""
    record("dry_run.exported", by, by=by, format=file_format)
