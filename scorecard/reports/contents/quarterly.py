"""From a snapshot to the report's document: which sections, tables and charts there are. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scorecard.layout import ALL, AUDITOR, FINAL, GOOD, WHOLE, grade_column
from scorecard.reports.contents import quarterly_voices
from scorecard.reports.contents.quarterly_grades import GradeSections
from scorecard.reports.derived_grids import derived
from scorecard.reports.document import HIDDEN, NOT_APPLICABLE, Document, Fact, Row, Section, Table
from scorecard.reports.grid_reading import GridReader
from scorecard.reports.reading import Column, Reader, long_date, meeting


class Contents(Reader):
    """Reads one snapshot; each method gives a section of its document."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        super().__init__(snapshot)
        grids = {**derived(self.figures), **self.figures.get("grids", {})}
        self.grids = GridReader({**snapshot, "figures": {**self.figures, "grids": grids}})

    def document(self) -> Document:
        snapshot = self.snapshot
        counted = datetime.fromisoformat(snapshot["counted_at"])
        sections = [self._work(), self._timeliness(), self._overdue()]
        for scale in self.figures["scales"]:
            sections += GradeSections(self, self.grids, scale).all()
        # Snapshots from before these were counted have none of them.
        if "grids" in self.figures:
            sections += quarterly_voices.sections(self.grids)
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
        if not self.figures["scales"]:
            paragraphs.append("No audit was graded in the quarter, so there are no sections on grades.")
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
        if not self.is_hidden(WHOLE, "overdue"):
            tables += self.grids.tables("steps", "Overdue audits by step", "Step", [("Overdue", ALL)])
        return Section(
            "overdue",
            "Overdue",
            [f"Audits whose step was due by {self.due_by} and was still not done when this was counted."],
            tables=tables,
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
        for name, column in (
            ("Re-audits opened", "opened"),
            ("Re-audits done", "done"),
            ("Of those, now meeting the standard", "meets_standard"),
            (f"Re-audits overdue on {self.due_by}", "overdue"),
        ):
            rows.append(Row(name, [self.grids.cell("reaudits", "reaudits", column)]))
        return Section(
            "lowest",
            "Lowest grade and re-audits",
            ["An audit at the lowest grade is audited again by somebody else."],
            tables=[Table("lowest", "Audits at the lowest grade, and re-audits", "What", ["Audits"], rows)],
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
                f"{HIDDEN} stands for a number that is below {below} but not 0, or for one that would give such a "
                "number away. Shares are rounded to whole per cent.",
                f"{NOT_APPLICABLE} stands for a share of nothing.",
            ],
            prompt="",
        )


def document(snapshot: dict[str, Any]) -> Document:
    """The figures of a quarterly report as a document; the same snapshot always gives the same one."""
    return Contents(snapshot).document()
