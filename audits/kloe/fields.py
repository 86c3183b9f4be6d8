"""Reading plain data (from YAML or JSON) field by field, noting everything that is wrong instead of stopping."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

Path = tuple[str | int, ...]

MAX_LABEL = 500
MAX_PARAGRAPH = 4000
MAX_HINTS = 100
_KEY = {
    "-": (re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*"), "lower case letters, digits and hyphens"),
    "_": (re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*"), "lower case letters, digits and underscores"),
}


@dataclass(frozen=True)
class Problem:
    """Something wrong with a definition: the place in the data, the place in words, the reason."""

    path: Path
    where: str
    reason: str


@dataclass
class Problems:
    """The problems found so far."""

    found: list[Problem] = field(default_factory=list)

    def add(self, path: Path, where: str, reason: str) -> None:
        self.found.append(Problem(path, where, reason))


def shown(value: Any) -> str:
    """A value quoted in a message, never long."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = f"‘{value}’"
    return text if len(text) <= 60 else text[:57] + "…"


class Fields:
    """One mapping of a definition. Every method notes what is wrong and then gives a harmless default."""

    def __init__(self, data: Any, problems: Problems, path: Path = (), where: str = "") -> None:
        self.problems = problems
        self.path = path
        self.where = where
        self.seen: set[str] = set()
        if not isinstance(data, dict):
            self.wrong(f"must be a mapping of keys and values, not {shown(data)}")
            data = {}
        self.data: dict[str, Any] = data

    def wrong(self, reason: str, *path: str | int) -> None:
        """Note a problem of this mapping, or of what lies in it at ``path``."""
        self.problems.add(self.path + path, self.where, reason)

    def has(self, key: str) -> bool:
        return self.data.get(key) is not None

    def take(self, key: str, default: Any = None) -> Any:
        self.seen.add(key)
        value = self.data.get(key)
        return default if value is None else value

    def text(self, key: str, *, required: bool = False, limit: int = MAX_LABEL, default: str = "") -> str:
        """A text, without the blanks around it."""
        value = self.take(key)
        if value is None:
            if required:
                self.wrong(f"{key} is missing")
            return default
        return self._text(value, limit, key, key) or default

    def _text(self, value: Any, limit: int, name: str, *path: str | int) -> str:
        if not isinstance(value, str):
            self.wrong(f"{name} must be text: put {shown(value)} in quotes", *path)
            return ""
        text = value.strip()
        if not text:
            self.wrong(f"{name} is empty", *path)
        elif len(text) > limit:
            self.wrong(f"{name} is longer than {limit} characters", *path)
        elif has_control_character(text):
            self.wrong(f"{name} contains a control character", *path)
        else:
            return text
        return ""

    def texts(self, key: str, *, limit: int = MAX_PARAGRAPH) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self.take(key, [])
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            self.wrong(f"{key} must be a list of texts", key)
            return ()
        read = [self._text(item, limit, f"{key}, item {index + 1},", key, index) for index, item in enumerate(value)]
        return tuple(text for text in read if text)

    def key(self, key: str, *, joint: str = "-", limit: int = 60, required: bool = True) -> str:
        """A key that other things refer to: short, lower case, without blanks."""
        text = self.text(key, required=required)
        pattern, words = _KEY[joint]
        if text and not pattern.fullmatch(text):
            self.wrong(f"{key} {shown(text)} may have only {words}", key)
            return ""
        if len(text) > limit:
            self.wrong(f"{key} {shown(text)} is longer than {limit} characters", key)
            return ""
        return text

    def one_of(self, key: str, allowed: tuple[str, ...], default: str = "") -> str:
        """One of a few words."""
        text = self.text(key)
        if not text:
            return default
        if text not in allowed:
            self.wrong(f"{key} {shown(text)} is not one of {', '.join(allowed)}{suggestion(text, allowed)}", key)
            return default
        return text

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            self.wrong(f"{key} must be true or false, not {shown(value)}", key)
            return default
        return value

    def whole(self, key: str, default: Any = 0, *, least: int = 0, most: int = 1_000_000) -> Any:
        """A whole number within limits; ``default`` when it is not given."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(f"{key} must be a whole number from {least} to {most}, not {shown(value)}", key)
            return default
        return value

    def number(self, key: str) -> float | None:
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
            self.wrong(f"{key} must be a number, not {shown(value)}", key)
            return None
        return value

    def items(self, key: str, *, required: bool = False, most: int | None = None) -> Iterator[tuple[int, Any]]:
        """The items of a list, numbered. Nothing is made of those beyond ``most``, which is noted as wrong."""
        value = self.take(key)
        if value is None or value == []:
            if required:
                self.wrong(f"{key} is missing or empty")
            return
        if not isinstance(value, list):
            self.wrong(f"{key} must be a list", key)
            return
        if most is not None and len(value) > most:
            self.wrong(f"more than {most} {key}", key)
        yield from enumerate(value[:most])

    def inner(self, data: Any, where: str, *path: str | int) -> Fields:
        """A mapping within this one."""
        return Fields(data, self.problems, self.path + path, where or self.where)

    def finish(self, also: frozenset[str] = frozenset()) -> None:
        """Note every key that nobody asked for."""
        allowed = self.seen | also
        for key in self.data:
            if key not in allowed:
                # Looking for what was meant takes time, and nobody reads so many hints.
                hint = suggestion(str(key), sorted(allowed)) if len(self.problems.found) < MAX_HINTS else ""
                self.wrong(f"unknown key {shown(key)}{hint}", key)


# Unicode's categories Cc and Cs, but for the line feed and the tab.
CONTROL_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def has_control_character(text: str) -> bool:
    """Whether a text holds what no text on a page has, and what a database may refuse."""
    return CONTROL_CHARACTER.search(text) is not None


def suggestion(word: str, allowed: Any) -> str:
    """A hint at what was probably meant."""
    close = get_close_matches(word, allowed, n=1)
    return f"; did you mean {close[0]}?" if close else ""
