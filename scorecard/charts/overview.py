"""Several indicators beneath one another, each with its small chart, value and verdict, as accessible SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qaf.svg import WIDTH, line, shortened, text, wrap
from scorecard.charts.drawing import PALE
from scorecard.charts.spark import HEIGHT
from scorecard.charts.spark import WIDTH as SPARK_WIDTH

ROW = HEIGHT + 30
SMALL = 13
# Letters of this size that fit across the drawing, and beside the small chart.
ACROSS, BESIDE = 60, 36


@dataclass(frozen=True)
class OverviewRow:
    """An indicator: its name, the latest value and the verdict in words, and its sparkline."""

    name: str
    value: str
    verdict: str
    spark: str


def overview_chart(key: str, title: str, rows: Sequence[OverviewRow]) -> str:
    """Small charts in rows; ``key`` makes the drawing's ids unique on the page."""
    drawing = []
    for place, row in enumerate(rows):
        y = place * ROW
        if place:
            drawing.append(line(0, y - 4, WIDTH, y - 4, stroke=PALE))
        drawing.append(text(0, y + 14, shortened(row.name, ACROSS), size=SMALL, bold=True))
        # What stands between the tags of the sparkline: the whole drawing has a title and description of its own.
        inside = row.spark.partition(">")[2].removesuffix("</svg>")
        drawing.append(f'<g transform="translate(0 {y + 20})">{inside}</g>')
        drawing.append(text(SPARK_WIDTH + 12, y + 36, row.value, bold=True))
        drawing.append(text(SPARK_WIDTH + 12, y + 54, shortened(row.verdict, BESIDE), size=SMALL))
    told = ". ".join(f"{row.name}: {row.value}, {row.verdict[:1].lower()}{row.verdict[1:]}" for row in rows)
    return wrap(key, title, f"{told}.", max(len(rows), 1) * ROW, drawing)
