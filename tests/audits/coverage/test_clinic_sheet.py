"""The clinic sheet: what it says, what it hides, and papers that can be read aloud and are always the same."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from audits.documents.clinic import (
    Figures,
    Grades,
    LateAction,
    LateWork,
    Manager,
    NotBegun,
    Submitted,
    Table,
    ToObserve,
    in_words,
)
from audits.documents.clinic_contents import sheet_of
from audits.documents.clinic_grades import HIDDEN, grade_tables
from audits.documents.clinic_pdf import make_pdf
from audits.documents.clinic_xlsx import make_xlsx
from tests.scorecard.formats import structure

ROOT = Path(__file__).resolve().parents[3]
SCALE = (("O", "Outstanding"), ("G", "Good"), ("RI", "Requires improvement"), ("I", "Inadequate"))


def graded(team: str, grade: str, number: int, domain: str = "overall") -> Grades:
    return Grades(SCALE, team, domain, domain.capitalize(), 0, domain == "overall", grade, number)


FIGURES = Figures(
    service="Area Social Care",
    led_by=("Sal Head", "Sid Head"),
    first=date(2026, 11, 1),
    as_of=date(2026, 11, 25),
    asked=True,
    managers=(
        Manager("Ade Auditor", "North", 3, 1, 1, 1, 0, date(2026, 11, 2)),
        Manager("=1+1", "South", 2, 2, 1, 0, 1),
    ),
    late=(LateWork("CCA-2026-00123", "Child case audit", "North", "audit", "Ade Auditor", date(2026, 11, 2)),),
    not_begun=(NotBegun("Sam Second", "Observation", "South", date(2026, 10, 31)),),
    grades=(
        graded("North", "G", 9),
        graded("North", "RI", 6),
        graded("South", "G", 7),
        graded("South", "I", 2),
        graded("North", "G", 15, "planning"),
        graded("South", "I", 9, "planning"),
    ),
    actions=(LateAction("CCA-2026-00123", 2, "North", "", date(2026, 10, 1)),),
    to_observe=(
        ToObserve("Una Unseen", "North", "Observation in the year", None, date(2026, 11, 1), True),
        ToObserve("Nia New", "South", "First observation of somebody new", None, date(2026, 12, 1), False),
    ),
    observe_until=date(2026, 12, 25),
    submitted=(Submitted("North", 12, 12, 10), Submitted("South", 1, 0, 0)),
)
NOTHING = Figures("Bare Service", (), date(2026, 10, 1), date(2026, 10, 31), False, observe_until=date(2026, 11, 30))
SCRIPT = """
import django, hashlib
django.setup()
from audits.documents.clinic_contents import sheet_of
from audits.documents.clinic_pdf import make_pdf
from audits.documents.clinic_xlsx import make_xlsx
from tests.audits.coverage.test_clinic_sheet import FIGURES
sheet = sheet_of(FIGURES)
print(hashlib.sha256(make_pdf(sheet) + make_xlsx(sheet)).hexdigest())
"""


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return PdfReader(BytesIO(make_pdf(sheet_of(FIGURES))))


def table(figures: Figures, key: str) -> Table:
    found = [one for section in sheet_of(figures).sections for one in section.tables if one.key == key]
    assert len(found) == 1, f"{key}: {len(found)}"
    return found[0]


def test_the_facts_are_said_first() -> None:
    assert dict(sheet_of(FIGURES).facts) == {
        "Led by": "Sal Head and Sid Head",
        "As it stood at the end of": "25 November 2026",
        "Expected audits done": "3 of 5 (60%)",
        "Submitted in time": "10 of 12 (83%)",
        "Audits late": "2",
    }


def test_each_manager_is_held_against_what_was_expected() -> None:
    rows = table(FIGURES, "expected").rows
    assert [(row.header, *row.cells) for row in rows] == [
        ("Ade Auditor", "North", 3, 1, 1, 1, 1, date(2026, 11, 2), 0),
        ("=1+1", "South", 2, 2, 1, 0, 0, "", 1),
        ("All", "", 5, 3, 2, 1, 1, "", 1),
    ]


def test_a_team_without_a_due_day_has_no_percentage() -> None:
    assert [row.cells for row in table(FIGURES, "timeliness").rows] == [(12, 10, 83), (1, 0, "No due day")]


def test_an_empty_month_says_so_in_every_section() -> None:
    sheet = sheet_of(NOTHING)
    words = [" ".join(section.paragraphs) for section in sheet.sections]
    assert words == [
        "Nothing is expected of this service: the schedule has no row for it.",
        "Nothing is late.",
        "No audit was submitted in this month.",
        "No graded audit was settled in this month.",
        "No action is overdue.",
        "No observation is late, and none falls due until 30 November 2026.",
    ]
    assert not any(section.tables for section in sheet.sections)
    assert dict(sheet.facts)["Expected audits done"] == "Nothing was expected"


def test_a_month_without_a_cycle_is_not_a_service_without_a_row() -> None:
    first = sheet_of(replace(NOTHING, asked=True)).sections[0]
    assert first.paragraphs == ("No cycle of the schedule with anything expected ran in this month.",)


def test_small_counts_of_a_team_are_hidden_and_cannot_be_worked_out() -> None:
    rows = {row.header: row.cells for row in table(FIGURES, "grades-team-1").rows}
    # Two inadequate in South are hidden; so is what would give them away along the row and down the column.
    assert rows["South"][3] == HIDDEN
    assert rows["South"].count(HIDDEN) > 1
    assert HIDDEN in (rows["Whole service"][3], rows["North"][3])
    assert table(FIGURES, "grades-team-1").note


def test_a_service_of_one_team_tells_no_more_than_the_team() -> None:
    alone = replace(FIGURES, grades=(graded("North", "G", 9), graded("North", "I", 1), graded("North", "I", 2, "risk")))
    for key in ("grades-domain-1", "grades-team-1"):
        for row in table(alone, key).rows:
            assert not {1, 2} & set(row.cells), (key, row)


def test_large_counts_are_shown_whole() -> None:
    tables = grade_tables([graded("North", "G", 9), graded("South", "G", 8), graded("South", "RI", 5)], below=5)
    assert [(row.header, row.cells) for row in tables[1].rows] == [
        ("North", (0, 9, 0, 0, 9)),
        ("South", (0, 8, 5, 0, 13)),
        ("Whole service", (0, 17, 5, 0, 22)),
    ]
    assert not any(one.note for one in tables)


def test_each_scale_has_its_own_tables() -> None:
    other = replace(graded("North", "M", 7), scale=(("M", "Meets good"),))
    captions = [one.caption for one in grade_tables([graded("North", "G", 9), other], below=5)]
    assert captions == [
        "Grades by domain, scale 1",
        "Overall grades by team, scale 1",
        "Grades by domain, scale 2",
        "Overall grades by team, scale 2",
    ]


counts = st.lists(
    st.builds(
        graded,
        st.sampled_from(["North", "South", "West"]),
        st.sampled_from(["O", "G", "RI", "I"]),
        st.integers(1, 12),
        st.sampled_from(["overall", "overall", "planning"]),
    ),
    max_size=14,
)


@settings(max_examples=40)
@given(counts)
def test_no_small_count_of_a_team_is_ever_shown(found: list[Grades]) -> None:
    for one in grade_tables(found, below=5):
        if one.first == "Team":
            for row in one.rows:
                if not row.is_total:
                    assert not any(isinstance(cell, int) and 0 < cell < 5 for cell in row.cells)
                    # One hidden cell alone in a row with a total could be worked out.
                    assert row.cells.count(HIDDEN) != 1
                    # Noughts beside one hidden grade would say what the few audits were graded.
                    assert row.cells[-1] != HIDDEN or set(row.cells) == {HIDDEN}


def test_the_pdf_is_tagged_titled_and_says_its_language(pdf: PdfReader) -> None:
    root: Any = pdf.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Performance clinic: Area Social Care, November 2026"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    names = structure.names(pdf)
    assert {"/H1", "/H2", "/Caption"} <= set(names)
    sheet = sheet_of(FIGURES)
    tables = [one for section in sheet.sections for one in section.tables]
    assert names.count("/Table") == len(tables) + 1
    # A header for every row and column, and one for each of the facts.
    assert names.count("/TH") == len(sheet.facts) + sum(1 + len(one.columns) + len(one.rows) for one in tables)


def test_the_pdf_says_what_the_sheet_says(pdf: PdfReader) -> None:
    text = " ".join("\n".join(page.extract_text() for page in pdf.pages).split())
    for words in ("Sal Head and Sid Head", "CCA-2026-00123", "To be submitted", "10 of 12 (83%)", "Una Unseen"):
        assert words in text, words


def test_the_workbook_has_a_page_for_each_table_and_numbers_as_numbers() -> None:
    book = openpyxl.load_workbook(BytesIO(make_xlsx(sheet_of(FIGURES))))
    assert len(book.sheetnames) == 1 + 8
    page = book[book.sheetnames[1]]
    assert [cell.value for cell in page[4]][:4] == ["Ade Auditor", "North", 3, 1]
    assert page["H4"].value.date() == date(2026, 11, 2)
    # A name that a spreadsheet would run stays a text.
    assert page["A5"].value == "'=1+1"
    assert page["A5"].data_type == "s"


def test_the_same_figures_are_the_same_files_in_another_process_and_time_zone() -> None:
    sheet = sheet_of(FIGURES)
    here = hashlib.sha256(make_pdf(sheet) + make_xlsx(sheet)).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT), "TZ": "America/Bogota",
                   "DJANGO_SETTINGS_MODULE": "qaf.settings"}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == here, done.stderr[-2000:]
    assert sheet_of(replace(FIGURES, late=())).digest != sheet.digest


def test_names_are_joined_as_in_a_sentence() -> None:
    assert [in_words(names) for names in ([], ["Ann"], ["Ann", "Ben", "Cid"])] == ["", "Ann", "Ann, Ben and Cid"]
