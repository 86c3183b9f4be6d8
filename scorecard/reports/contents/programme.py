"""From a snapshot to a programme report: the work of a year, expected against done. Pure."""

from __future__ import annotations

from typing import Any

from scorecard.reports.document import NOT_APPLICABLE, Cell, Document, Fact, Row, Section, Table, whole
from scorecard.reports.grid_reading import GridReader, day_words
from scorecard.reports.reading import Column

STAGE_COLUMNS: list[tuple[str, str]] = [
    ("Planned", "planned"),
    ("Under way", "running"),
    ("Reported or presented", "done"),
    ("Withdrawn", "withdrawn"),
]


class Contents(GridReader):
    """Reads one snapshot; each method gives a section of its document."""

    def document(self) -> Document:
        sections = [
            stages_section(self),
            expected_section(self),
            *self._quarters(),
            self._audits(),
        ]
        return self.document_of(self._facts(), sections, self._how())

    def _facts(self) -> list[Fact]:
        if self.is_empty("stages"):
            return [Fact("Pieces of work", "None")]
        late = sum(one["late"] for one in self.figures["works"])
        return [
            self.fact("Pieces of work", "stages", "all"),
            self.fact("Reported or presented", "stages", "done"),
            Fact("Thematic multi-agency audits", f"{self.figures['themes']} of at most {self.figures['most_themes']}"),
            Fact("Report late", str(late)),
        ]

    def _quarters(self) -> list[Section]:
        sections = []
        for number in (1, 2, 3, 4):
            works = [one for one in self.figures["works"] if one["quarter"] == number]
            title = f"Quarter {number} of the programme"
            if not works:
                sections.append(Section(f"quarter-{number}", title, ["Nothing was planned for this quarter."]))
                continue
            rows = [
                Row(
                    one["title"],
                    [
                        Cell(one["kind"]),
                        Cell(f"{day_words(one['from'])} to {day_words(one['until'])}"),
                        Cell(day_words(one["reports_on"])),
                        Cell(f"{one['state']} (late)" if one["late"] else one["state"]),
                    ],
                )
                for one in works
            ]
            columns = ["Kind", "Fieldwork or visit", "Report due", "State"]
            table = Table(f"quarter-{number}", f"Work of quarter {number}", "Work", columns, rows, words=True)
            sections.append(Section(f"quarter-{number}", title, tables=[table]))
        return sections

    def _audits(self) -> Section:
        columns: list[Column] = [
            ("Expected", "expected"),
            ("Submitted", "submitted"),
            ("Missing", "missing"),
            ("Share submitted", "submitted", "expected"),
        ]
        tables = self.tables("audits", "Audits by piece of work", "Work", columns)
        words = "Audits of children’s records that each piece of work expects of the agencies that take part."
        return Section(
            "audits", "Audits in the programme", [words if tables else "No work has audits yet."], tables=tables
        )

    def _how(self) -> list[str]:
        return [
            f"The programme’s year is counted as it stood on {self.as_of}, its states as they were when this was "
            "counted. A report is late when it was due by then and is neither reported nor presented.",
            "Work that the schedule does not ask for is counted for the first row of its kind that lacks some.",
        ]


def stages_section(reader: GridReader) -> Section:
    """Pieces of work by kind and how far they are."""
    columns: list[Column] = [("All", "all"), *STAGE_COLUMNS]
    tables = reader.tables("stages", "Pieces of work by kind", "Kind", columns)
    charts = (
        []
        if reader.is_empty("stages")
        else reader.shares_of("chart-stages", "stages", "How far the work is, by kind", STAGE_COLUMNS)
    )
    return Section(
        "stages",
        "The programme’s work",
        [] if tables else ["There was no work in the programme of this year."],
        charts=charts,
        tables=tables,
    )


def expected_section(reader: GridReader) -> Section:
    """What the schedule asks of the programme, and what was planned for it."""
    rows = [
        Row(
            f"{one['service']}: {one['asked']}",
            [
                Cell("Not said") if one["times"] is None else whole(one["times"]),
                whole(one["planned"]),
                Cell(NOT_APPLICABLE) if one["times"] is None else whole(one["open"]),
                Cell(NOT_APPLICABLE) if one["times"] is None else whole(one["missed"]),
            ],
        )
        for one in reader.figures["expected"]
    ]
    table = Table(
        "expected",
        "What the schedule asks of the programme",
        "Row of the schedule",
        ["Times a year", "Planned or done", "Can still be planned", "Missed"],
        rows,
    )
    return Section(
        "expected",
        "Expected against planned",
        [] if rows else ["The schedule asks nothing of this year’s programme."],
        tables=[table] if rows else [],
    )


def document(snapshot: dict[str, Any]) -> Document:
    """The figures of a programme report as a document; the same snapshot always gives the same one."""
    return Contents(snapshot).document()
