"""Which figures of the scorecard must not leave QA: the rule of small numbers. Pure.

Where an indicator counts people, a figure of very few could tell something about one of them. Whoever reads without
such a figure gets everything else worked out without it too, so that it cannot be worked back from a mean or a limit.
"""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from functools import lru_cache

from qaf.suppression import suppress

# The whole among the figures of its parts.
WHOLE = "whole"
REST = "rest"
Share = tuple[int, int]
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


@lru_cache(maxsize=4096)
def given_away(whole: Share, parts: tuple[tuple[Hashable, Share], ...], below: int) -> frozenset[Hashable]:
    """Of a share counted for the whole and for some parts of it, whose figures are hidden so that no small number can
    be worked out: keys of parts, or ``WHOLE``.

    A share is its numerator and denominator. What is left of the whole beside the parts is in no figure, yet follows
    from them. Kept, since the same few quarters are asked for with every page.
    """
    left = tuple(number - sum(part[place] for _, part in parts) for place, number in enumerate(whole))
    if min(left) < 0 or left[0] > left[1]:
        # Counted at different times, so that one is not the sum of the others and nothing follows from it.
        return frozenset()
    shares: dict[Hashable, Share] = {WHOLE: whole, REST: (left[0], left[1]), **dict(parts)}
    values: dict[tuple[Hashable, str], int] = {}
    for key, (met, of) in shares.items():
        values |= {(key, "met"): met, (key, "unmet"): of - met, (key, "of"): of}
    if not any(0 < count < below for count in values.values()):
        return frozenset()
    kinds = ("met", "unmet", "of")
    sums = [((key, "of"), [(key, "met"), (key, "unmet")]) for key in shares]
    sums += [((WHOLE, kind), [(key, kind) for key in shares if key != WHOLE]) for kind in kinds]
    hidden = suppress(values, sums, protected=values, below=below, unseen=[(REST, kind) for kind in kinds])
    return frozenset(key for key, _ in hidden)
