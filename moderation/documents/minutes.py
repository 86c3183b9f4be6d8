"""The minutes of a panel: what they hold, as a thing that can be kept and read back. Knows neither models nor pages.

No child's name, initials or identifier is in them: a case is named by the audit's reference. What members wrote
themselves is quoted as it stands; the pages on which they write ask for words without names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Person:
    """Somebody in the minutes, and what they were there."""

    name: str
    seat: str


@dataclass(frozen=True)
class Graded:
    """A grade on a case and whose it is; ``grade`` is empty where none was given."""

    who: str
    grade: str


@dataclass(frozen=True)
class CaseMinutes:
    """One case: why it was looked at, everybody's grade, and what was said of it."""

    reference: str
    type: str
    judgement: str
    why: str
    auditor_grade: str
    moderated_grade: str
    views: tuple[Graded, ...]
    spread: str
    agreed_grade: str
    discussion: str
    lessons: str
    invited: tuple[str, ...] = ()


@dataclass(frozen=True)
class Minutes:
    """A meeting of the panel as it is remembered. Days are as people read them, ``closed_at`` is ISO 8601 in UTC."""

    title: str
    day: str
    place: str
    present: tuple[Person, ...]
    apologies: tuple[Person, ...]
    period: str
    sample: tuple[str, ...]
    cases: tuple[CaseMinutes, ...]
    notes: str
    changed_grades: bool
    closed_at: str
    closed_on: str
    closed_by: str

    @property
    def effect(self) -> str:
        """Whether the panel's view changed any audit's grade."""
        if self.changed_grades:
            return "The grades that the panel agreed now stand as the final grades of these audits."
        return "The panel's view calibrates: it changed no audit's grade."

    def kept(self) -> dict[str, Any]:
        """The minutes as plain data, to be stored."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain

    @property
    def digest(self) -> str:
        """What tells these minutes from any others: hexadecimal, the same for the same minutes."""
        words = json.dumps(self.kept(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def minutes_of(kept: Mapping[str, Any]) -> Minutes:
    """Read stored minutes back. Fields that a later version of the program added have their defaults."""
    values = _known(Minutes, kept)
    values["present"] = tuple(Person(**_known(Person, one)) for one in kept["present"])
    values["apologies"] = tuple(Person(**_known(Person, one)) for one in kept["apologies"])
    values["sample"] = tuple(kept["sample"])
    values["cases"] = tuple(_case(one) for one in kept["cases"])
    return Minutes(**values)


def _case(kept: Mapping[str, Any]) -> CaseMinutes:
    values = _known(CaseMinutes, kept)
    values["views"] = tuple(Graded(**_known(Graded, one)) for one in kept["views"])
    values["invited"] = tuple(kept.get("invited", ()))
    return CaseMinutes(**values)


def _known(kind: type[Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in kept.items() if name in names}
