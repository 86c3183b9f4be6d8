"""The versions that a report's steps have kept, and what was written differently in two of them."""

from __future__ import annotations

from itertools import zip_longest

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qaf.requests import SignedInRequest
from scorecard.access.reports import stages_readable
from scorecard.models import Report, Stage
from scorecard.queries.reports import content_of, readable_versions
from scorecard.reports.contents import document_of
from scorecard.reports.differences import differences
from scorecard.reports.document import Document
from scorecard.views.report_fetch import fetch_made, outline, shows_draft

DRAFT = "draft"


@require_safe
def versions(request: SignedInRequest, pk: int) -> HttpResponse:
    """The versions one may read, the latest first, with what was said at each step to those who took part in them."""
    report, user = fetch_made(request.user, pk), request.user
    found = list(readable_versions(user, report).defer("content"))
    # Remarks are between those who lead it to the board; its readers get the report.
    shows_notes = Stage.SIGNED_OFF in stages_readable(user, report)
    context = {
        "report": report,
        "places": outline(report, user, "scorecard:versions"),
        "versions": list(zip_longest(found, found[1:])),
        "shows_notes": shows_notes,
        "draft": shows_draft(user, report),
        "choices": _choices(request, report),
    }
    return render(request, "scorecard/reports/versions.html", context)


def _choices(request: SignedInRequest, report: Report) -> list[tuple[str, str]]:
    """What can be compared, the latest first: the draft where one sees it, and the versions one may read."""
    found = readable_versions(request.user, report).defer("content")
    draft = [(DRAFT, "What is being written now")] if shows_draft(request.user, report) else []
    return [*draft, *((str(one.number), str(one)) for one in found)]


@require_safe
def report_differences(request: SignedInRequest, pk: int) -> HttpResponse:
    """Two versions, word by word: ``?from=`` and ``?to=``, by default the two latest."""
    report = fetch_made(request.user, pk)
    choices = _choices(request, report)
    known = [value for value, _ in choices]
    later = request.GET.get("to") or (known[0] if known else "")
    earlier = request.GET.get("from") or (known[1] if len(known) > 1 else "")
    if any(value and value not in known for value in (earlier, later)):
        raise Http404
    context = {
        "report": report,
        "places": outline(report, request.user, "scorecard:versions"),
        "choices": choices,
        "earlier": earlier,
        "later": later,
        "words": dict(choices),
        "earlier_words": dict(choices).get(earlier, ""),
        "later_words": dict(choices).get(later, ""),
        "sections": differences(_document(report, earlier), _document(report, later)) if earlier and later else [],
    }
    return render(request, "scorecard/reports/differences.html", context)


def _document(report: Report, which: str) -> Document:
    if which == DRAFT:
        return document_of(content_of(report))
    return document_of(report.versions.get(number=int(which)).content)
