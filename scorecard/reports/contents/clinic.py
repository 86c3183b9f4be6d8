"""From a snapshot to a performance clinic's report: the sheet of the service and month. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from audits.documents import clinic
from audits.documents.clinic_contents import sheet_of
from audits.documents.clinic_grades import HIDDEN as SHEETS_HIDDEN
from scorecard.reports.document import NOT_APPLICABLE, Cell, Document, Fact, Row, Section, Table, hidden
from scorecard.reports.reading import long_date

# The parts of the sheet that are lists, and what stands in each.
LISTS = {
    "managers": clinic.Manager,
    "late": clinic.LateWork,
    "not_begun": clinic.NotBegun,
    "grades": clinic.Grades,
    "actions": clinic.LateAction,
    "to_observe": clinic.ToObserve,
    "submitted": clinic.Submitted,
}
DAYS = ("first", "as_of", "observe_until", "late_since", "due_on", "last_on")
FROM_THE_SHEET = "What is agreed with the managers about this?"


def figures_of(sheet: dict[str, Any]) -> clinic.Figures:
    """The sheet's figures as they were before they became JSON."""
    fields = _read(sheet)
    for name, kind in LISTS.items():
        fields[name] = tuple(_one(kind, entry) for entry in sheet[name])
    fields["led_by"] = tuple(sheet["led_by"])
    return clinic.Figures(**fields)


def _one(kind: Any, entry: dict[str, Any]) -> Any:
    fields = _read(entry)
    if kind is clinic.Grades:
        fields["scale"] = tuple((code, name) for code, name in entry["scale"])
    return kind(**fields)


def _read(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name in DAYS and value is not None else value
        for name, value in entry.items()
    }


def document(snapshot: dict[str, Any]) -> Document:
    """The sheet as a document; the same snapshot always gives the same one."""
    sheet = sheet_of(figures_of(snapshot["figures"]["sheet"]))
    counted = datetime.fromisoformat(snapshot["counted_at"])
    return Document(
        title=sheet.title,
        scope=snapshot["scope"],
        counted=f"Counted on {long_date(counted.date())} at {counted:%H:%M}",
        facts=[Fact(name, words) for name, words in sheet.facts],
        sections=[*(_section(one) for one in sheet.sections), _how(snapshot)],
    )


def _section(section: clinic.Section) -> Section:
    return Section(
        section.key,
        section.title,
        list(section.paragraphs),
        tables=[_table(one) for one in section.tables],
        prompt=FROM_THE_SHEET,
    )


def _table(table: clinic.Table) -> Table:
    rows = [Row(row.header, [_cell(one) for one in row.cells], row.is_total) for row in table.rows]
    words = not any(isinstance(one, int) for row in table.rows for one in row.cells)
    return Table(table.key, table.caption, table.first, list(table.columns), rows, words=words)


def _cell(value: clinic.Cell) -> Cell:
    if value == SHEETS_HIDDEN:
        return hidden()
    # An empty cell would be passed over by whoever has the table read out.
    return Cell(clinic.text_of(value) or NOT_APPLICABLE, value if isinstance(value, int) else None)


def _how(snapshot: dict[str, Any]) -> Section:
    below = snapshot["suppress_below"]
    return Section(
        "how",
        "How this was counted",
        [
            "A month that is over is shown as it stood on its last day. Which step an audit waits in, who was skipped "
            "and who works where are of the moment of counting.",
            f"{hidden().text} stands for a number of grades about a team that is below {below} but not 0, or for one "
            "that would give such a number away.",
            "The sheet names managers and practitioners, and no child. It is for the clinic, not for a board.",
        ],
        prompt="",
    )
