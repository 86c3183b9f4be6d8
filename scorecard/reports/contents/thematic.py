"""From a snapshot to a thematic report: what was asked, who audited, what was found, where agencies differ. Pure."""

from __future__ import annotations

from typing import Any

from scorecard.reports.contents.grades import grade_sections
from scorecard.reports.document import Cell, Document, Fact, Row, Section, Table
from scorecard.reports.grid_reading import GridReader, day_words
from scorecard.reports.reading import Column
from scorecard.reports.texts import paragraphs_of

NOT_SAID = "Nothing was written down."


class Contents(GridReader):
    """Reads one snapshot; each method gives a section of its document."""

    def document(self) -> Document:
        sections = [
            self._terms(),
            self._audits(),
            *grade_sections(
                self,
                line="Line of enquiry",
                place="Agency",
                lines="line of enquiry",
                empty="No audit of this work was graded.",
            ),
        ]
        if self.figures["work"]["multi_agency"]:
            sections.append(self._differences())
        return self.document_of(self._facts(), sections, self._how())

    def _facts(self) -> list[Fact]:
        facts = [Fact("Agencies that took part", str(len(self.rows("audits"))))]
        if not self.is_empty("audits"):
            facts.append(self.share_fact("Audits submitted", "audits", "submitted", "expected"))
        for scale in self.figures["scales"]:
            if not self.is_empty(f"places-{scale['key']}"):
                name = "At the standard" if len(self.figures["scales"]) == 1 else f"At the standard: {scale['title']}"
                facts.append(self.share_fact(name, f"places-{scale['key']}", "good", "all"))
        return facts

    def _terms(self) -> Section:
        work = self.figures["work"]
        rows = [
            Row(
                one["label"],
                [Cell("\n".join(paragraphs_of(one["text"])) or NOT_SAID)],
            )
            for one in self.figures["terms"]
        ]
        agreed = f"It was agreed on {day_words(work['agreed_on'])}" if work["agreed_on"] else "It was not agreed yet"
        minute = f" ({work['minute']})" if work["agreed_on"] and work["minute"] else ""
        asked = f", commissioned by {work['commissioned_by']}" if work["commissioned_by"] else ""
        return Section(
            "terms",
            "Terms of reference",
            [
                f"{work['kind']}{asked}. {agreed}{minute}. Fieldwork was from {day_words(work['fieldwork_from'])} to "
                f"{day_words(work['fieldwork_until'])}."
            ],
            tables=[Table("terms", "The terms of reference", "Point", ["What was agreed"], rows, words=True)],
            prompt="Was anything changed of what was agreed, and why?",
        )

    def _audits(self) -> Section:
        columns: list[Column] = [
            ("Children", "children"),
            ("Not known to it", "not_known"),
            ("Audits expected", "expected"),
            ("Submitted", "submitted"),
            ("Missing", "missing"),
            ("Share submitted", "submitted", "expected"),
        ]
        if self.is_empty("audits"):
            return Section("audits", "Who audited", ["No audit was allocated in this work."])
        table = self.table("audits", "Audits by agency", "Agency", columns)
        # Every agency looked at the same children, so there is no sum of them.
        rows = [Row(row.header, [Cell("–"), *row.cells[1:]], True) if row.total else row for row in table.rows]
        return Section(
            "audits",
            "Who audited",
            ["An agency that does not know a child has nothing to audit: that is an honest gap, and no audit missing."],
            tables=[Table(table.key, table.caption, table.first, table.columns, rows)],
        )

    def _differences(self) -> Section:
        title = "Where the agencies differ"
        if not self.figures["work"]["fieldwork_closed"]:
            return Section("differences", title, ["Not compared, since the fieldwork was not closed."])
        columns: list[Column] = [
            ("Children compared", "children"),
            ("Grades differ", "grades"),
            ("Answers differ", "answers"),
            ("Somebody says nothing", "silent"),
        ]
        tables = self.tables("differences", "Children of whom agencies differ, by line of enquiry", "Line", columns)
        words = "A child counts when at least two agencies audited it."
        return Section(
            "differences",
            title,
            [words if tables else "No child was audited by two agencies, so nothing can be compared."],
            tables=tables,
            prompt="What do the differences say about how agencies see the same child?",
        )

    def _how(self) -> list[str]:
        return [
            "Audits of this piece of work count that were submitted and not cancelled; re-audits do not. Grades that "
            "differ are compared after moderation, of texts no more is compared than whether an agency wrote anything.",
        ]


def document(snapshot: dict[str, Any]) -> Document:
    """The figures of a thematic report as a document; the same snapshot always gives the same one."""
    return Contents(snapshot).document()
