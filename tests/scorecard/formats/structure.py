"""The structure tree of a tagged PDF, as a program that reads it aloud would walk it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject


@dataclass
class Node:
    """An element of the tree: its tag, its alternative text, its attributes and what is inside it."""

    tag: str
    alternative: str
    attributes: dict[str, Any]
    inside: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for one in self.inside:
            yield from one.walk()


def tree(reader: PdfReader) -> Node:
    root = Node("root", "", {})
    _fill(root, reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]
    return root


def tags(reader: PdfReader) -> list[Node]:
    """All elements in reading order."""
    return list(tree(reader).walk())[1:]


def names(reader: PdfReader) -> list[str]:
    """The names of all elements in reading order, such as "/H1"."""
    return [f"/{one.tag}" for one in tags(reader)]


def _fill(parent: Node, node: Any) -> None:
    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, list):
        for child in node:
            _fill(parent, child)
    elif isinstance(node, DictionaryObject):
        here = parent
        if "/S" in node:
            attributes = node.get("/A")
            attributes = attributes.get_object() if attributes is not None else {}
            here = Node(str(node["/S"])[1:], str(node.get("/Alt", "")), dict(attributes))
            parent.inside.append(here)
        if "/K" in node:
            _fill(here, node["/K"])


def bookmarks(reader: PdfReader) -> list[str]:
    """The titles of all bookmarks, in order."""

    def titles(outline: Any) -> Iterator[str]:
        for one in outline:
            if isinstance(one, list):
                yield from titles(one)
            else:
                yield str(one.title)

    return list(titles(reader.outline))


def read(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))
