"""Looking up the return that a page is about."""

from __future__ import annotations

from django.http import Http404

from qaf.requests import SignedInRequest
from scorecard.access.returns import returns_visible_to
from scorecard.models import Return
from scorecard.workflow.return_ground import demand


def fetch(request: SignedInRequest, pk: int, action: str = "see") -> Return:
    """The return, as far as the person may open it; for everybody else it does not exist.

    With another ``action`` than "see" raises NotAllowed or MovedOn unless the person may do that now.
    """
    related = ("agency", "requested_by", "sent_by", "accepted_by", "corrects")
    one = returns_visible_to(request.user).select_related(*related).filter(pk=pk).first()
    if one is None:
        raise Http404
    if action != "see":
        demand(request.user, action, one)
    return one
