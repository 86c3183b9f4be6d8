"""Reports of every kind, made from a small database, as files of every format that can be read without eyes."""

from __future__ import annotations

import hashlib
from datetime import date
from io import BytesIO
from itertools import pairwise
from typing import Any

import docx
import pptx
import pytest
from django.utils import timezone
from openpyxl import load_workbook

from audits.models import Work, WorkState
from qaf.people.models import Agency
from qaf.people.roles import Role
from scorecard import making
from scorecard.kinds import KINDS
from scorecard.models import Report
from scorecard.queries.reports import content_of
from scorecard.reports.contents import document_of
from scorecard.reports.files import MAKERS
from scorecard.reports.writable import alternative
from tests.audits.fieldwork.setting import make_partnership
from tests.factories import TeamFactory
from tests.scorecard.board_factories import make_figures, make_indicator, somebody
from tests.scorecard.factories import THIRD_QUARTER, make_finished
from tests.scorecard.formats import structure

pytestmark = pytest.mark.django_db


def made_report(kind: str) -> Report:
    """A report of a kind, made of twenty audits, an indicator over two years and a fieldwork that is over."""
    partnership = make_partnership()
    partnership.child()
    partnership.open()
    Work.objects.update(state=WorkState.ANALYSIS, fieldwork_closed_at=timezone.now())
    team = TeamFactory.create(service__agency=Agency.objects.get(name="Council"))
    for grade in ("O", "G", "RI", "I"):
        for _ in range(5):
            make_finished(team, grade)
    make_figures(make_indicator(target="85"), [80, 82, 81, 79, 84, 88, 86, 90], last=THIRD_QUARTER)
    yearly = kind in (Report.Kind.ANNUAL, Report.Kind.PROGRAMME)
    report = Report.objects.create(
        kind=kind,
        period_from=date(2026, 4, 1) if yearly else THIRD_QUARTER.first_day,
        period_to=date(2027, 3, 31) if yearly else THIRD_QUARTER.last_day,
        agency=team.service.agency if kind in (Report.Kind.AGENCY, Report.Kind.CLINIC) else None,
        service=team.service if kind == Report.Kind.CLINIC else None,
        work=partnership.work if kind == Report.Kind.THEMATIC else None,
        requested_by=somebody(Role.QA_MANAGER),
    )
    assert making.make(report.pk), Report.objects.get(pk=report.pk).error
    report.refresh_from_db()
    return report


def check_pdf(content: bytes, document: Any) -> None:
    reader = structure.read(content)
    nodes = structure.tags(reader)
    assert reader.metadata is not None
    assert reader.metadata.title == document.title
    assert reader.root_object["/Lang"] == "en-GB"
    headings = [node.tag for node in nodes if node.tag in ("H1", "H2", "H3", "H4")]
    assert headings[0] == "H1"
    assert headings.count("H1") == 1
    # No level is left out on the way down, and each heading is a bookmark.
    assert all(int(after[1]) <= int(before[1]) + 1 for before, after in pairwise(headings))
    assert len(structure.bookmarks(reader)) == len(headings)
    assert [section.title for section in document.sections] == [
        title for title in structure.bookmarks(reader) if title in {section.title for section in document.sections}
    ]
    charts = [chart for section in document.sections for chart in section.charts]
    figures = [node for node in nodes if node.tag == "Figure"]
    assert len(figures) == len(charts)
    for chart, figure in zip(charts, figures, strict=True):
        assert alternative(chart).removeprefix(f"{chart.caption}. ") in figure.alternative
    for table in (node for node in nodes if node.tag == "Table"):
        cells = [node for node in table.walk() if node.tag in ("TH", "TD")]
        assert {node.attributes.get("/Scope") for node in cells if node.tag == "TH"} <= {"/Row", "/Column"}
        assert cells[0].tag == "TH"


def check_docx(content: bytes, document: Any) -> None:
    file = docx.Document(BytesIO(content))
    headings = [one.text for one in file.paragraphs if one.style and one.style.name == "Heading 1"]
    assert headings == [section.title for section in document.sections]
    tables = sum(len(section.tables) for section in document.sections) + bool(document.facts)
    assert len(file.tables) == tables


def check_pptx(content: bytes, document: Any) -> None:
    file = pptx.Presentation(BytesIO(content))
    titles = [slide.shapes.title.text_frame.text for slide in file.slides if slide.shapes.title]
    assert len(titles) == len(set(titles)) == len(file.slides)
    assert titles[0] == document.title


def check_xlsx(content: bytes, document: Any) -> None:
    book = load_workbook(BytesIO(content))
    assert len(book.sheetnames) == 1 + sum(len(section.tables) for section in document.sections)
    assert book.worksheets[0]["A1"].value == document.title


CHECKS = {"pdf": check_pdf, "docx": check_docx, "pptx": check_pptx, "xlsx": check_xlsx}


@pytest.mark.parametrize("kind", KINDS)
def test_all_its_files_are_whole_and_the_same_when_made_again(kind: str) -> None:
    report = made_report(kind)
    content = content_of(report)
    document = document_of(content)
    assert document.sections
    for kept in report.files.all():
        made = bytes(kept.content)
        CHECKS[kept.format](made, document)
        again = MAKERS[kept.format](content, report.snapshot_digest)
        assert hashlib.sha256(again).hexdigest() == hashlib.sha256(made).hexdigest()
    assert {kept.format for kept in report.files.all()} == set(MAKERS)
