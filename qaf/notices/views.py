"""The inbox, one's choices, and the calendar feed."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qaf.deadlines.models import Deadline
from qaf.notices import workflow
from qaf.notices.feed import calendar
from qaf.notices.forms import EmailChoiceForm
from qaf.notices.models import Notice, Preference
from qaf.requests import SignedInRequest

PER_PAGE = 25
SHOWN_ONCE = "calendar_feed_shown_once"


@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """The person's own notices, newest first; with ``?unread=1`` only those not read."""
    only_unread = request.GET.get("unread") == "1"
    notices = Notice.objects.unread_by(request.user) if only_unread else Notice.objects.visible_to(request.user)
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("page"))
    query = "unread=1&" if only_unread else ""
    context = {
        "page": page,
        "only_unread": only_unread,
        "previous": f"?{query}page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?{query}page={page.next_page_number()}" if page.has_next() else "",
    }
    return render(request, "notices/inbox.html", context)


@require_POST
def open_notice(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go to the page it is about."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    workflow.open_notice(notice)
    if notice.path and url_has_allowed_host_and_scheme(notice.path, allowed_hosts=None):
        return redirect(notice.path)
    return redirect("notices:inbox")


@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    count = workflow.mark_all_read(request.user)
    messages.success(request, f"{count} {'notice' if count == 1 else 'notices'} marked as read.")
    return redirect("notices:inbox")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """When to get e-mails, and the calendar feed. A new feed's address is shown once, on the page after making it."""
    preference = Preference.objects.filter(person=request.user).first()
    chosen = "yes" if preference and preference.daily_digest else "no"
    form = EmailChoiceForm(request.POST if request.method == "POST" else None, initial={"daily_digest": chosen})
    if request.method == "POST" and form.is_valid():
        workflow.choose_email(request.user, daily_digest=form.cleaned_data["daily_digest"])
        messages.success(request, "Your choice is saved.")
        return redirect("notices:preferences")
    context = {
        "form": form,
        "feed": workflow.live_feed(request.user),
        "feed_address": request.session.pop(SHOWN_ONCE, ""),
    }
    return render(request, "notices/preferences.html", context, status=400 if form.errors else 200)


@require_POST
def create_feed(request: SignedInRequest) -> HttpResponse:
    token = workflow.create_feed(request.user)
    request.session[SHOWN_ONCE] = f"{settings.SITE_URL}/notices/calendar/{token}.ics"
    return redirect("notices:preferences")


@require_POST
def revoke_feed(request: SignedInRequest) -> HttpResponse:
    workflow.revoke_feed(request.user)
    messages.success(request, "Your calendar feed is switched off. Its address no longer works.")
    return redirect("notices:preferences")


@login_not_required
@never_cache
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's own open deadlines for a calendar programme, which cannot sign in: the token is the key."""
    person = workflow.person_of_feed(token)
    if person is None:
        raise Http404
    deadlines = Deadline.objects.open().filter(owner=person).order_by("due_on", "pk")
    body = calendar(deadlines, site_url=settings.SITE_URL, name=f"{settings.SITE_NAME}: deadlines", now=timezone.now())
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="deadlines.ics"', "X-Robots-Tag": "noindex"},
    )
