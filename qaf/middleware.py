"""Turns refusals and ended sessions into pages that say what to do, with nothing lost."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode

from qaf.errors import Refused
from qaf.typed import typed_text

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


def page_before(request: HttpRequest) -> str:
    """The path of our own page this request came from, to go back to; the home page when there is none."""
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host() or not referer.path.startswith("/"):
        return resolve_url("home")
    return referer.path + (f"?{referer.query}" if referer.query else "")


class RefusedMiddleware:
    """A view that raises ``Refused`` gives a page with its sentence and status, and what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.method != "HEAD" and not response.streaming and not response.content:
            # Django's own answer is an empty page, which says nothing to a person.
            allowed = response.headers["Allow"]
            response = render(request, "errors/405.html", {"typed": typed_text(request)}, status=405)
            response.headers["Allow"] = allowed
        if not response.has_header("Cache-Control"):
            # Pages may show a child's record: nothing of them stays in the cache of a shared computer.
            add_never_cache_headers(response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        context = {
            "refused": exception,
            "typed": typed_text(request),
            "page_before": page_before(request),
        }
        return render(request, "errors/refused.html", context, status=exception.status)


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends people to sign in, but never throws away a form that was sent after the session had ended."""

    # Django only knows a redirect here; we also give a page.
    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if request.method in SAFE_METHODS:
            return super().handle_no_permission(request, view_func)
        sign_in = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page_before(request)})}"
        context = {"typed": typed_text(request), "sign_in": sign_in}
        return render(request, "errors/session_ended.html", context, status=403)
