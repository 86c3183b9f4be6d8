"""Background work of this floor."""

from celery import shared_task

from audits.workflow import paper


@shared_task
def delete_old_uploads() -> None:
    """Delete what was read from uploaded documents and never confirmed."""
    paper.delete_old()
