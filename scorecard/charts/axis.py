"""The scale of a chart over time: which numbers stand at its side, and where on it a value lies. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

# A step between two numbers of a scale is one of these times a power of ten.
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Scale:
    """From ``lowest`` at ``bottom`` to ``highest`` at ``top``, with a number every ``step``."""

    lowest: float
    highest: float
    step: float
    top: float
    bottom: float

    @classmethod
    def over(cls, values: Iterable[float], *, top: float, bottom: float, percent: bool = False) -> Scale:
        """A scale that holds all values between round numbers; a share's does not leave 0 to 100 without need."""
        known = list(values) or [0.0, 1.0]
        lowest, highest = min(known), max(known)
        if highest - lowest <= 1e-9 * max(abs(highest), 1):
            room = max(abs(highest) * 0.1, 1)
            lowest, highest = lowest - room, highest + room
            if min(known) >= 0:
                lowest = max(lowest, 0)
            if percent and max(known) <= 100:
                highest = min(highest, 100)
                lowest = min(lowest, highest - room)
        step = _round_step((highest - lowest) / 4)
        return cls(math.floor(lowest / step + 1e-9) * step, math.ceil(highest / step - 1e-9) * step, step, top, bottom)

    @classmethod
    def fitting(cls, values: Iterable[float], *, top: float, bottom: float) -> Scale:
        """A scale that just holds all values, for drawings without numbers at their side."""
        known = list(values) or [0.0]
        lowest, highest = min(known), max(known)
        if highest - lowest <= 1e-9 * max(abs(highest), 1):
            lowest, highest = lowest - 1, highest + 1
        return cls(lowest, highest, highest - lowest, top, bottom)

    def y(self, value: float) -> float:
        """How far down a value lies; beyond the scale, at its end."""
        within = min(max(value, self.lowest), self.highest)
        return self.bottom - (within - self.lowest) / (self.highest - self.lowest) * (self.bottom - self.top)

    @property
    def numbers(self) -> list[float]:
        """The numbers that stand at the side, from the lowest."""
        count = round((self.highest - self.lowest) / self.step)
        return [self.lowest + place * self.step for place in range(count + 1)]

    def words(self, value: float, *, percent: bool) -> str:
        """One of the numbers as it stands at the side, with as many places as tell it from its neighbours."""
        places = next((places for places in range(9) if _is_whole(self.step * 10**places)), 9)
        text = f"{abs(value):,.{places}f}"
        sign = "−" if value < 0 and text.strip("0.,") else ""
        return f"{sign}{text}{'%' if percent else ''}"


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-6


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * step for step in STEPS if power * step >= least * (1 - 1e-9))
