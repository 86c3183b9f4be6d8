"""Lists that leave the system as files: who took which."""

from dataclasses import asdict

from django.db import transaction

from audits.queries.tracker import Filters
from qaf.people.models import User
from qaf.trail.chain import record


@transaction.atomic
def note_export(filters: Filters, *, file_format: str, sort: str, by: User) -> None:
    """Write to the trail that somebody took the tracker's list as a file, and which part of it.

    The filters are recorded as what they were read as (keys, codes and the beginning of a reference), never as what
    was typed.
    """
    used = {name: value for name, value in asdict(filters).items() if value not in ("", None, False)}
    record("tracker.exported", by, by=by, format=file_format, sort=sort, filters=used)
