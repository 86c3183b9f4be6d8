"""What was written differently in two versions of a report, word by word. Pure.

Only what people write is compared: the figures of a report are one frozen snapshot, the same in all its versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from scorecard.reports.document import Document, Row, Section

# A word with the space after it, so that pieces put together give the text again.
WORD = re.compile(r"\S+\s*|\s+")
# Words of a paragraph, or paragraphs of a section.
LONG = 1_000


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A run of words, and whether both versions have it, or the later or the earlier one alone."""

    kind: Kind
    text: str


# A paragraph as its pieces, one after the other.
Paragraph = list[Piece]


@dataclass(frozen=True)
class SectionDifference:
    """A section that is not the same in both: its paragraphs, those that are the same among them."""

    title: str
    paragraphs: list[Paragraph]

    @property
    def added(self) -> int:
        """How many words the later version has more."""
        return _words(self.paragraphs, Kind.ADDED)

    @property
    def removed(self) -> int:
        """How many words of the earlier version the later one does not have."""
        return _words(self.paragraphs, Kind.REMOVED)


def _words(paragraphs: list[Paragraph], kind: Kind) -> int:
    return sum(len(piece.text.split()) for paragraph in paragraphs for piece in paragraph if piece.kind is kind)


def written(section: Section) -> list[str]:
    """What people wrote in a section, a paragraph each: commentary, themes and quotations, lists in words."""
    said = list(section.commentary)
    for theme in section.themes:
        said.append(theme.title)
        said += [theme.text] if theme.text else []
        said += [f"“{quote.text}” ({quote.voice})" for quote in theme.quotes]
    for table in section.tables:
        if table.words and table.key in ("recommendations", "action-plan"):
            said += [_in_a_line(row) for row in table.rows]
    return said


def _in_a_line(row: Row) -> str:
    cells = (cell.text.strip() for cell in row.cells)
    return f"{row.header}. " + " ".join(
        text if text.endswith((".", "!", "?")) else f"{text}." for text in cells if text
    )


def differences(before: Document, after: Document) -> list[SectionDifference]:
    """The sections in which two versions of a report differ, in the order of the report; ``after`` is the later."""
    earlier = {section.key: section for section in before.sections}
    later = {section.key: section for section in after.sections}
    found = []
    for key in _in_order(list(earlier), list(later)):
        old, new = (written(side[key]) if key in side else [] for side in (earlier, later))
        if old != new:
            title = (later.get(key) or earlier[key]).title
            found.append(SectionDifference(title, list(compared(old, new))))
    return found


def _in_order(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """The keys of both: in the later order, each that is gone where it once stood."""
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield from (key for key in before[i1:i2] if kind != "equal" and key not in after)
        yield from after[j1:j2]


def _matched(before: Sequence[str], after: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """What is the same and what is not. In a long text, words that stand everywhere are no ground for a match, since
    looking from each to each of them would take as long as the text squared."""
    return SequenceMatcher(None, before, after, autojunk=max(len(before), len(after)) > LONG).get_opcodes()


def compared(before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
    """Two texts given in paragraphs, as one in which each piece says whose it is.

    Put together, the pieces that are not added give the earlier text, those that are not removed the later one.
    """
    for kind, i1, i2, j1, j2 in _matched(before, after):
        if kind == "equal":
            yield from ([Piece(Kind.SAME, text)] for text in before[i1:i2])
            continue
        old, new = before[i1:i2], after[j1:j2]
        both = min(len(old), len(new))
        yield from (_by_words(old[place], new[place]) for place in range(both))
        yield from ([Piece(Kind.REMOVED, text)] for text in old[both:])
        yield from ([Piece(Kind.ADDED, text)] for text in new[both:])


def _by_words(before: str, after: str) -> Paragraph:
    old, new = WORD.findall(before), WORD.findall(after)
    pieces: Paragraph = []
    for kind, i1, i2, j1, j2 in _matched(old, new):
        if kind == "equal":
            pieces.append(Piece(Kind.SAME, "".join(old[i1:i2])))
            continue
        if i1 < i2:
            pieces.append(Piece(Kind.REMOVED, "".join(old[i1:i2])))
        if j1 < j2:
            pieces.append(Piece(Kind.ADDED, "".join(new[j1:j2])))
    return pieces
