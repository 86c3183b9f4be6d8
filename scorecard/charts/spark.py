"""A series as a drawing no higher than a line of a table, with the mean and the limits behind it. Pure."""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import quoteattr

from scorecard.charts.axis import Scale
from scorecard.charts.drawing import GREY, PALE, TARGET, mark, number, path
from scorecard.spc import Variation, Verdict

WIDTH, HEIGHT = 140, 36
EDGE = 6


def sparkline(
    title: str,
    verdict: Verdict,
    *,
    places: int | None = None,
    target: float | None = None,
    percent: bool = False,
) -> str:
    """A small drawing named by ``title``, such as "Reviews in time, last 36 months".

    ``places``: how many places the series has, gaps included; by default up to its last point. ``target``: the one at
    the last point. A series without a point is an empty drawing.
    """
    points = verdict.points
    count = places or (points[-1].place + 1 if points else 1)
    step = (WIDTH - 2 * EDGE) / max(count - 1, 1)
    shown = [point.value for point in points] + ([target] if target is not None and points else [])
    scale = Scale.fitting(shown, top=EDGE, bottom=HEIGHT - EDGE)
    drawing = []
    for _, group in groupby(points, key=lambda point: point.group):
        ends = list(group)
        first, last = ends[0], ends[-1]
        if first.mean is None or first.lower is None or first.upper is None:
            continue
        left, right = EDGE + first.place * step, EDGE + last.place * step
        top, bottom = scale.y(first.upper), scale.y(first.lower)
        drawing.append(
            f'<rect x="{number(left)}" y="{number(top)}" width="{number(max(right - left, 1))}"'
            f' height="{number(max(bottom - top, 1))}" fill="#eef0f1"/>'
        )
        drawing.append(path([(left, scale.y(first.mean)), (right, scale.y(first.mean))], stroke=PALE, width=1))
    if points and target is not None:
        y = scale.y(target)
        drawing.append(path([(EDGE, y), (WIDTH - EDGE, y)], stroke=TARGET, width=1, dashes="5 3"))
    drawing += _line(verdict, step, scale)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img" aria-label={quoteattr(title)}>{"".join(drawing)}</svg>'
    )


def _line(verdict: Verdict, step: float, scale: Scale) -> list[str]:
    """The line, broken where points are missing; special causes are marked, and the last point always."""
    points = verdict.points
    drawing = []
    # Points without a gap between them lie equally far from their places in the row.
    for _, found in groupby(enumerate(points), key=lambda one: one[1].place - one[0]):
        drawing.append(
            path([(EDGE + point.place * step, scale.y(point.value)) for _, point in found], stroke=GREY, width=1.5)
        )
    for point in points:
        is_last = point is points[-1]
        if is_last or point.variation not in (Variation.COMMON, Variation.TOO_FEW):
            at = (EDGE + point.place * step, scale.y(point.value))
            drawing.append(mark(*at, point.variation, radius=4 if is_last else 2))
    return drawing
