"""How much room words take, so that no slide is written over its edge. Pure.

Widths are those of Arial, in thousandths of the size of its letters; heights are of single-spaced lines. What is
reckoned is a little more than what is drawn.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# The letters of each width.
WIDTHS = {
    191: "'",
    222: "ijl‘’",
    260: "|",
    278: " !,./:;I[\\]ft\xa0",
    333: "()-`r“”",
    355: '"{}',
    389: "*",
    500: "Jckssvxyz^",
    556: "#$0123456789?L_abdeghnopqu–",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "…—",
}
OF_LETTER = {letter: width for width, letters in WIDTHS.items() for letter in letters}
# Of letters of other scripts, and of signs as wide as they are high, emoji among them.
OTHER, FULL = 700, 1200
BOLD = 1.1
LINE = 1.2
SAFETY = 1.04


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """The width of words on one line, in the unit of ``size``."""
    return sum(map(_width, text)) * size / 1000 * (BOLD if bold else 1) * SAFETY


def _width(letter: str) -> int:
    known = OF_LETTER.get(letter)
    if known is not None:
        return known
    if unicodedata.combining(letter):
        return 0
    return FULL if unicodedata.east_asian_width(letter) in "WF" or letter > "\uffff" else OTHER


def lines_of(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """The lines that words are set in: broken between words, and within a word only when it is longer than a line."""
    return [line for piece in text.split("\n") for line in _broken(piece, width, size, bold)]


def _broken(text: str, width: float, size: float, bold: bool) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold=bold) <= width:
            line = longer
            continue
        if line:
            yield line
        while width_of(word, size, bold=bold) > width and len(word) > 1:
            most = _fitting(word, width, size, bold)
            yield word[:most]
            word = word[most:]
        line = word
    yield line


def _fitting(word: str, width: float, size: float, bold: bool) -> int:
    """How many letters of a word fit on a line; one at least."""
    taken = 0.0
    for place, letter in enumerate(word):
        taken += width_of(letter, size, bold=bold)
        if taken > width:
            return max(place, 1)
    return len(word)


def height_of(text: str, width: float, size: float, *, bold: bool = False) -> float:
    """The height of words set in lines of a width, in the unit of ``size``."""
    return len(lines_of(text, width, size, bold=bold)) * size * LINE
