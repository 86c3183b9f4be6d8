"""The home page, the health check and the pages shown when something goes wrong."""

import logging
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from qaf.celery import app as celery_app
from qaf.deadlines.models import Deadline
from qaf.home import Panel, PanelItem, panels_for
from qaf.middleware import page_before
from qaf.notices.models import Notice
from qaf.requests import SignedInRequest
from qaf.typed import typed_text

log = logging.getLogger(__name__)

# Enough to plan a week by; more than that is a list to be found under the app's own link.
DEADLINES_SHOWN = 25
NOTICES_SHOWN = 5
BROKER_SECONDS = 2


def _deadline_panel(user: Any) -> Panel:
    today = timezone.localdate()
    deadlines = Deadline.objects.open().filter(owner=user).order_by("due_on", "pk")
    items = [
        PanelItem(
            text=deadline.title,
            path=deadline.path,
            hint=f"Extended from {deadline.first_due_on:%-d %B %Y}" if deadline.due_on != deadline.first_due_on else "",
            due_on=deadline.due_on,
            overdue=deadline.due_on < today,
        )
        for deadline in deadlines[:DEADLINES_SHOWN]
    ]
    return Panel(
        "What waits for you",
        items,
        "Nothing waits for you. When something is given to you, it appears here with its date, "
        "and you get a notice and an e-mail.",
    )


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """What waits for the person who is signed in, by when; nothing that is not theirs."""
    context = {
        "waiting": _deadline_panel(request.user),
        "notices": Notice.objects.unread_by(request.user)[:NOTICES_SHOWN],
        "panels": panels_for(request.user),
    }
    return render(request, "home.html", context)


@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """A person's own account: who they are here, and where to change how they sign in and are told things."""
    user = request.user
    rows = [
        {"key": "Name", "value": str(user)},
        {"key": "E-mail address", "value": user.email},
        {"key": "Password", "value": "Hidden", "path": reverse("account_change_password")},
        {
            "key": "Second step",
            "value": "An authenticator app" if is_mfa_enabled(user) else "None: your password alone lets you in",
            "path": reverse("mfa_index"),
        },
        {
            "key": "E-mails and calendar",
            "value": "How you are told of things and dates",
            "path": reverse("notices:preferences"),
        },
    ]
    return render(request, "account/settings.html", {"rows": rows})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        log.exception("Health check: the database does not answer")
        return False


def _broker_answers() -> bool:
    broker = celery_app.connection_for_write(connect_timeout=BROKER_SECONDS)
    try:
        broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
        return True
    except (OSError, OperationalError, *broker.connection_errors):
        log.exception("Health check: the broker does not answer")
        return False
    finally:
        broker.release()


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether the database and the broker answer: 200 when both do, 503 when not. Says nothing else."""
    parts = {"database": _database_answers(), "broker": _broker_answers()}
    words = {part: "ok" if answers else "down" for part, answers in parts.items()}
    return JsonResponse(words, status=200 if all(parts.values()) else 503)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be read."""
    return render(request, "errors/400.html", status=400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the person may not do this."""
    return render(request, "errors/403.html", {"typed": typed_text(request)}, status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or none this person may know of."""
    return render(request, "errors/404.html", {"typed": typed_text(request)}, status=404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Made without the database or the session, since either may be what failed."""
    return HttpResponse(render_to_string("errors/500.html", {"typed": typed_text(request)}), status=500)


@login_not_required
@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its page's secret, most often because of signing in again in another tab."""
    context = {"typed": typed_text(request), "page_before": page_before(request)}
    return render(request, "errors/csrf.html", context, status=403)
