"""Grading scales, and what each grade looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Grade:
    """One grade of a scale."""

    code: str
    name: str
    meets_standard: bool = False
    raises_alert: bool = False


@dataclass(frozen=True)
class Scale:
    """A grading scale; its grades stand best first."""

    key: str
    title: str
    grades: tuple[Grade, ...]

    def grade(self, code: str) -> Grade | None:
        """The grade with this code, or None."""
        return next((grade for grade in self.grades if grade.code == code), None)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(grade.code for grade in self.grades)


@dataclass(frozen=True)
class Descriptor:
    """What each grade of a scale looks like in one area of practice: sentences by grade code."""

    key: str
    title: str
    scale: str
    grades: Mapping[str, tuple[str, ...]]

    def __hash__(self) -> int:
        return hash(self.key)
