"""The site's addresses, and a few that go wrong in each way a page can."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.urls import path

from qaf.errors import NotAllowed, Refused, Stale
from qaf.urls import handler400, handler403, handler404, handler500
from qaf.urls import urlpatterns as site
from tests.pages.gallery import gallery

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def raising(error):
    def view(request):
        raise error

    return view


def ask(request):
    return HttpResponse("asked")


urlpatterns = [
    *site,
    path("wrong/refused/", raising(Refused("The audit was closed yesterday. Open a new one."))),
    path("wrong/stale/", raising(Stale("Ade Okoro saved this section first."))),
    path("wrong/not-allowed/", raising(NotAllowed("Only the moderator may regrade."))),
    path("wrong/forbidden/", raising(PermissionDenied())),
    path("wrong/suspicious/", raising(SuspiciousOperation())),
    path("wrong/broken/", raising(RuntimeError("a secret detail"))),
    path("wrong/ask/", ask),
    path("gallery/", gallery),
]
