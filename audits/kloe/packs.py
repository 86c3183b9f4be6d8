"""Reading a framework pack from its folder, and comparing two wordings of a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from audits.kloe.checks import check_form
from audits.kloe.fields import Fields, Problems
from audits.kloe.moderators import ModeratorRule, moderators_from
from audits.kloe.questions import FormDefinition, Question, Section
from audits.kloe.reading import FormReader, descriptor_from, scale_from
from audits.kloe.scales import Descriptor, Scale
from audits.kloe.schedule import Expectation, expectations_from
from audits.kloe.types import AuditType, Process, types_from
from audits.kloe.yaml_lines import UnreadableYaml, YamlMap, line_of, read_yaml

__all__ = ["AuditType", "Difference", "Pack", "PackError", "PackErrors", "Process", "compare", "read_pack"]

MAX_FORMS = 100


@dataclass(frozen=True, order=True)
class PackError:
    """One thing wrong with a pack."""

    file: str
    line: int
    where: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{self.file}:{self.line}: {place}{self.reason}"


class PackErrors(Exception):
    """Everything that is wrong with a pack, all files at once; as text, one error a line."""

    def __init__(self, errors: list[PackError]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


@dataclass(frozen=True)
class Pack:
    """A framework pack: its scales, descriptors, forms, types of audit, who moderates, and who audits what, when."""

    key: str
    title: str
    source: str
    scales: tuple[Scale, ...]
    descriptors: tuple[Descriptor, ...]
    forms: tuple[FormDefinition, ...]
    types: tuple[AuditType, ...]
    moderators: tuple[ModeratorRule, ...] = ()
    expectations: tuple[Expectation, ...] = ()

    def form(self, key: str) -> FormDefinition:
        """The form with this key. Raises KeyError when the pack has none."""
        return {form.key: form for form in self.forms}[key]


def read_pack(path: str | Path) -> Pack:
    """Read the pack in a folder. Raises PackErrors with every mistake of every file."""
    return _PackReader(Path(path)).pack()


class _PackReader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors: list[PackError] = []

    def pack(self) -> Pack:
        key, title, source = self._head()
        scales = self._scales()
        descriptors = self._descriptors(scales)
        forms = self._forms(scales, descriptors)
        types = self._types(forms)
        moderators = self._moderators(types)
        expectations = self._expectations(types)
        if self.errors:
            raise PackErrors(sorted(set(self.errors)))
        return Pack(
            key,
            title,
            source,
            tuple(scales.values()),
            tuple(descriptors.values()),
            tuple(forms.values()),
            tuple(types),
            tuple(moderators),
            tuple(expectations),
        )

    def _load(self, name: str, *, optional: bool = False) -> Any:
        """The data of one file, or None when it cannot be read."""
        file = self.folder / name
        if not file.is_file():
            if not optional:
                self.errors.append(PackError(name, 1, "", "the file is missing"))
            return None
        try:
            with file.open("rb") as opened:
                # One byte past the limit tells that it is too large; more need not be read.
                document = read_yaml(opened.read(1024 * 1024 + 1))
        except UnreadableYaml as error:
            self.errors.append(PackError(name, error.line, "", error.reason))
            return None
        self.errors += [PackError(name, line, "", reason) for line, reason in document.duplicates]
        return document.data if document.data is not None else YamlMap()

    def _keep(self, name: str, data: Any, problems: Problems) -> None:
        self.errors += [
            PackError(name, line_of(data, problem.path), problem.where, problem.reason) for problem in problems.found
        ]

    def _head(self) -> tuple[str, str, str]:
        data, problems = self._load("pack.yaml"), Problems()
        if data is None:
            return "", "", ""
        head = Fields(data, problems)
        read = head.key("key"), head.text("title", required=True, limit=200), head.text("source", limit=300)
        head.finish()
        self._keep("pack.yaml", data, problems)
        return read

    def _scales(self) -> dict[str, Scale]:
        found: dict[str, Scale] = {}
        for inner in self._list_of("scales.yaml", "scales", "scale"):
            scale = scale_from(inner)
            if scale and scale.key in found:
                inner.wrong(f"scale ‘{scale.key}’ is there twice", "key")
            if scale:
                found[scale.key] = scale
        return found

    def _descriptors(self, scales: dict[str, Scale]) -> dict[str, Descriptor]:
        found: dict[str, Descriptor] = {}
        for inner in self._list_of("descriptors.yaml", "descriptors", "descriptor", optional=True):
            descriptor = descriptor_from(inner, scales)
            if descriptor and descriptor.key in found:
                inner.wrong(f"descriptor ‘{descriptor.key}’ is there twice", "key")
            if descriptor:
                found[descriptor.key] = descriptor
        return found

    def _list_of(self, name: str, key: str, word: str, *, optional: bool = False) -> Iterator[Fields]:
        """The mappings of a file that is one list; what the caller notes on them is kept afterwards."""
        data, problems = self._load(name, optional=optional), Problems()
        if data is None:
            return
        outer = Fields(data, problems)
        for index, item in outer.items(key, required=True):
            named = item.get("key") if isinstance(item, dict) else None
            yield outer.inner(item, f"{word} {named or index + 1}", key, index)
        outer.finish()
        self._keep(name, data, problems)

    def _forms(self, scales: dict[str, Scale], descriptors: dict[str, Descriptor]) -> dict[str, FormDefinition]:
        found: dict[str, FormDefinition] = {}
        files = sorted((self.folder / "forms").glob("*.yaml"))
        if not files:
            self.errors.append(PackError("forms", 1, "", "there is no form: the folder has no file *.yaml"))
        for file in files[:MAX_FORMS]:
            name = f"forms/{file.name}"
            data, problems = self._load(name), Problems()
            if data is None:
                continue
            form = FormReader(problems, scales, descriptors).form(data)
            problems.found += check_form(form, descriptors)
            if form.key and form.key in found:
                problems.add(("form",), "", f"another file has a form ‘{form.key}’ already")
            self._keep(name, data, problems)
            if form.key:
                found[form.key] = form
        return found

    def _types(self, forms: dict[str, FormDefinition]) -> list[AuditType]:
        data, problems = self._load("types.yaml", optional=True), Problems()
        if data is None:
            return []
        types = types_from(data, problems, forms)
        self._keep("types.yaml", data, problems)
        return types

    def _moderators(self, types: list[AuditType]) -> list[ModeratorRule]:
        data, problems = self._load("moderators.yaml", optional=True), Problems()
        if data is None:
            return []
        moderators = moderators_from(data, problems, types)
        self._keep("moderators.yaml", data, problems)
        return moderators

    def _expectations(self, types: list[AuditType]) -> list[Expectation]:
        data, problems = self._load("schedule.yaml", optional=True), Problems()
        if data is None:
            return []
        expectations = expectations_from(data, problems, types)
        self._keep("schedule.yaml", data, problems)
        return expectations


@dataclass(frozen=True)
class Difference:
    """How a section (``question`` empty) or a question differs between two wordings of a form.

    ``change`` is added, removed, changed or moved; ``details`` names each property with its text before and after.
    """

    section: str
    question: str
    change: str
    details: tuple[tuple[str, Any, Any], ...] = ()


def compare(old: FormDefinition, new: FormDefinition) -> list[Difference]:
    """What differs between two wordings of a form, question by question, in the order of the new one.

    What was removed stands at the end of its section, removed sections at the end. Questions are told apart by key.
    """
    found: list[Difference] = []
    if head := _changes(old, new, ("title", "source", "scale", "descriptors")):
        found.append(Difference("", "", "changed", head))
    before = {section.key: section for section in old.sections}
    after = {section.key: section for section in new.sections}
    moved = _moved([section.key for section in old.sections], [section.key for section in new.sections])
    for key, section in after.items():
        if key not in before:
            found.append(Difference(key, "", "added"))
            found += [Difference(key, question.key, "added") for question in section.questions]
            continue
        if details := _changes(before[key], section, ("title", "part", "introduction", "when")):
            found.append(Difference(key, "", "changed", details))
        if key in moved:
            found.append(Difference(key, "", "moved"))
        found += _compare_questions(before[key], section)
    found += [Difference(key, "", "removed") for key in before if key not in after]
    return found


def _compare_questions(old: Section, new: Section) -> Iterator[Difference]:
    before = {question.key: question for question in old.questions}
    after = {question.key: question for question in new.questions}
    moved = _moved(list(before), list(after))
    properties = tuple(field.name for field in fields(Question) if field.name != "key")
    for key, question in after.items():
        if key not in before:
            yield Difference(new.key, key, "added")
            continue
        if details := _changes(before[key], question, properties):
            yield Difference(new.key, key, "changed", details)
        if key in moved:
            yield Difference(new.key, key, "moved")
    for key in before:
        if key not in after:
            yield Difference(new.key, key, "removed")


def _changes(old: Any, new: Any, names: tuple[str, ...]) -> tuple[tuple[str, Any, Any], ...]:
    return tuple(
        (name, getattr(old, name), getattr(new, name)) for name in names if getattr(old, name) != getattr(new, name)
    )


def _moved(before: list[str], after: list[str]) -> set[str]:
    """The keys that changed their place among those that both wordings have."""
    old = [key for key in before if key in after]
    new = [key for key in after if key in before]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {key for block in blocks for key in new[block.b : block.b + block.size]}
    return set(new) - stayed
