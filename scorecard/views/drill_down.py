"""The audits behind a figure that QAF counted."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from qaf.errors import NotAllowed
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response
from scorecard.access.indicators import may_drill_down
from scorecard.models import Indicator
from scorecard.quarters import Quarter, from_code
from scorecard.queries.drill_down import COUNTED, FILE_HEADERS, OTHERS, Behind, file_rows
from scorecard.queries.drill_down import behind as behind_figure
from scorecard.value_words import parts_words, value_words
from scorecard.workflow.derived import note_export

PER_PAGE = 50


def _find(request: SignedInRequest, code: str, quarter_code: str) -> tuple[Behind, Quarter]:
    """What is behind the figure that an address names; 404 for what QAF does not count."""
    if not may_drill_down(request.user):
        raise NotAllowed("The audits behind a figure are for QA officers and QA managers, each for their own part.")
    try:
        quarter = from_code(quarter_code)
        to_come = quarter.last_day and quarter.first_day > timezone.localdate()
    except ValueError as unreadable:
        # No quarter, or one of a year that no calendar has.
        raise Http404 from unreadable
    if to_come:
        raise Http404
    found = behind_figure(get_object_or_404(Indicator, code=code), quarter, request.user)
    if found is None:
        raise Http404
    return found, quarter


def _shown(request: SignedInRequest) -> str:
    """Which rows were asked for; all of them for anything else."""
    shown = request.GET.get("shown", "")
    return shown if shown in (COUNTED, OTHERS) else ""


@require_safe
def behind(request: SignedInRequest, code: str, quarter: str) -> HttpResponse:
    """The audits (or actions) that a figure was counted from, as far as the person's QA posts cover them."""
    found, of = _find(request, code, quarter)
    shown = _shown(request)
    page = Paginator(found.narrowed(shown), PER_PAGE).get_page(request.GET.get("page"))

    def address(**changes: str | int) -> str:
        kept = {name: text for name, text in {"shown": shown, **changes}.items() if text}
        return f"{request.path}?{urlencode(kept)}" if kept else request.path

    figure, unit = found.figure, found.definition.unit
    context = {
        "found": found,
        "figure": figure,
        "quarter": of,
        "page": page,
        "value": value_words(figure.value, unit) if figure and figure.value is not None else "",
        "parts": parts_words(figure.numerator, figure.denominator) if figure else "",
        "today": parts_words(found.now.part, found.now.of),
        "choices": [
            (words, address(shown=name), shown == name)
            for name, words in (("", "All"), (COUNTED, found.words[0]), (OTHERS, found.words[1]))
        ],
        "files": f"?{urlencode({'shown': shown})}" if shown else "",
        "previous": address(page=page.previous_page_number()) if page.has_previous() else "",
        "next": address(page=page.next_page_number()) if page.has_next() else "",
        "below": settings.REPORT_SUPPRESS_BELOW,
        "narrowed": bool(shown),
    }
    return render(request, "scorecard/board/behind.html", context)


@require_GET
def export(request: SignedInRequest, code: str, quarter: str, file_format: str) -> HttpResponseBase:
    """The same list as a CSV or XLSX file; the trail says who took it."""
    found, of = _find(request, code, quarter)
    rows = file_rows(found, found.narrowed(_shown(request)))
    note_export(found.definition.indicator, by=request.user, quarter=of, file_format=file_format)
    answer = xlsx_response if file_format == "xlsx" else csv_response
    return answer(f"{code}-{of.code}-audits.{file_format}", FILE_HEADERS, rows)
