"""Background work of deadlines."""

from celery import shared_task

from qaf.deadlines.sweep import sweep


@shared_task
def sweep_reminders() -> int:
    """Send what reminders are due; run by the scheduler every ten minutes, and safe to run at any time."""
    return sweep()
