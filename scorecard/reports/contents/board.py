"""From the snapshot of a scorecard pack to its document: a section a priority, and a page an indicator. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from scorecard.board_words import Row, counts, row_of, short_period
from scorecard.charts import Benchmark, xmr_chart
from scorecard.charts.overview import OverviewRow, overview_chart
from scorecard.lines import MEANINGS, Line, Spot, Why, along, meaning_of
from scorecard.quarters import from_code, period_words
from scorecard.reports.contents.board_reading import lines_of, published
from scorecard.reports.document import (
    NOT_APPLICABLE,
    Cell,
    Chart,
    ChartData,
    Document,
    Fact,
    Section,
    Table,
    hidden,
    whole,
)
from scorecard.reports.document import Row as TableRow
from scorecard.reports.reading import long_date
from scorecard.spc import Assurance, Point, Settings
from scorecard.spc_words import assurance_words, cause_words, limits_words, variation_words
from scorecard.value_words import value_words


def document(snapshot: dict[str, Any]) -> Document:
    """The whole pack of one snapshot."""
    return Contents(snapshot).document()


class Contents:
    """Reads one snapshot; each method gives a part of its document."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.snapshot = snapshot
        figures = snapshot["figures"]
        self.quarter = from_code(figures["quarter"])
        self.settings = Settings(**figures["settings"])
        self.priorities = figures["priorities"]
        # As they are kept, and judged anew: the same points give the same verdicts.
        self.kept = {line["code"]: line for priority in self.priorities for line in priority["lines"]}
        self.lines = lines_of(list(self.kept.values()), self.settings)

    def document(self) -> Document:
        snapshot = self.snapshot
        counted = datetime.fromisoformat(snapshot["counted_at"])
        return Document(
            title=f"{snapshot['title']}, {snapshot['period']['label']}",
            scope=snapshot["scope"],
            counted=f"As it stood on {long_date(counted.date())} at {counted:%H:%M}",
            facts=self._facts(),
            sections=[
                self._glance(),
                *(self._priority(priority) for priority in self.priorities),
                *(self._indicator(line) for line in self.lines.values()),
                self._how(),
            ],
        )

    def _facts(self) -> list[Fact]:
        lines = list(self.lines.values())
        found = [meaning_of(line.verdict.variation) for line in lines]
        meets = sum(line.verdict.assurance == Assurance.PASSES for line in lines)
        fails = sum(line.verdict.assurance == Assurance.FAILS for line in lines)
        return [
            Fact("Indicators", str(len(lines))),
            *(Fact(MEANINGS[key][0], str(found.count(key))) for key in ("improving", "concerning", "common")),
            Fact("Consistently meet their target", str(meets)),
            Fact("Consistently fail their target", str(fails)),
        ]

    def _glance(self) -> Section:
        """How many indicators of each priority have which verdict."""
        keys = [key for key, _, _ in counts(list(self.lines.values()))]
        rows = []
        for priority in self.priorities:
            found = [meaning_of(self.lines[line["code"]].verdict.variation) for line in priority["lines"]]
            rows.append(TableRow(priority["name"], [whole(len(found)), *(whole(found.count(key)) for key in keys)]))
        columns = ["Indicators", *(MEANINGS[key][0] for key in keys)]
        words = [
            "Each indicator is judged by all of its points: whether it has really changed, and whether its target is "
            "met as a matter of course. A difference between two quarters alone is mostly noise."
        ]
        tables = [Table("glance", "Indicators by priority and variation", "Priority", columns, rows)] if rows else []
        return Section("glance", "At a glance", words, tables=tables)

    def _priority(self, priority: dict[str, Any]) -> Section:
        key, title = f"priority-{priority['key']}", priority["name"]
        rows = [row_of(self.lines[line["code"]], self.quarter) for line in priority["lines"]]
        paragraphs = [priority["summary"]] if priority["summary"] else []
        if not rows:
            return Section(key, title, [*paragraphs, "No indicator measures this priority yet."])
        caption = f"{title}: indicators"
        drawn = [OverviewRow(row.line.about.name, row.value, row.variation, row.spark) for row in rows]
        charts = [Chart(f"chart-{key}", f"{title} at a glance", overview_chart(f"chart-{key}", title, drawn))]
        columns = ["Agency", "Latest", "Target", "Variation", "Against the target"]
        tables = [
            Table(
                key, caption, "Indicator", columns, [_summary(row) for row in rows], note=self._note(rows), words=True
            )
        ]
        said = [row for row in rows if row.line.narrative or row.line.narrative_hidden or row.line.comment]
        if said:
            tables.append(
                Table(
                    f"{key}-said",
                    f"{title}: what was written",
                    "Indicator",
                    ["The agency says", "QA says"],
                    [TableRow(row.line.about.name, [_narrative(row.line), _text(row.line.comment)]) for row in said],
                    words=True,
                )
            )
        return Section(key, title, paragraphs, charts=charts, tables=tables)

    def _note(self, rows: list[Row]) -> str:
        hides = any(row.line.narrative_hidden for row in rows)
        return "A narrative that may name a hidden number is not shown." if hides else ""

    def _indicator(self, line: Line) -> Section:
        about, row = line.about, row_of(line, self.quarter)
        key = f"indicator-{about.code}"
        return Section(
            key,
            about.name,
            self._paragraphs(line, row),
            charts=[self._chart(key, line)] if line.verdict.points else [],
            tables=[_points(key, line)] if line.spots else [],
            prompt="",
        )

    def _paragraphs(self, line: Line, row: Row) -> list[str]:
        about, verdict = line.about, line.verdict
        value = f"{row.value} ({row.parts})" if row.parts else row.value
        at = row.period or self.quarter.label
        target = f" Target {row.target}{f': {line.standing}' if line.standing else ''}." if row.target else ""
        judged = line.judged
        when = (
            f" at {period_words(judged.first, judged.last)}" if judged is not None and judged is not line.latest else ""
        )
        said = [
            about.definition,
            f"{at}: {value}.{target}" if line.latest else "No figure was accepted yet.",
            f"{variation_words(verdict.variation)}{when}. {assurance_words(verdict.assurance)}.",
            row.note and f"{row.note}.",
            limits_words(verdict, self.settings),
            *(
                f"Limits begun anew from {long_date(date.fromisoformat(one['on']))}: {one['reason']} "
                f"(minute {one['minute']})"
                for one in self.kept[about.code]["rebases"]
            ),
            *(
                f"{one['series']}, {period_words(date.fromisoformat(one['from']), date.fromisoformat(one['to']))}: "
                f"{value_words(one['value'], about.unit)} ({one['source']})"
                for one in self.kept[about.code]["benchmarks"]
            ),
        ]
        return [paragraph for paragraph in said if paragraph]

    def _chart(self, key: str, line: Line) -> Chart:
        about, spots = line.about, line.spots
        labels = [short_period(spot.first, spot.last) for spot in spots]
        # A slide shows the chart alone, so its caption has the verdict.
        verdict = variation_words(line.verdict.variation).replace(": ", ", ")
        caption = f"{about.name}: {verdict[:1].lower()}{verdict[1:]}"
        percent = about.unit == "percentage"
        targets = [spot.target for spot in spots]
        benchmarks = along(published(self.kept[about.code]), spots)
        svg = xmr_chart(
            f"chart-{key}",
            caption,
            labels,
            line.verdict,
            target=targets,
            percent=percent,
            benchmarks=[Benchmark(name, values) for name, values in benchmarks],
        )
        by_place: dict[int, Point] = {point.place: point for point in line.verdict.points}
        points = [by_place.get(place) for place in range(len(spots))]
        series: list[tuple[str, list[float | None]]] = [
            ("Value", [point.value if point else None for point in points]),
            ("Mean", [point.mean if point else None for point in points]),
            ("Lower limit", [point.lower if point else None for point in points]),
            ("Upper limit", [point.upper if point else None for point in points]),
            ("Target", targets),
            *benchmarks,
        ]
        factor = 0.01 if percent else 1
        scaled = [
            (name, [None if value is None else value * factor for value in values])
            for name, values in series
            if any(value is not None for value in values)
        ]
        return Chart(f"chart-{key}", caption, svg, ChartData("line", labels, scaled, percent))

    def _how(self) -> Section:
        below, chosen = self.snapshot["suppress_below"], self.settings
        return Section(
            "how",
            "How it was worked out",
            [
                "Charts and verdicts follow the method of NHS England’s Making Data Count (XmR charts): the limits are "
                f"the mean and 2.66 times the mean moving range; {chosen.run} points in a row on one side of the mean, "
                f"{chosen.trend} that rise or fall one after the other, two of three near a limit and a point beyond "
                "one are more than chance.",
                f"Fewer than {chosen.trial_below} points give trial limits, fewer than {chosen.fewest} none.",
                f"Where an indicator counts people, a figure about fewer than {below} of them is hidden ([c]) and left "
                "out of charts, limits and verdicts, so that it cannot be worked out.",
            ],
            prompt="",
        )


def _summary(row: Row) -> TableRow:
    latest = row.line.latest
    value = f"{row.value}, {row.period}" if row.period else row.value
    note = f" ({row.note})" if row.note else ""
    against = f"{row.assurance}. {row.standing} this time" if row.standing else row.assurance
    return TableRow(
        row.line.about.name,
        [
            Cell(row.line.about.agency or "QAF"),
            hidden() if latest and latest.why == Why.HIDDEN else Cell(f"{value}{note}"),
            Cell(row.target or NOT_APPLICABLE),
            Cell(f"{row.variation} ({row.caution[:1].lower()}{row.caution[1:]})" if row.caution else row.variation),
            Cell(against),
        ],
    )


def _narrative(line: Line) -> Cell:
    return hidden() if line.narrative_hidden else _text(line.narrative)


def _text(words: str) -> Cell:
    return Cell(words or NOT_APPLICABLE)


def _points(key: str, line: Line) -> Table:
    """Every point behind the chart, in date order."""
    by_place = {point.place: point for point in line.verdict.points}
    rows = []
    for place, spot in enumerate(line.spots):
        point = by_place.get(place)
        limits = (point.mean, point.lower, point.upper) if point else (None, None, None)
        what = cause_words(point.cause) if point and point.mean is not None else spot.gap or NOT_APPLICABLE
        rows.append(
            TableRow(
                period_words(spot.first, spot.last),
                [_value(spot), *(_number(value, spot.unit) for value in (spot.target, *limits)), Cell(what)],
            )
        )
    columns = ["Value", "Target", "Mean", "Lower limit", "Upper limit", "What it is"]
    return Table(f"points-{key}", f"{line.about.name}: every point", "Period", columns, rows)


def _value(spot: Spot) -> Cell:
    if spot.why == Why.HIDDEN:
        return hidden()
    return _number(spot.value, spot.unit)


def _number(value: float | None, unit: str) -> Cell:
    if value is None:
        return Cell(NOT_APPLICABLE)
    if unit == "percentage":
        return Cell(value_words(value, unit), value / 100, percent=True)
    return Cell(value_words(value, unit), value)
