"""What the page of an audit says when other agencies audit the same child beside it."""

from audits.access import in_fieldwork
from audits.access.programme import works_visible_to
from audits.extras import Extra
from audits.models import Audit
from qaf.people.models import User


def work_note(user: User, audit: Audit) -> Extra | None:
    """Which piece of work an audit belongs to; nothing, and nothing asked of the database, for an audit of its own."""
    work = audit.work
    if work is None:
        return None
    linked = works_visible_to(user).filter(pk=work.pk).exists()
    apart = work.is_multi_agency and in_fieldwork(audit)
    return Extra("audits/fieldwork/audit_note.html", {"work": work, "linked": linked, "apart": apart})
