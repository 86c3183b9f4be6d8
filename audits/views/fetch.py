"""Fetching an audit for a page: always from what the person may see."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from audits.access import audits_with_a_part, may, visible_to
from audits.models import Audit
from qaf.errors import NotAllowed
from qaf.people.models import User


def fetch(user: User, reference: str, action: str = "see") -> Audit:
    """The audit under a reference, for somebody who may do this with it.

    404 when they may not even know of it, NotAllowed when they know of it but may not do this.
    """
    audits = visible_to(user).select_related(
        "type__process", "auditor", "case__case_holder", "case_holder", "team", "service", "step_owner"
    )
    audit = get_object_or_404(audits, reference=reference)
    if not may(user, "see", audit):
        raise Http404
    if not may(user, action, audit):
        raise NotAllowed(
            f"Audit {audit.reference} is “{audit.get_state_display()}”, and this step is not open to you. Open the "
            "audit to see whose turn it is."
        )
    return audit


def fetch_to_fill(user: User, reference: str) -> Audit:
    """The audit under a reference, with little beside it, for somebody who is about to save a section of it.

    A page that saves every few seconds asks for no more than it needs: whoever fills a part holds one, which a
    single look-up shows; the workflow then asks whether it is the right one. Everybody else is answered by ``fetch``.
    """
    mine = Audit.objects.to_decide_on().filter(pk__in=audits_with_a_part(user), reference=reference).order_by()
    return (next(iter(mine), None) if user.is_active else None) or fetch(user, reference)
