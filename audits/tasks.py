"""Background work of this floor."""

from celery import shared_task
from django.utils import timezone

from audits.workflow import cases, cycles, paper, retention


@shared_task
def delete_old_uploads() -> None:
    """Delete what was read from uploaded documents and never confirmed."""
    paper.delete_old()


@shared_task
def delete_old_lists() -> None:
    """Delete the lists of children that were uploaded and not imported in time; every ten minutes."""
    cases.delete_expired()


@shared_task
def open_cycles() -> None:
    """Open the cycles of the schedule that have begun, and allocate what is due; every morning, or at any time."""
    today = timezone.localdate()
    cycles.open_due_cycles(today)
    cycles.allocate_due(today)


@shared_task
def erase_cases() -> None:
    """Erase the cases that were never audited and have long been on no list; every night."""
    retention.erase_cases(timezone.localdate())
