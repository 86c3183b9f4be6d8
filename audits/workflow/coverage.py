"""Figures of coverage that leave the system as files: who took which."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from qaf.people.models import Service, User
from qaf.trail.chain import record


@transaction.atomic
def note_export(what: str, *, file_format: str, filters: Mapping[str, Any], by: User) -> None:
    """Write to the trail that somebody took a table of coverage as a file: which, and its filters as keys and days."""
    record("coverage.exported", by, by=by, table=what, format=file_format, filters=dict(filters))


@transaction.atomic
def note_clinic_sheet(service: Service, *, month: date, file_format: str, by: User) -> None:
    """Write to the trail that somebody took the performance-clinic sheet of a service and month as a file."""
    record("clinic.taken", by, by=by, service=service.pk, month=f"{month:%Y-%m}", format=file_format)
