"""Charts of reports as accessible SVG, drawn with what every floor shares (qaf.svg). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from qaf.svg import BAR, WIDTH, Bar, Part, colours, rect, shares_chart, text, wrap

__all__ = ["Bar", "Part", "counts_chart", "shares_chart"]


def counts_chart(key: str, title: str, bars: Sequence[Part]) -> str:
    """One bar a grade, as long as its count; ``key`` makes the drawing's ids unique on the page."""
    most = max((bar.number for bar in bars), default=0) or 1
    palette = colours(len(bars))
    drawing = []
    for place, (bar, (colour, _)) in enumerate(zip(bars, palette, strict=True)):
        y = place * (BAR + 26)
        length = bar.number / most * (WIDTH - 56)
        drawing += [
            text(0, y + 13, bar.name),
            rect(0, y + 19, max(length, 1), BAR, colour),
            text(max(length, 1) + 6, y + 39, str(bar.number), bold=True),
        ]
    description = ". ".join(f"{bar.name}: {bar.number}" for bar in bars) + "."
    return wrap(key, title, description, len(bars) * (BAR + 26), drawing)
