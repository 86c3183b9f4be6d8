"""YAML with line numbers, for files that somebody else wrote: plain data only, and no way to exhaust the machine.

Nothing is ever built from a tag. Scalars follow YAML 1.2: only ``true`` and ``false`` are booleans, so that ``yes`` and
``no``, which are answers here, stay texts; dates stay texts too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from audits.kloe.fields import Path

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 30
MAX_ALIASES = 50
MAX_NODES = 100_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile("[-+]?[0-9]{1,15}")
# A long row of digits is an identifier, not a number: it stays text.
# The fraction may be as long as the shortest exact wording of any number needs.
_FLOAT = re.compile(r"[-+]?(?:[0-9]{0,15}\.[0-9]{1,20}|[0-9]{1,15}(?:\.)?(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?")


class YamlMap(dict[str, Any]):
    """A mapping that knows on which line it and each of its keys stand."""

    line: int
    lines: dict[str, int]


class YamlList(list[Any]):
    """A list that knows on which line it and each of its items stand."""

    line: int
    lines: list[int]


class UnreadableYaml(Exception):
    """The file cannot be read at all: where, and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass
class Document:
    """What was read, and the keys that stood twice: (line, reason)."""

    data: Any
    duplicates: list[tuple[int, str]] = field(default_factory=list)


def read_yaml(content: bytes) -> Document:
    """Read one YAML document. Raises UnreadableYaml for what is no YAML, is too large, or is made to do harm."""
    if len(content) > MAX_BYTES:
        raise UnreadableYaml(1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableYaml(line, "the file is not in UTF-8") from None
    try:
        return _Builder(text).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableYaml(mark.line + 1 if mark else 1, f"this is not YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise UnreadableYaml(line, "the file contains a character that YAML does not allow") from None
    except yaml.YAMLError as error:
        raise UnreadableYaml(1, f"this is not YAML: {error}") from None


class _Builder:
    """Builds plain data from the parser's events, one by one, without calling anything that a file could name."""

    def __init__(self, text: str) -> None:
        self.loader = _Loader(text)
        self.anchors: dict[str, Any] = {}
        self.aliases = 0
        self.nodes = 0
        self.duplicates: list[tuple[int, str]] = []

    def document(self) -> Document:
        try:
            self._next(yaml.StreamStartEvent)
            if self.loader.check_event(yaml.StreamEndEvent):
                return Document(None)
            self._next(yaml.DocumentStartEvent)
            data = self._node(self.loader.get_event(), 0)
            self._next(yaml.DocumentEndEvent)
            if not self.loader.check_event(yaml.StreamEndEvent):
                raise UnreadableYaml(self._line(self.loader.get_event()), "a file holds one document, this has more")
            return Document(data, self.duplicates)
        finally:
            self.loader.dispose()

    def _next(self, wanted: type) -> Any:
        event = self.loader.get_event()
        if not isinstance(event, wanted):
            raise UnreadableYaml(self._line(event), "this is not YAML")
        return event

    @staticmethod
    def _line(event: Any) -> int:
        return event.start_mark.line + 1 if event.start_mark else 1

    def _count(self, event: Any, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise UnreadableYaml(self._line(event), f"more than {MAX_NODES:,} values")
        if depth > MAX_DEPTH:
            raise UnreadableYaml(self._line(event), f"lists and mappings are nested deeper than {MAX_DEPTH}")

    def _node(self, event: Any, depth: int) -> Any:
        self._count(event, depth)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None:
            raise UnreadableYaml(self._line(event), f"the tag {event.tag[:60]} is not allowed; write plain values")
        if isinstance(event, yaml.ScalarEvent):
            value: Any = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._list(event, depth)
        else:
            value = self._map(event, depth)
        if event.anchor is not None:
            # Only now: an alias within its own anchor would be a circle.
            self.anchors[event.anchor] = value
        return value

    def _alias(self, event: Any) -> Any:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise UnreadableYaml(self._line(event), f"more than {MAX_ALIASES} aliases (*name) in one file")
        if event.anchor not in self.anchors:
            reason = f"the alias *{event.anchor} has no anchor before it, or stands within its own"
            raise UnreadableYaml(self._line(event), reason)
        # What an alias stands for counts each time: ten lists of ten aliases of ten… never get large.
        value = self.anchors[event.anchor]
        self.nodes += _size(value, MAX_NODES - self.nodes)
        self._count(event, 0)
        return value

    def _list(self, event: Any, depth: int) -> YamlList:
        found = YamlList()
        found.line, found.lines = self._line(event), []
        while not isinstance(event := self.loader.get_event(), yaml.SequenceEndEvent):
            found.lines.append(self._line(event))
            found.append(self._node(event, depth + 1))
        return found

    def _map(self, event: Any, depth: int) -> YamlMap:
        found = YamlMap()
        found.line, found.lines = self._line(event), {}
        while not isinstance(event := self.loader.get_event(), yaml.MappingEndEvent):
            line = self._line(event)
            if not isinstance(event, yaml.ScalarEvent) or event.tag is not None or event.anchor is not None:
                raise UnreadableYaml(line, "a key must be a plain text")
            key = event.value
            value = self._node(self.loader.get_event(), depth + 1)
            if key in found:
                self.duplicates.append(
                    (line, f"the key ‘{key[:60]}’ is there twice (first on line {found.lines[key]})")
                )
                continue
            found[key] = value
            found.lines[key] = line
        return found


def _size(value: Any, limit: int) -> int:
    """How many values there are in a value, counted no further than just past the limit."""
    count, waiting = 0, [value]
    while waiting and count <= limit:
        current = waiting.pop()
        count += 1
        if isinstance(current, YamlMap):
            waiting.extend(current.values())
        elif isinstance(current, YamlList):
            waiting.extend(current)
    return count


def _scalar(event: Any) -> Any:
    text = event.value
    return _plain_value(text) if event.implicit[0] else text  # a text in quotes or in a block stays one


def _plain_value(text: str) -> Any:
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def is_text(text: str) -> bool:
    """Whether a text that stands without quotes is read as a text."""
    return isinstance(_plain_value(text), str)


def line_of(data: Any, path: Path) -> int:
    """The line on which the thing at a path stands, or the nearest thing around it."""
    line = getattr(data, "line", 1)
    for step in path:
        if isinstance(data, YamlMap) and step in data:
            line, data = data.lines[str(step)], data[str(step)]
        elif isinstance(data, YamlList) and isinstance(step, int) and step < len(data):
            line, data = data.lines[step], data[step]
        else:
            break
    return line
