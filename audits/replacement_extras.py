"""The note on an audit's page that its case was found unsuitable, and what took its place."""

from django.db.models import Q

from audits.extras import Extra
from audits.models import Audit, Replacement
from qaf.people.models import User


def replacement_note(user: User, audit: Audit) -> Extra | None:
    """For everybody who may read the audit: the request that waits, the audit in its place, or the one before it."""
    own = before = None
    for one in Replacement.objects.filter(Q(audit=audit) | Q(replaced_by=audit)).select_related(
        "asked_by", "audit", "replaced_by"
    ):
        if one.audit_id == audit.pk:
            own = one
        else:
            before = one
    waits = own if own is not None and own.agreed is None and audit.is_open else None
    fresh = own.replaced_by if own is not None else None
    if not (waits or fresh or before):
        return None
    context = {
        "asked": waits,
        "replaced_by": fresh.reference if fresh else "",
        "replaces": before.audit.reference if before else "",
    }
    return Extra("audits/replacements/note.html", context)
