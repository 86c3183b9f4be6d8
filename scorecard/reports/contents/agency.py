"""From a snapshot to one agency's or school's report: its audits, actions, work and returns. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from scorecard.quarters import period_words
from scorecard.reports.contents.grades import grade_sections
from scorecard.reports.document import NOT_APPLICABLE, Cell, Document, Fact, Row, Section, Table, hidden
from scorecard.reports.grid_reading import GridReader, day_words
from scorecard.reports.reading import Column
from scorecard.value_words import parts_words, value_words


class Contents(GridReader):
    """Reads one snapshot; each method gives a section of its document."""

    def document(self) -> Document:
        sections = [
            self._audits(),
            *grade_sections(
                self,
                line="Area of practice",
                place="Service",
                lines="area of practice",
                empty="None of its audits was graded in this period.",
            ),
            self._actions(),
            self._works(),
            self._returns(),
            self._indicators(),
        ]
        return self.document_of(self._facts(), sections, self._how())

    def _facts(self) -> list[Fact]:
        facts = []
        if self.is_empty("audits"):
            facts.append(Fact("Audits submitted", "None"))
        else:
            facts.append(self.fact("Audits submitted", "audits", "submitted"))
            facts.append(self.share_fact("Submitted in time", "audits", "in_time", "dated"))
        if not self.is_empty("actions"):
            facts.append(self.share_fact("Actions done in time", "actions", "in_time", "due"))
        accepted = sum(one["accepted_on"] is not None for one in self.figures["returns"] if one["version"] == 1)
        asked = sum(one["version"] == 1 for one in self.figures["returns"])
        return [*facts, Fact("Returns accepted", f"{accepted} of {asked}" if asked else "None asked for")]

    def _audits(self) -> Section:
        columns: list[Column] = [
            ("Allocated", "allocated"),
            ("Submitted", "submitted"),
            ("In time", "in_time"),
            ("Late", "late"),
            ("No due day", "undated"),
        ]
        tables = self.tables("audits", "Its audits by service", "Service", columns)
        return Section("audits", "Audits", [] if tables else ["It had no audits in this period."], tables=tables)

    def _actions(self) -> Section:
        columns: list[Column] = [
            ("Due", "due"),
            ("Done in time", "in_time"),
            ("Done late", "late"),
            ("Still open", "open"),
            ("Share in time", "in_time", "due"),
        ]
        tables = self.tables("actions", "Actions of its audits that fell due, by service", "Service", columns)
        paragraphs = [] if tables else ["No action of its audits fell due in this period."]
        if self.number("improvement", "actions", "all"):
            plan: list[Column] = [
                ("Actions", "all"),
                ("Open", "open"),
                ("Done", "done"),
                ("Verified", "verified"),
                ("Overdue", "overdue"),
            ]
            tables.append(self.table("improvement", "Actions that follow from recommendations to it", "What", plan))
        else:
            paragraphs.append("No recommendation to it has actions.")
        return Section("actions", "Actions", paragraphs, tables=tables)

    def _works(self) -> Section:
        rows = [Row(one["title"], [Cell(one["kind"]), Cell(one["state"])]) for one in self.figures["works"]]
        if not rows:
            return Section("works", "Part in the programme", ["It took part in no work of the programme."])
        table = Table("works", "Work it took part in", "Work", ["Kind", "State"], rows, words=True)
        return Section("works", "Part in the programme", tables=[table])

    def _returns(self) -> Section:
        rows = [
            Row(
                period_words(date.fromisoformat(one["from"]), date.fromisoformat(one["to"]))
                + (f", version {one['version']}" if one["version"] > 1 else ""),
                [
                    Cell(one["state"]),
                    Cell(day_words(one["due_on"])),
                    Cell(_sent(one)),
                    Cell(day_words(one["accepted_on"])),
                ],
            )
            for one in self.figures["returns"]
        ]
        if not rows:
            return Section("returns", "Returns", ["It was asked for no return for this period."])
        columns = ["State", "Due", "First sent", "Accepted"]
        return Section(
            "returns", "Returns", tables=[Table("returns", "Its returns", "Quarter", columns, rows, words=True)]
        )

    def _indicators(self) -> Section:
        rows = [Row(one["name"], self._figure(one)) for one in self.figures["indicators"]]
        if not rows:
            return Section("indicators", "Indicators", ["It returns no indicator."])
        columns = ["Period", "Value", "Of", "Target"]
        table = Table("indicators", "Its indicators", "Indicator", columns, rows, words=True)
        return Section("indicators", "Indicators", tables=[table])

    def _figure(self, one: dict[str, Any]) -> list[Cell]:
        if one["from"] is None:
            return [Cell(NOT_APPLICABLE), Cell(one["gap"]), Cell(NOT_APPLICABLE), Cell(NOT_APPLICABLE)]
        period = Cell(period_words(date.fromisoformat(one["from"]), date.fromisoformat(one["to"])))
        target = Cell(NOT_APPLICABLE if one["target"] is None else value_words(one["target"], one["unit"]))
        if f"indicators/{one['code']}/{one['from']}" in self.hidden:
            return [period, hidden(), hidden(), target]
        if one["value"] is None:
            return [period, Cell(one["gap"]), Cell(NOT_APPLICABLE), target]
        parts = parts_words(one["numerator"], one["denominator"]) or NOT_APPLICABLE
        return [period, Cell(value_words(one["value"], one["unit"]), one["value"]), Cell(parts), target]

    def _how(self) -> list[str]:
        return [
            "Audits of the agency’s own teams count, in the period in which a step was taken; what it found in a "
            "fieldwork that is not closed yet is left out of the grades. Actions count when they fell due in the "
            "period. Figures are those that stand after all corrections.",
        ]


def _sent(one: dict[str, Any]) -> str:
    if one["sent_on"] is None:
        return "Not sent"
    late = " (late)" if one["sent_on"] > one["due_on"] else ""
    return f"{day_words(one['sent_on'])}{late}"


def document(snapshot: dict[str, Any]) -> Document:
    """The figures of an agency's report as a document; the same snapshot always gives the same one."""
    return Contents(snapshot).document()
