"""What people wrote, made fit for files: no characters that a format refuses, and which way it is read. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from html import unescape
from typing import Any, TypeVar

from scorecard.reports.document import Chart, Document

# What XML 1.0 has no way to write: control characters but tab and line breaks, halves of pairs, two non-characters.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
TITLE = re.compile(r"<title[^<>]*>([^<]*)</title>")
DESCRIPTION = re.compile(r"<desc[^<>]*>([^<]*)</desc>")
RIGHT_TO_LEFT = {"R", "AL"}

Thing = TypeVar("Thing")


def writable(document: Document) -> Document:
    """The same document without the characters that XML refuses, and with line breaks of one kind."""
    return _cleaned(document)


def _cleaned(thing: Thing) -> Thing:
    """A thing of dataclasses, lists, tuples and words, each word cleaned."""
    made: Any = thing
    if isinstance(thing, str):
        made = UNWRITABLE.sub("", thing.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n"))
    elif isinstance(thing, list | tuple):
        made = type(thing)([_cleaned(one) for one in thing])
    elif is_dataclass(thing) and not isinstance(thing, type):
        made = replace(thing, **{one.name: _cleaned(getattr(thing, one.name)) for one in fields(thing)})
    return made


def one_line(text: str) -> str:
    """A text without line breaks, for titles and feet of pages."""
    return " ".join(text.split())


def alternative(chart: Chart) -> str:
    """What a chart says, for those who do not see it: its caption and the description in its drawing."""
    found = DESCRIPTION.search(chart.svg)
    told = unescape(found[1]).strip() if found else ""
    return f"{chart.caption}. {told}" if told else chart.caption


def with_alternative(svg: str) -> str:
    """A drawing whose title says all that its description does: of the two, a PDF keeps the title alone."""
    title, told = TITLE.search(svg), DESCRIPTION.search(svg)
    if not title or not told or not told[1].strip():
        return svg
    return f"{svg[: title.start(1)]}{title[1]}. {told[1]}{svg[title.end(1) :]}"


def reads_right_to_left(text: str) -> bool:
    """Whether a paragraph is read from the right: as its first letter of either kind is."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return False
        if kind in RIGHT_TO_LEFT:
            return True
    return False
