"""Charts that Word and PowerPoint draw themselves: sharp at any size, and with their figures in a sheet. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pptx.chart.chart import Chart as Drawn
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt
from xlsxwriter import Workbook

from qaf.svg import colours, shortened
from scorecard.reports.document import Chart, ChartData
from scorecard.reports.packages import NEVER

TYPES = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED_100,
    "line": XL_CHART_TYPE.LINE_MARKERS,
}
INK, PALE = RGBColor(11, 12, 12), RGBColor(177, 180, 182)
# The first line is the figure itself; those beside it (its mean, its limits, its target) are told apart by colour and
# by their dashes.
LINES = (
    ("12436D", None),
    ("505A5F", MSO_LINE.SOLID),
    ("801650", MSO_LINE.DASH),
    ("801650", MSO_LINE.DASH),
    ("A8520B", MSO_LINE.ROUND_DOT),
)
# More bars than this cannot be told apart on one page or slide; then the table stands for the chart.
MOST_BARS = 24
LONGEST_NAME = 44


def can_be_drawn(chart: Chart) -> bool:
    """Whether there are figures to draw, and few enough of them to be read."""
    data = chart.data
    if data is None or not any(value is not None for _, values in data.series for value in values):
        return False
    bars = len(data.categories) * (len(data.series) if data.kind == "bars" else 1)
    return data.kind == "line" or bars <= MOST_BARS


class _Sheet(CategoryWorkbookWriter):
    """The sheet behind a chart: no name in it is taken for a formula or an address, and it has no date of its own."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
        book = Workbook(xlsx_file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"created": datetime(*NEVER)})
        yield book, book.add_worksheet()
        book.close()


class Figures(CategoryChartData):
    """A chart's figures as python-pptx takes them."""

    @property
    def _workbook_writer(self) -> _Sheet:
        return _Sheet(self)


def figures_of(data: ChartData) -> Figures:
    """The figures with their names, shortened where a chart has no room for them."""
    figures = Figures(number_format="0%" if data.percent else "General")
    figures.categories = [shortened(name, LONGEST_NAME) or "–" for name in data.categories]
    for name, values in data.series:
        figures.add_series(name or "–", values)
    return figures


def style(drawn: Drawn, data: ChartData, *, size: float) -> None:
    """Give a chart the colours of the reports and letters of ``size`` points."""
    drawn.has_title = False
    _without_frame(drawn)
    drawn.font.size, drawn.font.name, drawn.font.color.rgb = Pt(size), "Arial", INK
    drawn.has_legend = len(data.series) > 1
    if drawn.has_legend:
        drawn.legend.position = XL_LEGEND_POSITION.TOP
        drawn.legend.include_in_layout = False
    names, values = drawn.category_axis, drawn.value_axis
    names.format.line.color.rgb = PALE
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.has_major_gridlines = False
    if data.kind == "line":
        _style_lines(drawn, data, values)
    else:
        # As on paper: the first row on top.
        names.reverse_order = True
        _style_bars(drawn, data, values)


def _without_frame(drawn: Drawn) -> None:
    looks = parse_xml(f"<c:spPr {nsdecls('c', 'a')}><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>")
    drawn._chartSpace.chart.addnext(looks)


def _style_lines(drawn: Drawn, data: ChartData, values: Any) -> None:
    values.major_gridlines.format.line.color.rgb = PALE
    values.tick_labels.number_format = "0%" if data.percent else "General"
    values.tick_labels.number_format_is_linked = False
    values.format.line.fill.background()
    values.major_tick_mark = XL_TICK_MARK.NONE
    for place, series in enumerate(drawn.plots[0].series):
        colour, dashes = LINES[min(place, len(LINES) - 1)]
        series.smooth = False
        series.format.line.color.rgb = RGBColor.from_string(colour)
        series.format.line.width = Pt(2.25 if dashes is None else 1.5)
        if dashes is None:
            series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 6
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = RGBColor.from_string(colour)
            series.marker.format.line.color.rgb = RGBColor.from_string(colour)
        else:
            series.format.line.dash_style = dashes
            series.marker.style = XL_MARKER_STYLE.NONE


def _style_bars(drawn: Drawn, data: ChartData, values: Any) -> None:
    """The numbers stand on the bars, so that the axis says nothing more."""
    values.visible = False
    values.has_major_gridlines = False
    values.minimum_scale = 0
    plot = drawn.plots[0]
    plot.gap_width = 45
    if data.kind == "stacked":
        plot.overlap = 100
    palette = [("#12436d", "#ffffff")] if len(data.series) == 1 else colours(len(data.series))
    for series, (colour, ink) in zip(plot.series, palette, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour[1:])
        # A white line between two parts, for those who do not tell their colours apart.
        series.format.line.color.rgb = RGBColor(255, 255, 255)
        labels = series.data_labels
        labels.show_value = True
        # Nothing is said of parts that are not there.
        number = "0%" if data.percent else "General"
        labels.number_format, labels.number_format_is_linked = f"{number};{number};", False
        labels.font.size = drawn.font.size
        labels.font.color.rgb = RGBColor.from_string(ink[1:]) if data.kind == "stacked" else INK
