"""A series over time with its mean, its limits and what stands out of them, as accessible SVG. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from qaf.svg import INK, WIDTH, line, shortened, text, wrap
from scorecard.charts.axis import Scale
from scorecard.charts.drawing import BLUE, GREY, ORANGE, PALE, PURPLE, TARGET, colour, mark, path
from scorecard.spc import Point, Variation, Verdict
from scorecard.spc_words import assurance_words, variation_words
from scorecard.value_words import value_words

LEFT, RIGHT = 52, WIDTH - 12
TOP, BOTTOM = 12, 200
SMALL = 13
LIMIT_DASHES, TARGET_DASHES = "5 3", "9 3 2 3"
# So that two benchmarks are told apart without their colour.
BENCHMARK_DASHES = ("2 3", "7 5", "12 3")
MEANINGS = (
    (BLUE, Variation.IMPROVING_HIGH, "Improving"),
    (ORANGE, Variation.CONCERNING_HIGH, "Concerning"),
    (PURPLE, Variation.NEUTRAL_HIGH, "Special cause"),
    (GREY, Variation.COMMON, "Common cause"),
)

Numbers = Sequence[float | None]


@dataclass(frozen=True)
class Benchmark:
    """What the indicator was elsewhere: a value for each place of the series, None where there is none."""

    name: str
    values: Numbers


def xmr_chart(
    key: str,
    title: str,
    labels: Sequence[str],
    verdict: Verdict,
    *,
    target: Numbers | float | None = None,
    percent: bool = False,
    benchmarks: Sequence[Benchmark] = (),
) -> str:
    """One series; ``labels`` has a short name for each place ("Jul 2026"), gaps included, and ``key`` makes the
    drawing's ids unique on the page. ``target``: one for all places, or one a place. Limits of shares are drawn no
    further than 0 and 100.
    """
    targets = [target] * len(labels) if target is None or isinstance(target, (int, float)) else list(target)
    chart = _Chart(labels, verdict, targets, percent, benchmarks)
    drawing, bottom = chart.legend()
    return wrap(key, title, chart.description(), bottom, [*chart.axes(), *chart.lines(), *chart.marks(), *drawing])


class _Chart:
    """One drawing: each method draws one layer of it."""

    def __init__(
        self,
        labels: Sequence[str],
        verdict: Verdict,
        targets: Numbers,
        percent: bool,
        benchmarks: Sequence[Benchmark],
    ) -> None:
        self.labels, self.verdict, self.targets = labels, verdict, targets
        self.percent, self.benchmarks = percent, benchmarks
        self.groups = [list(found) for _, found in groupby(verdict.points, key=lambda point: point.group)]
        self.scale = Scale.over(self._all_values(), top=TOP, bottom=BOTTOM, percent=percent)

    def _all_values(self) -> Iterator[float]:
        for point in self.verdict.points:
            yield point.value
        for group in self.groups:
            if group[0].lower is not None and group[0].upper is not None:
                yield self._cut(group[0].lower)
                yield self._cut(group[0].upper)
        for series in (self.targets, *(benchmark.values for benchmark in self.benchmarks)):
            yield from (value for value in series if value is not None)

    def _cut(self, limit: float) -> float:
        return min(max(limit, 0), 100) if self.percent else limit

    def _x(self, place: float) -> float:
        return LEFT + 8 + (place + 0.5) * (RIGHT - LEFT - 8) / max(len(self.labels), 1)

    def axes(self) -> Iterator[str]:
        for value in self.scale.numbers:
            y = self.scale.y(value)
            yield line(LEFT, round(y, 2), RIGHT, round(y, 2), stroke="#e4e6e7")
            yield text(
                LEFT - 6, round(y + 4, 2), self.scale.words(value, percent=self.percent), anchor="end", size=SMALL
            )
        yield line(LEFT, BOTTOM, RIGHT, BOTTOM, stroke=GREY)
        if not self.labels:
            return
        yield text(LEFT, BOTTOM + 18, shortened(self.labels[0], 25), size=SMALL)
        if len(self.labels) > 1:
            yield text(RIGHT, BOTTOM + 18, shortened(self.labels[-1], 25), anchor="end", size=SMALL)

    def lines(self) -> Iterator[str]:
        for group in self.groups:
            yield from self._limits(group)
        for earlier, later in zip(self.groups, self.groups[1:], strict=False):
            x = round(self._x((earlier[-1].place + later[0].place) / 2), 2)
            yield line(x, TOP, x, BOTTOM, stroke=INK)
        for dashes, benchmark in zip(BENCHMARK_DASHES, self.benchmarks, strict=False):
            yield from self._through(benchmark.values, stroke=GREY, dashes=dashes)
        yield from self._through(self.targets, stroke=TARGET, dashes=TARGET_DASHES)
        # A line is not drawn over a gap: nobody knows what was there.
        points: list[float | None] = [None] * len(self.labels)
        for point in self.verdict.points:
            points[point.place] = point.value
        yield from self._through(points, stroke=GREY)

    def _limits(self, group: list[Point]) -> Iterator[str]:
        first = group[0]
        if first.mean is None or first.lower is None or first.upper is None:
            return
        ends = (self._x(first.place - 0.4), self._x(group[-1].place + 0.4))
        for value, stroke, dashes in (
            (first.mean, INK, ""),
            (self._cut(first.lower), GREY, LIMIT_DASHES),
            (self._cut(first.upper), GREY, LIMIT_DASHES),
        ):
            y = self.scale.y(value)
            yield path([(ends[0], y), (ends[1], y)], stroke=stroke, width=1.5, dashes=dashes)

    def _through(self, values: Numbers, *, stroke: str, dashes: str = "") -> Iterator[str]:
        """Lines through neighbouring values; a value without neighbours is a short dash when the line is dashed."""
        for known, found in groupby(enumerate(values), key=lambda one: one[1] is not None):
            places = [(self._x(place), self.scale.y(value)) for place, value in found if value is not None]
            if not known:
                continue
            if len(places) == 1 and dashes:
                (x, y) = places[0]
                places = [(x - 5, y), (x + 5, y)]
            yield path(places, stroke=stroke, width=2 if dashes else 1.5, dashes=dashes)

    def marks(self) -> Iterator[str]:
        radius = 4.5 if len(self.labels) <= 24 else 3.5
        for point in self.verdict.points:
            yield mark(self._x(point.place), self.scale.y(point.value), point.variation, radius=radius)

    def legend(self) -> tuple[list[str], float]:
        """What each line and mark means, in two columns beneath; and how far down the drawing reaches."""
        shown = {colour(point.variation) for point in self.verdict.points}
        limited = any(group[0].mean is not None for group in self.groups)
        entries = [(_key_mark(variation), words) for fill, variation, words in MEANINGS if fill in shown]
        if not limited:
            entries = [(picture, "Value") for picture, _ in entries]
        else:
            limits = "Trial limits" if self.verdict.trial else "Limits"
            entries += [(_key_line(INK), "Mean"), (_key_line(GREY, LIMIT_DASHES), limits)]
        if any(target is not None for target in self.targets):
            entries.append((_key_line(TARGET, TARGET_DASHES), "Target"))
        entries += [
            (_key_line(GREY, dashes), benchmark.name)
            for dashes, benchmark in zip(BENCHMARK_DASHES, self.benchmarks, strict=False)
        ]
        if len(self.groups) > 1:
            entries.append((line(10, -10, 10, 4), "Limits begun anew"))
        drawing = []
        for place, (picture, words) in enumerate(entries):
            x, y = place % 2 * WIDTH / 2, BOTTOM + 44 + place // 2 * 22
            drawing.append(f'<g transform="translate({x:g} {y:g})">{picture}')
            drawing.append(text(26, 0, shortened(words, 24), size=SMALL) + "</g>")
        return drawing, BOTTOM + 44 + (len(entries) + 1) // 2 * 22 - 12

    def description(self) -> str:
        points = self.verdict.points
        if not points:
            return "There is no value yet."
        last = points[-1]
        said = [
            f"{len(points)} value{'s' if len(points) > 1 else ''} from {self.labels[points[0].place]}"
            f" to {self.labels[last.place]}, the last {self._words(last.value)}."
        ]
        if last.mean is not None and last.lower is not None and last.upper is not None:
            limits = f"{self._words(self._cut(last.lower))} to {self._words(self._cut(last.upper))}"
            said.append(f"Mean {self._words(last.mean)}, {'trial ' if self.verdict.trial else ''}limits {limits}.")
        said.append(f"{variation_words(self.verdict.variation)}.")
        target = self.targets[last.place]
        if target is not None:
            said.append(f"Target {self._words(target)}: {assurance_words(self.verdict.assurance).lower()}.")
        return " ".join(said)

    def _words(self, value: float) -> str:
        return value_words(value, "percentage" if self.percent else "count")


def _key_mark(variation: Variation) -> str:
    return path([(0, -4), (20, -4)], stroke=PALE, width=1.5) + mark(10, -4, variation, radius=4.5)


def _key_line(stroke: str, dashes: str = "") -> str:
    return path([(0, -4), (20, -4)], stroke=stroke, dashes=dashes)
