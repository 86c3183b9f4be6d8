"""The days and audits a report is about, and seeing them all at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from audits.models import Audit
from audits.models.audits import AuditQuerySet
from qaf.people.models import Agency


@dataclass(frozen=True)
class Period:
    """The days a report is about, both included, whose audits count, and the last day counted for overdue work."""

    first: date
    last: date
    agency: Agency | None = None
    today: date = field(default_factory=timezone.localdate)

    def holds(self, name: str) -> Q:
        """That a moment of an audit lies in the period."""
        start = timezone.make_aware(datetime.combine(self.first, time.min))
        end = timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))
        return Q(**{f"{name}__gte": start, f"{name}__lt": end})

    @property
    def due_by(self) -> date:
        """Open steps due by this day are overdue: the period's end, or yesterday while it is running."""
        return min(self.last, self.today - timedelta(days=1))

    @property
    def audits(self) -> AuditQuerySet:
        # Boards read the figures, and of a confidential audit they may not even know that there was one.
        audits = Audit.objects.filter(confidential=False)
        return audits.filter(agency=self.agency) if self.agency else audits


@contextmanager
def one_moment() -> Iterator[None]:
    """Let every query inside see the database as it was at one moment, so that all figures agree."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
