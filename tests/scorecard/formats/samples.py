"""Documents and contents to make files of: one with everything that a report can have, and hostile ones."""

from __future__ import annotations

from typing import Any

from scorecard.charts import Bar, Part, counts_chart, shares_chart
from scorecard.reports.document import (
    Cell,
    Chart,
    ChartData,
    Document,
    Fact,
    Quote,
    Row,
    Section,
    Table,
    Theme,
    hidden,
    share,
    whole,
)
from tests.scorecard.test_contents import LARGE, snapshot_of

NAMES = ["Outstanding", "Good", "Requires improvement", "Inadequate"]
DIGEST = "0123456789abcdef" * 4
ARABIC = "نريد أن يتحدث معنا نفس الشخص"
LONG_WORD = "Donaudampfschifffahrt" * 30
# Of what people paste: emoji with their joiners, marks, direction marks, halves of pairs, and what XML cannot hold.
ODD = "👩‍👧‍👦 e\u0301 \u202eabc\u202c \x00\x07\x1b\ud83d <b>&amp;</b> =1+1 ]]> \ufffe \v\r\nend"


def written_content() -> dict[str, Any]:
    """A quarterly report that has been through the hands of QA, signed off."""
    quotes = [
        {"text": "The plan says what will be different, and by when.", "voice": "auditor"},
        {"text": ARABIC, "voice": "family"},
    ]
    action = {
        "reference": "ACT-2026-0001",
        "specific": "Look at supervision records each month",
        "measurable": "Share of records looked at",
        "owner": "Jo Smith",
        "due_on": "2026-12-31",
        "state": "Open",
    }
    return {
        **snapshot_of({**LARGE, ("North", "Two"): (7, 9, 8, 2)}),
        "texts": {
            "summary": "More audits were done.\n\nThe board is asked to agree.",
            "work": "The volume\nis as agreed.",
        },
        "themes": [
            {"kind": kind, "title": title, "text": "What we saw in most audits.", "quotations": quotes}
            for kind, title in (("theme", "Voices are heard"), ("strength", "Planning"), ("improvement", "Supervision"))
        ],
        "recommendations": [
            {"number": 1, "text": "Look at supervision.", "agency": "Council", "actions": [action]},
            {"number": 2, "text": "Share what was learned.", "agency": "", "actions": []},
        ],
        "version": {"number": 3, "stage": "signed_off", "stage_words": "Signed off", "on": "2026-11-24"},
    }


def charts() -> list[Chart]:
    """One chart of each kind, with its figures; and a drawing without any."""
    counts = [Part(name, number) for name, number in zip(NAMES, (18, 38, 27, 16), strict=True)]
    bars = [Bar("North", counts), Bar("South", note="Not shown: small numbers")]
    quarters = [f"Q{quarter} {year}" for year in (2024, 2025, 2026) for quarter in (1, 2, 3, 4)]
    shares = [0.5, 0.55, None, 0.6, 0.58, 0.62, 0.6, 0.61, 0.64, 0.66, 0.7, 0.68]
    return [
        Chart("counts", "Final grades", counts_chart("counts", "Final grades", counts),
              ChartData("bars", NAMES, [("Audits", [18, 38, 27, 16])])),
        Chart("shares", "Final grades by service", shares_chart("shares", "Final grades by service", NAMES, bars),
              ChartData("stacked", ["North", "South"],
                        [(name, [part.number, None]) for name, part in zip(NAMES, counts, strict=True)])),
        Chart("time", "Good or better over time", counts_chart("time", "Good or better over time", counts),
              ChartData("line", quarters, [("Share", shares), ("Mean", [0.6] * 12)], percent=True)),
        Chart("drawn", "Only drawn", counts_chart("drawn", "Only drawn", counts)),
    ]  # fmt: skip


def number_table(rows: int = 2, *, key: str = "numbers", caption: str = "Grades by team") -> Table:
    """A table of numbers, one of them hidden, with its total."""
    lines = [Row(f"Team {place}", [whole(place), hidden(), share(1, 3)]) for place in range(1, rows + 1)]
    total = Row("All teams", [whole(rows), whole(9), share(2, 3)], total=True)
    return Table(key, caption, "Team", ["Good", "Inadequate", "Share"], [*lines, total], note="As they were then.")


def word_table(rows: int = 2, text: str = "What will be done, by whom and how it is measured") -> Table:
    return Table(
        "words", "What was said", "Agency", ["Narrative"], [Row(f"Agency {n}", [Cell(text)]) for n in range(rows)],
        words=True,
    )  # fmt: skip


def full_document() -> Document:
    """Everything at once."""
    return Document(
        title="Board report, July to September 2026",
        scope="Whole organisation",
        counted="Counted on 7 October 2026 at 09:00",
        facts=[Fact("Audits submitted", "99"), Fact("Good or better", "57%", "56 of 99")],
        sections=[
            Section("charts", "Grades", ["Grades after moderation."], charts=charts(), tables=[number_table()],
                    commentary=["Grades are steady.", "They were not a year ago."]),
            Section("numbers", "Teams", tables=[number_table(key="teams")], commentary=["One team stands out."]),
            Section("themes", "Themes", themes=[Theme("Voices", "Often.", [Quote("They listen.", "A parent")])]),
            Section("words", "Returns", tables=[word_table()]),
            Section("how", "How this was counted", ["An audit counts in the quarter of its step."], prompt=""),
        ],
    )  # fmt: skip


def _alone(title: str, **parts: Any) -> Document:
    """A document with one section and nothing else."""
    return Document(title, "All", "Today", [], [Section("one", title, **parts)])


def hostile_documents() -> dict[str, Document]:
    """Documents that some file format would rather not be given, by what is wrong with them."""
    return {
        "nothing in it": Document("Empty", "", "", [], []),
        "a section without anything": _alone("Empty"),
        "odd characters everywhere": everywhere(ODD),
        "words without an end": everywhere(" ".join([LONG_WORD, ODD, ARABIC])),
        "three hundred rows": _alone("Long", tables=[number_table(300), word_table(300)]),
        "very many columns": _alone("Wide", tables=[_wide_table()]),
        "tables without rows or columns": _alone("Bare", tables=_bare_tables()),
        "charts of nothing": _alone("Blank", charts=_blank_charts()),
    }


def everywhere(text: str) -> Document:
    """A text wherever there can be one."""
    table = Table("t", text, text, [text, text], [Row(text, [Cell(text), Cell(text)])], note=text, words=True)
    chart = Chart("c", text, charts()[0].svg, ChartData("bars", [text, "B"], [(text, [1, 2])]))
    section = Section(
        "all", text, [text], charts=[chart], tables=[table, number_table(caption=text)], commentary=[text, text * 5],
        themes=[Theme(text, text, [Quote(text, text)])],
    )  # fmt: skip
    return Document(text, text, text, [Fact(text, text, text)], [section])


def _wide_table() -> Table:
    rows = [Row(f"Team {place}", [whole(number) for number in range(30)]) for place in range(3)]
    return Table("wide", "Wide", "Team", [f"Column {number}" for number in range(30)], rows)


def _bare_tables() -> list[Table]:
    return [
        Table("a", "No rows", "Team", ["Good"], []),
        Table("b", "No columns", "Team", [], [Row("One", [])]),
        Table("c", "No words", "Team", ["Said"], [], words=True),
    ]


def _blank_charts() -> list[Chart]:
    return [
        Chart("a", "Nothing", "", ChartData("bars", [], [])),
        Chart("b", "Hidden", "", ChartData("line", ["Q1"], [("Share", [None])])),
        Chart("c", "Strange names", "", ChartData("bars", ["=1+1", "", "="], [("", [1, 2, 3])])),
    ]
