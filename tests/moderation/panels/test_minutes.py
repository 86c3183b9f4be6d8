"""The minutes: kept and read back whole, and a PDF that a screen reader can read and that is always the same."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from audits.kloe.scales import Grade, Scale
from moderation.documents.minutes import CaseMinutes, Graded, Minutes, Person, minutes_of
from moderation.documents.minutes_pdf import make_pdf
from moderation.panel_words import spread_in_words, why_in_words
from tests.scorecard.formats import structure

ROOT = Path(__file__).resolve().parents[3]
SCALE = Scale(
    "four",
    "Four grades",
    (Grade("O", "Outstanding"), Grade("G", "Good"), Grade("RI", "Requires improvement"), Grade("I", "Inadequate")),
)
CASE = CaseMinutes(
    reference="CCA-2026-00012",
    type="Child case audit",
    judgement="Assessment & planning <overall>",
    why="Auditor and moderator lie 2 grades apart.",
    auditor_grade="Good",
    moderated_grade="Inadequate",
    views=(Graded("Mia Member", "Good"), Graded("Ned Nobody", "")),
    spread="One member recorded a grade: Good.",
    agreed_grade="Requires improvement",
    discussion="First line.\nSecond line, with Ünïcode, “quotes” – and Ω.\n" + "A long text. " * 300,
    lessons="Say what the child said.",
    invited=("Ade Auditor (accepted)",),
)
MINUTES = Minutes(
    title="Moderation panel, autumn 2026",
    day="24 November 2026",
    place="Room 4",
    present=(Person("Quin Manager", "chair"), Person("Mia Member", "member")),
    apologies=(Person("Ned Nobody", "member"),),
    period="Audits whose grades were settled from 1 July 2026 to 30 September 2026.",
    sample=("Drawn from 12 audits, seed 7.", "At random: 1 of 12."),
    cases=(CASE, replace(CASE, reference="CCA-2026-00013", invited=(), views=(), lessons="")),
    notes="",
    changed_grades=False,
    closed_at="2026-11-24T15:30:00+00:00",
    closed_on="24 November 2026",
    closed_by="Quin Manager",
)
SCRIPT = """
import django, hashlib
django.setup()
from moderation.documents.minutes_pdf import make_pdf
from tests.moderation.panels.test_minutes import MINUTES
print(hashlib.sha256(make_pdf(MINUTES)).hexdigest())
"""


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return PdfReader(BytesIO(make_pdf(MINUTES)))


def test_they_are_read_back_as_they_were_kept_also_by_a_later_or_earlier_program() -> None:
    kept = json.loads(json.dumps(MINUTES.kept()))
    assert minutes_of(kept) == MINUTES
    assert minutes_of(kept).digest == MINUTES.digest != replace(MINUTES, notes="Others.").digest
    assert minutes_of({**kept, "unknown": 1, "cases": [{**kept["cases"][0], "unknown": 1}]}).cases == (CASE,)


def test_the_pdf_is_tagged_titled_and_says_its_language(pdf: PdfReader) -> None:
    root: Any = pdf.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Minutes: Moderation panel, autumn 2026, 24 November 2026"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    names = structure.names(pdf)
    assert {"/H1", "/H2", "/H3", "/H4", "/Caption", "/L"} <= set(names)
    assert names.count("/Table") == 3
    # Four columns and two cases, then two columns with a row for the auditor, the moderator, each view, and the panel.
    assert names.count("/TH") == 4 + 2 + 2 + 5 + 2 + 3


def test_the_pdf_says_what_was_minuted(pdf: PdfReader) -> None:
    text = " ".join("\n".join(page.extract_text() for page in pdf.pages).split())
    for words in (
        "Room 4", "Quin Manager (chair)", "Ned Nobody (member)", "seed 7", "CCA-2026-00013",
        "Assessment & planning <overall>", "None recorded", "Second line, with Ünïcode", "Ade Auditor (accepted)",
        "it changed no audit's grade", "Page 1 of",
    ):  # fmt: skip
        assert words.replace("'", "’") in text.replace("'", "’"), words


def test_the_same_minutes_are_the_same_file_in_another_process_and_time_zone() -> None:
    here = hashlib.sha256(make_pdf(MINUTES)).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT), "TZ": "America/Bogota",
                   "DJANGO_SETTINGS_MODULE": "qaf.settings"}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == here, done.stderr[-2000:]


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([], "Nobody recorded a grade."),
        (["G"], "One member recorded a grade: Good."),
        (["G", "G", "G"], "All three members agree: Good."),
        (
            ["RI", "G", "G"],
            "The members lie one grade apart, from Good to Requires improvement: 2 × Good, 1 × Requires improvement.",
        ),
        (["G", "O"], "The members lie one grade apart, from Outstanding to Good: 1 × Outstanding, 1 × Good."),
    ],
)  # fmt: skip
def test_how_far_members_lie_apart_is_said_in_words(codes: list[str], words: str) -> None:
    assert spread_in_words(codes, SCALE) == words


@given(st.lists(st.sampled_from(["O", "G", "RI", "I", "elsewhere"]), max_size=20), st.randoms())
def test_the_spread_hangs_on_no_order_and_counts_everybody(codes: list[str], chance: Any) -> None:
    shuffled = list(codes)
    chance.shuffle(shuffled)
    said = spread_in_words(codes, SCALE)
    assert spread_in_words(shuffled, SCALE) == said
    known = {code for code in codes if code in SCALE.codes}
    assert ("apart" in said) == (len(known) > 1)
    assert "elsewhere" not in said


def test_why_a_case_is_there_is_one_sentence() -> None:
    assert why_in_words("Drawn at random", "", by_hand=False) == "Drawn at random."
    assert why_in_words("Drawn at random", "By lot.", by_hand=False) == "By lot."
    assert (
        why_in_words("Chosen by hand", "A new way of working.", by_hand=True) == "Chosen by hand: A new way of working."
    )
