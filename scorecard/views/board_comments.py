"""QA's comment on an indicator in a quarter: written with autosave, and everything that stood before it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from qaf.errors import Refused
from qaf.requests import SignedInRequest
from scorecard.access.sight import sight_of
from scorecard.board_words import row_of
from scorecard.forms.board import CommentForm
from scorecard.models import Indicator, QaComment, QaCommentRevision
from scorecard.quarters import Quarter, from_code
from scorecard.queries.board_indicator import indicator_page
from scorecard.workflow.comments import OlderComment, demand_commenter, save_comment

PAGE = 20


def _find(code: str, quarter_code: str) -> tuple[Indicator, Quarter]:
    """The indicator and quarter of an address; 404 for a quarter that has not begun or in which it was not defined."""
    try:
        quarter = from_code(quarter_code)
        first, last = quarter.first_day, quarter.last_day
    except ValueError as unreadable:
        # No quarter, or one of a year that no calendar has.
        raise Http404 from unreadable
    indicator = get_object_or_404(Indicator, code=code)
    if first > timezone.localdate() or not indicator.versions.filter(valid_from__lte=last).exists():
        raise Http404
    return indicator, quarter


def _stored(indicator: Indicator, quarter: Quarter) -> QaComment | None:
    return QaComment.objects.filter(indicator=indicator, period_from=quarter.first_day).select_related("by").first()


def _revision_seen(request: SignedInRequest) -> int:
    """The revision that the page was made from; -1 for one that is none, which is older than any."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: SignedInRequest, code: str, quarter: str) -> HttpResponse:
    """Write QA's comment, with the figure and the agency's narrative above it."""
    demand_commenter(request.user)
    indicator, of = _find(code, quarter)
    if request.method == "POST":
        return _save(request, indicator, of)
    stored = _stored(indicator, of)
    form = CommentForm(initial={"text": stored.text if stored else ""}, below=settings.REPORT_SUPPRESS_BELOW)
    return _show(request, indicator, of, form, stored)


def _show(
    request: SignedInRequest,
    indicator: Indicator,
    quarter: Quarter,
    form: CommentForm,
    stored: QaComment | None,
    status: int = 200,
) -> HttpResponse:
    page = indicator_page(indicator, quarter, sight_of(request.user))
    if page is None:
        raise Http404
    context = {
        "indicator": indicator,
        "quarter": quarter,
        "form": form,
        "stored": stored,
        "revision": request.POST.get("revision", stored.revision if stored else 0),
        "row": row_of(page.line, quarter),
        "line": page.line,
        "back": _address(indicator, quarter),
    }
    return render(request, "scorecard/board/comment.html", context, status=status)


def _address(indicator: Indicator, quarter: Quarter) -> str:
    return f"{reverse('board:indicator', args=[indicator.code])}?quarter={quarter.code}"


def _save(request: SignedInRequest, indicator: Indicator, quarter: Quarter) -> HttpResponse:
    autosave = request.headers.get("X-Autosave") == "1"
    form = CommentForm(request.POST, below=settings.REPORT_SUPPRESS_BELOW)
    if not form.is_valid():
        if autosave:
            return JsonResponse({"message": f"Not saved: {form.errors['text'][0]}."}, status=409)
        return _show(request, indicator, quarter, form, _stored(indicator, quarter), status=422)
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    try:
        saved = save_comment(
            indicator, quarter=quarter, text=text, seen_revision=_revision_seen(request), by=request.user
        )
    except Refused as refused:
        if autosave:
            return JsonResponse({"message": f"{refused} Your text is still on this page."}, status=409)
        if isinstance(refused, OlderComment):
            return _conflict(request, indicator, quarter, text, refused)
        raise
    if autosave:
        saved_at = date_format(timezone.localtime(saved.at), "H:i")
        return JsonResponse({"revision": saved.revision, "message": f"Saved at {saved_at}."})
    messages.success(request, "The comment is saved.")
    return redirect(_address(indicator, quarter))


def _conflict(
    request: SignedInRequest, indicator: Indicator, quarter: Quarter, text: str, stale: OlderComment
) -> HttpResponse:
    """What is stored, by whom, beside what was typed."""
    context = {
        "indicator": indicator,
        "quarter": quarter,
        "title": stale.title,
        "stale": stale,
        "stored": stale.stored,
        "typed": text,
        "path": request.path,
        "autosave_key": f"scorecard/{indicator.code}/{quarter.code}",
    }
    return render(request, "scorecard/board/comment_conflict.html", context, status=409)


@require_safe
def earlier(request: SignedInRequest, code: str, quarter: str) -> HttpResponse:
    """What a comment said before it was saved anew, the latest first."""
    demand_commenter(request.user)
    indicator, of = _find(code, quarter)
    before = request.GET.get("before", "")
    found = QaCommentRevision.objects.filter(comment__indicator=indicator, comment__period_from=of.first_day)
    if before.isascii() and before.isdigit() and len(before) < 10:
        found = found.filter(revision__lt=int(before))
    revisions = list(found.select_related("by").order_by("-revision")[: PAGE + 1])
    shown = revisions[:PAGE]
    context = {
        "indicator": indicator,
        "quarter": of,
        "revisions": shown,
        "next_path": f"{request.path}?before={shown[-1].revision}" if len(revisions) > PAGE else "",
        "back": reverse("board:comment", args=[code, quarter]),
    }
    return render(request, "scorecard/board/comment_earlier.html", context)
