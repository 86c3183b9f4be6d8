"""One line a figure, for people and scripts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A ratio, and the most that it should be."""

    name: str
    ratio: float
    target: float

    def __str__(self) -> str:
        return f"{self.name} {self.ratio:.2f} target<={self.target} {'ok' if self.ratio <= self.target else 'short'}"
