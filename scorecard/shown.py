"""Which figures of the scorecard must not leave QA: the rule of small numbers. Pure.

Where an indicator counts people, a figure of very few could tell something about one of them. Whoever reads without
such a figure gets everything else worked out without it too, so that it cannot be worked back from a mean or a limit.
"""

from __future__ import annotations

from decimal import Decimal

Number = float | Decimal | None


def is_small(
    value: Number, numerator: Number, denominator: Number, *, unit: str, counts_people: bool, below: int
) -> bool:
    """Whether a figure rests on so few people (1 to ``below`` - 1) that it is hidden outside QA.

    A nought is shown: it is about nobody. Of a percentage also those who were not counted can be so few, since they
    follow from the two numbers. A plain number brought in without a numerator is its own. ``unit`` is one of the
    values of ``Unit``.
    """
    if not counts_people:
        return False
    if unit == "count" and numerator is None:
        numerator = value
    counts = [numerator, denominator]
    if unit == "percentage" and numerator is not None and denominator is not None:
        counts.append(float(denominator) - float(numerator))
    return any(count is not None and 0 < count < below for count in counts)
