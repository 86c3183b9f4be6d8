"""What an agency may enter into a return, and what a value follows from it. Pure: history and rules are given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

PERCENTAGE, RATE, AVERAGE, COUNT = "percentage", "rate", "average", "count"
# How many of a rate's people are counted together.
RATE_PER = 10_000
# A figure is set against the mean of so many accepted ones before it.
LOOKED_BACK = 4
# What the database keeps: ten digits before the point, four behind it.
LARGEST = Decimal("9999999999.9999")
SMALLEST_STEP = Decimal("0.0001")
NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
LONGEST_NUMBER = 40
NOTHING_TO_DIVIDE_BY = "Nothing to divide by"
NOT_AVAILABLE = "Not available"


@dataclass(frozen=True)
class Rule:
    """What an indicator asks of its figures; ``unit`` as in scorecard.models.Unit, bounds in that unit."""

    unit: str
    counts_people: bool = True
    lowest: Decimal | None = None
    highest: Decimal | None = None
    jump_percent: int = 30
    numerator_label: str = "Numerator"
    denominator_label: str = "Denominator"

    @property
    def has_denominator(self) -> bool:
        return self.unit != COUNT


@dataclass(frozen=True)
class Counts:
    """What was entered for one period; ``history``: the accepted values before it, the latest first."""

    numerator: Decimal | None
    denominator: Decimal | None = None
    history: tuple[Decimal, ...] = ()

    def is_empty(self, rule: Rule) -> bool:
        return self.numerator is None and (self.denominator is None or not rule.has_denominator)


@dataclass(frozen=True)
class Problem:
    """What keeps a figure from being sent: ``field`` is numerator, denominator, narrative, explanation or no_figure;
    ``period`` is the place of the period in its line, or None when it is about the line."""

    field: str
    text: str
    period: int | None = None


def read_number(text: str) -> Decimal | None:
    """Read a number as people type it ("1,234.5"); None for nothing. Raises ValueError, with a sentence, otherwise."""
    text = text.strip()
    if not text:
        return None
    shown = text if len(text) <= LONGEST_NUMBER else f"{text[:LONGEST_NUMBER]}…"
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        raise ValueError(f"“{shown}” is not a number. Enter figures only, such as 42 or 1,250")
    number = Decimal(text.replace(",", ""))
    if abs(number) > LARGEST:
        raise ValueError(f"{shown} is too large. Enter a number below 10,000,000,000")
    if number != number.quantize(SMALLEST_STEP):
        raise ValueError(f"{shown} has more than four decimal places. Round it to four")
    return number


def value_of(rule: Rule, counts: Counts) -> Decimal | None:
    """The value in the indicator's own unit, to four places; None when something is missing or there is nothing to
    divide by."""
    if counts.numerator is None:
        return None
    if not rule.has_denominator:
        return counts.numerator.quantize(SMALLEST_STEP)
    if not counts.denominator:
        return None
    times = {PERCENTAGE: 100, RATE: RATE_PER}.get(rule.unit, 1)
    return (counts.numerator * times / counts.denominator).quantize(SMALLEST_STEP, ROUND_HALF_UP)


def gap_of(rule: Rule, counts: Counts) -> str:
    """Why there is no value, in the words that the series keeps; empty when there is one."""
    if value_of(rule, counts) is not None:
        return ""
    return NOT_AVAILABLE if counts.numerator is None or counts.denominator is None else NOTHING_TO_DIVIDE_BY


def mean_of(history: Sequence[Decimal]) -> Decimal | None:
    """The mean of the latest accepted values, at most four; None without any."""
    latest = history[:LOOKED_BACK]
    return sum(latest, Decimal(0)) / len(latest) if latest else None


def jumps(rule: Rule, counts: Counts) -> bool:
    """Whether a value differs from the mean of its history by more per cent of that mean than the indicator allows."""
    value, mean = value_of(rule, counts), mean_of(counts.history)
    if value is None or mean is None:
        return False
    return abs(value - mean) * 100 > abs(mean) * rule.jump_percent


def problems_of_counts(rule: Rule, counts: Counts, period: int) -> list[Problem]:
    """What is wrong with the numbers of one period; missing ones are the line's matter."""
    found = []
    entered = [("numerator", rule.numerator_label, counts.numerator)]
    if rule.has_denominator:
        entered.append(("denominator", rule.denominator_label, counts.denominator))
    for field, label, number in entered:
        if number is None:
            continue
        if number < 0:
            found.append(Problem(field, f"{label} cannot be less than 0", period))
        elif rule.counts_people and number != number.to_integral_value():
            found.append(Problem(field, f"{label} must be a whole number, because it counts people", period))
    missing = [one for one in entered if one[2] is None] if rule.has_denominator else []
    if len(missing) == 1:
        field, label, _ = missing[0]
        found.append(Problem(field, f"Enter {_lower(label)} too", period))
    if found or missing or counts.numerator is None:
        return found
    return _problems_of_value(rule, counts, period)


def _problems_of_value(rule: Rule, counts: Counts, period: int) -> list[Problem]:
    numerator, denominator = counts.numerator, counts.denominator
    if rule.unit == PERCENTAGE and numerator is not None and denominator is not None and numerator > denominator:
        text = f"{rule.numerator_label} cannot be more than {_lower(rule.denominator_label)}"
        return [Problem("numerator", text, period)]
    value = value_of(rule, counts)
    if value is None:
        if numerator:
            text = f"{rule.numerator_label} must be 0 when {_lower(rule.denominator_label)} is 0"
            return [Problem("numerator", text, period)]
        return []
    if value > LARGEST:
        return [Problem("numerator", "These two numbers give a value that is far too large. Check both", period)]
    if rule.lowest is not None and value < rule.lowest:
        text = f"This gives {value_words(rule.unit, value)}, below the lowest possible, {_bound(rule, rule.lowest)}"
        return [Problem("numerator", text, period)]
    if rule.highest is not None and value > rule.highest:
        text = f"This gives {value_words(rule.unit, value)}, above the highest possible, {_bound(rule, rule.highest)}"
        return [Problem("numerator", text, period)]
    return []


def problems_of_line(
    rule: Rule, periods: Sequence[Counts], *, narrative: str, explanation: str, no_figure: str
) -> list[Problem]:
    """All that keeps one indicator of a return from being sent, in the order of the page."""
    found: list[Problem] = []
    for place, counts in enumerate(periods):
        found += problems_of_counts(rule, counts, place)
    empty = [place for place, counts in enumerate(periods) if counts.is_empty(rule)]
    if empty and not says_something(no_figure):
        found += [Problem("numerator", "Enter the figure, or say below why there is none", place) for place in empty]
    if no_figure.strip() and not empty:
        found.append(Problem("no_figure", "There is a figure and a reason why there is none. Take one of them out"))
    if not says_something(narrative):
        found.append(Problem("narrative", "Write the narrative: what lies behind the figure, and what is being done"))
    if not says_something(explanation) and any(jumps(rule, counts) for counts in periods):
        text = f"Explain the change: a figure differs by more than {rule.jump_percent}% from the mean of those before"
        found.append(Problem("explanation", text))
    return found


def says_something(text: str) -> bool:
    """Whether there is a word in a text: a dash, or a sign that nobody sees, is none."""
    return any(character.isalnum() for character in text)


def value_words(unit: str, value: Decimal) -> str:
    """A value as pages show it: "82.5%", "41.3 per 10,000", "12"."""
    rounded = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    number = f"{rounded:,}".removesuffix(".0") if unit in (COUNT, PERCENTAGE) else f"{rounded:,}"
    return {PERCENTAGE: f"{number}%", RATE: f"{number} per {RATE_PER:,}"}.get(unit, number)


def number_words(number: Decimal | None) -> str:
    """A number as it is put into a box: no needless noughts behind the point, nothing for None."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def months_of(first: date, last: date) -> list[tuple[date, date]]:
    """The whole months from one day to another, each by its first and last day."""
    months = []
    start = first.replace(day=1)
    while start <= last:
        following = (start + timedelta(days=32)).replace(day=1)
        months.append((start, following - timedelta(days=1)))
        start = following
    return months


def _bound(rule: Rule, bound: Decimal) -> str:
    return value_words(rule.unit, bound)


def _lower(label: str) -> str:
    """A label within a sentence; abbreviations keep their capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
