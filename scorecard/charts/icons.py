"""The icons of variation and assurance. Pure.

A shape and a letter tell what the colour tells; the words always stand beside them, so they are hidden from readers.
"""

from __future__ import annotations

from scorecard.charts.drawing import BLUE, GREY, ORANGE, PURPLE, colour
from scorecard.spc import Assurance, Variation

SIZE = 36
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
HIGH = {Variation.IMPROVING_HIGH, Variation.CONCERNING_HIGH, Variation.NEUTRAL_HIGH}
RISING_DOTS = ((10, 26), (16, 24), (22, 19), (27, 12))
FALLING_DOTS = ((9, 12), (13, 19), (19, 24), (26, 26))
WAVY_DOTS = ((8, 20), (13, 15), (18, 20), (23, 15), (28, 20))
_ASSURANCE = {
    Assurance.PASSES: (BLUE, "P"),
    Assurance.FAILS: (ORANGE, "F"),
    Assurance.HIT_AND_MISS: (GREY, "?"),
}


def variation_icon(variation: Variation) -> str:
    """A ring with dots that go up or down and H or L; wavy dots for common cause, a dash for too few points."""
    fill = colour(variation)
    if variation == Variation.TOO_FEW:
        return _ring(GREY, _letter("–", 18, 24, GREY, 18), dashed=True)
    if variation == Variation.COMMON:
        return _ring(GREY, _dots(WAVY_DOTS, GREY))
    high = variation in HIGH
    letter = _letter("H", 12, 17, fill, 12) if high else _letter("L", 24, 17, fill, 12)
    dots = _dots(RISING_DOTS if high else FALLING_DOTS, fill)
    return _ring(fill, dots + letter, square=fill == PURPLE)


def assurance_icon(assurance: Assurance) -> str:
    """A ring with P for passes, F for fails, ? for hit and miss; a dash where there is nothing to judge by."""
    if assurance == Assurance.NONE:
        return _ring(GREY, _letter("–", 18, 24, GREY, 18), dashed=True)
    fill, letter = _ASSURANCE[assurance]
    return _ring(fill, _letter(letter, 18, 24.5, fill, 18))


def _dots(places: tuple[tuple[int, int], ...], fill: str) -> str:
    return "".join(f'<circle cx="{x}" cy="{y}" r="2.4" fill="{fill}"/>' for x, y in places)


def _letter(letter: str, x: float, y: float, fill: str, size: int) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="middle" font-family="{FONT}" font-weight="700"'
        f' font-size="{size}" fill="{fill}">{letter}</text>'
    )


def _ring(stroke: str, inside: str, *, dashed: bool = False, square: bool = False) -> str:
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    line = f'fill="#ffffff" stroke="{stroke}" stroke-width="3"{dashes}'
    shape = (
        f'<rect x="2" y="2" width="32" height="32" rx="4" {line}/>'
        if square
        else f'<circle cx="18" cy="18" r="16" {line}/>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}"'
        f' aria-hidden="true" focusable="false">{shape}{inside}</svg>'
    )
