"""The report as slides for a meeting: real titles, text, tables and charts, each with its words for screen readers."""

from __future__ import annotations

from copy import deepcopy
from io import BytesIO
from typing import Any

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Pt

from qaf.svg import shortened
from scorecard.reports import slides as room
from scorecard.reports.contents import document_of
from scorecard.reports.document import Chart, Document, Table
from scorecard.reports.office_charts import TYPES, figures_of, style
from scorecard.reports.packages import describe, settled
from scorecard.reports.slides import Slide, Words, row_heights, slides_of, texts_of
from scorecard.reports.writable import alternative, one_line, reads_right_to_left, writable

INK, GREY, BLUE, WHITE, BAND = (RGBColor.from_string(one) for one in ("0B0C0C", "484949", "12436D", "FFFFFF", "F3F2F1"))
TITLE_SLIDE, TEXT_SLIDE, BARE_SLIDE = 0, 1, 5
# A table without lines and colours of its own.
PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
FEET = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
FOOT_TOP, FOOT_HEIGHT, FOOT_SIZE = 500.0, 24.0, 11


def make_pptx(content: dict[str, Any], digest: str) -> bytes:
    """Write the slides of a report's content; the same content gives the same bytes."""
    document = writable(document_of(content))
    file = pptx.Presentation()
    describe(file.core_properties, title=document.title, subject=document.scope, content=content, digest=digest)
    _set_up(file)
    writer = _Writer(file, document)
    writer.title_slide(digest)
    for slide in slides_of(document):
        writer.slide(slide)
    stream = BytesIO()
    file.save(stream)
    return settled(stream.getvalue())


def _set_up(file: Any) -> None:
    """Slides of 16:9 with the reports' letters and colours; of the layouts only the three in use."""
    file.slide_width, file.slide_height = Pt(room.WIDTH), Pt(room.HEIGHT)
    used = [file.slide_layouts[place] for place in (TITLE_SLIDE, TEXT_SLIDE, BARE_SLIDE)]
    for layout in list(file.slide_layouts):
        if layout not in used:
            file.slide_layouts.remove(layout)
    master = file.slide_master
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme.blob = theme.blob.replace(b'<a:latin typeface="Calibri"/>', b'<a:latin typeface="Arial"/>')
    places = {
        PP_PLACEHOLDER.TITLE: (room.MARGIN, 30, room.FULL, 76),
        PP_PLACEHOLDER.BODY: (room.MARGIN, room.TOP, room.FULL, room.ROOM),
        PP_PLACEHOLDER.FOOTER: (room.MARGIN, FOOT_TOP, room.FULL - 80, FOOT_HEIGHT),
        PP_PLACEHOLDER.SLIDE_NUMBER: (room.WIDTH - room.MARGIN - 70, FOOT_TOP, 70, FOOT_HEIGHT),
        PP_PLACEHOLDER.DATE: (room.WIDTH - room.MARGIN - 80, 4, 80, FOOT_HEIGHT),
    }
    for shape in master.placeholders:
        kind = shape.placeholder_format.type
        _put(shape, places[kind])
        if kind in FEET:
            _foot_letters(shape, "l" if kind == PP_PLACEHOLDER.FOOTER else "r")
    opening = {PP_PLACEHOLDER.CENTER_TITLE: (room.MARGIN, 130, room.FULL, 120),
               PP_PLACEHOLDER.SUBTITLE: (room.MARGIN, 262, room.FULL, 190)}  # fmt: skip
    for shape in used[0].placeholders:
        if shape.placeholder_format.type in opening:
            _put(shape, opening[shape.placeholder_format.type])
    _letters(master)


def _put(shape: Any, place: tuple[float, float, float, float]) -> None:
    shape.left, shape.top, shape.width, shape.height = map(Pt, place)


def _foot_letters(shape: Any, side: str) -> None:
    """Grey that can be read: the library's own is too pale."""
    for level in shape._element.iter(qn("a:lvl1pPr")):
        level.set("algn", side)
        for fill in level.iter(qn("a:solidFill")):
            fill.clear()
            fill.append(fill.makeelement(qn("a:srgbClr"), {"val": str(GREY)}))


def _letters(master: Any) -> None:
    """Titles on the left and bold, text without bullets."""
    styles = master.element.find(qn("p:txStyles"))
    title = styles.find(f"{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    title.set("algn", "l")
    letters = title.find(qn("a:defRPr"))
    letters.set("sz", str(round(room.TITLE_SIZE * 100)))
    letters.set("b", "1")
    text = styles.find(f"{qn('p:bodyStyle')}/{qn('a:lvl1pPr')}")
    text.set("marL", "0")
    text.set("indent", "0")
    for bullet in (*text.findall(qn("a:buFont")), *text.findall(qn("a:buChar"))):
        text.remove(bullet)
    text.find(qn("a:defRPr")).addprevious(text.makeelement(qn("a:buNone"), {}))


class _Writer:
    """Puts slides into a file, one after the other."""

    def __init__(self, file: Any, document: Document) -> None:
        self.file, self.document = file, document
        self.layouts = list(file.slide_layouts)

    def title_slide(self, digest: str) -> None:
        slide = self.file.slides.add_slide(self.layouts[0])
        _say(slide.shapes.title.text_frame, [Words(shortened(one_line(self.document.title), 80), "heading", 36)])
        about = [self.document.scope, self.document.status, self.document.counted]
        frame = slide.placeholders[1].text_frame
        frame.word_wrap = True
        _say(frame, [Words(shortened(one_line(words), 150), size=20) for words in about if words])
        for paragraph in (*frame.paragraphs, *slide.shapes.title.text_frame.paragraphs):
            paragraph.alignment = PP_ALIGN.LEFT
        slide.notes_slide.notes_text_frame.text = f"Snapshot {digest}"

    def slide(self, slide: Slide) -> None:
        made = self.file.slides.add_slide(self.layouts[1 if slide.words else 2])
        _say(made.shapes.title.text_frame, [Words(slide.title, "heading", room.TITLE_SIZE)])
        top, left = room.TOP, room.MARGIN
        if slide.words:
            width = room.BESIDE_CHART if slide.chart else room.FULL
            height = sum(one.height(width) for one in slide.words) + room.AFTER if slide.table else room.ROOM
            body = made.placeholders[1]
            _put(body, (room.MARGIN, room.TOP, width, height))
            _say(body.text_frame, slide.words)
            top, left = (top + height, left) if slide.table else (top, left + width + 20)
        if slide.chart:
            self._chart(made, slide.chart, left)
        if slide.table:
            self._table(made, slide, slide.table, top)
        self._foot(made)
        if slide.notes:
            made.notes_slide.notes_text_frame.text = slide.notes

    def _chart(self, slide: Any, chart: Chart, left: float) -> None:
        data = chart.data
        if data is None:
            raise ValueError(f"There are no figures to draw in “{chart.caption}”.")
        rows = len(data.categories) * (len(data.series) if data.kind == "bars" else 1)
        height = room.ROOM if data.kind == "line" else min(60.0 + 66 * rows, room.ROOM)
        place = (left, room.TOP, room.WIDTH - room.MARGIN - left, height)
        frame = slide.shapes.add_chart(TYPES[data.kind], *map(Pt, place), figures_of(data))
        # Bars that are many need smaller letters beside them.
        style(frame.chart, data, size=14 if rows < 13 else 11)
        _name(frame, chart.caption, alternative(chart))

    def _table(self, slide: Any, planned: Slide, table: Table, top: float) -> None:
        size, widths = planned.table_size, planned.widths
        heights = row_heights(table, widths, size)
        place = (room.MARGIN, top, sum(widths), sum(heights))
        frame = slide.shapes.add_table(len(heights), len(widths), *map(Pt, place))
        _name(frame, table.caption, f"Table: {table.caption}")
        grid = frame.table
        grid.first_row = grid.first_col = True
        grid.horz_banding = False
        frame._element.graphic.graphicData.tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = Pt(width)
        bold = [True, *(row.total for row in table.rows)]
        for number, (row, height, texts) in enumerate(zip(grid.rows, heights, texts_of(table), strict=True)):
            row.height = Pt(height)
            for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                right = column > 0 and not table.words
                _fill(cell, text, size, head=number == 0, band=number % 2 == 0, bold=bold[number], right=right)

    def _foot(self, slide: Any) -> None:
        """The report's name and the slide's number, in the places that the layout has for them."""
        for shape in slide.slide_layout.placeholders:
            kind = shape.placeholder_format.type
            if kind not in FEET:
                continue
            slide.shapes._spTree.append(deepcopy(shape._element))
            own = slide.shapes[-1]
            if kind == PP_PLACEHOLDER.FOOTER:
                words = shortened(one_line(f"{self.document.title}. {self.document.scope}"), 110)
                _say(own.text_frame, [Words(words, "foot", FOOT_SIZE)])


def _name(frame: Any, name: str, words: str) -> None:
    """The name of a chart or table in the list of what is on the slide, and what is read aloud for it."""
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("name", name)
    properties.set("descr", words)


def _fill(cell: Any, text: str, size: float, *, head: bool, band: bool, bold: bool, right: bool) -> None:
    cell.margin_left = cell.margin_right = Pt(room.CELL_ACROSS / 2)
    cell.margin_top = cell.margin_bottom = Pt(room.CELL_DOWN / 2)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
    cell.fill.solid()
    cell.fill.fore_color.rgb = BLUE if head else BAND if band else WHITE
    _say(cell.text_frame, [Words(text, size=size)], colour=WHITE if head else INK, bold=bold, right=right, after=0)


def _say(
    frame: Any, words: list[Words], *, colour: RGBColor = INK, bold: bool = False, right: bool = False,
    after: float = room.AFTER,
) -> None:  # fmt: skip
    """Write paragraphs into a box, each in the letters of its kind; a language of its own for what is English."""
    for place, one in enumerate(words):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        backwards = reads_right_to_left(one.text)
        if right or backwards:
            paragraph.alignment = PP_ALIGN.RIGHT
        if backwards:
            paragraph._p.get_or_add_pPr().set("rtl", "1")
        paragraph.space_before, paragraph.space_after = Pt(0), Pt(after)
        for number, line in enumerate(one.text.split("\n")):
            if number:
                paragraph.add_line_break()
            run = paragraph.add_run()
            run.text = line
            run.font.size, run.font.bold = Pt(one.size), bold or one.bold
            run.font.italic = one.kind == "quote"
            run.font.color.rgb = GREY if one.kind in ("voice", "foot") else colour
            if not backwards:
                run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK
