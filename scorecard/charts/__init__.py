"""Charts of reports and of the scorecard as accessible SVG, drawn with what every floor shares (qaf.svg). Pure."""

from qaf.svg import Bar, Part, shares_chart
from scorecard.charts.counts import counts_chart
from scorecard.charts.icons import assurance_icon, variation_icon
from scorecard.charts.spark import sparkline
from scorecard.charts.xmr import Benchmark, xmr_chart

__all__ = [
    "Bar",
    "Benchmark",
    "Part",
    "assurance_icon",
    "counts_chart",
    "shares_chart",
    "sparkline",
    "variation_icon",
    "xmr_chart",
]
