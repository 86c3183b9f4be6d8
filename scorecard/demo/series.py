"""Invented figures of the demonstration's indicators: a course, with noise that is the same every time. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Pair = tuple[Decimal, Decimal | None]
SCALE = {"percentage": 100, "rate": 10_000, "average": 1}


def figures_of(spec: Mapping[str, Any], quarters: int) -> list[Pair]:
    """Numerator and denominator (None for a plain number) of so many quarters, the oldest first.

    ``spec``: code, unit, start, noise, base, and bends: [quarter, step], from when on the course changes by so much a
    quarter. A step that is to be taken once is a bend followed by one of nought.
    """
    chance = random.Random(spec["code"])  # noqa: S311
    course, step = float(spec["start"]), 0.0
    bends = {int(place): float(change) for place, change in spec["bends"]}
    found: list[Pair] = []
    for place in range(quarters):
        step = bends.get(place, step)
        course += step
        value = max(course + chance.uniform(-1, 1) * float(spec["noise"]), 0)
        if spec["unit"] == "count":
            found.append((Decimal(round(value)), None))
            continue
        base = round(int(spec["base"]) * (1 if spec["unit"] == "rate" else chance.uniform(0.88, 1.12)))
        share = min(value / SCALE[spec["unit"]], 1)
        found.append((Decimal(round(base * share)), Decimal(base)))
    return found
