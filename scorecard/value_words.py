"""The values of indicators in words, each in its own unit. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")
MINUS = "−"


def _tenths(value: float | Decimal) -> str:
    """A number with one place after the point, a half rounded away from nought; none where it would be a nought."""
    # The repr of a float is the shortest that reads the same, so 0.25 is a half and not a hair less.
    rounded = Decimal(str(value)).quantize(TENTH, rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,}".removesuffix(".0")
    return f"{MINUS}{text}" if rounded < 0 else text


def value_words(value: float | Decimal, unit: str) -> str:
    """A value as people read it: "83.3%", "12.5 per 10,000", "14.2", "1,204". ``unit`` is a value of ``Unit``."""
    text = _tenths(value)
    if unit == "percentage":
        return f"{text}%"
    return f"{text} per 10,000" if unit == "rate" else text


def parts_words(numerator: float | Decimal | None, denominator: float | Decimal | None) -> str:
    """What a value is made of, such as "30 of 36"; empty where that is not known."""
    if numerator is None or denominator is None:
        return ""
    return f"{_tenths(numerator)} of {_tenths(denominator)}"


def change_words(before: float | Decimal, now: float | Decimal, unit: str) -> str:
    """From one value to another: "up 3.2 points" (a percentage), "down 2", "no change"."""
    difference = Decimal(str(now)) - Decimal(str(before))
    text = _tenths(abs(difference))
    if text == "0":
        return "no change"
    return f"{'up' if difference > 0 else 'down'} {text}{' points' if unit == 'percentage' else ''}"
