"""From a snapshot to an observation report: practice observed, what was seen, who is still to be observed. Pure."""

from __future__ import annotations

from typing import Any

from scorecard.reports.contents.grades import grade_sections
from scorecard.reports.document import Document, Fact, Section
from scorecard.reports.grid_reading import GridReader, day_words
from scorecard.reports.reading import Column


class Contents(GridReader):
    """Reads one snapshot; each method gives a section of its document."""

    def document(self) -> Document:
        sections = [
            self._done(),
            people_section(self, day_words(self.figures["day"]), asked=self.figures["asked"]),
            *grade_sections(
                self,
                line="Area of practice",
                place="Service",
                lines="area of practice",
                empty="No observation was graded in this period.",
            ),
        ]
        return self.document_of(self._facts(), sections, self._how())

    def _facts(self) -> list[Fact]:
        done = Fact("Observations", "None") if self.is_empty("done") else self.fact("Observations", "done", "submitted")
        facts = [done]
        if not self.is_empty("people"):
            facts += [
                self.share_fact("Observed in twelve months", "people", "observed", "people"),
                self.fact("Late for an observation", "people", "late"),
            ]
        return facts

    def _done(self) -> Section:
        columns: list[Column] = [
            ("Observations", "submitted"),
            ("In time", "in_time"),
            ("Late", "late"),
            ("No due day", "undated"),
        ]
        empty = "No observation was handed in in this period."
        if not self.figures["kinds"]:
            empty = "The schedule names no type of audit that is an observation of practice."
        tables = self.tables("done", "Observations handed in, by service", "Service", columns)
        words = "In time means on or before the day it was due, extensions included."
        return Section("done", "Practice observed", [words if tables else empty], tables=tables)

    def _how(self) -> list[str]:
        return [
            "What is an observation follows from the schedule: audits about a practitioner’s work that the worker or "
            "the manager selects. The audit of an independent reviewing officer or conference chair counts as one.",
            "An observation counts in the period in which it was handed in, its grades in the one in which they were "
            "settled. Somebody with posts in several services counts once, in a row of its own.",
        ]


def people_section(reader: GridReader, day: str, *, asked: bool = True) -> Section:
    """Who was observed within twelve months, and who was not, as counts."""
    columns: list[Column] = [
        ("Practitioners", "people"),
        ("Observed", "observed"),
        ("Not yet observed", "not_observed"),
        ("Share observed", "observed", "people"),
        ("Late", "late"),
    ]
    tables = reader.tables("people", f"Practitioners in post on {day}, by service", "Service", columns)
    words = (
        f"Of practitioners in post on {day}: who was observed within the twelve months before, and who is late for "
        "any observation, the two of somebody new included. A practitioner who joined lately need not be late."
    )
    empty = "Nobody was in post of whom an observation is asked."
    if not asked:
        empty = "The schedule asked for no observation on that day."
    return Section("people", "Who was observed, and who was not", [words if tables else empty], tables=tables)


def document(snapshot: dict[str, Any]) -> Document:
    """The figures of an observation report as a document; the same snapshot always gives the same one."""
    return Contents(snapshot).document()
