"""From a snapshot to the report's document: which sections, tables and charts there are. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scorecard.charts import Bar, Part, counts_chart, shares_chart
from scorecard.layout import ALL, AUDITOR, FINAL, GOOD, WHOLE, grade_column
from scorecard.reports.document import HIDDEN, NOT_APPLICABLE, Chart, Document, Fact, Row, Section, Table, share, whole
from scorecard.reports.reading import Column, Reader, long_date, meeting
from scorecard.reports.small_numbers import codes_of


class Contents(Reader):
    """Reads one snapshot; each method gives a section of its document."""

    def document(self) -> Document:
        snapshot = self.snapshot
        counted = datetime.fromisoformat(snapshot["counted_at"])
        sections = [self._work(), self._timeliness(), self._overdue()]
        for scale in self.figures["scales"]:
            sections += [self._grades(scale), self._teams(scale), self._practice(scale), self._regrades(scale)]
        return Document(
            title=f"{snapshot['title']}, {snapshot['period']['label']}",
            scope=snapshot["scope"],
            counted=f"Counted on {long_date(counted.date())} at {counted:%H:%M}",
            facts=self._facts(),
            sections=[*sections, self._lowest_grade(), self._how()],
        )

    def _facts(self) -> list[Fact]:
        facts = [
            self.fact("Audits allocated", "allocated"),
            self.fact("Audits submitted", "submitted"),
            self.share_fact("Submitted in time", "on_time", "dated"),
            self.share_fact("Moderated in time", "moderated_in_time", "moderated_dated"),
        ]
        for scale in self.figures["scales"]:
            good, every = (grade_column(FINAL, scale["key"], column) for column in (GOOD, ALL))
            facts.append(self.share_fact(self.scaled(meeting(scale), scale), good, every))
        return [*facts, self.fact("Overdue", "overdue")]

    def _work(self) -> Section:
        columns = [
            ("Allocated", "allocated"),
            ("Submitted", "submitted"),
            ("Moderated", "moderated"),
            ("Distributed", "distributed"),
            ("Closed", "closed"),
            ("Cancelled", "cancelled"),
        ]
        paragraphs = ["What was done in the quarter. An audit counts in each column whose step was taken in it."]
        return Section(
            "work",
            "Audits done",
            paragraphs,
            tables=[self.table("work", "Audits by service", "Service", columns, self.rows("service"))],
        )

    def _timeliness(self) -> Section:
        submitted: list[Column] = [
            ("Submitted", "dated"),
            ("In time", "on_time"),
            ("Share in time", "on_time", "dated"),
        ]
        moderated: list[Column] = [
            ("Moderated", "moderated_dated"),
            ("In time", "moderated_in_time"),
            ("Share in time", "moderated_in_time", "moderated_dated"),
        ]
        services = self.rows("service")
        return Section(
            "timeliness",
            "Timeliness",
            ["In time means on or before the day it was due, extensions included."],
            tables=[
                self.table("submitted", "Audits submitted in time, by service", "Service", submitted, services),
                self.table("moderated", "Audits moderated in time, by service", "Service", moderated, services),
            ],
        )

    def _overdue(self) -> Section:
        tables = [
            self.table(
                "overdue", "Overdue audits by service", "Service", [("Overdue", "overdue")], self.rows("service")
            )
        ]
        steps = self.figures["overdue_by_step"]
        if steps and not self.is_hidden(WHOLE, "overdue"):
            rows = [Row(step["name"], [whole(step["count"])]) for step in steps]
            total = Row("Total", [whole(sum(step["count"] for step in steps))], total=True)
            tables.append(Table("overdue-step", "Overdue audits by step", "Step", ["Overdue"], [*rows, total]))
        return Section(
            "overdue",
            "Overdue",
            [f"Audits whose step was due by {self.due_by} and was still not done when this was counted."],
            tables=tables,
        )

    def _grade_columns(self, scale: dict[str, Any], stage: str) -> list[Column]:
        key = scale["key"]
        of, good = grade_column(stage, key, ALL), grade_column(stage, key, GOOD)
        return [
            *((grade["name"], grade_column(stage, key, grade["code"])) for grade in scale["grades"]),
            ("Graded", of),
            (meeting(scale), good),
            ("Share", good, of),
        ]

    def _grades(self, scale: dict[str, Any]) -> Section:
        services, key = self.rows("service"), scale["key"]
        return Section(
            f"grades-{key}",
            self.scaled("Grades by service", scale),
            ["The final grade is the one that stands after moderation. The auditor’s is the one before it."],
            charts=self._grade_charts(scale),
            tables=[
                self.table(
                    f"final-{key}",
                    "Final overall grades by service",
                    "Service",
                    self._grade_columns(scale, FINAL),
                    services,
                ),
                self.table(
                    f"auditor-{key}",
                    "Auditors’ overall grades by service",
                    "Service",
                    self._grade_columns(scale, AUDITOR),
                    services,
                ),
            ],
        )

    def _grade_charts(self, scale: dict[str, Any]) -> list[Chart]:
        key = scale["key"]
        codes = [grade_column(FINAL, key, code) for code in codes_of(scale)]
        every = grade_column(FINAL, key, ALL)
        if not self.number(WHOLE, every) or self.is_hidden(WHOLE, *codes, every):
            return []
        names = [grade["name"] for grade in scale["grades"]]
        parts = [Part(name, self.number(WHOLE, code)) for name, code in zip(names, codes, strict=True)]
        bars = []
        for row in self.rows("service"):
            if self.is_hidden(row["key"], *codes):
                bars.append(Bar(self.row_name(row), note="Not shown: small numbers"))
            elif not self.number(row["key"], every):
                bars.append(Bar(self.row_name(row), note="No audits graded"))
            else:
                bars.append(
                    Bar(
                        self.row_name(row),
                        [Part(name, self.number(row["key"], code)) for name, code in zip(names, codes, strict=True)],
                    )
                )
        title, by_service = "Final overall grades", "Final overall grades by service"
        return [
            Chart(f"chart-final-{key}", title, counts_chart(f"chart-final-{key}", title, parts)),
            Chart(f"chart-services-{key}", by_service, shares_chart(f"chart-services-{key}", by_service, names, bars)),
        ]

    def _teams(self, scale: dict[str, Any]) -> Section:
        tables = []
        for place, service in enumerate(self.rows("service"), start=1):
            teams = self.rows("team", service["key"])
            for stage, words in ((FINAL, "Final grades"), (AUDITOR, "Auditors’ grades")):
                columns = self._grade_columns(scale, stage)
                if not self.number(service["key"], grade_column(stage, scale["key"], ALL)):
                    continue
                lines = [self.row(team, columns) for team in teams]
                total = self.row(service, columns, "All teams")
                tables.append(
                    Table(
                        f"teams-{scale['key']}-{place}-{stage}",
                        f"{self.row_name(service)}: {words.lower()} by team",
                        "Team",
                        [column[0] for column in columns],
                        [*lines, Row(total.header, total.cells, total=True)],
                    )
                )
        paragraphs = [] if tables else ["No audits were graded in the quarter."]
        return Section(f"teams-{scale['key']}", self.scaled("Grades by team", scale), paragraphs, tables=tables)

    def _practice(self, scale: dict[str, Any]) -> Section:
        key, columns = scale["key"], self._grade_columns(scale, FINAL)
        tables = [
            self.table(f"types-{key}", "Final overall grades by type of audit", "Type", columns, self.rows("type")),
            self.table(
                f"statuses-{key}", "Final overall grades by legal status", "Legal status", columns, self.rows("status")
            ),
        ]
        domains = [domain for domain in self.figures["domains"] if domain["scale"] == key]
        if domains:
            good = [grade["code"] for grade in scale["grades"] if grade["meets_standard"]]
            lines = []
            for domain in domains:
                counts = [domain["grades"].get(code, 0) for code in codes_of(scale)]
                met = sum(domain["grades"].get(code, 0) for code in good)
                lines.append(
                    Row(
                        domain["title"],
                        [*map(whole, counts), whole(sum(counts)), whole(met), share(met, sum(counts))],
                    )
                )
            tables.append(
                Table(
                    f"domains-{key}",
                    "Final grades by area of practice",
                    "Area",
                    [column[0] for column in columns],
                    lines,
                )
            )
        return Section(
            f"practice-{key}", self.scaled("Grades by type, legal status and area of practice", scale), tables=tables
        )

    def _regrades(self, scale: dict[str, Any]) -> Section:
        key, codes = scale["key"], codes_of(scale)
        names = {grade["code"]: grade["name"] for grade in scale["grades"]}
        counts = {(one["from"], one["to"]): one["count"] for one in self.figures["regrades"] if one["scale"] == key}
        title = self.scaled("Regrades", scale)
        grades = [grade_column(stage, key, code) for stage in (FINAL, AUDITOR) for code in (*codes, ALL, GOOD)]
        if self.is_hidden(WHOLE, *grades):
            return Section(f"regrades-{key}", title, ["Not shown, since the numbers are too small."])
        total = sum(counts.values())
        place = {code: number for number, code in enumerate(codes)}
        up = sum(number for (old, new), number in counts.items() if place[new] < place[old])
        down = sum(number for (old, new), number in counts.items() if place[new] > place[old])
        moves = [
            ("Confirmed", total - up - down),
            ("Changed to a better grade", up),
            ("Changed to a worse grade", down),
        ]
        rows = [Row(name, [whole(number), whole(total), share(number, total)]) for name, number in moves]
        matrix = [
            Row(
                names[old],
                [
                    *(whole(counts.get((old, new), 0)) for new in codes),
                    whole(sum(counts.get((old, new), 0) for new in codes)),
                ],
            )
            for old in codes
        ]
        matrix.append(
            Row(
                "Total",
                [*(whole(sum(counts.get((old, new), 0) for old in codes)) for new in codes), whole(total)],
                total=True,
            )
        )
        return Section(
            f"regrades-{key}",
            title,
            ["What moderators did with auditors’ overall grades."],
            tables=[
                Table(
                    f"moves-{key}", "Grades confirmed and changed", "Moderation", ["Audits", "Moderated", "Share"], rows
                ),
                Table(
                    f"matrix-{key}",
                    "From the auditor’s grade (rows) to the final grade (columns)",
                    "Auditor’s grade",
                    [*(names[code] for code in codes), "Total"],
                    matrix,
                ),
            ],
        )

    def _lowest_grade(self) -> Section:
        rows = []
        for scale in self.figures["scales"]:
            for grade in scale["grades"]:
                if not grade["raises_alert"]:
                    continue
                for stage, words in ((AUDITOR, "Submitted at"), (FINAL, "Final grade")):
                    column = grade_column(stage, scale["key"], grade["code"])
                    rows.append(Row(f"{words} {grade['name']}", [self.cell(WHOLE, column)]))
        reaudits = self.figures["reaudits"]
        rows += [
            Row("Re-audits opened", [whole(reaudits["opened"])]),
            Row("Re-audits done", [whole(reaudits["done"])]),
            Row("Of those, now meeting the standard", [whole(reaudits["meets_standard"])]),
            Row(f"Re-audits overdue on {self.due_by}", [whole(reaudits["overdue"])]),
        ]
        return Section(
            "lowest",
            "Lowest grade and re-audits",
            ["An audit at the lowest grade is audited again by somebody else."],
            tables=[Table("lowest", "Lowest grade and re-audits", "What", ["Audits"], rows)],
        )

    def _how(self) -> Section:
        below = self.snapshot["suppress_below"]
        return Section(
            "how",
            "How this was counted",
            [
                "Audits count in the quarter in which a step was taken, under the team and the legal status that the "
                "case had when the audit was allocated. Re-audits are not a fair sample, so they are counted in the "
                "section on re-audits alone.",
                f"{HIDDEN} stands for a number about a team that is below {below} but not 0, or for one that would "
                "give such a number away. Shares are rounded to whole per cent.",
                f"{NOT_APPLICABLE} stands for a share of nothing.",
            ],
            prompt="",
        )


def document(snapshot: dict[str, Any]) -> Document:
    """The figures of a quarterly report as a document; the same snapshot always gives the same one."""
    return Contents(snapshot).document()
