"""Which slides a report has, and what stands on each: no more than it has room for. Pure.

Lengths are in points. A section's chart is shown with what QA wrote; without a chart, its first table is. All its
tables are in the notes, in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from scorecard.reports.document import Cell, Chart, Document, Row, Section, Table, Theme
from scorecard.reports.fitting import height_of, lines_of, width_of
from scorecard.reports.office_charts import can_be_drawn
from scorecard.reports.writable import alternative

WIDTH, HEIGHT = 960.0, 540.0
MARGIN, TOP, BOTTOM = 43.0, 112.0, 486.0
FULL, ROOM = WIDTH - 2 * MARGIN, BOTTOM - TOP
# What a box keeps free on its left and right together, and above and below.
INSETS_ACROSS, INSETS_DOWN = 15.0, 8.0
BESIDE_CHART = 300.0
TITLE_SIZE, TITLE_LINES = 26.0, 2
TEXT, SMALL_TEXT, QUOTED, VOICE, HEADING = 18.0, 16.0, 17.0, 13.0, 20.0
AFTER = 8.0
TABLE_SIZES = (18.0, 16.0, 14.0, 12.0)
CELL_ACROSS, CELL_DOWN = 15.0, 8.0
# A table of more columns, or that needs more slides, is left to the report.
MOST_COLUMNS, MOST_TABLE_SLIDES, MOST_WORD_SLIDES = 9, 2, 8
ROWS_IN_NOTES = 40


@dataclass(frozen=True)
class Words:
    """A paragraph of a slide, or a part of one that goes on. ``kind``: text, heading, quote or voice."""

    text: str
    kind: str = "text"
    size: float = TEXT

    @property
    def bold(self) -> bool:
        return self.kind == "heading"

    def height(self, width: float) -> float:
        return height_of(self.text, width - INSETS_ACROSS, self.size, bold=self.bold) + AFTER


# Paragraphs that stay together: a heading with what follows, a quotation with whose it is.
Block = list[Words]


@dataclass(frozen=True)
class Slide:
    """One slide. Words stand on the left of a chart, or above a table; ``widths`` are of the table's columns."""

    title: str
    words: list[Words] = field(default_factory=list)
    chart: Chart | None = None
    table: Table | None = None
    table_size: float = 0
    widths: list[float] = field(default_factory=list)
    notes: str = ""


def slides_of(document: Document) -> list[Slide]:
    """The slides after the title slide, each with a title of its own."""
    found: list[Slide] = []
    if document.facts:
        rows = [Row(fact.name, [Cell(fact.words), Cell(fact.detail)]) for fact in document.facts]
        facts = Table("facts", "Key figures", "Figure", ["Value", "Of"], rows)
        found += _with_notes(_on_slides("Key figures", facts, MOST_WORD_SLIDES), _in_words(facts))
    for section in document.sections:
        found += _with_notes(list(_section(section)), _notes(section))
    return _told_apart([replace(slide, title=_title(slide.title)) for slide in found])


def _section(section: Section) -> Iterator[Slide]:
    title = section.title
    drawn = charts = [chart for chart in section.charts if can_be_drawn(chart)]
    written = [Words(text) for text in section.commentary]
    beside = [replace(words, size=SMALL_TEXT) for words in written]
    if charts and len(_pages([[[words]] for words in beside], BESIDE_CHART)) <= 1:
        yield Slide(_joined(title, charts[0].caption), beside, chart=charts[0])
        charts, written = charts[1:], []
    tables = _worth_showing(section, beside_charts=bool(drawn))
    shown = [slide for table in tables for slide in _on_slides(_joined(title, table.caption), table)]
    if shown and written and not section.themes and _height(written) + AFTER + _table_height(shown[0]) <= ROOM:
        shown[0] = replace(shown[0], words=written)
        written = []
    groups = [[[words]] for words in written] + [_theme(theme) for theme in section.themes]
    if not (drawn or groups or shown):
        # Nothing was written, and nothing can be drawn: then say what the section says.
        groups = [[[Words(text)]] for text in (*section.paragraphs, *_left_to_the_report(section))]
    pages = _pages(groups, FULL)
    yield from (Slide(_numbered(title, place, len(pages)), page) for place, page in enumerate(pages, 1))
    yield from (Slide(_joined(title, chart.caption), chart=chart) for chart in charts)
    yield from shown


def _left_to_the_report(section: Section) -> list[str]:
    """What is said of a section whose tables and charts are all too large for slides."""
    left = [*(chart.caption for chart in section.charts), *(table.caption for table in section.tables)]
    return [f"In the report: {', '.join(left)}."] if left else []


def _worth_showing(section: Section, *, beside_charts: bool) -> list[Table]:
    """All tables of words; and where there is no chart, the first of numbers."""
    first = next((table for table in section.tables if not table.words), None)
    return [table for table in section.tables if table.words or (table is first and not beside_charts)]


def _theme(theme: Theme) -> list[Block]:
    head = [Words(theme.title, "heading", HEADING), *([Words(theme.text)] if theme.text else [])]
    quotes = [[Words(f"“{quote.text}”", "quote", QUOTED), Words(quote.voice, "voice", VOICE)] for quote in theme.quotes]
    return [head, *quotes]


def _height(words: list[Words], width: float = FULL) -> float:
    return sum(one.height(width) for one in words)


def _pages(groups: list[list[Block]], width: float) -> list[list[Words]]:
    """Words on as many slides as they need. A group is not divided unless it is longer than a slide, then a block is
    not, and only then a paragraph."""
    room = ROOM - INSETS_DOWN
    pages: list[list[Words]] = [[]]
    for group in groups:
        whole = [one for block in group for one in block]
        for block in [whole] if _height(whole, width) <= room else group:
            units = (
                [block] if _height(block, width) <= room else [[part] for one in block for part in _parts(one, width)]
            )
            for unit in units:
                if pages[-1] and _height([*pages[-1], *unit], width) > room:
                    pages.append([])
                pages[-1].extend(unit)
    return [page for page in pages if page]


def _parts(words: Words, width: float) -> list[Words]:
    """A paragraph in parts that each fit on a slide."""
    room = ROOM - INSETS_DOWN
    if words.height(width) <= room:
        return [words]
    lines = lines_of(words.text, width - INSETS_ACROSS, words.size, bold=words.bold)
    most = int((room - AFTER) / height_of("", width, words.size))
    return [
        replace(words, text=" ".join(line for line in lines[start : start + most] if line))
        for start in range(0, len(lines), most)
    ]


def _on_slides(title: str, table: Table, most: int = 0) -> list[Slide]:
    """A table in the largest letters in which one slide holds it, else on as many slides as it needs; none when it is
    too large for slides."""
    if len(table.columns) > MOST_COLUMNS or not table.rows:
        return []
    most = most or (MOST_WORD_SLIDES if table.words else MOST_TABLE_SLIDES)
    pages: list[list[Row]] = []
    for size in TABLE_SIZES:
        pages = _table_pages(table, size)
        if len(pages) == 1:
            break
    if not pages or len(pages) > most:
        return []
    return [
        Slide(_numbered(title, place, len(pages)), table=replace(table, rows=rows), table_size=size,
              widths=column_widths(table, size))
        for place, rows in enumerate(pages, 1)
    ]  # fmt: skip


def _table_pages(table: Table, size: float) -> list[list[Row]]:
    """A table's rows by slide; none when a row, or a word in a heading, does not fit."""
    widths = column_widths(table, size)
    if sum(widths) > FULL + 1:
        return []
    head, *heights = row_heights(table, widths, size)
    pages: list[list[Row]] = []
    left = 0.0
    for row, height in zip(table.rows, heights, strict=True):
        if height > ROOM - head:
            return []
        if height > left:
            pages.append([])
            left = ROOM - head
        pages[-1].append(row)
        left -= height
    return pages


def _table_height(slide: Slide) -> float:
    return sum(row_heights(slide.table, slide.widths, slide.table_size)) if slide.table else 0


def texts_of(table: Table) -> list[list[str]]:
    """What stands in a table's places, its headings first."""
    return [[table.first, *table.columns], *([row.header, *(cell.text for cell in row.cells)] for row in table.rows)]


def column_widths(table: Table, size: float) -> list[float]:
    """The widths of a table's columns, the one of row headings first; more than a slide's if words would be broken."""
    columns = list(zip(*texts_of(table), strict=True))
    needs = []
    for place, (heading, *texts) in enumerate(columns):
        # Numbers, and what stands with them ("9 of 12"), are not broken at all.
        whole = place > 0 and not table.words
        pieces = [*heading.split(" "), *(texts if whole else [word for text in texts for word in text.split(" ")])]
        longest = max(width_of(piece, size, bold=True) for piece in pieces)
        needs.append(CELL_ACROSS + min(longest, FULL / 3))
    spare = FULL - sum(needs)
    if spare < 0:
        return needs
    if not table.words:
        # Numbers stand close enough to be read along the row.
        needs = [needs[0], *(need + min(spare * 0.6 / max(len(needs) - 1, 1), 40) for need in needs[1:])]
        return [FULL - sum(needs[1:]), *needs[1:]]
    wants = [min(max(map(len, column)), 90) for column in columns]
    return [need + spare * want / (sum(wants) or 1) for need, want in zip(needs, wants, strict=True)]


def row_heights(table: Table, widths: list[float], size: float) -> list[float]:
    """The heights of a table's rows, its headings first. Reckoned as if bold: headings and totals are."""
    return [
        CELL_DOWN
        + max(height_of(text, width - CELL_ACROSS, size, bold=True) for text, width in zip(line, widths, strict=True))
        for line in texts_of(table)
    ]


def _joined(title: str, caption: str) -> str:
    """What a section and a part of it are called together, nothing said twice."""
    if caption.casefold().startswith(title.casefold()):
        return caption
    return f"{title}: {caption}"


def _numbered(title: str, place: int, of: int) -> str:
    return f"{title} ({place} of {of})" if of > 1 else title


def _title(title: str) -> str:
    """A title of as many lines as there is room for; the rest of it is in the notes."""
    lines = lines_of(title, FULL - INSETS_ACROSS, TITLE_SIZE, bold=True)
    if len(lines) <= TITLE_LINES:
        return title.replace("\n", " ")
    kept = " ".join(lines[:TITLE_LINES])
    return f"{kept[:-12].rstrip()}…"


def _told_apart(slides: list[Slide]) -> list[Slide]:
    """The same slides, none with the title of another: that is how they are found in a list."""
    seen: dict[str, int] = {}
    found = []
    for slide in slides:
        seen[slide.title] = seen.get(slide.title, 0) + 1
        number = seen[slide.title]
        found.append(slide if number == 1 else replace(slide, title=f"{slide.title} ({number})"))
    return found


def _with_notes(slides: list[Slide], notes: str) -> list[Slide]:
    """The first of the slides gets the notes."""
    return [replace(slide, notes=notes if place == 0 else slide.notes) for place, slide in enumerate(slides)]


def _notes(section: Section) -> str:
    """What stands in a section beside the commentary, in words."""
    parts = [section.title, *section.paragraphs]
    parts += [alternative(chart) for chart in section.charts]
    parts += [_in_words(table) for table in section.tables if not table.words]
    return "\n\n".join(parts)


def _in_words(table: Table) -> str:
    """A table as lines of words; of a very long one the beginning."""
    lines = [table.caption]
    for row in table.rows[:ROWS_IN_NOTES]:
        said = [f"{name} {cell.text}" for name, cell in zip(table.columns, row.cells, strict=True) if cell.text]
        lines.append(f"{row.header}: {', '.join(said)}")
    if (more := len(table.rows) - ROWS_IN_NOTES) > 0:
        lines.append(f"{more} more rows are in the report.")
    if table.note:
        lines.append(table.note)
    return "\n".join(lines)
