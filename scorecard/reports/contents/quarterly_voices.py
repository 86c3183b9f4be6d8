"""The sections of a quarterly report on what was said and what is done about it: families, workers, actions. Pure."""

from __future__ import annotations

from scorecard.layout import ALL
from scorecard.reports.document import Section, Table
from scorecard.reports.grid_reading import GridReader
from scorecard.reports.reading import Column

ANSWERED = "Answered"
VOICES = {"family": "Families’ answers", "practitioner": "Practitioners’ answers"}
# By the kind of question, in the order of the report: the end of its table’s caption, and the columns.
KINDS: dict[str, tuple[str, list[Column]]] = {
    "yes_no": (
        "yes or no",
        [
            ("Yes", "yes"),
            ("No", "no"),
            ("Not applicable", "na"),
            (ANSWERED, ALL),
            ("Share of yes", "yes", "said"),
        ],
    ),
    "scale_0_10": (
        "from 0 to 10",
        [
            ("0 to 4", "low"),
            ("5 to 7", "middle"),
            ("8 to 10", "high"),
            (ANSWERED, ALL),
            ("Share of 8 to 10", "high", ALL),
        ],
    ),
    "frequency_scale": (
        "how often",
        [
            ("Always", "always"),
            ("Usually", "usually"),
            ("Sometimes", "sometimes"),
            ("Rarely", "rarely"),
            ("Never", "never"),
            (ANSWERED, ALL),
        ],
    ),
    "change_scale": (
        "what has changed",
        [
            ("Much better", "much_better"),
            ("Better", "better"),
            ("About the same", "about_the_same"),
            ("Worse", "worse"),
            ("Much worse", "much_worse"),
            (ANSWERED, ALL),
        ],
    ),
}


def sections(grids: GridReader) -> list[Section]:
    """Feedback from families, workers' learning, and actions."""
    return [_families(grids), _workers(grids), _actions(grids)]


def _answers(grids: GridReader, voice: str) -> list[Table]:
    return [
        grids.table(f"voices-{voice}-{kind}", f"{VOICES[voice]}: {caption}", "Question", columns)
        for kind, (caption, columns) in KINDS.items()
        if f"voices-{voice}-{kind}" in grids.grids
    ]


def _families(grids: GridReader) -> Section:
    tables = _answers(grids, "family")
    paragraphs = [
        "What children, parents and carers answered to closed questions, in audits submitted in the quarter. Several "
        "people may have answered for one child."
    ]
    return Section(
        "families",
        "Feedback from families",
        paragraphs
        if tables
        else ["No answers of families to closed questions came in with the audits of the quarter."],
        tables=tables,
        prompt="What do children, parents and carers say of our work, and what do we make of it?",
    )


def _workers(grids: GridReader) -> Section:
    tables = _answers(grids, "practitioner")
    return Section(
        "workers",
        "Workers’ learning",
        ["What practitioners answered to closed questions after their audit, in audits closed in the quarter."]
        if tables
        else ["No answers of practitioners to closed questions came in with the audits closed in the quarter."],
        tables=tables,
        prompt="What have workers learned from their audits, and what do they do differently?",
    )


def _actions(grids: GridReader) -> Section:
    columns: list[Column] = [
        ("Raised", "raised"),
        ("Due", "due"),
        ("Done in time", "in_time"),
        ("Done late", "late"),
        ("Not done", "not_done"),
        ("Share in time", "in_time", "due"),
        ("Overdue", "overdue"),
    ]
    tables = grids.tables("actions", "Actions by service", "Service", columns)
    return Section(
        "actions",
        "Actions",
        [
            "Actions that follow from audits. One is raised when its audit’s grades are settled. In time means on or "
            f"before the day it was due; overdue is what was due by {grids.as_of} and was still open when this was "
            "counted."
        ]
        if tables
        else ["No actions were raised or due in the quarter, and none are overdue."],
        tables=tables,
        prompt="What was done because of the audits, and what is left?",
    )
