"""The report as a Word document: headings, captions, tables with headings of their own, charts that can be edited."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from itertools import count
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from lxml import etree
from pptx.chart.chart import Chart as Drawn
from pptx.oxml import parse_xml

from audits.documents.word_parts import element, run, table
from qaf.svg import shortened
from scorecard.reports.contents import document_of
from scorecard.reports.document import Chart, Document, Section, Table, Theme
from scorecard.reports.office_charts import TYPES, can_be_drawn, figures_of, style
from scorecard.reports.packages import LANGUAGE, describe, settled
from scorecard.reports.writable import alternative, one_line, reads_right_to_left, writable

PAGE_WIDTH, WIDE_PAGE = 9980, 14900  # between the margins, in twentieths of a point, upright and across
EMU_A_CM = 360_000
CHART_WIDTH = round(15.5 * EMU_A_CM)
# About the width of a bold letter in a table, and what a cell has on its two sides.
A_LETTER, MARGINS = 105, 220
# So many letters in a column of words make it as wide as it gets; beside numbers the first column has most of the room.
WIDEST, FIRST = 60, 8
LONGEST_WORD = 16
# Rows of a table that is not divided between two pages.
KEPT_TOGETHER = 14
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Name, letters in points, space before and after, and whether it stays with what follows.
STYLES = (
    ("Normal", 10.5, 0, 6, False),
    ("Title", 22, 0, 6, False),
    ("Heading 1", 16, 20, 4, True),
    ("Heading 2", 12.5, 12, 3, True),
    ("Caption", 10.5, 10, 3, True),
    ("Quote", 10.5, 4, 0, True),
)


def make_docx(content: dict[str, Any], digest: str) -> bytes:
    """Write the Word document of a report's content; the same content gives the same bytes."""
    document = writable(document_of(content))
    file = docx.Document()
    describe(file.core_properties, title=document.title, subject=document.scope, content=content, digest=digest)
    _set_up(file, document)
    last = file.element.body[-1]  # the page's properties stay at the end
    for made in _Writer(file).document(document, digest):
        last.addprevious(made)
    stream = BytesIO()
    file.save(stream)
    return settled(stream.getvalue())


def said(text: str, style_name: str = "Normal", *, bold: bool = False) -> Any:
    """A paragraph in a style, set from the right when its language is."""
    backwards = reads_right_to_left(text)
    made = run(text, bold=bold)
    if backwards:
        properties = made.find(qn("w:rPr"))
        if properties is None:
            properties = element("rPr")
            made.insert(0, properties)
        properties.append(element("rtl"))
    look = element("pStyle", val=style_name.replace(" ", ""))
    return element("p", element("pPr", look, element("bidi") if backwards else None), made)


def _set_up(file: Any, document: Document) -> None:
    """Language, an A4 page, the looks of each style, and the title and number at the foot of each page."""
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(1.7)
    page.top_margin = page.bottom_margin = Cm(1.8)
    for name, size, before, after, keep in STYLES:
        _style(file.styles[name], size, before, after, keep=keep)
    for name, size in (("Cell", 8.5), ("Number", 8.5), ("Note", 8.5), ("Voice", 9)):
        own = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        own.base_style = file.styles["Normal"]
        _style(own, size, 3 if name == "Note" else 0, 8 if name in ("Note", "Voice") else 0, keep=False)
    file.styles["Number"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    file.styles["Quote"].paragraph_format.left_indent = file.styles["Voice"].paragraph_format.left_indent = Cm(0.8)
    for name in ("Note", "Voice"):
        file.styles[name].font.color.rgb = RGBColor(72, 73, 73)
    foot = page.footer.paragraphs[0]
    foot.text = f"{shortened(one_line(document.title), 110)} – page "
    foot._p.append(element("fldSimple", run("1"), instr="PAGE"))


def _style(own: Any, size: float, before: float, after: float, *, keep: bool) -> None:
    own.font.size, own.font.name, own.font.italic = Pt(size), "Arial", False
    own.font.color.rgb = RGBColor(11, 12, 12)
    own.font.bold = own.name in ("Title", "Heading 1", "Heading 2", "Caption")
    own.paragraph_format.space_before, own.paragraph_format.space_after = Pt(before), Pt(after)
    own.paragraph_format.keep_with_next = keep
    fonts = own.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:hAnsi"), "Arial")
    fonts.set(qn("w:cs"), "Arial")
    for line in own.element.iter(qn("w:pBdr")):
        line.getparent().remove(line)


class _Writer:
    """Writes one document, part after part."""

    def __init__(self, file: Any) -> None:
        self.part = file.part
        self.page = file.element.body[-1]
        self._numbers = count(1)

    def document(self, document: Document, digest: str) -> Iterator[Any]:
        yield said(document.title, "Title")
        about = [document.scope, document.counted, document.status]
        yield said(" ".join(f"{words}." for words in about if words))
        if document.facts:
            yield said("Key figures", "Caption")
            rows = [[said(fact.name, "Cell"), said(fact.words, "Number"), said(fact.detail, "Number")]
                    for fact in document.facts]  # fmt: skip
            head = [said("Figure", "Cell", bold=True), said("Value", "Number", bold=True),
                    said("Of", "Number", bold=True)]  # fmt: skip
            yield _grid([head, *rows], [5200, 2390, 2390], "Key figures")
        for section in document.sections:
            yield from self._section(section)
        yield said(f"Snapshot {digest}", "Note")

    def _section(self, section: Section) -> Iterator[Any]:
        yield said(section.title, "Heading 1")
        for paragraph in (*section.paragraphs, *section.commentary):
            yield said(paragraph)
        for theme in section.themes:
            yield from _theme(theme)
        for chart in section.charts:
            if can_be_drawn(chart):
                yield said(chart.caption, "Caption")
                yield self._chart(chart)
        for one in section.tables:
            if one.is_wide:
                yield self._page_ends(across=False)
                yield from _table(one, WIDE_PAGE)
                yield self._page_ends(across=True)
            else:
                yield from _table(one)

    def _page_ends(self, *, across: bool) -> Any:
        """The end of pages that lie across, or stand upright as all others do."""
        layout = deepcopy(self.page)
        size = layout.find(qn("w:pgSz"))
        if across:
            size.set(qn("w:orient"), "landscape")
            sides = size.get(qn("w:w")), size.get(qn("w:h"))
            size.set(qn("w:h"), sides[0])
            size.set(qn("w:w"), sides[1])
        return element("p", element("pPr", layout))

    def _chart(self, chart: Chart) -> Any:
        """A paragraph with a chart: a part of its own, with its figures in a workbook."""
        data = chart.data
        if data is None:
            raise ValueError(f"There are no figures to draw in “{chart.caption}”.")
        number = next(self._numbers)
        figures, package = figures_of(data), self.part.package
        drawing = parse_xml(figures.xml_bytes(TYPES[data.kind]))
        style(Drawn(drawing, None), data, size=9)
        part = XmlPart(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, drawing, package)
        sheet = PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx")
        held = Part(sheet, CONTENT_TYPE.SML_SHEET, figures.xlsx_blob, package)
        drawing.get_or_add_externalData().rId = part.relate_to(held, RELATIONSHIP_TYPE.PACKAGE)
        link = self.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
        rows = len(data.categories) * (len(data.series) if data.kind == "bars" else 1)
        height = 7.5 if data.kind == "line" else 1.6 + 0.75 * rows
        return element("p", element("r", _inline(number, chart, link, round(min(height, 20) * EMU_A_CM))))


def _inline(number: int, chart: Chart, link: str, height: int) -> Any:
    """The place of a chart in the text, with its name and the words that stand for it."""
    inline = etree.Element(f"{{{DRAWING}}}inline", nsmap={"wp": DRAWING, "a": MAIN, "c": CHART, "r": RELATIONSHIPS})
    for side in ("distT", "distB", "distL", "distR"):
        inline.set(side, "0")
    etree.SubElement(inline, f"{{{DRAWING}}}extent", cx=str(CHART_WIDTH), cy=str(height))
    etree.SubElement(inline, f"{{{DRAWING}}}docPr", id=str(number), name=f"Chart {number}", descr=alternative(chart))
    etree.SubElement(inline, f"{{{DRAWING}}}cNvGraphicFramePr")
    graphic = etree.SubElement(etree.SubElement(inline, f"{{{MAIN}}}graphic"), f"{{{MAIN}}}graphicData", uri=CHART)
    etree.SubElement(graphic, f"{{{CHART}}}chart", {f"{{{RELATIONSHIPS}}}id": link})
    return element("drawing", inline)


def _theme(theme: Theme) -> Iterator[Any]:
    yield said(theme.title, "Heading 2")
    if theme.text:
        yield said(theme.text)
    for quote in theme.quotes:
        yield said(f"“{quote.text}”", "Quote")
        yield said(quote.voice, "Voice")


def _table(one: Table, page_width: int = PAGE_WIDTH) -> Iterator[Any]:
    yield said(one.caption, "Caption")
    look = "Cell" if one.words else "Number"
    head = [said(one.first, "Cell", bold=True), *(said(column, look, bold=True) for column in one.columns)]
    rows = [
        [said(row.header, "Cell", bold=row.total), *(said(cell.text, look, bold=row.total) for cell in row.cells)]
        for row in one.rows
    ]
    yield _grid([head, *rows], _widths(one, page_width), one.caption)
    if one.note:
        yield said(one.note, "Note")
    if one.hides:
        yield said("[c]: not shown, since the number is small or would give a small one away.", "Note")
    if not one.note and not one.hides:
        # Two tables without anything between them would become one.
        yield said("", "Note")


def _grid(rows: list[list[Any]], widths: list[int], caption: str) -> Any:
    """A table with pale lines between its rows, whose first column heads them. A short one is kept on one page."""
    if len(rows) <= KEPT_TOGETHER:
        for cell in (cell for row in rows[:-1] for cell in row):
            cell.find(qn("w:pPr")).find(qn("w:pStyle")).addnext(element("keepNext"))
    made = table(([[cell] for cell in row] for row in rows), widths=widths, caption=caption)
    look = made.find(f".//{qn('w:tblLook')}")
    look.set(qn("w:firstColumn"), "1")
    look.set(qn("w:val"), "04A0")
    lines = {"top": "505A5F", "bottom": "505A5F", "insideH": "B1B4B6"}
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = element(
        "tblBorders",
        *(
            element(side, val="single", sz="4", space="0", color=lines[side]) if side in lines
            else element(side, val="nil")
            for side in sides
        ),
    )  # fmt: skip
    made.find(f".//{qn('w:tblLayout')}").addprevious(borders)
    return made


def _widths(one: Table, page_width: int) -> list[int]:
    """The widths of the columns: room for the longest word of each, and the rest by what stands in them."""
    headings = [one.first, *one.columns]
    lines = [[row.header, *(cell.text for cell in row.cells)] for row in one.rows] if one.words else []
    texts = list(zip(headings, *lines, strict=True))
    needs = [max(_longest_word(text) for text in column) * A_LETTER + MARGINS for column in texts]
    if sum(needs) > page_width:
        needs = [page_width * need // sum(needs) for need in needs]
    if one.words:
        wants = [min(max(map(len, column)), WIDEST) for column in texts]
    else:
        wants = [FIRST, *([1] * len(one.columns))]
    spare = page_width - sum(needs)
    widths = [need + spare * want // (sum(wants) or 1) for need, want in zip(needs, wants, strict=True)]
    return [page_width - sum(widths[1:]), *widths[1:]]


def _longest_word(text: str) -> int:
    """Its letters; a word longer than any that people use is broken anyway."""
    return min(max(map(len, text.split()), default=0), LONGEST_WORD)
