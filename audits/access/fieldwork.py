"""Keeping the agencies of a fieldwork apart: what each finds is its own until the fieldwork is closed."""

from audits.models import Audit, Contribution, WorkAudit
from qaf.people.models import User


def in_fieldwork(audit: Audit) -> bool:
    """Whether what this audit finds is its agency's alone as yet: other agencies audit the same child meanwhile.

    Coventry QA framework 2025-27, 6.2.1: triangulation needs findings that were made apart from one another.
    """
    return audit.work is not None and audit.work.fieldwork_closed_at is None and audit.work.is_open


def auditors_for_others(audit: Audit) -> frozenset[int]:
    """Who audits for another agency in the fieldwork that this audit belongs to, or helps to, by primary key.

    None of them may learn what this one finds before the fieldwork is closed. Empty, without a query, for an audit
    outside a fieldwork; else two queries.
    """
    if not in_fieldwork(audit):
        return frozenset()
    own = WorkAudit.objects.filter(audit=audit).values("agency")
    cells = WorkAudit.objects.filter(work_case__work=audit.work_id, not_known=False).exclude(agency__in=own)
    auditors = cells.exclude(auditor=None).order_by().values_list("auditor_id", flat=True)
    helpers = Contribution.objects.filter(audit__work_cell__in=cells).order_by().values_list("person_id", flat=True)
    return frozenset(auditors) | frozenset(helpers)


def audits_for_another(person: User, audit: Audit) -> bool:
    """Whether a person audits, or helps to, for another agency in the fieldwork that this audit belongs to."""
    return person.pk in auditors_for_others(audit)
