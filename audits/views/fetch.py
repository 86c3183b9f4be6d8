"""Fetching an audit for a page: always from what the person may see."""

from collections.abc import Sequence

from django.http import Http404
from django.shortcuts import get_object_or_404

from audits.access import may, visible_to
from audits.models import Audit
from qaf.errors import NotAllowed
from qaf.people.models import User

# What the page of an audit shows of the rows beside it.
ALL_AROUND = ("type__process", "auditor", "case__case_holder", "case_holder", "team", "service", "step_owner")


def fetch(user: User, reference: str, action: str = "see", *, with_: Sequence[str] = ALL_AROUND) -> Audit:
    """The audit under a reference, for somebody who may do this with it.

    ``with_`` are the rows read together with it: planning a join of ten tables takes PostgreSQL longer than all the
    rest of a page that needs two of them. 404 when they may not even know of it, NotAllowed when they know of it but
    may not do this.
    """
    audits = visible_to(user).select_related(*with_)
    audit = get_object_or_404(audits, reference=reference)
    if not may(user, "see", audit):
        raise Http404
    if not may(user, action, audit):
        raise NotAllowed(
            f"Audit {audit.reference} is “{audit.get_state_display()}”, and this step is not open to you. Open the "
            "audit to see whose turn it is."
        )
    return audit
