"""The icons of variation and assurance. Pure.

A shape and a letter tell what the colour tells; the words always stand beside them, so they are hidden from readers.
"""

from __future__ import annotations

from scorecard.charts.drawing import BLUE, GREY, ORANGE, PURPLE, colour
from scorecard.spc import Assurance, Variation

SIZE = 36
WHITE = "#ffffff"
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
HIGH = {Variation.IMPROVING_HIGH, Variation.CONCERNING_HIGH, Variation.NEUTRAL_HIGH}
RISING_DOTS = ((10, 26), (16, 24), (22, 19), (27, 12))
FALLING_DOTS = ((9, 12), (13, 19), (19, 24), (26, 26))
WAVY_DOTS = ((8, 20), (13, 15), (18, 20), (23, 15), (28, 20))


def variation_icon(variation: Variation) -> str:
    """Dots that go up or down with H or L: in a ring for improvement, on a disc for concern, in a square for neither;
    wavy dots for common cause, a dash for too few points."""
    if variation == Variation.TOO_FEW:
        return _dash()
    if variation == Variation.COMMON:
        return _icon(_ring(GREY), _dots(WAVY_DOTS, GREY))
    fill, high = colour(variation), variation in HIGH
    ink = WHITE if fill == ORANGE else fill
    letter = _letter("H", 12, 17, ink, 12) if high else _letter("L", 24, 17, ink, 12)
    inside = _dots(RISING_DOTS if high else FALLING_DOTS, ink) + letter
    return _icon(_disc(fill) if fill == ORANGE else _square(fill) if fill == PURPLE else _ring(fill), inside)


def assurance_icon(assurance: Assurance) -> str:
    """P for passes in a ring, F for fails on a disc, ? for hit and miss; a dash where there is nothing to judge by."""
    if assurance == Assurance.PASSES:
        return _icon(_ring(BLUE), _letter("P", 18, 24.5, BLUE, 18))
    if assurance == Assurance.FAILS:
        return _icon(_disc(ORANGE), _letter("F", 18, 24.5, WHITE, 18))
    if assurance == Assurance.HIT_AND_MISS:
        return _icon(_ring(GREY), _letter("?", 18, 24.5, GREY, 18))
    return _dash()


def _dash() -> str:
    return _icon(_ring(GREY, ' stroke-dasharray="4 3"'), _letter("–", 18, 24, GREY, 18))


def _dots(places: tuple[tuple[int, int], ...], fill: str) -> str:
    return "".join(f'<circle cx="{x}" cy="{y}" r="2.4" fill="{fill}"/>' for x, y in places)


def _letter(letter: str, x: float, y: float, fill: str, size: int) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="middle" font-family="{FONT}" font-weight="700"'
        f' font-size="{size}" fill="{fill}">{letter}</text>'
    )


def _ring(stroke: str, dashes: str = "") -> str:
    return f'<circle cx="18" cy="18" r="16" fill="{WHITE}" stroke="{stroke}" stroke-width="3"{dashes}/>'


def _disc(fill: str) -> str:
    return f'<circle cx="18" cy="18" r="17.5" fill="{fill}"/>'


def _square(stroke: str) -> str:
    return f'<rect x="2" y="2" width="32" height="32" rx="4" fill="{WHITE}" stroke="{stroke}" stroke-width="3"/>'


def _icon(frame: str, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}"'
        f' aria-hidden="true" focusable="false">{frame}{inside}</svg>'
    )
