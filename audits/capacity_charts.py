"""The year's load as a picture: a strip of weeks for each person, darker where more is asked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qaf.svg import INK, WIDTH, legend, rect, shortened, text, wrap

# More people than these, and a picture is no longer looked at; the table has them all.
MOST_PEOPLE = 20
STRIP = 16
# Nothing, up to half of what somebody can give, up to all of it, and more: from light to dark, also in greyscale.
LEVELS = (("Nothing", "#f3f2f1"), ("Up to half", "#9fd4cf"), ("Up to the limit", "#2f7fb4"), ("Over", "#801650"))


@dataclass(frozen=True)
class Strip:
    """A person's weeks: hours asked and hours they can give, one pair for each week of the picture."""

    label: str
    weeks: Sequence[tuple[float, float]]


def level_of(hours: float, limit: float) -> int:
    """Which of ``LEVELS`` a week is; any work in a week in which somebody can give none is over."""
    if hours < 0.05:
        return 0
    if hours > limit + 0.05:
        return 3
    return 1 if hours <= limit / 2 else 2


def year_chart(key: str, title: str, weeks: Sequence[date], strips: Sequence[Strip]) -> str:
    """One strip a person, one cell a week, months written above; the first ``MOST_PEOPLE`` people."""
    shown = strips[:MOST_PEOPLE]
    names = [name for name, _ in LEVELS]
    drawing, y = legend(names, [(colour, INK) for _, colour in LEVELS])
    cell = WIDTH / max(len(weeks), 1)
    y += 14
    for place, week in enumerate(weeks):
        # Every second month, and none right after the first week, so that the words do not touch.
        if not place or (place > 4 and week.day <= 7 and week.month % 2 == 0):
            drawing.append(text(round(place * cell, 2), y, f"{week:%b}", size=12))
    y += 6
    sentences = []
    for strip in shown:
        drawing.append(text(0, y + 14, shortened(strip.label)))
        y += 20
        for place, (hours, limit) in enumerate(strip.weeks):
            colour = LEVELS[level_of(hours, limit)][1]
            drawing.append(rect(round(place * cell, 2), y, round(cell - 0.8, 2), STRIP, colour))
        over = sum(level_of(hours, limit) == 3 for hours, limit in strip.weeks)
        sentences.append(f"{strip.label}: over the limit in {over} of {len(strip.weeks)} weeks")
        y += STRIP + 8
    return wrap(key, title, ". ".join(sentences) + ".", y, drawing)
