"""The scorecard as it is put into a pack: its lines and the texts beside them as plain JSON.

A pack leaves QA, so the numbers of figures that are hidden are not in it at all.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from scorecard.access.sight import OF_A_PACK
from scorecard.lines import Line
from scorecard.models import Benchmark, Rebase, Report
from scorecard.quarters import quarter_of
from scorecard.queries.board import Board, board_of, spc_settings

Figures = dict[str, Any]


def count(report: Report, counted_at: datetime) -> Figures:
    """The scorecard of the quarter in which a report's period ends, as it stands now; of one agency if it is on one."""
    return lines_as_json(board_of(quarter_of(report.period_to), OF_A_PACK, agency=report.agency_id, full=True))


def lines_as_json(board: Board) -> Figures:
    """A scorecard as plain JSON, priority by priority, with the parameters its verdicts are worked out by."""
    benchmarks = _benchmarks(board)
    rebases = _rebases(board)
    priorities = []
    for priority in board.priorities:
        own = [(pk, line) for pk, line in board.lines.items() if line.about.priority == priority.pk]
        own.sort(key=lambda pair: (pair[1].about.name.casefold(), pair[0]))
        priorities.append(
            {
                "key": priority.pk,
                "name": priority.name,
                "summary": priority.summary,
                "lines": [_line(line, benchmarks.get(pk, []), rebases.get(pk, [])) for pk, line in own],
            }
        )
    return {
        "quarter": board.quarter.code,
        "settings": asdict(spc_settings()),
        "priorities": priorities,
    }


def _line(line: Line, benchmarks: list[Figures], rebases: list[Figures]) -> Figures:
    about = asdict(line.about)
    retired = line.about.retired_on
    return {
        **about,
        "retired_on": retired.isoformat() if retired else None,
        "spots": [[spot.first.isoformat(), spot.last.isoformat(), *spot[2:]] for spot in line.spots],
        "rebases": rebases,
        "benchmarks": benchmarks,
        "narrative": line.narrative,
        "narrative_hidden": line.narrative_hidden,
        "comment": line.comment,
    }


def _benchmarks(board: Board) -> dict[int, list[Figures]]:
    """What was published elsewhere by then, by the indicator's key."""
    rows = Benchmark.objects.filter(
        indicator_id__in=list(board.lines), superseded_at=None, period_from__lte=board.quarter.last_day
    )
    found: dict[int, list[Figures]] = {}
    for one in rows:
        found.setdefault(one.indicator_id, []).append(
            {
                "series": one.get_series_display(),
                "from": one.period_from.isoformat(),
                "to": one.period_to.isoformat(),
                "value": float(one.value),
                "source": one.source,
            }
        )
    return found


def _rebases(board: Board) -> dict[int, list[Figures]]:
    rows = Rebase.objects.filter(indicator_id__in=list(board.lines), on__lte=board.quarter.last_day)
    found: dict[int, list[Figures]] = {}
    for one in rows.select_related("change"):
        found.setdefault(one.indicator_id, []).append(
            {"on": one.on.isoformat(), "reason": one.reason, "minute": one.change.minute}
        )
    return found
