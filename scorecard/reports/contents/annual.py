"""From a snapshot to the annual review of the framework: what was expected of the year, what was done. Pure."""

from __future__ import annotations

from typing import Any

from scorecard.reports.contents.observation import people_section
from scorecard.reports.contents.programme import expected_section, stages_section
from scorecard.reports.document import NOT_APPLICABLE, Cell, Document, Fact, Row, Section, Table, share, whole
from scorecard.reports.grid_reading import GridReader, day_words
from scorecard.reports.reading import Column

STATUTORY = ("Section 11 audit", "Section 175/157 audit")
RETURNS: list[Column] = [
    ("Asked for", "asked"),
    ("Sent in time", "in_time"),
    ("Sent late", "late"),
    ("Not sent", "not_sent"),
    ("Accepted", "accepted"),
    ("Share in time", "in_time", "asked"),
]


class Contents(GridReader):
    """Reads one snapshot; each method gives a section of its document."""

    def document(self) -> Document:
        sections = [
            self._asked(),
            self._schedule(),
            self._cycles(),
            stages_section(self),
            expected_section(self),
            self._statutory(),
            people_section(self, day_words(self.figures["day"])),
            self._lowest(),
            self._changes(),
            self._returns(),
        ]
        return self.document_of(self._facts(), sections, self._how())

    def _facts(self) -> list[Fact]:
        facts = []
        if not self.is_empty("schedule"):
            facts.append(self.share_fact("Expected audits done", "schedule", "done", "expected"))
        facts.append(self.share_fact("Audits submitted in time", "audits_of_year", "in_time", "dated", "year"))
        if not self.is_empty("stages"):
            facts.append(self.share_fact("Programme reported or presented", "stages", "done", "all"))
        if not self.is_empty("people"):
            facts.append(self.share_fact("Practitioners observed", "people", "observed", "people"))
        if not self.is_empty("returns"):
            facts.append(self.share_fact("Returns sent in time", "returns", "in_time", "asked"))
        return facts

    def _asked(self) -> Section:
        rows = [
            Row(
                one["what"],
                [
                    Cell("No number set") if one["asked"] is None else whole(one["asked"]),
                    whole(one["done"]),
                    _share(one),
                ],
            )
            for one in self.figures["asked"]
        ]
        most = self.figures["most_themes"]
        themes = self.figures["themes"]
        rows.append(Row("Thematic multi-agency audits", [Cell(f"At most {most}"), whole(themes), Cell(NOT_APPLICABLE)]))
        table = Table("asked", "What the framework asked of the year", "What", ["Asked for", "Done", "Share"], rows)
        return Section(
            "asked",
            "What the framework asked, and what happened",
            [f"For quarters that had ended by {self.as_of}."],
            tables=[table],
            prompt="What kept the framework from being followed, and does the framework itself have to change?",
        )

    def _schedule(self) -> Section:
        columns: list[Column] = [
            ("Expected", "expected"),
            ("Done", "done"),
            ("Of these in time", "in_time"),
            ("Not done", "not_done"),
            ("Share done", "done", "expected"),
            ("Passed over", "skipped"),
        ]
        tables = self.tables("schedule", "Audits expected in cycles that ended", "Service and type", columns)
        charts = self.shares_of(
            "chart-schedule",
            "schedule",
            "Expected audits done and not done",
            [("Done in time", "in_time"), ("Done late", "late_done"), ("Not done", "not_done")],
        )
        words = "Who was passed over, such as for a long absence, owes nothing and is not among the expected."
        return Section(
            "schedule",
            "The schedule: expected against done",
            [words if tables else "No cycle of the schedule ended in this year."],
            charts=charts,
            tables=tables,
        )

    def _cycles(self) -> Section:
        rows = [
            Row(
                f"{one['service']}: {one['asked']}",
                [
                    Cell(one["often"].replace(" ", "\N{NO-BREAK SPACE}")),
                    Cell(NOT_APPLICABLE) if one["due"] is None else whole(one["due"]),
                    whole(one["opened"]),
                ],
            )
            for one in self.figures["rows"]
        ]
        if not rows:
            return Section("cycles", "Cycles of the schedule", ["The schedule had no rows in this year."])
        columns = ["How often", "Cycles that ended", "Of these opened"]
        table = Table("cycles", "Cycles by row of the schedule", "Row of the schedule", columns, rows)
        words = "A cycle that was never opened expected nothing of anybody, and so is missing in the figures above."
        return Section("cycles", "Cycles of the schedule", [words], tables=[table])

    def _statutory(self) -> Section:
        rows = [
            Row(
                one["title"],
                [Cell(one["kind"]), whole(one["agencies"]), whole(one["submitted"]), Cell(one["state"])],
            )
            for one in self.figures["works"]
            if one["kind"] in STATUTORY
        ]
        title = "Statutory audits"
        if not rows:
            return Section("statutory", title, ["No Section 11 or Section 175/157 audit was in this year’s programme."])
        columns = ["Kind", "Agencies and schools", "Submitted", "State"]
        return Section("statutory", title, tables=[Table("statutory", title, "Audit", columns, rows, words=True)])

    def _lowest(self) -> Section:
        columns: list[Column] = [
            ("Settled in the year", "lowest"),
            ("Audited again", "again"),
            ("Not audited again yet", "waiting"),
        ]
        return Section(
            "lowest",
            "Lowest grade and re-audits",
            ["An audit at the lowest grade is audited again by somebody else."],
            tables=[self.table("alerts", "Audits at the lowest grade", "What", columns)],
        )

    def _changes(self) -> Section:
        columns: list[Column] = [
            ("Requests", "all"),
            ("Approved", "approved"),
            ("Refused", "refused"),
            ("Withdrawn", "withdrawn"),
            ("Not decided", "requested"),
        ]
        tables = self.tables("changes", "Requests to change indicators", "Asks to", columns)
        words = [] if tables else ["Nobody asked for a change of the indicators in this year."]
        return Section("changes", "Changes of the indicators", words, tables=tables)

    def _returns(self) -> Section:
        tables = [
            *self.tables("returns", "Returns by quarter", "Quarter", RETURNS),
            *self.tables("returns_agencies", "Returns by agency", "Agency", RETURNS),
        ]
        words = [] if tables else ["No quarter of this year has ended yet."]
        return Section("returns", "Returns of agencies", words, tables=tables)

    def _how(self) -> list[str]:
        return [
            f"The year is told as it stood at the end of {self.as_of}: cycles that had ended by then, audits handed in "
            "by then. States of work, returns and requests are those of the moment of counting. Confidential types of "
            "audit are left out.",
        ]


def _share(one: dict[str, Any]) -> Cell:
    """What happened of what was asked; more than that is all of it."""
    return Cell(NOT_APPLICABLE) if one["asked"] is None else share(min(one["done"], one["asked"]), one["asked"])


def document(snapshot: dict[str, Any]) -> Document:
    """The figures of an annual review as a document; the same snapshot always gives the same one."""
    return Contents(snapshot).document()
