"""Figures of agreement that leave the system as files: who took which."""

from django.db import transaction

from moderation.queries.agreement import Narrowing
from qaf.people.models import User
from qaf.trail.chain import record


@transaction.atomic
def note_export(narrowing: Narrowing, *, by: User, divided_by: str, file_format: str) -> None:
    """Write to the trail that somebody took the figures as a file, and which: keys, codes and days alone."""
    record(
        "agreement.exported", by, by=by, format=file_format, divided_by=divided_by, filters=narrowing.used()
    )  # fmt: skip
