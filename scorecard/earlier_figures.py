"""Figures from before QAF, as they stand in a table that somebody has kept: what each row says, and its faults. Pure.

Nothing is guessed: a row that can be read in two ways, or whose value does not follow from its numerator and
denominator, is a fault and brings nothing in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

NOTHING_TO_DIVIDE_BY = "Nothing to divide by"
COLUMNS = ("Period", "Numerator", "Denominator", "Value", "Source")
FACTORS: Mapping[str, int] = {"percentage": 100, "rate": 10_000, "average": 1}
# A kept value may have been rounded to one place.
ROUNDED = Decimal("0.05")
EXACT = Decimal("0.0001")
MOST = Decimal(10) ** 10
MOST_ROWS = 500
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
NUMBER = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
QUARTER_CODE = re.compile(r"(\d{4})[-\s]?(?:[qQ])?([1-4])", re.ASCII)
QUARTER_WORDS = re.compile(r"[qQ]([1-4])[-\s]?(\d{4})", re.ASCII)
MONTH_CODE = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
MONTH_WORDS = re.compile(r"([A-Za-z]{3,})\.?\s+(\d{4})", re.ASCII)
SPAN_WORDS = re.compile(r"([A-Za-z]{3,})\.?\s*(?:to|-|–)\s*([A-Za-z]{3,})\.?\s+(\d{4})", re.ASCII)
FIRST_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


@dataclass(frozen=True)
class EarlierFigure:
    """One period's figure; ``value`` None is a gap: its denominator is nought. ``source`` empty: that of the table."""

    period_from: date
    period_to: date
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    source: str = ""


@dataclass(frozen=True)
class BadRow:
    """Something wrong in a row: its number, the column, and what to do."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class Meaning:
    """What of an indicator's definition decides how a row is read."""

    unit: str
    monthly: bool
    lowest: Decimal | None = None
    highest: Decimal | None = None
    counts_people: bool = True


def value_of(unit: str, numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """The value in the indicator's own unit, to four places; None when there is nothing to divide by."""
    if unit == "count" or numerator is None:
        return numerator
    if not denominator:
        return None
    return (numerator * FACTORS[unit] / denominator).quantize(EXACT)


def read_period(text: str, *, monthly: bool) -> tuple[date, date]:
    """First and last day of the month or quarter that a text names. Raises ValueError with what to write instead.

    Quarters: 2025-3, 2025 Q3, Q3 2025, July to September 2025, or their first day. Months: 2025-07, July 2025, or
    their first day.
    """
    text = " ".join(text.split())
    example = "July 2025 or 2025-07" if monthly else "2025-3 or July to September 2025"
    try:
        first = _first_of_month(text) if monthly else _first_of_quarter(text)
        if not 1990 <= first.year <= 2100:
            raise ValueError(text)
    except ValueError:
        raise ValueError(f"Write the {'month' if monthly else 'quarter'} like {example}") from None
    return first, last_day(first, monthly=monthly)


def last_day(first: date, *, monthly: bool) -> date:
    """The last day of the month or quarter that begins on ``first``."""
    months = first.year * 12 + first.month - 1 + (1 if monthly else 3)
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _first_of_month(text: str) -> date:
    if match := MONTH_CODE.fullmatch(text):
        return date(int(match[1]), int(match[2]), 1)
    if match := MONTH_WORDS.fullmatch(text):
        return date(int(match[2]), _month(match[1]), 1)
    return _first_day(text)


def _first_of_quarter(text: str) -> date:
    if match := QUARTER_CODE.fullmatch(text):
        return date(int(match[1]), 3 * int(match[2]) - 2, 1)
    if match := QUARTER_WORDS.fullmatch(text):
        return date(int(match[2]), 3 * int(match[1]) - 2, 1)
    if match := SPAN_WORDS.fullmatch(text):
        first, last = _month(match[1]), _month(match[2])
        if last - first != 2 or first % 3 != 1:
            raise ValueError(text)
        return date(int(match[3]), first, 1)
    day = _first_day(text)
    if day.month % 3 != 1:
        raise ValueError(text)
    return day


def _month(word: str) -> int:
    for number, name in enumerate(MONTHS, 1):
        if name.startswith(word.casefold()):
            return number
    raise ValueError(word)


def _first_day(text: str) -> date:
    match = FIRST_DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    found = date(int(year), int(month), int(day))
    if found.day != 1:
        raise ValueError(text)
    return found


def read_number(text: str, *, percent: bool = False) -> Decimal | None:
    """A number as people write it (1,234.5); None for an empty text. Raises ValueError with what is wrong."""
    text = text.strip()
    if percent and text.endswith("%"):
        text = text[:-1].rstrip()
    if not text:
        return None
    if not (text.isascii() and len(text) <= 30 and NUMBER.fullmatch(text)):
        raise ValueError("Write a number in digits, such as 128 or 86.4")
    number = Decimal(text.replace(",", ""))
    if abs(number) >= MOST:
        raise ValueError("The number is too large")
    return number.quantize(EXACT)


def read_rows(
    rows: Iterable[tuple[int, Mapping[str, str]]], meaning_on: Callable[[date], Meaning]
) -> tuple[list[tuple[int, EarlierFigure]], list[BadRow]]:
    """The figures of a table, each with its row's number, and everything wrong with it.

    ``rows``: number and texts by column in small letters. ``meaning_on``: what the indicator meant on a day. A period
    that is there twice is wrong; whether it may be brought in at all is for the caller.
    """
    found: list[tuple[int, EarlierFigure]] = []
    bad: list[BadRow] = []
    first_seen: dict[date, int] = {}
    for number, cells in rows:
        figure, wrong = read_row(number, cells, meaning_on)
        bad += wrong
        if figure is None:
            continue
        if earlier := first_seen.get(figure.period_from):
            bad.append(BadRow(number, "Period", f"This period is in row {earlier} already. Keep one of them"))
            continue
        first_seen[figure.period_from] = number
        found.append((number, figure))
    return found, bad


def read_row(
    number: int, cells: Mapping[str, str], meaning_on: Callable[[date], Meaning]
) -> tuple[EarlierFigure | None, list[BadRow]]:
    """One row as a figure, or what is wrong with it."""
    bad: list[BadRow] = []
    # How often figures come never changes, so any definition says how a period is written.
    meaning = meaning_on(date.max)
    period = (date.max, date.max)
    try:
        period = read_period(cells.get("period", ""), monthly=meaning.monthly)
        meaning = meaning_on(period[1])
    except ValueError as error:
        bad.append(BadRow(number, "Period", str(error)))
    given: dict[str, Decimal | None] = {}
    for column in ("numerator", "denominator", "value"):
        try:
            percent = column == "value" and meaning.unit == "percentage"
            given[column] = read_number(cells.get(column, ""), percent=percent)
        except ValueError as error:
            bad.append(BadRow(number, column.capitalize(), str(error)))
    source = cells.get("source", "").strip()
    if len(source) > 200:
        bad.append(BadRow(number, "Source", "Use at most 200 characters"))
    if bad:
        return None, bad
    figure = EarlierFigure(*period, given["numerator"], given["denominator"], given["value"], source)
    figure = worked_out(figure, meaning)
    wrong = [BadRow(number, column, reason) for column, reason in wrong_with(figure, meaning)]
    return (None, wrong) if wrong else (settled(figure, meaning), [])


def looks_like_shares(figures: Iterable[EarlierFigure], unit: str) -> bool:
    """Whether percentages without a numerator were perhaps written as shares: 0.86 for 86."""
    values = [one.value for one in figures if one.numerator is None and one.value is not None]
    return unit == "percentage" and any(values) and all(value <= 1 for value in values)


def worked_out(figure: EarlierFigure, meaning: Meaning) -> EarlierFigure:
    """The figure with its value, where that follows from numerator and denominator; a value given as well stays."""
    numerator, value = figure.numerator, figure.value
    if meaning.unit == "count" and figure.denominator is None:
        numerator = value if numerator is None else numerator
        value = numerator if value is None else value
    elif value is None and numerator is not None and figure.denominator is not None:
        value = value_of(meaning.unit, numerator, figure.denominator)
    return replace(figure, numerator=numerator, value=value)


def settled(figure: EarlierFigure, meaning: Meaning) -> EarlierFigure:
    """A figure in which nothing is wrong, with the exact value in place of one that was kept rounded."""
    if meaning.unit == "count" or figure.numerator is None:
        return figure
    value = value_of(meaning.unit, figure.numerator, figure.denominator)
    return replace(figure, value=value)


def wrong_with(figure: EarlierFigure, meaning: Meaning) -> list[tuple[str, str]]:
    """What is wrong with a figure whose value is worked out, as (column, sentence)."""
    numerator, denominator, value = figure.numerator, figure.denominator, figure.value
    if meaning.unit == "count":
        if denominator is not None:
            return [("Denominator", "This indicator is a plain number and has no denominator. Leave it empty")]
    elif (numerator is None) != (denominator is None):
        empty = "Numerator" if numerator is None else "Denominator"
        return [(empty, "Give both numerator and denominator, or only the value")]
    if value is None and denominator is None:
        return [("Value", "Give numerator and denominator, or the value")]
    found = []
    for column, count in (("Numerator", numerator), ("Denominator", denominator)):
        if count is not None and count < 0:
            found.append((column, "A count cannot be below nought"))
        elif count is not None and meaning.counts_people and count != count.to_integral_value():
            found.append((column, "People are counted in whole numbers"))
    if numerator is not None and denominator is not None:
        if meaning.unit == "percentage" and numerator > denominator > 0:
            found.append(("Numerator", "The numerator of a percentage cannot be above its denominator. Check both"))
        found += _disagreeing(numerator, denominator, value, meaning)
    elif numerator is not None and value != numerator:
        found.append(("Value", "The value of a plain number is the number itself. Leave one of them empty"))
    return found or _out_of_range(value, meaning)


def _disagreeing(
    numerator: Decimal, denominator: Decimal, value: Decimal | None, meaning: Meaning
) -> list[tuple[str, str]]:
    if not denominator:
        if numerator:
            return [("Denominator", "Nothing to divide by, yet the numerator is not nought. Check both")]
        return (
            [] if value is None else [("Value", "There is nothing to divide by, so there is no value. Leave it empty")]
        )
    worked = value_of(meaning.unit, numerator, denominator)
    if value is not None and worked is not None and abs(worked - value) > ROUNDED:
        return [("Value", f"Numerator and denominator give {worked.normalize():f}. Check all three")]
    return []


def _out_of_range(value: Decimal | None, meaning: Meaning) -> list[tuple[str, str]]:
    if value is None:
        return []
    if abs(value) >= MOST:
        return [("Value", "The value is far too large. Check the row")]
    lowest, highest = meaning.lowest, meaning.highest
    if meaning.unit == "rate" and lowest is None:
        lowest = Decimal(0)
    if meaning.unit == "percentage":
        lowest = Decimal(0) if lowest is None else lowest
        highest = Decimal(100) if highest is None else highest
    if lowest is not None and value < lowest:
        return [("Value", f"The value is below {lowest.normalize():f}, the lowest that is possible")]
    if highest is not None and value > highest:
        return [("Value", f"The value is above {highest.normalize():f}, the highest that is possible")]
    return []
