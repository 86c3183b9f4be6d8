"""What in a text tells who somebody is, so that it is taken out before the text leaves QA. Pure.

Two grades. What is known of the audit the words come from (names, initials, identifiers, days), and what has the form
of a number or address that belongs to one person, is refused. A word that is somebody's name in the system and an
everyday word too ("Grace", "May") is asked about: a person decides.

Texts and names are compared without accents, signs that nobody sees and kinds of spaces, dashes and apostrophes, which
differ between a keyboard, Word and a case system.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

PLACEHOLDER = "[…]"
# Shorter names are too often a part of plain English ("He", "An"): they are asked about where they are capitalised.
SHORTEST_NAME = 3
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
ORDINALS = tuple(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth
    twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first
    """.split()  # noqa: SIM905
)
ANY_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True)).replace("-", "[ -]?")
COUNTED = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
# Initials that are words as well are looked for in capitals alone.
SHORT_WORDS = frozenset("am an as at be by do eg go he ie if in is it me my no of oh ok on or so to up us we".split())  # noqa: SIM905
# What has the form of something personal whoever it belongs to, and what it is called.
FORMS = (
    ("an e-mail address", re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")),
    ("an NHS number", re.compile(r"(?<!\d)\d{3}[ .-]?\d{3}[ .-]?\d{4}(?!\d)")),
    ("a pupil number (UPN)", re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[\dA-Z]\b|\b[A-HJ-NP-RT-Z]\d{12}\b", re.I)),
    ("a telephone number", re.compile(r"(?<![\d/])(?:(?:\+|00)44[ (]*|\(?0 ?)\d(?:[ ().-]{0,3}\d){7,10}(?!\d)")),
    ("a National Insurance number", re.compile(r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.I)),
    ("a postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.I)),
    (
        "a day",
        re.compile(
            rf"\b\d{{1,2}} ?[/.-] ?\d{{1,2}} ?[/.-] ?(?:\d{{4}}|\d{{2}})\b|\b\d{{4}}[/.-]\d{{1,2}}[/.-]\d{{1,2}}\b"
            rf"|\b(?:\d{{1,2}}(?: ?(?:st|nd|rd|th))?|{ANY_ORDINAL})(?: day)?(?: of)? (?:{MONTHS})[a-z]*\.?,? \d{{4}}\b"
            rf"|\b(?:{MONTHS})[a-z]*\.? (?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)?|{ANY_ORDINAL}),? \d{{4}}\b",
            re.I,
        ),
    ),
    (
        "an address",
        re.compile(
            r"\b\d{1,4}[A-Za-z]?,? (?:[A-Z][\w'-]+ ){1,3}"
            r"(?:Road|Street|Avenue|Lane|Close|Drive|Way|Crescent|Court|Gardens|Terrace|Place|Rd|St|Ave)\b"
        ),
    ),
)
AGE = re.compile(
    rf"\b(?:aged? )?(?:\d{{1,2}}|{COUNTED})[ -]?(?:year|yr|month)s?[ -]?old\b|\baged (?:\d{{1,2}}|{COUNTED})\b", re.I
)
# Names that are plain words as well: only a person can tell which is meant.
EVERYDAY = frozenset(
    """
    adams angel april art august baker bell bill bishop brook brown carol chance christian church clay cliff cook dale
    dawn dean drew early faith fields ford frank gene glen grace grant gray green guy hall harmony heath heather hill
    holly hope hunter iris ivy jack jasmine jean jewel joy june justice king lane lily love major mark marsh mason may
    melody mercy miles moor north olive park parker patience pearl penny pope price prudence queen rain ray reed rich
    rob robin rose ruby sage sandy shepherd small smart snow stone storm summer sunny trinity tuesday violet ward way
    west white will winter wood woods young
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Known:
    """What is known of the people in one audit.

    ``names`` are whole names and single ones of whoever it is about, in the case and in the answers; ``others`` those
    of people who use the system; ``identifiers`` numbers and references; ``days`` such as dates of birth.
    """

    names: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()
    identifiers: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()
    others: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    """Something personal in a text: where, what it reads, what it is. ``certain`` is refused, the rest asked about."""

    start: int
    end: int
    text: str
    what: str
    certain: bool = True


def findings(text: str, known: Known) -> list[Finding]:
    """Everything in a text that tells, or may tell, who somebody is; in its order, without overlaps."""
    plain, places = _folded(text)
    found = [
        *_words(plain, _parts(known.names), "a name from the audit", everyday=True),
        *_short_names(plain, known.names),
        *_exact(plain, known.identifiers, "a number or reference of the case"),
        *_initials(plain, known.initials),
        *_days(plain, known.days),
        *(Finding(*match.span(), match[0], what) for what, form in FORMS for match in form.finditer(plain)),
        *_words(plain, _parts(known.others), "the name of somebody who works here", everyday=False),
        *(Finding(*match.span(), match[0], "an age", certain=False) for match in AGE.finditer(plain)),
    ]
    return [_as_written(one, text, places) for one in _without_overlaps(found)]


# Letters that have no accent to take off, and what a keyboard without them makes of them.
LETTERS = {
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "ß": "ss",
}
APOSTROPHES = "'’‘ʼ´`′"


def _folded(text: str) -> tuple[str, list[int]]:
    """A text as it is compared, and where each of its signs stands in the text."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        if sign.isspace():
            plain = " " if signs[-1:] != [" "] else ""
        elif sign in APOSTROPHES:
            plain = "'"
        elif sign == "−" or unicodedata.category(sign) == "Pd":
            plain = "-"
        else:
            plain = unicodedata.normalize("NFKD", LETTERS.get(sign, sign))
            # Accents, and signs that nobody sees.
            plain = "".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Cf"))
        signs += plain
        places += [place] * len(plain)
    return "".join(signs), places


def _plain(text: str) -> str:
    return " ".join(text.split()) if text.isascii() else _folded(text)[0].strip()


def _as_written(found: Finding, text: str, places: list[int]) -> Finding:
    """What was found in the folded text, where it stands in the text; accents after its last letter belong to it."""
    start, end = places[found.start], places[found.end - 1] + 1
    while end < len(text) and unicodedata.category(text[end]) == "Mn":
        end += 1
    return Finding(start, end, text[start:end], found.what, found.certain)


def redacted(text: str, known: Known) -> str:
    """The text with everything that is certain to be personal taken out."""
    for one in reversed([one for one in findings(text, known) if one.certain]):
        text = text[: one.start] + PLACEHOLDER + text[one.end :]
    return text


def _parts(names: Iterable[str]) -> frozenset[str]:
    """Names as wholes and word by word, folded; what is too short to stand alone is left to the whole."""
    wholes = {_plain(name).casefold() for name in names} - {""}
    words = {word for name in wholes for word in re.findall(r"[^\W\d_]+", name)}
    # "O'Brien" and "Mary-Jane" as those write them who leave out the sign.
    words |= {"".join(filter(str.isalpha, word)) for name in wholes for word in name.split()}
    return frozenset(wholes | {word for word in words if len(word) >= SHORTEST_NAME})


def _words(text: str, names: frozenset[str], what: str, *, everyday: bool) -> list[Finding]:
    """Where names stand as whole words, also in the possessive, with its apostrophe or without.

    ``everyday``: names of the audit's own people are certain however they are written, but for those that are plain
    words too; other people's count where they are capitalised, and are certain unless they are plain words.
    """
    if not names:
        return []
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    pattern = re.compile(rf"(?<![^\W_])({'|'.join(map(re.escape, longest_first))})s?(?![^\W_])", re.I)
    found = []
    for match in pattern.finditer(text):
        capital, plain = match[0][:1].isupper(), match[1].casefold() in EVERYDAY
        if not capital and (plain or not everyday):
            continue
        found.append(Finding(*match.span(), match[0], what, certain=not plain))
    return found


def _short_names(text: str, names: Iterable[str]) -> list[Finding]:
    """Where a name of two letters stands capitalised: "Jo", "Li"."""
    short = {word.casefold() for name in names for word in re.findall(r"[^\W\d_]+", _plain(name)) if len(word) == 2}
    return [
        Finding(*match.span(), match[0], "a name from the audit", certain=False)
        for match in re.finditer(r"(?<![^\W_])[^\W\d_]{2}(?![^\W_])", text)
        if match[0][0].isupper() and match[0].casefold() in short
    ]


def _exact(text: str, identifiers: Iterable[str], what: str) -> list[Finding]:
    """Where identifiers stand, with or without the spaces and strokes in them."""
    found = []
    for identifier in identifiers:
        signs = [re.escape(sign) for sign in _plain(identifier) if sign.isalnum()]
        if len(signs) < 3:
            continue
        pattern = re.compile(r"(?<!\w)" + r"[\W_]{0,3}".join(signs) + r"(?!\w)", re.I)
        found += [Finding(*match.span(), match[0], what) for match in pattern.finditer(text)]
    return found


def _initials(text: str, initials: Iterable[str]) -> list[Finding]:
    """Where initials stand: in capitals ("AB", "A.B.", "A B", "A-B") for certain, in small letters perhaps."""
    found, what = [], "initials from the audit"
    for one in initials:
        letters = [letter for letter in _plain(one).upper() if letter.isalpha()]
        if len(letters) < 2:
            continue
        pattern = re.compile(r"(?<![^\W_])" + r"[.'/-]? ?".join(letters) + r"s?(?![^\W_])\.?")
        found += [Finding(*match.span(), match[0], what) for match in pattern.finditer(text)]
        word = "".join(letters).lower()
        if word in SHORT_WORDS:
            continue
        pattern = re.compile(r"(?<![^\W_])" + r"\.? ?".join(word) + r"(?![^\W_])\.?", re.I)
        found += [Finding(*match.span(), match[0], what, certain=False) for match in pattern.finditer(text)]
    return found


def _days(text: str, days: Iterable[date]) -> list[Finding]:
    """Where a known day stands without its year, such as a birthday; with it, any day is found by its form."""
    found = []
    for day in days:
        number = rf"(?:0?{day.day}(?: ?(?:st|nd|rd|th))?|{ORDINALS[day.day - 1].replace('-', '[ -]?')})"
        month = rf"{MONTHS.split('|')[day.month - 1]}[a-z]*"
        named = re.compile(rf"\b{number}(?: day)?(?: of)? {month}\b|\b{month}\.? (?:the )?{number}\b", re.I)
        found += [Finding(*match.span(), match[0], "a day from the audit") for match in named.finditer(text)]
        # "3/5" may be a score as well.
        short = re.compile(rf"(?<![\d/.])0?{day.day}[/.]0?{day.month}(?![\d/]|\.\d)")
        found += [Finding(*match.span(), match[0], "a day from the audit", False) for match in short.finditer(text)]
    return found


def _without_overlaps(found: Iterable[Finding]) -> list[Finding]:
    """The certain before the others, then the longest; what overlaps one that is kept is left out."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (not one.certain, one.start - one.end, one.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
