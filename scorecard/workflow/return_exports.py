"""What leaves the system of returns as files: who took which."""

from __future__ import annotations

from django.db import transaction

from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.models import Return
from scorecard.queries.return_list import Filters


@transaction.atomic
def note_export(filters: Filters, *, file_format: str, by: User) -> None:
    """Write to the trail that somebody took the list of returns as a file, and which part of it: codes alone."""
    record("returns.exported", by, by=by, format=file_format, filters=filters.used())


@transaction.atomic
def note_template(one: Return, *, by: User) -> None:
    """Write to the trail that somebody took the workbook of a return, which holds what was entered so far."""
    record("return.template_taken", one, by=by)
