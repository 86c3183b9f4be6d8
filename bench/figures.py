"""One line a figure, for people and scripts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A ratio, and the most (or the least) that it should be."""

    name: str
    ratio: float
    target: float
    at_least: bool = False

    def __str__(self) -> str:
        good = self.ratio >= self.target if self.at_least else self.ratio <= self.target
        sign = ">=" if self.at_least else "<="
        return f"{self.name} {self.ratio:.2f} target{sign}{self.target} {'ok' if good else 'short'}"
