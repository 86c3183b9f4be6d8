"""Looking up the moderation that a page is about."""

from django.http import Http404

from moderation.access import visible_to
from moderation.access.moderations import handed_on_by
from moderation.models import Moderation
from moderation.queries.review import with_findings
from moderation.workflow import demand
from qaf.errors import NotAllowed, Stale
from qaf.requests import SignedInRequest


def fetch(request: SignedInRequest, reference: str, action: str = "see") -> Moderation:
    """The moderation of the audit with this reference, as far as the person may see it.

    With another ``action`` than "see" raises NotAllowed or Stale unless the person may do that now. Somebody whose
    moderation was handed on is told so; for everybody else it does not exist.
    """
    moderation = with_findings(visible_to(request.user)).filter(audit__reference=reference).first()
    if moderation is None:
        _tell_who_had_it(request, reference)
        raise Http404
    if action != "see":
        demand(request.user, action, moderation)
    return moderation


def _tell_who_had_it(request: SignedInRequest, reference: str) -> None:
    handed = handed_on_by(request.user, reference)
    if handed is None:
        return
    words = f"The moderation of {reference} was handed over on {handed.at:%-d %B %Y} and is no longer yours. "
    if request.method in ("GET", "HEAD"):
        raise NotAllowed(f"{words}You need do nothing more.")
    raise Stale(f"{words}Nothing was saved; what you typed is below, for you to pass on.")


def revision_seen(request: SignedInRequest) -> int:
    """The revision that the page was made from; -1 for one that is none, which is older than any."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
