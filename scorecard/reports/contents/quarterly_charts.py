"""Charts of grades that hide what the tables hide. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scorecard.charts import Bar, Part, counts_chart, shares_chart
from scorecard.layout import ALL, GOOD, SHORT
from scorecard.reports.document import Chart, ChartData
from scorecard.reports.reading import meeting

NOT_SHOWN, NONE_GRADED = "Not shown: small numbers", "No audits graded"


@dataclass(frozen=True)
class Line:
    """The counts of a row by the code of the grade, and ALL, GOOD and SHORT; None for a hidden one."""

    name: str
    numbers: Mapping[str, int | None]


def whole_chart(key: str, caption: str, scale: dict[str, Any], line: Line) -> list[Chart]:
    """A bar for each grade; none when one of them is hidden, or nothing was graded."""
    names, codes = _grades(scale)
    numbers = [number for code in codes if (number := line.numbers[code]) is not None]
    if len(numbers) < len(codes) or not any(numbers):
        return []
    parts = [Part(name, number) for name, number in zip(names, numbers, strict=True)]
    data = ChartData("bars", names, [(caption, [*map(float, numbers)])])
    return [Chart(key, caption, counts_chart(key, caption, parts), data)]


def lines_chart(key: str, caption: str, scale: dict[str, Any], lines: Sequence[Line]) -> list[Chart]:
    """A bar for each line, divided by grade; by the standard alone where grades of one are hidden. None when empty."""
    names, codes = _grades(scale)
    if any(line.numbers[code] is None for line in lines for code in codes):
        names, codes = [meeting(scale), "Below that"], [GOOD, SHORT]
    shown = [line for line in lines if line.numbers[ALL] and all(line.numbers[code] is not None for code in codes)]
    if not shown:
        return []
    bars = []
    for line in lines:
        if line in shown:
            bars.append(
                Bar(line.name, [Part(name, line.numbers[code] or 0) for name, code in zip(names, codes, strict=True)])
            )
        else:
            bars.append(Bar(line.name, note=NONE_GRADED if line.numbers[ALL] == 0 else NOT_SHOWN))
    series: list[tuple[str, list[float | None]]] = [
        (name, [line.numbers[code] if line in shown else None for line in lines])
        for name, code in zip(names, codes, strict=True)
    ]
    data = ChartData("stacked", [line.name for line in lines], series)
    return [Chart(key, caption, shares_chart(key, caption, names, bars), data)]


def _grades(scale: dict[str, Any]) -> tuple[list[str], list[str]]:
    return [grade["name"] for grade in scale["grades"]], [grade["code"] for grade in scale["grades"]]
