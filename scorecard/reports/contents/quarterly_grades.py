"""The sections of a quarterly report that are about the grades on one scale. Pure."""

from __future__ import annotations

from typing import Any

from moderation.agreement import Coefficient, TooFew, Undefined, summarise
from scorecard.layout import ALL, AUDITOR, FINAL, GOOD, SHORT, WHOLE, grade_column
from scorecard.reports.contents.quarterly_charts import Line, lines_chart, whole_chart
from scorecard.reports.derived_grids import DOWN, NAMES, NEAR, SAME, UP, table_of
from scorecard.reports.document import NOT_APPLICABLE, Cell, Chart, Row, Section, Table, hidden
from scorecard.reports.grid_reading import GridReader
from scorecard.reports.reading import Column, Reader, meeting
from scorecard.reports.small_numbers import codes_of

NOT_SHOWN = "Not shown, since the numbers are too small."


class GradeSections:
    """The sections of one scale; each method gives one, or None where there is nothing to say."""

    def __init__(self, reader: Reader, grids: GridReader, scale: dict[str, Any]) -> None:
        self.reader, self.grids, self.scale = reader, grids, scale
        self.key: str = scale["key"]

    def all(self) -> list[Section]:
        sections = [
            self.grades(),
            self.over_time(),
            self.teams(),
            self.practice(),
            self.regrades(),
            self.agreement(),
        ]
        return [section for section in sections if section is not None]

    def _scaled(self, words: str) -> str:
        return self.reader.scaled(words, self.scale)

    def _columns(self, stage: str) -> list[Column]:
        of, good = grade_column(stage, self.key, ALL), grade_column(stage, self.key, GOOD)
        return [
            *((grade["name"], grade_column(stage, self.key, grade["code"])) for grade in self.scale["grades"]),
            ("Graded", of),
            (meeting(self.scale), good),
            ("Share", good, of),
        ]

    def _grid_columns(self) -> list[Column]:
        grades = [(grade["name"], f"grade:{grade['code']}") for grade in self.scale["grades"]]
        return [*grades, ("Graded", ALL), (meeting(self.scale), GOOD), ("Share", GOOD, ALL)]

    def grades(self) -> Section:
        services, key = self.reader.rows("service"), self.key
        captions = {FINAL: "Final overall grades by service", AUDITOR: "Auditors’ overall grades by service"}
        return Section(
            f"grades-{key}",
            self._scaled("Grades by service"),
            ["The final grade is the one that stands after moderation. The auditor’s is the one before it."],
            charts=self._charts(),
            tables=[
                self.reader.table(f"{stage}-{key}", caption, "Service", self._columns(stage), services)
                for stage, caption in captions.items()
            ],
        )

    def _line(self, row: dict[str, Any], name: str) -> Line:
        """The final grades of one of the report's rows. What follows from two others is hidden with either."""
        reader, columns = self.reader, [*codes_of(self.scale), ALL, GOOD]
        keys = {code: grade_column(FINAL, self.key, code) for code in columns}
        numbers: dict[str, int | None] = {
            code: None if reader.is_hidden(row["key"], key) else reader.number(row["key"], key)
            for code, key in keys.items()
        }
        return Line(name, _with_short(numbers))

    def _charts(self) -> list[Chart]:
        caption, by_service = "Final overall grades", "Final overall grades by service"
        whole = next(row for row in self.reader.figures["rows"] if row["kind"] == WHOLE)
        lines = [self._line(row, self.reader.row_name(row)) for row in self.reader.rows("service")]
        return [
            *whole_chart(f"chart-final-{self.key}", caption, self.scale, self._line(whole, caption)),
            *lines_chart(f"chart-services-{self.key}", by_service, self.scale, lines),
        ]

    def over_time(self) -> Section | None:
        grid, key = f"over-time-{self.key}", self.key
        if grid not in self.grids.grids:
            return None
        codes = [*codes_of(self.scale), ALL, GOOD]
        lines = []
        for row in self.grids.rows(grid):
            columns = {code: code if code in (ALL, GOOD) else f"grade:{code}" for code in codes}
            numbers: dict[str, int | None] = {
                code: None if self.grids.is_hidden(grid, row["key"], one) else self.grids.number(grid, row["key"], one)
                for code, one in columns.items()
            }
            lines.append(Line(row["name"], _with_short(numbers)))
        caption = "Final overall grades, quarter by quarter"
        return Section(
            f"over-time-{key}",
            self._scaled("Grades over time"),
            ["The last eight quarters, as they stood on the day of counting. Reports of earlier quarters may differ."],
            charts=lines_chart(f"chart-over-time-{key}", caption, self.scale, lines),
            tables=[self.grids.table(grid, caption, "Quarter", self._grid_columns())],
            prompt="Which way do grades go, and what explains it?",
        )

    def teams(self) -> Section:
        tables = []
        for place, service in enumerate(self.reader.rows("service"), start=1):
            teams = self.reader.rows("team", service["key"])
            for stage, words in ((FINAL, "Final grades"), (AUDITOR, "Auditors’ grades")):
                columns = self._columns(stage)
                if not self.reader.number(service["key"], grade_column(stage, self.key, ALL)):
                    continue
                lines = [self.reader.row(team, columns) for team in teams]
                total = self.reader.row(service, columns, "All teams")
                tables.append(
                    Table(
                        f"teams-{self.key}-{place}-{stage}",
                        f"{self.reader.row_name(service)}: {words.lower()} by team",
                        "Team",
                        [column[0] for column in columns],
                        [*lines, Row(total.header, total.cells, total=True)],
                    )
                )
        paragraphs = [] if tables else ["No audits were graded in the quarter."]
        return Section(f"teams-{self.key}", self._scaled("Grades by team"), paragraphs, tables=tables)

    def practice(self) -> Section:
        key, columns, reader = self.key, self._columns(FINAL), self.reader
        by_type, by_status = "Final overall grades by type of audit", "Final overall grades by legal status"
        return Section(
            f"practice-{key}",
            self._scaled("Grades by type, legal status and area of practice"),
            tables=[
                reader.table(f"types-{key}", by_type, "Type", columns, reader.rows("type")),
                reader.table(f"statuses-{key}", by_status, "Legal status", columns, reader.rows("status")),
                *self.grids.tables(f"domains-{key}", "Final grades by area of practice", "Area", self._grid_columns()),
            ],
        )

    def regrades(self) -> Section:
        key, title = self.key, self._scaled("Regrades")
        grades = [grade_column(stage, key, code) for stage in (FINAL, AUDITOR) for code in (*codes_of(self.scale), ALL)]
        # Snapshots from before the matrix was hidden cell by cell hid it as a whole.
        if "grids" not in self.reader.figures and self.reader.is_hidden(WHOLE, *grades):
            return Section(f"regrades-{key}", title, [NOT_SHOWN])
        moves = [("Confirmed", SAME), ("Changed to a better grade", UP), ("Changed to a worse grade", DOWN)]
        rows = [
            Row(
                name,
                [
                    self.grids.cell(f"moves-{key}", "moves", way),
                    self.grids.cell(f"moves-{key}", "moves", ALL),
                    self.grids.share(f"moves-{key}", "moves", way, ALL),
                ],
            )
            for name, way in moves
        ]
        columns = [(grade["name"], f"grade:{grade['code']}") for grade in self.scale["grades"]]
        caption = "From the auditor’s grade (rows) to the final grade (columns)"
        matrix = self.grids.table(f"regrades-{key}", caption, "Auditor’s grade", [*columns, ("Total", ALL)])
        headings = ["Audits", "Moderated", "Share"]
        return Section(
            f"regrades-{key}",
            title,
            ["What moderators did with auditors’ overall grades."],
            tables=[Table(f"moves-{key}", "Grades confirmed and changed", "Moderation", headings, rows), matrix],
        )

    def agreement(self) -> Section | None:
        grid, key = f"agreement-{self.key}", self.key
        if grid not in self.grids.grids:
            return None
        columns: list[Column] = [
            ("Judgements", ALL),
            ("Same grade", SAME, ALL),
            ("At most one grade apart", NEAR, ALL),
            ("Raised", UP, ALL),
            ("Lowered", DOWN, ALL),
        ]
        rows = []
        for row in self.grids.rows(grid):
            line = self.grids.row(grid, row, columns)
            rows.append(Row(row["name"], [*line.cells, *self._coefficients(grid, row["key"])]))
        headings = [*(column[0] for column in columns), "Kappa", "AC2"]
        return Section(
            f"agreement-{key}",
            self._scaled("Agreement of auditors and moderators"),
            [
                "Cohen’s kappa and Gwet’s AC2 say how far agreement goes beyond chance: 1 is full agreement, 0 what "
                "chance alone would bring. Both weigh a difference by the square of its steps. Kappa falls where "
                "nearly all grades are the same; AC2 does not.",
                "Fewer than ten judgements have no kappa and no AC2.",
            ],
            tables=[Table(f"agreement-{key}", "Agreement between auditor and moderator", "Grades", headings, rows)],
            prompt="How well do auditors and moderators see the same practice, and where do they not?",
        )

    def _coefficients(self, grid: str, which: str) -> list[Cell]:
        if which not in NAMES or self.grids.is_hidden(grid, which, SAME, ALL):
            return [hidden(), hidden()]
        pairs = [one for one in self.reader.figures["agreement"] if one["which"] == which]
        figures = summarise(table_of(self.scale, pairs))
        if isinstance(figures, TooFew):
            return [Cell(NOT_APPLICABLE), Cell(NOT_APPLICABLE)]
        return [_coefficient(figures.kappa), _coefficient(figures.ac2)]


def _coefficient(found: Coefficient | Undefined) -> Cell:
    if isinstance(found, Undefined):
        return Cell(NOT_APPLICABLE)
    return Cell(f"{found.value:.2f}", round(found.value, 2))


def _with_short(numbers: dict[str, int | None]) -> dict[str, int | None]:
    every, good = numbers[ALL], numbers[GOOD]
    return {**numbers, SHORT: None if every is None or good is None else every - good}
