"""A form as a Word document in which every answer has a content control."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from audits.documents.layout import Field, Item, LaidSection, Layout, is_optional
from audits.documents.word_parts import Controls, element, one_line, paragraph, properties_xml, run, table
from audits.kloe.questions import Question

PAGE_WIDTH = 9980  # between the margins, in twentieths of a point
CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
HOW_TO = (
    "Write in the boxes, choose from the lists and tick what applies. Save the document as a Word document (.docx) "
    "and upload it on the audit's page under “Work on paper or in Word”. You look over what was read before anything "
    "is saved. Leave the printed words as they are: only what stands in the boxes is read."
)
LOCKED = "This section can be read here. It is not filled in with this document."


def write_docx(layout: Layout) -> bytes:
    """The Word document of a layout. It holds no child's name but in the answers themselves."""
    document = docx.Document()
    _set_up(document, layout)
    writer = _Writer()
    body = document.element.body
    last = body[-1]  # the page's properties stay at the end
    for made in writer.document(layout):
        last.addprevious(made)
    part = Part(PackURI("/docProps/custom.xml"), CUSTOM_TYPE, properties_xml(layout.marks), document.part.package)
    document.part.package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_up(document: Any, layout: Layout) -> None:
    """Title and language, an A4 page, and the looks of each style."""
    properties = document.core_properties
    properties.title = f"{layout.title}, {layout.reference}" if layout.reference else layout.title
    properties.language, properties.author, properties.comments = "en-GB", "QAF case-file audit", ""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.7)
    section.top_margin = section.bottom_margin = Cm(1.8)
    for name, size in (("Normal", 11), ("Title", 22), ("Heading 1", 18), ("Heading 2", 15), ("Heading 3", 11.5)):
        style = document.styles[name]
        style.font.size, style.font.name = Pt(size), "Arial"
        style.font.color.rgb = RGBColor(11, 12, 12)
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), "Arial")
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    for name, before in (("Heading 1", 20), ("Heading 2", 16), ("Heading 3", 12)):
        document.styles[name].paragraph_format.space_before = Pt(before)
        document.styles[name].paragraph_format.space_after = Pt(3)
    _own_styles(document)
    footer = section.footer.paragraphs[0]
    footer.text = f"{layout.reference or layout.title} – page "
    page = element("fldSimple", run("1"), instr="PAGE")
    footer._p.append(page)


def _own_styles(document: Any) -> None:
    answer = document.styles.add_style("Answer", WD_STYLE_TYPE.PARAGRAPH)
    answer.base_style = document.styles["Normal"]
    answer.paragraph_format.space_after = Pt(8)
    sides = ("top", "left", "bottom", "right")
    borders = element("pBdr", *(element(side, val="single", sz="6", space="4", color="0B0C0C") for side in sides))
    answer.element.get_or_add_pPr().insert(0, borders)
    for name, size in (("Hint", 10), ("Cell", 9.5)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.font.size = document.styles["Normal"], Pt(size)
        style.paragraph_format.space_after = Pt(2)
    document.styles["Hint"].font.color.rgb = RGBColor(72, 73, 73)
    document.styles["Hint"].paragraph_format.keep_with_next = True
    placeholder = document.styles.add_style("Placeholder Text", WD_STYLE_TYPE.CHARACTER)
    placeholder.font.color.rgb = RGBColor(80, 90, 95)


class _Writer:
    def __init__(self) -> None:
        self.controls = Controls()

    def document(self, layout: Layout) -> Iterable[Any]:
        yield paragraph(run(layout.title), style="Title")
        for name, value in layout.facts:
            yield paragraph(run(f"{name}: ", bold=True), run(value))
        yield paragraph(run(HOW_TO), style="Hint")
        part = ""
        for laid in layout.sections:
            if laid.part_title != part:
                part = laid.part_title
                yield paragraph(run(part), style="Heading1")
            yield from self._section(laid)

    def _section(self, laid: LaidSection) -> Iterable[Any]:
        yield paragraph(run(one_line(laid.section.title)), style="Heading2")
        if laid.locked:
            yield paragraph(run(LOCKED), style="Hint")
        if laid.only_if:
            yield paragraph(run(laid.only_if), style="Hint")
        for words in laid.section.introduction:
            yield paragraph(run(words))
        for item in laid.items:
            yield from self._item(item, locked=laid.locked)

    def _item(self, item: Item, *, locked: bool) -> Iterable[Any]:
        label = one_line(item.question.label)
        yield paragraph(run(label + (" (optional)" if item.optional else "")), style="Heading3")
        for words in (item.only_if, *item.hints, *item.question.guidance):
            if words:
                yield paragraph(run(words), style="Hint")
        for error in item.errors:
            yield paragraph(run("Could not be read: ", bold=True), run(error), style="Hint")
        if item.descriptors:
            yield from self._descriptors(item)
        if item.rows:
            yield from self._rows(item, label, locked=locked)
        elif item.is_side_by_side:
            yield from self._side_by_side(item, label, locked=locked)
        else:
            for field in item.fields:
                yield from self._field(field, label, locked=locked)

    def _field(self, field: Field, title: str, *, locked: bool, in_row: bool = False) -> Iterable[Any]:
        """A field as paragraphs: its label, if it has one, then the box."""
        if field.widget == "checks":
            for option in field.options:
                box = self.controls.option(field, option.value, option.label, locked=locked, in_row=in_row)
                yield paragraph(*box, run(f" {one_line(option.label)}"), style="Cell" if in_row else "")
            return
        if field.label:
            yield paragraph(run(field.label), style="Cell" if in_row else "Hint")
        box = self.controls.of(field, title, locked=locked, in_row=in_row)
        yield paragraph(*box, style="Cell" if in_row else "Answer")

    def _side_by_side(self, item: Item, title: str, *, locked: bool) -> Iterable[Any]:
        half = PAGE_WIDTH // 2
        heads = [[paragraph(run(field.label, bold=True), style="Cell")] for field in item.fields]
        cells = [[paragraph(*self.controls.of(field, title, locked=locked), style="Cell")] for field in item.fields]
        yield table([heads, cells], widths=[half, half], caption=title, may_split=True)
        yield paragraph()

    def _rows(self, item: Item, title: str, *, locked: bool) -> Iterable[Any]:
        first = 620
        width = (PAGE_WIDTH - first) // len(item.columns)
        lines = [[[paragraph(run("No.", bold=True), style="Cell")], *map(_heading, item.columns)]]
        for number, row in enumerate(item.rows, start=1):
            cells = [
                [one for field in cell for one in self._field(field, f"{row.label}, {column.label}", locked=locked,
                                                              in_row=True)]
                for cell, column in zip(row.cells, item.columns, strict=True)
            ]  # fmt: skip
            lines.append([[paragraph(run(str(number)), style="Cell")], *cells])
        yield table(lines, widths=[first, *[width] * len(item.columns)], caption=title)
        yield paragraph()

    def _descriptors(self, item: Item) -> Iterable[Any]:
        lines = [[[paragraph(run(words, bold=True), style="Cell")] for words in ("Grade", "What it looks like")]]
        for label, groups in item.descriptors:
            told: list[Any] = []
            for title, sentences in groups:
                told.append(paragraph(run(title, bold=True), style="Cell"))
                told += [paragraph(run(sentence), style="Cell") for sentence in sentences]
            lines.append([[paragraph(run(label, bold=True), style="Cell")], told])
        caption = f"What each grade looks like: {item.question.label}"
        yield table(lines, widths=[1700, PAGE_WIDTH - 1700], caption=caption, may_split=True)
        yield paragraph(style="Hint")


def _heading(column: Question) -> list[Any]:
    """The head of a column, with what is printed with it."""
    head = paragraph(run(one_line(column.label) + (" (optional)" if is_optional(column) else ""), bold=True),
                     style="Cell")  # fmt: skip
    ends = [text for text in (column.low_label and f"0 – {column.low_label}",
                              column.high_label and f"10 – {column.high_label}") if text]  # fmt: skip
    notes = [text for text in (column.hint, *ends, *column.guidance) if text]
    return [head, *(paragraph(run(text), style="Cell") for text in notes)]
