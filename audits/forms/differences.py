"""Two versions of a form side by side, in words: what changed question by question, and which figures still join."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from audits.forms.builder_words import PREFILL_WORDS, condition_words, kind_short, kind_title, part_words
from audits.kloe.packs import Difference, compare
from audits.kloe.questions import PARTS, Choice, FormDefinition, Question, Section
from audits.kloe.scales import Descriptor, Scale

CHANGES = {"added": "Added", "removed": "Removed", "changed": "Changed", "moved": "Moved"}
NAMES = {
    "title": "Title",
    "source": "Source",
    "scale": "Grading scale",
    "part": "Filled in by",
    "introduction": "Introduction",
    "when": "Asked",
    "kind": "Kind of question",
    "label": "Question",
    "hint": "Hint",
    "guidance": "Guidance",
    "required": "Must be answered",
    "prefill": "Filled in beforehand with",
    "max_length": "Longest text, in characters",
    "past_only": "Only days that have been",
    "minimum": "Smallest number",
    "maximum": "Largest number",
    "decimals": "Decimal places",
    "options": "Answers to choose from",
    "comment": "Room for a comment",
    "not_applicable": "“Not applicable” can be chosen",
    "low_label": "What 0 means",
    "high_label": "What 10 means",
    "left": "Left box",
    "right": "Right box",
    "domain": "Domain that figures join on",
    "overall": "Grade of the whole audit",
    "descriptors": "What grades look like",
    "columns": "Asked in each row",
    "minimum_rows": "Fewest rows",
    "maximum_rows": "Most rows",
    "row_name": "A row is called",
    "becomes": "Rows become",
}


@dataclass(frozen=True)
class Change:
    """One property, with its words before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """A question (or a section's own head) that differs: how, and in what."""

    title: str
    how: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Group:
    """What differs in one section, or (without a title of one) in the form as a whole."""

    title: str
    how: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Domain:
    """A graded domain with its title in either version; empty where a version has it not."""

    key: str
    before: str
    after: str


@dataclass(frozen=True)
class Domains:
    """Which grades of the two versions are counted together in figures."""

    shared: tuple[Domain, ...]
    gone: tuple[Domain, ...]
    new: tuple[Domain, ...]
    # Figures join within one grading scale; False when the versions are graded on different ones.
    same_scale: bool

    @property
    def all(self) -> tuple[Domain, ...]:
        return (*self.shared, *self.gone, *self.new)


def groups(old: FormDefinition, new: FormDefinition) -> list[Group]:
    """Everything that differs, section by section in the order of the new version, what is gone at the end."""
    by_section: dict[str, list[Difference]] = {}
    for difference in compare(old, new):
        by_section.setdefault(difference.section, []).append(difference)
    return [_group(old, new, key, found) for key, found in by_section.items()]


def _group(old: FormDefinition, new: FormDefinition, key: str, found: list[Difference]) -> Group:
    if not key:
        changes = tuple(change for one in found for change in _form_changes(one))
        return Group("The form as a whole", "", (Entry("", CHANGES["changed"], changes),))
    before, after = _section(old, key), _section(new, key)
    own = [one for one in found if not one.question]
    entries = [
        Entry("The section itself", CHANGES["changed"], _changes(one, (old, before), (new, after)))
        for one in own
        if one.change == "changed"
    ]
    if before is not None and after is None:
        # Only the section is named then; whoever compares wants to see what was in it.
        found = [*found, *(Difference(key, question.key, "removed") for question in before.questions)]
    asked: dict[str, list[Difference]] = {}
    for one in found:
        if one.question:
            asked.setdefault(one.question, []).append(one)
    entries += [_question_entry((old, before), (new, after), same) for same in asked.values()]
    how = " and ".join(CHANGES[one.change].lower() for one in own if one.change != "changed")
    shown = after or before
    return Group(shown.title if shown else key, how[:1].upper() + how[1:], tuple(entries))


Side = tuple[FormDefinition, Section | None]


def _question_entry(old: Side, new: Side, same: list[Difference]) -> Entry:
    key = same[0].question
    before, after = _question(old[1], key), _question(new[1], key)
    how = " and ".join(CHANGES[one.change].lower() for one in same)
    changes: tuple[Change, ...] = ()
    for one in same:
        if one.change == "changed":
            changes += _changes(one, old, new)
    if before is None and after is not None:
        changes = tuple(Change(name, "", words) for name, words in _described(new, after))
    elif after is None and before is not None:
        changes = tuple(Change(name, words, "") for name, words in _described(old, before))
    shown = after or before
    return Entry(shown.label if shown else key, how[:1].upper() + how[1:], changes)


def _described(side: Side, question: Question) -> list[tuple[str, str]]:
    """What a question says beyond its label, where it says more than any question does."""
    bare = Question(key=question.key, kind=question.kind, label=question.label)
    said = [("kind", question.kind)]
    for field in fields(Question):
        if field.name not in ("key", "kind", "label") and getattr(question, field.name) != getattr(bare, field.name):
            said.append((field.name, getattr(question, field.name)))
    return [(NAMES[name], words) for name, value in said if (words := in_words(name, value, side))]


def _changes(difference: Difference, old: Side, new: Side) -> tuple[Change, ...]:
    return tuple(
        _change(NAMES[name], in_words(name, before, old), in_words(name, after, new), before, after)
        for name, before, after in difference.details
    )


def _change(name: str, before: str, after: str, was: Any, now: Any) -> Change:
    """Words that are the same hide a change of what stands behind them: then the keys are shown as well."""
    if before == after:
        return Change(name, f"{before}\n{_keys(was)}".strip(), f"{after}\n{_keys(now)}".strip())
    return Change(name, before, after)


def _keys(value: Any) -> str:
    if isinstance(value, tuple):
        return "\n".join(_keys(one) for one in value)
    if isinstance(value, Choice):
        return f"{value.label}: kept as {value.value}"
    if isinstance(value, Question):
        return f"{value.label}: kept as {value.key}"
    return ""


def _form_changes(difference: Difference) -> Iterable[Change]:
    for name, before, after in difference.details:
        if name == "scale":
            yield Change(NAMES[name], _scale_words(before), _scale_words(after))
        elif name == "descriptors":
            yield from _descriptor_changes(before, after)
        else:
            yield Change(NAMES[name], str(before), str(after))


def _scale_words(scale: Scale | None) -> str:
    if scale is None:
        return ""
    meets, alert = "meets the standard", "raises the alert"
    lines = []
    for grade in scale.grades:
        notes = [grade.code, *([meets] if grade.meets_standard else []), *([alert] if grade.raises_alert else [])]
        lines.append(f"{grade.name} ({', '.join(notes)})")
    return "\n".join([scale.title, *lines])


def _descriptor_changes(old: tuple[Descriptor, ...], new: tuple[Descriptor, ...]) -> Iterable[Change]:
    before, after = {one.key: one for one in old}, {one.key: one for one in new}
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        grades = dict.fromkeys([*(now.grades if now else ()), *(was.grades if was else ())])
        shown = now or was
        title = shown.title if shown else key
        for code in grades:
            here, there = (was.grades.get(code, ()) if was else ()), (now.grades.get(code, ()) if now else ())
            if here != there:
                yield Change(f"What ‘{code}’ looks like: {title}", "\n".join(here), "\n".join(there))
        if was and now and was.title != now.title:
            yield Change("Title of what grades look like", was.title, now.title)


def in_words(name: str, value: Any, side: Side) -> str:
    """A property of a question or a section for people; empty for what is not given."""
    if name in _WORDS:
        return _WORDS[name](value, side)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, tuple):
        return "\n\n".join(str(one) for one in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _when(value: Any, side: Side) -> str:
    if value is None:
        return "Always"
    return "Only if " + condition_words(value, side[0], side[1].key if side[1] else "")


def _titles(value: tuple[str, ...], side: Side) -> str:
    found = [side[0].descriptor(key) for key in value]
    return "\n".join(one.title if one else key for one, key in zip(found, value, strict=True))


def _columns(value: tuple[Question, ...], side: Side) -> str:
    lines = []
    for column in value:
        notes = [kind_short(column.kind).lower(), *(["must be answered"] if column.required else [])]
        choices = f": {', '.join(choice.label for choice in column.options)}" if column.options else ""
        hint = f" – {column.hint}" if column.hint else ""
        lines.append(f"{column.label} ({', '.join(notes)}){choices}{hint}")
    return "\n".join(lines)


_WORDS: dict[str, Callable[[Any, Side], str]] = {
    "when": _when,
    "kind": lambda value, side: kind_title(value),
    "part": lambda value, side: part_words(value),
    "prefill": lambda value, side: PREFILL_WORDS.get(value, value),
    "options": lambda value, side: "\n".join(choice.label for choice in value),
    "descriptors": _titles,
    "columns": _columns,
}


def _section(form: FormDefinition, key: str) -> Section | None:
    return next((section for section in form.sections if section.key == key), None)


def _question(section: Section | None, key: str) -> Question | None:
    return next((question for question in section.questions if question.key == key), None) if section else None


def domains(old: FormDefinition, new: FormDefinition) -> Domains:
    """Which graded domains the two versions have in common."""
    before, after = _domains_of(old), _domains_of(new)
    return Domains(
        shared=tuple(Domain(key, before[key], after[key]) for key in after if key in before),
        gone=tuple(Domain(key, before[key], "") for key in before if key not in after),
        new=tuple(Domain(key, "", after[key]) for key in after if key not in before),
        same_scale=(old.scale.key if old.scale else "") == (new.scale.key if new.scale else ""),
    )


def _domains_of(form: FormDefinition) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in PARTS:
        for key, title in form.domains(part):
            found.setdefault(key, title)
    return found
