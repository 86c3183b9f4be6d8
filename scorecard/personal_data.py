"""What in a text tells who somebody is, so that it is taken out before the text leaves QA. Pure.

Two grades. What is known of the audit the words come from (names, initials, identifiers, days), and what has the form
of a number or address that belongs to one person, is refused. A word that is somebody's name in the system and an
everyday word too ("Grace", "May") is asked about: a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

PLACEHOLDER = "[…]"
# Shorter names are too often a part of plain English ("Al", "Jo" are matched as whole names instead).
SHORTEST_NAME = 3
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
# What has the form of something personal whoever it belongs to, and what it is called.
FORMS = (
    ("an e-mail address", re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")),
    ("an NHS number", re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")),
    ("a pupil number (UPN)", re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[\dA-Z]\b|\b[A-HJ-NP-RT-Z]\d{12}\b", re.I)),
    ("a telephone number", re.compile(r"(?<![\d/])(?:\+44[ (]*|\(?0)\d(?:[ ()-]?\d){7,10}(?!\d)")),
    ("a National Insurance number", re.compile(r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.I)),
    ("a postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.I)),
    (
        "a day",
        re.compile(
            rf"\b\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b"
            rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTHS})[a-z]*,? \d{{4}}\b"
            rf"|\b(?:{MONTHS})[a-z]* \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b",
            re.I,
        ),
    ),
    (
        "an address",
        re.compile(
            r"\b\d{1,4}[A-Za-z]?,? (?:[A-Z][\w'’-]+ ){1,3}"
            r"(?:Road|Street|Avenue|Lane|Close|Drive|Way|Crescent|Court|Gardens|Terrace|Place|Rd|St|Ave)\b"
        ),
    ),
)
AGE = re.compile(r"\b(?:aged? )?\d{1,2}[ -](?:year|yr|month)s?[ -]?old\b|\baged \d{1,2}\b", re.I)
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
    found = [
        *_words(text, _parts(known.names), "a name from the audit", everyday=True),
        *_exact(text, known.identifiers, "a number or reference of the case"),
        *_initials(text, known.initials),
        *_days(text, known.days),
        *(Finding(*match.span(), match[0], what) for what, form in FORMS for match in form.finditer(text)),
        *_words(text, _parts(known.others), "the name of somebody who works here", everyday=False),
        *(Finding(*match.span(), match[0], "an age", certain=False) for match in AGE.finditer(text)),
    ]
    return _without_overlaps(found)


def redacted(text: str, known: Known) -> str:
    """The text with everything that is certain to be personal taken out."""
    for one in reversed([one for one in findings(text, known) if one.certain]):
        text = text[: one.start] + PLACEHOLDER + text[one.end :]
    return text


def _parts(names: Iterable[str]) -> frozenset[str]:
    """Names as wholes and word by word, folded; what is too short to stand alone is left to the whole."""
    wholes = {" ".join(name.split()).casefold() for name in names} - {""}
    words = {word for name in wholes for word in re.findall(r"[^\W\d_]+", name)}
    return frozenset(wholes | {word for word in words if len(word) >= SHORTEST_NAME})


def _words(text: str, names: frozenset[str], what: str, *, everyday: bool) -> list[Finding]:
    """Where names stand as whole words, also in the possessive.

    ``everyday``: names of the audit's own people are certain however they are written, but for those that are plain
    words too; other people's count where they are capitalised, and are certain unless they are plain words.
    """
    if not names:
        return []
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.I)
    found = []
    for match in pattern.finditer(text):
        capital, plain = match[0][:1].isupper(), match[0].casefold() in EVERYDAY
        if not capital and (plain or not everyday):
            continue
        found.append(Finding(*match.span(), match[0], what, certain=not plain))
    return found


def _exact(text: str, identifiers: Iterable[str], what: str) -> list[Finding]:
    """Where identifiers stand, with or without the spaces and strokes in them."""
    found = []
    for identifier in identifiers:
        signs = [re.escape(sign) for sign in identifier if sign.isalnum()]
        if len(signs) < 3:
            continue
        pattern = re.compile(r"(?<!\w)" + r"[\W_]?".join(signs) + r"(?!\w)", re.I)
        found += [Finding(*match.span(), match[0], what) for match in pattern.finditer(text)]
    return found


def _initials(text: str, initials: Iterable[str]) -> list[Finding]:
    """Where initials stand in capitals: "AB", "A.B.", "A B"."""
    found = []
    for one in initials:
        letters = [letter for letter in one.upper() if letter.isalpha()]
        if len(letters) < 2:
            continue
        pattern = re.compile(r"(?<!\w)" + r"\.? ?".join(letters) + r"(?!\w)\.?")
        found += [Finding(*match.span(), match[0], "initials from the audit") for match in pattern.finditer(text)]
    return found


def _days(text: str, days: Iterable[date]) -> list[Finding]:
    """Where a known day stands without its year, such as a birthday; with it, any day is found by its form."""
    found = []
    for day in days:
        pattern = re.compile(
            rf"\b0?{day.day}(?:st|nd|rd|th)?(?: of)? {day:%b}[a-z]*\b|\b{day:%b}[a-z]* 0?{day.day}(?:st|nd|rd|th)?\b",
            re.I,
        )
        found += [Finding(*match.span(), match[0], "a day from the audit") for match in pattern.finditer(text)]
    return found


def _without_overlaps(found: Iterable[Finding]) -> list[Finding]:
    """The certain before the others, then the longest; what overlaps one that is kept is left out."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (not one.certain, one.start - one.end, one.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
