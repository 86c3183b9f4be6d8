"""The pieces of a form's document, how to tell that one has changed, and what every edit has in common."""

from __future__ import annotations

import json
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

Document = dict[str, Any]
Place = tuple[str, ...]

MAX_KEY = 60
MAX_DEPTH = 20
# As JSON in ASCII. Written as YAML this stays below the megabyte that can be read again.
MAX_DOCUMENT = 600_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class EditRefused(ValueError):
    """The edit cannot be done at all; ``reasons`` are sentences for the person who wanted it."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


class PieceChanged(Exception):
    """The piece is no longer what it was when its ``seen`` was taken. ``theirs`` is how it stands (None: gone)."""

    def __init__(self, place: Place, theirs: Any) -> None:
        super().__init__(f"{' '.join(place)} has changed or is gone")
        self.place = place
        self.theirs = theirs


def mark(piece: Any) -> str:
    """A short text that is the same as long as the piece is the same, whatever the order of its keys."""
    written = json.dumps(_numbers(piece), sort_keys=True, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()[:16]


def _numbers(value: Any) -> Any:
    # A database may give 100000 back for 100000.0.
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def piece(document: Document, *place: str) -> Any:
    """A piece of the document, or None when it is not there.

    Places: ``("form",)`` its title and source; ``("scale",)``; ``("descriptor", key)``; ``("section", key)`` with all
    its questions; ``("section", key, "head")`` without them; ``("question", section, key)``.
    """
    match place:
        case ("form",):
            return {name: document[name] for name in ("title", "source") if name in document}
        case ("scale",):
            return document.get("scale")
        case ("descriptor", key):
            return keyed(document.get("descriptors"), key)
        case ("section", key):
            return keyed(document.get("sections"), key)
        case ("section", key, "head"):
            found = keyed(document.get("sections"), key)
            return found and {name: value for name, value in found.items() if name != "questions"}
        case ("question", section, key):
            found = keyed(document.get("sections"), section)
            return found and keyed(found.get("questions"), key)
    raise ValueError(f"there is no piece {place}")


def keyed(items: Any, key: str) -> dict[str, Any] | None:
    """The mapping with this key in a list of mappings."""
    found = (item for item in items or () if isinstance(item, dict) and item.get("key") == key)
    return next(found, None)


def new_key(words: str, taken: Collection[str], *, underscore: bool = False, fallback: str = "new") -> str:
    """A key made from words, with a number at its end when it is taken.

    Sections, domains and descriptors are written with hyphens, questions and options with underscores.
    """
    joint = "_" if underscore else "-"
    plain = unicodedata.normalize("NFKD", re.sub("['’]", "", words)).encode("ascii", "ignore").decode().lower()
    made = re.sub("[^a-z0-9]+", joint, plain)[:MAX_KEY].strip(joint) or fallback
    key, number = made, 2
    while key in taken:
        ending = f"{joint}{number}"
        key, number = made[: MAX_KEY - len(ending)].strip(joint) + ending, number + 1
    return key


@dataclass(frozen=True)
class Edit(ABC):
    """One change of a form's document."""

    @property
    @abstractmethod
    def summary(self) -> str:
        """What the edit does, in a few words: "Question added"."""

    @property
    @abstractmethod
    def place(self) -> Place:
        """The piece that the edit is about, for ``piece``; of an addition, the piece that it goes into."""

    @property
    def yours(self) -> Any:
        """The piece as the edit would have it; None when it would be gone or only be elsewhere."""
        return None

    @abstractmethod
    def lands(self, document: Document) -> Place:
        """Where to look after the edit: the place of what it adds or changes, told from the document before it."""

    @abstractmethod
    def change(self, document: Document) -> None:
        """Do it, on a document that is the edit's own."""

    def apply(self, document: Document) -> Document:
        """The document after the edit; the one given stays as it is. Raises EditRefused or PieceChanged."""
        changed = deepcopy(document)
        if (seen := getattr(self, "seen", None)) is not None:
            stands = piece(document, *self.place)
            if mark(stands) != seen:
                raise PieceChanged(self.place, stands)
        self.change(changed)
        size = len(json.dumps(changed))
        if size > MAX_DOCUMENT and size > len(json.dumps(document)):
            raise EditRefused("The form would become too large. Take something out, or make two forms of it.")
        return changed

    def describe(self, document: Document) -> str:
        """The summary with the name of what it is about, told from the document before the edit."""
        stands = piece(document, *self.place) or {}
        name = stands.get("label") or stands.get("title") or ""
        name = name if len(name) <= 100 else name[:99] + "…"
        return f"{self.summary}: {name}" if name else self.summary


def plain(value: Any, depth: int = 0) -> Any:
    """A copy of plain data from elsewhere. Raises EditRefused for what could not be stored as it is."""
    if depth > MAX_DEPTH:
        raise EditRefused("Lists within lists go too deep.")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise EditRefused("A name of a property is not a text.")
        return {plain(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise EditRefused("A text contains a character that cannot be stored. Type the text again without it.")
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and abs(value) < float("inf"):
        return int(value) if value.is_integer() else value
    raise EditRefused("A value is neither a text nor a number.")


def is_blank(value: Any) -> bool:
    """Whether a property counts as not given."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def place_after(items: list[Any], item: Any, after: str | None) -> None:
    """Put an item behind the one with the key ``after``: "" is the start, None or a key that is gone the end."""
    keys = [each.get("key") if isinstance(each, dict) else None for each in items]
    index = 0 if after == "" else keys.index(after) + 1 if after is not None and after in keys else len(items)
    items.insert(index, item)


def move_within(items: list[Any], index: int, *, by: int | None, to: int | None) -> None:
    """Move the item at ``index`` by some places or to a place; beyond an end it stays at that end."""
    target = to if to is not None else index + (by or 0)
    item = items.pop(index)
    items.insert(max(0, min(target, len(items))), item)
