"""Finding questions that other forms ask already."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from audits.models import FormVersion

# How much it counts where a word is found; a word at the beginning of another counts half as much again.
WEIGHTS = {"label": 16, "hint": 8, "guidance": 4, "section": 2, "form": 1}


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


@dataclass(frozen=True)
class _Entry:
    """A question with the texts in which words are looked for, each beginning with a blank."""

    question: dict[str, Any]
    section: str
    section_title: str
    texts: dict[str, str]


def search(words: str, *, kind: str = "", pack: str = "", limit: int = 50) -> list[LibraryQuestion]:
    """The questions of all published forms in which every word is found: label, hint, guidance, titles.

    Those come first whose label has the words, then by hint, guidance, section and form. Without words: all, form by
    form. ``kind`` and ``pack`` (a pack's key) narrow it down.
    """
    wanted = _folded([words]).split()
    published = FormVersion.objects.filter(state=FormVersion.State.PUBLISHED).order_by("form__title", "form__key")
    if pack:
        published = published.filter(form__pack__key=pack)
    rows = published.values_list("pk", "form__key", "form__title", "form__pack__key", "form__pack__title")
    found: list[tuple[int, LibraryQuestion]] = []
    for pk, form, form_title, pack_key, pack_title in rows:
        title = _folded([form_title])
        for entry in _entries(pk):
            if kind and entry.question["kind"] != kind:
                continue
            if (score := _score(wanted, {**entry.texts, "form": title})) is not None:
                where = (entry.section, entry.section_title, form, form_title, pack_key or "", pack_title or "", pk)
                found.append((score, LibraryQuestion(entry.question, *where)))
    # Sorting keeps the order of the forms among equals.
    found.sort(key=lambda pair: -pair[0])
    return [question for _, question in found[:limit]]


def _score(words: list[str], texts: dict[str, str]) -> int | None:
    """How well the words are found; None when one of them is not found at all."""
    total = 0
    for word in words:
        best = max(
            (
                weight * (3 if " " + word in texts[name] else 2)
                for name, weight in WEIGHTS.items()
                if word in texts[name]
            ),
            default=None,
        )
        if best is None:
            return None
        total += best
    return total


def forget() -> None:
    """Forget what was remembered of published versions, for tests that give primary keys a second time."""
    _entries.cache_clear()


@lru_cache(maxsize=256)
def _entries(pk: int) -> tuple[_Entry, ...]:
    # Keyed by primary key alone: a published version never changes.
    definition = FormVersion.objects.values_list("definition", flat=True).get(pk=pk)
    return tuple(
        _Entry(
            question,
            section["key"],
            section["title"],
            {
                "label": _folded([question["label"]]),
                "hint": _folded([question.get("hint", "")]),
                "guidance": _folded(question.get("guidance", ())),
                "section": _folded([section["title"]]),
            },
        )
        for section in definition["sections"]
        for question in section["questions"]
    )


def _folded(texts: Iterable[str]) -> str:
    """Texts as they are compared: without accents, in lower case, words apart by single blanks, one at the start."""
    plain = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    kept = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return " " + " ".join(kept.split())
