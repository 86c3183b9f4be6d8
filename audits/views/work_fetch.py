"""Fetching a piece of work for a page: always from what the person may see."""

from django.shortcuts import get_object_or_404

from audits.access.programme import may_with_work, works_visible_to
from audits.models import Work
from audits.workflow.programme_ground import WHOSE, may_in_another_state
from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.requests import SignedInRequest


def fetch_work(user: User, reference: str, action: str = "") -> Work:
    """A piece of work for somebody who may see it and, with ``action``, do this with it.

    404 when they may not know of it, Stale when only its state forbids the action, NotAllowed when it is others' to do.
    """
    rows = works_visible_to(user).select_related("lead", "chair", "type", "proposed_by", "expectation")
    work = get_object_or_404(rows, reference=reference)
    if not action or may_with_work(user, action, work):
        return work
    if may_in_another_state(user, action, work):
        raise Stale(
            f"This piece of work is “{work.get_state_display()}”, and this cannot be done in that state. Open it to "
            "see what has happened and what is to do next."
        )
    raise NotAllowed(f"{WHOSE.get(action, 'This is for QA managers, or for its lead.')} Nothing was changed.")


def seen_revision(request: SignedInRequest) -> int:
    """The revision that a page was made from; one that never was when the page does not say."""
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else -1
