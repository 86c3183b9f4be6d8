"""Charts of agreement as accessible SVG, each beside the table of its figures. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.agreement import Agreement, Coefficient, TooFew
from moderation.agreement_words import number, range_of, too_few
from qaf.svg import SIZE, WIDTH, Bar, Part, dot, line, shares_chart, shortened, text, wrap

# More rows than these, and a chart is no longer looked at; the table has them all.
MOST_BARS, MOST_POINTS = 10, 7
GRID = "#cecece"
LEFT, HEIGHT, TOP = 36, 220, 12
RAISED, SAME, LOWERED = "Raised", "Same grade", "Lowered"

Named = tuple[str, Agreement | TooFew]


def shifts_chart(key: str, title: str, groups: Sequence[Named]) -> str:
    """For each group a bar of grades that the moderator raised, left and lowered; the first ``MOST_BARS`` groups."""
    bars = [
        Bar(shortened(name), note=too_few(found))
        if isinstance(found, TooFew)
        else Bar(
            shortened(name),
            [Part(RAISED, found.raised.number), Part(SAME, found.same.number), Part(LOWERED, found.lowered.number)],
        )
        for name, found in groups[:MOST_BARS]
    ]
    return shares_chart(key, title, (RAISED, SAME, LOWERED), bars)


def over_time_chart(key: str, title: str, groups: Sequence[tuple[tuple[str, str], str, Agreement | TooFew]]) -> str:
    """AC2 of each quarter with its interval, the last ``MOST_POINTS`` of them, oldest first.

    Each group is the quarter in two short lines for the axis, the quarter in words, and its figures.
    """
    shown = groups[-MOST_POINTS:]
    lowest = min([0.0, *(_low(found) for _, _, found in shown)])
    floor = -0.25 * -(lowest // 0.25)

    def height(value: float) -> float:
        return round(TOP + (1 - value) / (1 - floor) * HEIGHT, 2)

    drawing = []
    mark = floor
    while mark <= 1:
        drawing += [line(LEFT, height(mark), WIDTH, height(mark), stroke=GRID)]
        drawing += [text(LEFT - 6, height(mark) + 5, number(mark), anchor="end", size=13)]
        mark += 0.25
    sentences, before = [], None
    for place, (ticks, words, found) in enumerate(shown):
        x = round(LEFT + (place + 0.5) * (WIDTH - LEFT) / len(shown), 2)
        for row, tick in enumerate(ticks):
            drawing.append(text(x, TOP + HEIGHT + 20 + 16 * row, tick, anchor="middle", size=12))
        point = _point(found)
        sentences.append(f"{words}: {_told(found)}")
        if point is None:
            drawing.append(text(x, height(floor) - 8, "too few", anchor="middle", size=12))
            before = None
            continue
        if point.interval:
            drawing.append(line(x, height(point.interval.low), x, height(point.interval.high), width=3))
        if before:
            drawing.append(line(*before, x, height(point.value)))
        before = (x, height(point.value))
        drawing.append(dot(*before))
    return wrap(key, title, ". ".join(sentences) + ".", TOP + HEIGHT + 28 + SIZE, drawing)


def _point(found: Agreement | TooFew) -> Coefficient | None:
    return found.ac2 if isinstance(found, Agreement) and isinstance(found.ac2, Coefficient) else None


def _low(found: Agreement | TooFew) -> float:
    point = _point(found)
    if point is None:
        return 0.0
    return point.interval.low if point.interval else point.value


def _told(found: Agreement | TooFew) -> str:
    if isinstance(found, TooFew):
        return too_few(found)
    point = _point(found)
    if point is None:
        return "no figure"
    return number(point.value) + (f", from {range_of(point.interval)}" if point.interval else "")
