"""Edits of the form's own properties, its scale, and what each grade looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from audits.kloe.editing.pieces import (
    Document,
    Edit,
    EditRefused,
    PieceChanged,
    Place,
    is_blank,
    keyed,
    new_key,
    plain,
)
from audits.kloe.editing.settling import needed_text

MAX_DESCRIPTORS = 200


def form_title(given: Any) -> str:
    """A form's title as it is stored. Raises EditRefused for one that cannot be used."""
    return needed_text(given, "Give the form a title.", 200)


@dataclass(frozen=True)
class ChangeForm(Edit):
    """Another title or source. ``seen`` marks ``("form",)``."""

    seen: str
    title: str
    source: str = ""

    @property
    def summary(self) -> str:
        return "Title or source changed"

    @property
    def place(self) -> Place:
        return ("form",)

    @property
    def yours(self) -> Any:
        yours = {"title": form_title(self.title)}
        if not is_blank(self.source):
            yours["source"] = needed_text(self.source, "", 500)
        return yours

    def lands(self, document: Document) -> Place:
        return ("form",)

    def change(self, document: Document) -> None:
        yours = self.yours
        document.pop("source", None)
        document.update(yours)


@dataclass(frozen=True)
class ChangeScale(Edit):
    """Another grading scale, or none. ``seen`` marks ``("scale",)``.

    ``scale`` has title and grades; its key is the one that it brings, else the one that stands, else one made from the
    title. Descriptors follow to the new key; grades that they have and the scale has not become problems.
    """

    seen: str
    scale: dict[str, Any] | None

    @property
    def summary(self) -> str:
        return "Grading scale changed" if self.scale else "Grading scale taken out"

    @property
    def place(self) -> Place:
        return ("scale",)

    @property
    def yours(self) -> Any:
        return None if is_blank(self.scale) else self._settled("")

    def _settled(self, former: str) -> dict[str, Any]:
        scale = plain(self.scale)
        if not isinstance(scale, dict):
            raise EditRefused("A grading scale must be a set of properties.")
        title = needed_text(scale.get("title"), "Give the grading scale a title.", 500)
        key = scale.get("key")
        if not isinstance(key, str) or not key.strip():
            key = former or title
        grades = scale.get("grades") or []
        if not isinstance(grades, list):
            raise EditRefused("The grades must be a list.")
        kept = [_grade(grade) for grade in grades if not is_blank(grade)]
        return {"key": new_key(key, (), fallback="scale"), "title": title, "grades": kept}

    def lands(self, document: Document) -> Place:
        return ("form",) if is_blank(self.scale) else ("scale",)

    def change(self, document: Document) -> None:
        if is_blank(self.scale):
            document.pop("scale", None)
            return
        former = (document.get("scale") or {}).get("key", "")
        scale = document["scale"] = self._settled(former)
        for descriptor in document.get("descriptors", ()):
            descriptor["scale"] = scale["key"]


def _grade(grade: Any) -> Any:
    if not isinstance(grade, dict):
        raise EditRefused("A grade must be a set of properties.")
    given = {name: value for name, value in grade.items() if not is_blank(value)}
    stored = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    stored.setdefault("meets_standard", False)
    if stored.get("raises_alert") is False:
        del stored["raises_alert"]
    return stored


def _descriptors(document: Document) -> list[dict[str, Any]]:
    descriptors: list[dict[str, Any]] = document.setdefault("descriptors", [])
    return descriptors


def _settled_descriptor(given: Any, document: Document, key: str) -> dict[str, Any]:
    data = plain(given)
    if not isinstance(data, dict):
        raise EditRefused("What the grades look like must be a set of properties.")
    if unknown := sorted(set(data) - {"key", "title", "scale", "grades"}):
        raise EditRefused(f"There is no property ‘{unknown[0][:60]}’ here.")
    scale = (document.get("scale") or {}).get("key")
    if not scale:
        raise EditRefused("Give the form a grading scale first.")
    grades = data.get("grades") or {}
    if not isinstance(grades, dict):
        raise EditRefused("The sentences must be given grade by grade.")
    title = needed_text(data.get("title"), "Say which area of practice this is.", 500)
    kept = {code: _sentences(sentences) for code, sentences in grades.items()}
    kept = {code: sentences for code, sentences in kept.items() if not is_blank(sentences)}
    return {"key": key, "title": title, "scale": scale, "grades": kept}


def _sentences(given: Any) -> Any:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list):
        return listed
    return [text.strip() if isinstance(text, str) else text for text in listed if not is_blank(text)]


@dataclass(frozen=True)
class AddDescriptor(Edit):
    """What each grade looks like in one more area: ``{"title": …, "grades": {code: [sentences]}}``."""

    descriptor: dict[str, Any]

    @property
    def summary(self) -> str:
        return "Grade descriptions added"

    @property
    def place(self) -> Place:
        return ("form",)

    @property
    def yours(self) -> Any:
        return self.descriptor

    def describe(self, document: Document) -> str:
        title = self.descriptor.get("title", "") if isinstance(self.descriptor, dict) else ""
        return f"{self.summary}: {title}"[:200]

    def _key(self, document: Document) -> str:
        given = self.descriptor if isinstance(self.descriptor, dict) else {}
        words = next((given[name] for name in ("key", "title") if isinstance(given.get(name), str)), "")
        return new_key(words, {each["key"] for each in document.get("descriptors", ())}, fallback="descriptor")

    def lands(self, document: Document) -> Place:
        return ("descriptor", self._key(document))

    def change(self, document: Document) -> None:
        if len(document.get("descriptors", ())) >= MAX_DESCRIPTORS:
            raise EditRefused(f"A form can have no more than {MAX_DESCRIPTORS} sets of grade descriptions.")
        descriptor = _settled_descriptor(self.descriptor, document, self._key(document))
        _descriptors(document).append(descriptor)


@dataclass(frozen=True)
class ChangeDescriptor(Edit):
    """Other sentences or another title under the same key. ``seen`` marks ``("descriptor", key)``."""

    key: str
    seen: str
    descriptor: dict[str, Any]

    @property
    def summary(self) -> str:
        return "Grade descriptions changed"

    @property
    def place(self) -> Place:
        return ("descriptor", self.key)

    @property
    def yours(self) -> Any:
        return self.descriptor

    def lands(self, document: Document) -> Place:
        return self.place

    def change(self, document: Document) -> None:
        descriptor = _descriptor_of(document, self.key)
        changed = _settled_descriptor(self.descriptor, document, self.key)
        descriptor.clear()
        descriptor.update(changed)


@dataclass(frozen=True)
class RemoveDescriptor(Edit):
    """Gone from the form; questions that still name it become problems."""

    key: str
    seen: str

    @property
    def summary(self) -> str:
        return "Grade descriptions removed"

    @property
    def place(self) -> Place:
        return ("descriptor", self.key)

    def lands(self, document: Document) -> Place:
        return ("form",)

    def change(self, document: Document) -> None:
        _descriptors(document).remove(_descriptor_of(document, self.key))
        if not document["descriptors"]:
            del document["descriptors"]


def _descriptor_of(document: Document, key: str) -> dict[str, Any]:
    if (found := keyed(document.get("descriptors"), key)) is None:
        raise PieceChanged(("descriptor", key), None)
    return found
