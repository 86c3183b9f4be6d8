"""The PDF is one that a screen reader can read, and the same content always gives the same files."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from scorecard.reports.files import MAKERS
from scorecard.reports.pages import body_html
from scorecard.reports.pdf import make_pdf
from scorecard.reports.snapshot import digest_of
from tests.scorecard.formats import structure
from tests.scorecard.formats.samples import written_content

CONTENT = written_content()
ROOT = Path(__file__).resolve().parent.parent.parent
# What another process, with other hash seeds and another clock, is asked to make.
SCRIPT = """
import django, hashlib
django.setup()
from scorecard.reports.files import MAKERS
from scorecard.reports.pages import body_html
from scorecard.reports.snapshot import digest_of
from tests.scorecard.test_pdf import CONTENT
digest = digest_of(CONTENT)
for made in (body_html(CONTENT).encode(), *(make(CONTENT, digest) for make in MAKERS.values())):
    print(hashlib.sha256(made).hexdigest())
"""


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return structure.read(make_pdf(CONTENT, digest_of(CONTENT)))


def test_it_is_tagged_titled_and_says_its_language(pdf: PdfReader) -> None:
    root = pdf.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/Lang"] == "en-GB"
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Quarterly report, July to September 2026"
    assert b"pdfuaid" in pdf.root_object["/Metadata"].get_data()  # type: ignore[attr-defined]


def test_its_tables_have_headings_for_rows_and_columns(pdf: PdfReader) -> None:
    nodes = structure.tags(pdf)
    names = [node.tag for node in nodes]
    assert names.count("Table") > 5
    assert "Caption" in names
    scopes = [node.attributes["/Scope"] for node in nodes if node.tag == "TH"]
    assert scopes.count("/Column") > 30
    assert scopes.count("/Row") > 20
    # Each number names the headings of its row and column.
    assert all(len(node.attributes["/Headers"]) == 2 for node in nodes if node.tag == "TD")


def test_its_charts_are_told_in_words(pdf: PdfReader) -> None:
    first = next(node for node in structure.tags(pdf) if node.tag == "Figure")
    assert first.alternative.startswith("Final overall grades. Outstanding: 18. Good: 38.")


def test_its_headings_are_its_bookmarks_and_stand_in_its_contents(pdf: PdfReader) -> None:
    titles = structure.bookmarks(pdf)
    assert titles[:3] == ["Quarterly report, July to September 2026", "Contents", "Summary"]
    assert {"Audits done", "Themes", "Voices are heard", "Recommendations", "How this was counted"} <= set(titles)
    contents = pdf.pages[0].extract_text()
    assert all(title in contents for title in ("Audits done", "Recommendations", "How this was counted"))


def test_quotations_are_tagged_as_such(pdf: PdfReader) -> None:
    assert [node.tag for node in structure.tags(pdf)].count("BlockQuote") == 6


def test_it_says_what_the_page_says(pdf: PdfReader) -> None:
    text = " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)
    assert "Final overall grades by service" in text
    assert "Version 3, signed off on 24 November 2026." in text
    assert "Look at supervision records each month" in text
    assert "[c]" in text


def test_the_page_has_no_inline_style_or_script() -> None:
    html = body_html(CONTENT)
    assert "style=" not in html
    assert "<script" not in html
    assert "<svg" in html


def test_another_process_makes_the_same_bytes() -> None:
    digest = digest_of(CONTENT)
    files = (body_html(CONTENT).encode(), *(make(CONTENT, digest) for make in MAKERS.values()))
    here = [hashlib.sha256(made).hexdigest() for made in files]
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT), "TZ": "America/Bogota",
                   "DJANGO_SETTINGS_MODULE": "qaf.settings"}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == here, done.stderr[-2000:]
