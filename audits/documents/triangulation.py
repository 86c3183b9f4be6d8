"""The triangulation as a Word document: what each agency wrote, line by line, children by number alone."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from audits.documents.word_parts import legal
from audits.triangulation import Line

Grades = Sequence[tuple[str, str]]
Child = tuple[str, Grades, Sequence[Line]]


def write_triangulation(title: str, facts: Sequence[tuple[str, str]], children: Sequence[Child]) -> bytes:
    """A document with a heading for each child: their agencies' grades, then the lines, each with every agency.

    ``children``: heading, (agency, grade) pairs, and lines. No name or identifier is put in beside what people wrote.
    """
    document = docx.Document()
    _set_up(document, title)
    document.add_paragraph(legal(title), style="Title")
    for name, value in facts:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(legal(value))
    for heading, grades, lines in children:
        document.add_heading(legal(heading), 1)
        _table(document, ("Agency", "Overall grade"), grades)
        section = ""
        for line in lines:
            if line.section != section:
                section = line.section
                document.add_heading(legal(line.title), 2)
            _line(document, line)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _line(document: Any, line: Line) -> None:
    document.add_heading(legal(line.label), 3)
    if line.why:
        document.add_paragraph().add_run(legal(line.why)).bold = True
    if line.halves:
        rows = [(one.agency, *(one.under(half) or _none(one.asked) for half in line.halves)) for one in line.said]
        _table(document, ("Agency", *line.halves), rows)
        return
    rows = [
        (
            one.agency,
            "\n".join(f"{head}: {text}" if head else text for head, text in one.pairs)
            + (f"\nModerated: {one.moderated}" if one.moderated else "")
            or _none(one.asked),
        )
        for one in line.said
    ]
    _table(document, ("Agency", "Answer"), rows)


def _none(asked: bool) -> str:
    return "No answer" if asked else "Not asked"


def _table(document: Any, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, headings, strict=True):
        cell.paragraphs[0].add_run(legal(text)).bold = True
    # Read out as headings, and repeated at the head of each page.
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = legal(text)
    document.add_paragraph()


def _set_up(document: Any, title: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.language, properties.comments = legal(title), "QAF", "en-GB", ""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.7)
    section.top_margin = section.bottom_margin = Cm(1.8)
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(10.5)
