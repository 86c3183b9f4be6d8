"""The scorecard: a screen a priority, two quarters side by side, and one indicator with its chart."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_safe

from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response
from scorecard.access.board import may_comment, may_read_scorecard, released_until
from scorecard.access.indicators import may_drill_down, may_request_change
from scorecard.access.reports import may_make_for
from scorecard.access.sight import Sight, sight_of
from scorecard.board_words import (
    FILE_HEADERS,
    POINT_HEADERS,
    change_of,
    counts,
    file_row,
    numbers_of,
    row_of,
    short_period,
)
from scorecard.charts import Benchmark, xmr_chart
from scorecard.forms.board import BoardForm, CompareForm, QuarterForm
from scorecard.lines import along
from scorecard.models import Indicator
from scorecard.quarters import Quarter, period_words
from scorecard.queries.board import Board, board_of, quarters_in_sight, spc_settings
from scorecard.queries.board_indicator import IndicatorPage, indicator_page
from scorecard.spc_words import assurance_words, limits_words, variation_words
from scorecard.value_words import value_words
from scorecard.workflow.comments import note_export, note_indicator_export

# Under this code stand the indicators that QAF counts itself.
COUNTED_HERE = ("counted-by-qaf", "QAF, from its audits")


def demand_reader(user: User) -> None:
    """Raise NotAllowed for whoever has no business with the scorecard."""
    if not may_read_scorecard(user):
        raise NotAllowed(
            "The scorecard is for QA, the subgroup and its chairs, boards, service managers, agency leads and "
            "scrutineers."
        )


def _see(request: SignedInRequest) -> tuple[Sight, list[Quarter]]:
    demand_reader(request.user)
    sight = sight_of(request.user)
    return sight, quarters_in_sight(sight)


def _nothing_yet(request: SignedInRequest, sight: Sight) -> HttpResponse:
    asks = may_request_change(request.user) and not Indicator.objects.exists()
    return render(request, "scorecard/board/nothing.html", {"sight": sight, "asks": asks})


# The scorecard as a whole.


@require_safe
def scorecard(request: SignedInRequest) -> HttpResponse:
    """Every indicator of a quarter, priority by priority: its value, chart, verdicts and what was written about it."""
    sight, quarters = _see(request)
    if not quarters:
        return _nothing_yet(request, sight)
    form = BoardForm(request.GET, quarters=quarters)
    board = _narrowed(form, sight)
    kept = {name: text for name, text in request.GET.items() if text}

    def address(**changes: str | None) -> str:
        query = urlencode({name: text for name, text in (kept | changes).items() if text})
        return f"{request.path}?{query}" if query else request.path

    sections = _sections(board, sight, narrowed=bool(form.narrowed))
    context = {
        "form": form,
        "quarter": board.quarter,
        "sections": sections,
        "counts": [
            (words, number, address(variation=key)) for key, words, number in counts(list(board.lines.values()))
        ],
        "priorities": [(one, address(priority=str(one.pk))) for one in board.priorities],
        "all_priorities": address(priority=None),
        "here": form.cleaned_data.get("priority", ""),
        "in_use": [(words, address(**{name: None})) for name, words in form.in_use().items()],
        "clear_path": f"{request.path}?{urlencode({'quarter': board.quarter.code})}",
        "query": urlencode(kept),
        "comments": may_comment(request.user),
        "asks": may_request_change(request.user),
        "hides": any(line.hides for line in board.lines.values()),
        "below": settings.REPORT_SUPPRESS_BELOW,
        "sight": sight,
        "presented": sight.at_once and _is_presented(board.quarter),
        "makes_packs": may_make_for(request.user, None),
    }
    return render(request, "scorecard/board/scorecard.html", context)


def _is_presented(quarter: Quarter) -> bool:
    until = released_until()
    return until is not None and quarter.last_day <= until


def _narrowed(form: BoardForm, sight: Sight) -> Board:
    """The board of the chosen quarter with the lines that were asked for; the form learns what it can offer."""
    board = board_of(form.chosen(), sight)
    agencies = {
        pk: (one.agency.code, one.agency.name) if one.agency else COUNTED_HERE for pk, one in board.definitions.items()
    }
    form.offer(board.priorities, sorted(set(agencies.values()), key=lambda pair: pair[1].casefold()))
    lines = {pk: line for pk, line in board.lines.items() if form.fits(line, agencies[pk][0])}
    return Board(board.quarter, board.definitions, lines, board.priorities)


def _sections(board: Board, sight: Sight, *, narrowed: bool) -> list[dict[str, Any]]:
    """The priorities with their rows; those without any are left out of a narrowed scorecard."""
    sections = []
    for priority in board.priorities:
        rows = [
            row_of(line, board.quarter, waits=_waits(board, sight, pk))
            for pk, line in board.lines.items()
            if line.about.priority == priority.pk
        ]
        if rows or not narrowed:
            rows.sort(key=lambda row: row.line.about.name.casefold())
            ended = priority.ends_on is not None and priority.ends_on < board.quarter.last_day
            sections.append({"priority": priority, "rows": rows, "ended": ended})
    return sections


def _waits(board: Board, sight: Sight, pk: int) -> bool:
    """Whether an indicator's figures of the board's quarter are still to be presented to this reader."""
    definition = board.definitions.get(pk)
    return definition is not None and sight.waits_for(definition.agency_id, board.quarter.last_day)


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The scorecard, narrowed as its page is, as a CSV or XLSX file; the trail says who took it."""
    sight, quarters = _see(request)
    if not quarters:
        return redirect("board:scorecard")
    form = BoardForm(request.GET, quarters=quarters)
    board = _narrowed(form, sight)
    if form.errors:
        # A file with more in it than was asked for must not leave by mistake.
        return redirect(f"{reverse('board:scorecard')}?{request.GET.urlencode()}")
    names = {priority.pk: priority.name for priority in board.priorities}
    rows = [file_row(names[line.about.priority], line) for line in board.lines.values()]
    rows.sort(key=lambda row: (str(row[0]), str(row[2])))
    note_export(by=request.user, quarter=board.quarter, filters=form.narrowed, file_format=file_format)
    answer = xlsx_response if file_format == "xlsx" else csv_response
    return answer(f"scorecard-{board.quarter.code}.{file_format}", FILE_HEADERS, rows)


@require_safe
def compare(request: SignedInRequest) -> HttpResponse:
    """Every indicator in two quarters side by side."""
    sight, quarters = _see(request)
    if not quarters:
        return _nothing_yet(request, sight)
    form = CompareForm(request.GET, quarters=quarters)
    pair = form.pair()
    before, now = (board_of(quarter, sight) for quarter in pair)
    priorities = list(dict.fromkeys([*now.priorities, *before.priorities]))
    changes = [
        change_of(before.lines.get(pk), now.lines.get(pk), pair, (_waits(before, sight, pk), _waits(now, sight, pk)))
        for pk in dict.fromkeys([*now.lines, *before.lines])
    ]
    changes.sort(key=lambda change: change.line.about.name.casefold())
    context = {
        "form": form,
        "before": pair[0],
        "now": pair[1],
        "sections": [
            (priority, found)
            for priority in priorities
            if (found := [change for change in changes if change.line.about.priority == priority.pk])
        ],
        "hides": any(line.hides for board in (before, now) for line in board.lines.values()),
        "below": settings.REPORT_SUPPRESS_BELOW,
    }
    return render(request, "scorecard/board/compare.html", context)


# One indicator.


def _page_of(code: str, sight: Sight, form: QuarterForm) -> IndicatorPage:
    """One indicator as of the chosen quarter, as far as this person sees it; 404 before it was defined."""
    page = indicator_page(get_object_or_404(Indicator, code=code), form.chosen(), sight)
    if page is None:
        raise Http404
    return page


@require_safe
def indicator(request: SignedInRequest, code: str) -> HttpResponse:
    """The full chart with its table, benchmarks, rebases, corrections, and what was written quarter by quarter."""
    sight, quarters = _see(request)
    if not quarters:
        return _nothing_yet(request, sight)
    form = QuarterForm(request.GET, quarters=quarters)
    page = _page_of(code, sight, form)
    line, user = page.line, request.user
    latest = line.latest
    context = {
        "page": page,
        "line": line,
        "about": line.about,
        "form": form,
        "row": row_of(line, page.quarter, waits=sight.waits_for(page.definition.agency_id, page.quarter.last_day)),
        # Our own drawing, escaped there.
        "chart": mark_safe(_chart(page)) if line.verdict.points else "",
        "variation": variation_words(line.verdict.variation),
        "assurance": assurance_words(line.verdict.assurance),
        "limits": limits_words(line.verdict, spc_settings()),
        "target": value_words(latest.target, latest.unit) if latest and latest.target is not None else "",
        "benchmarks": [
            (one, period_words(one.period_from, one.period_to), value_words(one.value, line.about.unit))
            for one in reversed(page.benchmarks)
        ],
        "drills": page.indicator.is_computed and may_drill_down(user),
        "comments": may_comment(user),
        "below": settings.REPORT_SUPPRESS_BELOW,
        "sight": sight,
        "query": urlencode({"quarter": page.quarter.code}),
    }
    return render(request, "scorecard/board/indicator.html", context)


def _chart(page: IndicatorPage) -> str:
    line = page.line
    published = [
        (one.get_series_display(), one.period_from, one.period_to, float(one.value)) for one in page.benchmarks
    ]
    return xmr_chart(
        f"chart-{line.about.code}",
        line.about.name,
        [short_period(spot.first, spot.last) for spot in line.spots],
        line.verdict,
        target=[spot.target for spot in line.spots],
        percent=line.about.unit == "percentage",
        benchmarks=[Benchmark(name, values) for name, values in along(published, line.spots)],
    )


@require_GET
def indicator_export(request: SignedInRequest, code: str, file_format: str) -> HttpResponseBase:
    """Every point of an indicator as a CSV or XLSX file; the trail says who took it."""
    sight, quarters = _see(request)
    if not quarters:
        return redirect("board:scorecard")
    page = _page_of(code, sight, QuarterForm(request.GET, quarters=quarters))
    rows = []
    for row in page.rows:
        spot, point = row.spot, row.point
        limits = (point.mean, point.lower, point.upper) if point else (None, None, None)
        rows.append([spot.first, spot.last, *numbers_of(spot), spot.target, *limits, row.what, spot.gap])
    note_indicator_export(page.indicator, by=request.user, quarter=page.quarter, file_format=file_format)
    answer = xlsx_response if file_format == "xlsx" else csv_response
    return answer(f"{code}-{page.quarter.code}.{file_format}", POINT_HEADERS, rows)
