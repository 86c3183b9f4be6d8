"""The PDF is one that a screen reader can read, and the same snapshot always gives the same file."""

import hashlib
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from scorecard.reports.pages import body_html
from scorecard.reports.pdf import make_pdf
from scorecard.reports.snapshot import digest_of
from scorecard.reports.xlsx import make_xlsx
from tests.scorecard.test_contents import LARGE, snapshot_of

SNAPSHOT = snapshot_of({**LARGE, ("North", "Two"): (7, 9, 8, 2)})
ROOT = Path(__file__).resolve().parent.parent.parent
# What another process, with other hash seeds and another clock, is asked to make.
SCRIPT = """
import django, hashlib
django.setup()
from scorecard.reports.pages import body_html
from scorecard.reports.pdf import make_pdf
from scorecard.reports.snapshot import digest_of
from scorecard.reports.xlsx import make_xlsx
from tests.scorecard.test_pdf import SNAPSHOT
digest = digest_of(SNAPSHOT)
for made in (body_html(SNAPSHOT).encode(), make_xlsx(SNAPSHOT, digest), make_pdf(SNAPSHOT, digest)):
    print(hashlib.sha256(made).hexdigest())
"""


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return PdfReader(BytesIO(make_pdf(SNAPSHOT, digest_of(SNAPSHOT))))


def tags(pdf: PdfReader) -> list[str]:
    """The names of all structure elements, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, DictionaryObject):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(pdf.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]
    return found


def test_it_is_tagged_titled_and_says_its_language(pdf: PdfReader) -> None:
    root = pdf.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/Lang"] == "en-GB"
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Quarterly report, July to September 2026"
    assert b"pdfuaid" in pdf.root_object["/Metadata"].get_data()  # type: ignore[attr-defined]


def test_its_tables_have_headings_for_rows_and_columns(pdf: PdfReader) -> None:
    names = tags(pdf)
    assert names.count("/Table") > 5
    assert names.count("/TH") > 40
    assert "/Caption" in names
    assert "/Figure" in names
    assert {"/H1", "/H2"} <= set(names)


def test_its_sections_are_bookmarks(pdf: PdfReader) -> None:
    def titles(outline: Any) -> list[str]:
        return [title for one in outline for title in (titles(one) if isinstance(one, list) else [one.title])]

    assert {"Audits done", "Timeliness", "Grades by team", "How this was counted"} <= set(titles(pdf.outline))


def test_it_says_what_the_page_says(pdf: PdfReader) -> None:
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert "Final overall grades by service" in text
    assert "[c]" in text


def test_the_page_has_no_inline_style_or_script() -> None:
    html = body_html(SNAPSHOT)
    assert "style=" not in html
    assert "<script" not in html
    assert "<svg" in html


def test_another_process_makes_the_same_bytes() -> None:
    digest = digest_of(SNAPSHOT)
    here = [
        hashlib.sha256(made).hexdigest()
        for made in (body_html(SNAPSHOT).encode(), make_xlsx(SNAPSHOT, digest), make_pdf(SNAPSHOT, digest))
    ]
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT), "TZ": "America/Bogota",
                   "DJANGO_SETTINGS_MODULE": "qaf.settings"}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == here, done.stderr[-2000:]
