"""Background work of notices; each is run by the scheduler and safe to run, or to kill, at any time."""

from celery import shared_task

from qaf.notices import sending


@shared_task
def send_outbox() -> int:
    """Send the e-mails that are due."""
    return sending.send_outbox()


@shared_task
def make_digests() -> int:
    """Make the digests of the day."""
    return sending.make_digests()
