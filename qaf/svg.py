"""What charts are drawn of: SVG that is the same in a page and in a PDF. Pure.

Drawn narrow, so that they stay legible on a phone; no style attributes, which the pages' security policy forbids.
Each has a title and a description for those who do not see it, and stands beside the table of its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

WIDTH = 400
BAR = 28
SIZE = 15
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK = "#0b0c0c"
# Colour and the ink that can be read on it, best grade first; told apart in greyscale too.
PALETTE = (("#12436d", "#ffffff"), ("#28a197", INK), ("#f9b27c", INK), ("#801650", "#ffffff"))
# Narrower than this, a number does not fit into its part of the bar.
ROOM_FOR_A_DIGIT = 10


@dataclass(frozen=True)
class Part:
    """A part of a bar: the name in the key and how many."""

    name: str
    number: int


@dataclass(frozen=True)
class Bar:
    """A bar with its label. ``note`` stands in its place when it cannot be drawn, such as for small numbers."""

    label: str
    parts: Sequence[Part] = ()
    note: str = ""


def colours(count: int) -> list[tuple[str, str]]:
    """Colour and ink of each of ``count`` grades, best first; a scale of more than four begins again."""
    if count == 2:
        return [PALETTE[0], PALETTE[3]]
    if count == 3:
        return [PALETTE[0], PALETTE[1], PALETTE[3]]
    return [PALETTE[place % len(PALETTE)] for place in range(count)]


def text(
    x: float, y: float, words: str, *, anchor: str = "start", fill: str = INK, bold: bool = False, size: int = SIZE
) -> str:
    """Words whose baseline begins, has its middle or ends (``anchor``) at a point."""
    weight = ' font-weight="700"' if bold else ""
    smaller = f' font-size="{size}"' if size != SIZE else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{fill}"{weight}{smaller}>{escape(words)}</text>'


def rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A filled rectangle from its upper left corner."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"/>'


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = INK, width: float = 1) -> str:
    """A straight line between two points."""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{stroke}" stroke-width="{width:g}"/>'


def dot(x: float, y: float, *, radius: float = 5, fill: str = INK) -> str:
    """A filled circle around a point."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def shortened(words: str, most: int = 48) -> str:
    """Words that fit across a chart: what is too long ends in an ellipsis."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def wrap(key: str, title: str, description: str, height: float, drawing: list[str]) -> str:
    """The whole drawing; ``key`` makes its ids unique on the page."""
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}"'
            f' height="{height:g}" role="img" aria-labelledby={quoteattr(f"{key}-title {key}-text")}'
            f' font-family={quoteattr(FONT)} font-size="{SIZE}">',
            f"<title id={quoteattr(f'{key}-title')}>{escape(title)}</title>",
            f"<desc id={quoteattr(f'{key}-text')}>{escape(description)}</desc>",
            *drawing,
            "</svg>",
        ]
    )


def legend(names: Sequence[str], palette: list[tuple[str, str]]) -> tuple[list[str], float]:
    """The key above the bars, in two columns; gives the drawing and where the bars may begin."""
    drawing = []
    for place, (name, (colour, _)) in enumerate(zip(names, palette, strict=True)):
        x, y = (place % 2) * WIDTH / 2, (place // 2) * 22
        drawing += [rect(x, y + 2, 14, 14, colour), text(x + 20, y + 15, name)]
    return drawing, (len(names) + 1) // 2 * 22 + 10


def shares_chart(key: str, title: str, names: Sequence[str], bars: Sequence[Bar]) -> str:
    """One bar a row, all equally long, divided by grade, with the counts inside."""
    palette = colours(len(names))
    drawing, y = legend(names, palette)
    sentences = []
    for bar in bars:
        drawing.append(text(0, y + 13, bar.label))
        drawing += divided(bar, y + 19, palette) if bar.parts else [text(0, y + 36, bar.note)]
        told = ", ".join(f"{part.name} {part.number}" for part in bar.parts) or bar.note
        sentences.append(f"{bar.label}: {told}")
        y += BAR + 30
    return wrap(key, title, ". ".join(sentences) + ".", y, drawing)


def divided(bar: Bar, y: float, palette: list[tuple[str, str]]) -> list[str]:
    """One bar of the full width, divided by its parts, with the numbers inside."""
    drawing = []
    total = sum(part.number for part in bar.parts)
    x = 0.0
    for part, (colour, ink) in zip(bar.parts, palette, strict=True):
        if not part.number:
            continue
        length = part.number / total * WIDTH
        # A white line between two parts, for those who do not tell their colours apart.
        drawing.append(rect(round(x, 2), y, round(max(length - 2, 1), 2), BAR, colour))
        if length > ROOM_FOR_A_DIGIT * len(str(part.number)) + 4:
            drawing.append(text(round(x + length / 2 - 1, 2), y + 19, str(part.number), anchor="middle", fill=ink))
        x += length
    return drawing
