"""Finding questions that other forms ask already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LibraryQuestion:
    """A question of a published form. ``question`` is as the definition has it, with its key and condition."""

    question: dict[str, Any]
    section: str
    section_title: str
    form: str
    form_title: str
    pack: str  # empty: a form of this site's own
    pack_title: str
    version: int  # primary key


def search(words: str, *, kind: str = "", pack: str = "", limit: int = 50) -> list[LibraryQuestion]:
    """The questions of all published forms in which every word is found: label, hint, guidance, titles.

    Those come first whose label has the words, then by hint, guidance, section and form. Without words: all, form by
    form. ``kind`` and ``pack`` (a pack's key) narrow it down.
    """
    raise NotImplementedError
