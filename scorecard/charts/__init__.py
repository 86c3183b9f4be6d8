"""Charts of reports and of the scorecard as accessible SVG, drawn with what every floor shares (qaf.svg). Pure."""

from qaf.svg import Bar, Part, shares_chart
from scorecard.charts.counts import counts_chart

__all__ = ["Bar", "Part", "counts_chart", "shares_chart"]
