"""Plans of a year that leave the system as files: who took which."""

from dataclasses import asdict

from django.db import transaction

from audits.queries.programme import Filters
from qaf.people.models import User
from qaf.trail.chain import record


@transaction.atomic
def note_export(year: int, filters: Filters, *, file_format: str, by: User) -> None:
    """Write to the trail that somebody took the plan of a year as a file, and what it was narrowed to."""
    used = {name: value for name, value in asdict(filters).items() if value}
    record("work.year_exported", by, by=by, year=year, format=file_format, filters=used)
