"""What charts over time are drawn of: lines, marks and their colours. Pure.

Nothing is told by colour alone: improvement is a circle, concern a diamond, a special cause that is neither a square.
The three colours stand out from white, and from each other in greyscale.
"""

from __future__ import annotations

from collections.abc import Sequence

from scorecard.spc import Variation

BLUE = "#1d70b8"
ORANGE = "#c2570c"
PURPLE = "#4c2c92"
GREY = "#626a6e"
PALE = "#b1b4b6"
TARGET = "#801650"

Place = tuple[float, float]

_COLOURS = {
    Variation.IMPROVING_HIGH: BLUE,
    Variation.IMPROVING_LOW: BLUE,
    Variation.CONCERNING_HIGH: ORANGE,
    Variation.CONCERNING_LOW: ORANGE,
    Variation.NEUTRAL_HIGH: PURPLE,
    Variation.NEUTRAL_LOW: PURPLE,
}


def colour(variation: Variation) -> str:
    """Blue for improvement, orange for concern, purple for neither, grey for everything else."""
    return _COLOURS.get(variation, GREY)


def number(value: float) -> str:
    """A length as SVG writes it: two decimals at most."""
    return f"{round(value, 2):g}"


def path(places: Sequence[Place], *, stroke: str, width: float = 2, dashes: str = "") -> str:
    """A line through places, in their order; nothing for fewer than two."""
    if len(places) < 2:
        return ""
    steps = " ".join(f"{number(x)},{number(y)}" for x, y in places)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{steps}" fill="none" stroke="{stroke}" stroke-width="{width:g}"{dashed}/>'


def mark(x: float, y: float, variation: Variation, *, radius: float = 4) -> str:
    """A point in the shape and colour of what it is."""
    fill = colour(variation)
    if fill == ORANGE:
        reach = radius * 1.35
        corners = ((x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y))
        steps = " ".join(f"{number(across)},{number(down)}" for across, down in corners)
        return f'<polygon points="{steps}" fill="{fill}"/>'
    if fill == PURPLE:
        side = number(2 * radius)
        return f'<rect x="{number(x - radius)}" y="{number(y - radius)}" width="{side}" height="{side}" fill="{fill}"/>'
    size = radius if fill == BLUE else radius * 0.7
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(size)}" fill="{fill}"/>'
