"""From what stands in a Word document to the fields that the same form on a page would have sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from audits.documents.days import PARTS, fields_of_day
from audits.documents.docx_package import Package, open_package
from audits.documents.docx_reading import Filled, Found, Line, TableRow, read_docx
from audits.documents.docx_writing import write_docx
from audits.documents.layout import Field, Item, LaidSection, Layout
from audits.documents.names import Place, places
from audits.documents.word_parts import NO_ANSWER, legal, one_line, shown_label
from audits.kloe.filling import Document, prefix_of
from audits.kloe.kinds import KINDS
from audits.kloe.questions import Section

Fields = dict[str, Any]


@dataclass
class SectionFields:
    """One section as it was filled in. ``stray`` is text beside the boxes, each with the question it stands under."""

    data: Fields = field(default_factory=dict)
    stray: list[tuple[str, str]] = field(default_factory=list)


def known_in(layout: Layout) -> tuple[dict[str, Place], dict[str, str]]:
    """The places of a layout by tag, and the tag for each tag and bookmark."""
    every = places(layout)
    tags: dict[int, str] = {}
    names: dict[str, str] = {}
    for name, place in every.items():
        # A place comes first under its tag, then under its bookmark.
        names[name] = tags.setdefault(id(place), name)
    return {tag: every[tag] for tag in tags.values()}, names


def read_answers(
    package: Package, layout: Layout, *, before: Mapping[str, Document], now: Mapping[str, Document]
) -> dict[str, SectionFields]:
    """The fields of every section of an uploaded document of this layout. Raises BadDocument.

    ``before`` is what each section held when the document was made, and what ``layout`` shows: a field that still says
    so keeps the very same text. ``now`` is what it holds by now: a field that is gone from the document keeps that.
    """
    by_tag, names = known_in(layout)
    filled = read_docx(package, lambda name: names.get(name, ""))
    # The same document as it leaves this system tells what is printed and what was written beside the boxes.
    printed = read_docx(open_package(write_docx(layout)), lambda name: names.get(name, ""))
    reader = _Answers(filled, by_tag)
    read = {}
    for laid in layout.sections:
        key = laid.section.key
        stored = [stored_fields(laid.section, documents.get(key)) for documents in (before, now)]
        read[key] = SectionFields(reader.section(laid, *stored))
    _place_lines(filled.lines, {line.text for line in printed.lines}, reader, read)
    return read


def stored_fields(section: Section, document: Document | None) -> Fields:
    """The fields, named in full, that show what is stored."""
    document = document or {}
    own, raw = document.get("answers") or {}, document.get("raw") or {}
    shown: Fields = {}
    for question in section.questions:
        fields = raw.get(question.key) or (
            KINDS[question.kind].fields(question, own[question.key]) if question.key in own else {}
        )
        shown |= {prefix_of(section) + name: value for name, value in fields.items()}
    return shown


class _Answers:
    """Sorts what was found by field and row."""

    def __init__(self, filled: Filled, by_tag: Mapping[str, Place]) -> None:
        self.by_tag = by_tag
        self.rows = filled.rows
        tagged = {one.tag for one in filled.found.values() if one.by_tag}
        self.found = [one for one in filled.found.values() if one.by_tag or one.tag not in tagged]
        self.by_question: dict[tuple[str, str], list[Found]] = {}
        for one in self.found:
            place = by_tag[one.tag]
            self.by_question.setdefault((place.section, place.question), []).append(one)
        # Rows that were read cell by cell: what stands in them is not beside the boxes.
        self.bare_rows: set[int] = set()

    def section(self, laid: LaidSection, before: Fields, now: Fields) -> Fields:
        data: Fields = {}
        for item in laid.items:
            found = self.by_question.get((laid.section.key, item.question.key), [])
            own = prefix_of(laid.section) + item.question.key
            if item.rows:
                kept = {name: value for name, value in now.items() if name.startswith(f"{own}-")}
                data |= self._rows(item, own, found, before) if found else kept
                continue
            for one in item.fields:
                mine = [each for each in found if self.by_tag[each.tag].field.name == one.name]
                data |= self._field(one, mine, before) if mine else _fields_named(now, one)
        return data

    def _field(self, one: Field, found: list[Found], before: Fields) -> Fields:
        if one.widget == "checks":
            return {one.name: [self.by_tag[each.tag].value for each in found if each.ticked]}
        texts = list(dict.fromkeys(each.text for each in found if each.text.strip()))
        # The same box twice: somebody copied a part of the form. Nothing of it is dropped.
        return _read(one, one.name, "\n".join(texts), before)

    def _rows(self, item: Item, own: str, found: list[Found], before: Fields) -> Fields:
        data: Fields = {}
        count = 0
        for row in self._rows_in_order(item, found):
            if any(value if isinstance(value, list) else str(value).strip() for value in row.values()):
                data |= {f"{own}-{count}-{rest}": value for rest, value in row.items()}
                count += 1
        same = {name: before[name] for name, value in data.items() if name in before and _same(value, before[name])}
        return data | same | {f"{own}-rows": str(count)}

    def _rows_in_order(self, item: Item, found: list[Found]) -> Iterable[Fields]:
        """Each row's fields without the row's number: by its controls, and where they are gone, cell by cell."""
        by_row: dict[tuple[int, int], list[Found]] = {}
        for one in found:
            place = self.by_tag[one.tag]
            by_row.setdefault((one.row, 0) if one.row is not None else (-1, place.row or 0), []).append(one)
        offset = next(((one.cell or 0) - self.by_tag[one.tag].column for one in found if one.row is not None), 0)
        tables = {self.rows[one.row].table for one in found if one.row is not None}
        first = min((one.row for one in found if one.row is not None), default=0)
        keys = [(-1, number) for row, number in by_row if row == -1]
        keys += [(row.number, 0) for row in self.rows if row.table in tables and row.number >= first]
        for key in sorted(keys):
            own = by_row.get(key, [])
            yield self._row(item, own, self.rows[key[0]] if key[0] >= 0 else None, offset)

    def _row(self, item: Item, found: list[Found], row: TableRow | None, offset: int) -> Fields:
        data: Fields = {}
        if row is not None and not found:
            self.bare_rows.add(row.number)
        for number, cell in enumerate(item.rows[0].cells):
            mine = [one for one in found if self.by_tag[one.tag].column == number]
            if not mine:
                if row is not None:
                    data |= _bare_cell(cell, item, row.text(number + offset))
                continue
            for each in cell:
                rest = _rest(each, item)
                boxes = [one for one in mine if self.by_tag[one.tag].rest == rest]
                data |= _renamed(self._field(each, boxes, {}), each.name, rest)
        return data


def _rest(one: Field, item: Item) -> str:
    """A cell's field without the question and the number of its row."""
    return one.name.partition(f"__{item.question.key}-0-")[2]


def _renamed(data: Fields, name: str, rest: str) -> Fields:
    return {rest + key.removeprefix(name): value for key, value in data.items()}


def _bare_cell(cell: tuple[Field, ...], item: Item, text: str) -> Fields:
    """A cell that somebody typed into a new row of the table: its first field gets all of it."""
    one = cell[0]
    if not text or one.widget == "checks":
        wanted = {one_line(line).casefold() for line in text.replace(";", "\n").split("\n")}
        chosen = [option.value for option in one.options if one_line(option.label).casefold() in wanted]
        # What is no option is kept as it was typed, to be put right.
        return {_rest(one, item): chosen or text} if text else {}
    return _renamed(_read(one, one.name, text, {}), one.name, _rest(one, item))


def _read(one: Field, name: str, text: str, before: Fields) -> Fields:
    """What a page would have sent for this text."""
    if one.widget == "choice":
        return {name: _chosen(one, text)}
    if one.widget == "date":
        stored = {f"{name}-{part}": str(before.get(f"{name}-{part}", "")) for part in PARTS}
        if text.strip() and text.strip() == one.value.strip() and any(stored.values()):
            return stored
        return {f"{name}-{part}": value for part, value in fields_of_day(text).items()}
    return {name: before[name] if name in before and _same(text, before[name]) else text}


def _same(text: Any, stored: Any) -> bool:
    """Whether a text is the stored one but for what XML cannot hold and blanks at its ends."""
    return isinstance(text, str) and isinstance(stored, str) and text.strip() == legal(stored).strip()


def _chosen(one: Field, text: str) -> str:
    """The value of the option that a text shows; what is no option stays as it was typed."""
    plain = one_line(text)
    labels = {option.value: one_line(option.label) for option in one.options}
    for value, label in labels.items():
        if plain in (label, shown_label(label)):
            return value
    if plain in labels:
        return plain
    if plain in ("", NO_ANSWER):
        return ""
    folded = [value for value, label in labels.items() if label.casefold() == plain.casefold()]
    return folded[0] if len(folded) == 1 else plain


def _fields_named(stored: Fields, one: Field) -> Fields:
    names = [f"{one.name}-{part}" for part in PARTS] if one.widget == "date" else [one.name]
    return {name: stored[name] for name in names if name in stored}


def _place_lines(lines: list[Line], printed: set[str], reader: _Answers, read: dict[str, SectionFields]) -> None:
    """Text beside the boxes: right under a box for longer text it goes on with it, else it is told to the person."""
    broken = ""  # the box after which printed words have come already
    more: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        if line.text in printed:
            broken = line.after
            continue
        if not line.after or line.row in reader.bare_rows or (line.is_first and line.text.isdecimal()):
            continue
        place = reader.by_tag[line.after]
        section, name = read[place.section], place.field.name
        goes_on = place.field.widget == "lines" and place.row is None and broken != line.after
        if goes_on and isinstance(section.data.get(name), str):
            more.setdefault((place.section, name), []).append(line.text)
        else:
            section.stray.append((place.question, line.text))
    # Each box put together once: line by line, a long document would be copied anew for each of its lines.
    for (key, name), texts in more.items():
        read[key].data[name] = "\n".join([read[key].data[name], *texts]).lstrip("\n")
