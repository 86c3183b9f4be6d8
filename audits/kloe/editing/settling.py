"""Bringing what a person gave for a section or a question into the shape in which definitions are stored.

What the engine can read is stored as it would write it. What it cannot read yet is kept as it was given, so that a
draft loses nothing; ``problems`` then says what is wrong with it.
"""

from __future__ import annotations

from typing import Any

from audits.kloe.conditions import condition_to_json
from audits.kloe.editing.pieces import EditRefused, is_blank, new_key, plain
from audits.kloe.fields import Fields, Problems
from audits.kloe.kinds import KINDS
from audits.kloe.kinds.asking import question_to_json
from audits.kloe.questions import PARTS
from audits.kloe.reading import FormReader

COMMON = frozenset({"key", "kind", "label", "hint", "guidance", "required", "when", "prefill"})
_OWN = frozenset().union(*(kind.own_keys for kind in KINDS.values()))


def settled_question(given: Any, *, key: str, section: str) -> dict[str, Any]:
    """A question as it is stored, under this key; properties of another kind and empty ones fall away.

    Raises EditRefused when its kind or one of its properties is unknown.
    """
    data = plain(given)
    if not isinstance(data, dict):
        raise EditRefused("A question must be a set of properties.")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise EditRefused("Choose what kind of question this is.")
    if unknown := sorted(set(data) - COMMON - _OWN):
        raise EditRefused(f"A question has no property ‘{unknown[0][:60]}’.")
    allowed = COMMON | KINDS[kind].own_keys
    question = {name: value for name, value in data.items() if name in allowed and not is_blank(value)}
    question |= {"key": key, "kind": kind, "label": question.get("label", "")}
    if isinstance(question.get("guidance"), str):
        question["guidance"] = [question["guidance"]]
    if isinstance(question.get("guidance"), list):
        question["guidance"] = [text for text in question["guidance"] if not is_blank(text)]
    _fill_options(question)
    if isinstance(question.get("columns"), list):
        question["columns"] = _columns(question["columns"])
    return _as_written(question, section)


def _as_written(question: dict[str, Any], section: str) -> dict[str, Any]:
    problems = Problems()
    holder = Fields({}, problems)
    read = FormReader(problems, {}, {}).question(holder, section, 0, question)
    if read is None or problems.found:
        return question
    written = question_to_json(read, KINDS[read.kind])
    if read.when:
        written["when"] = condition_to_json(read.when)
    return written


def _fill_options(question: dict[str, Any]) -> None:
    """Give options that have only a label their value; values that are there stay, whatever becomes of the label."""
    options = question.get("options")
    if not isinstance(options, list):
        return
    taken = {option["value"] for option in options if isinstance(option, dict) and _is_text(option.get("value"))}
    filled = []
    for option in options:
        if is_blank(option) or (isinstance(option, dict) and all(map(is_blank, option.values()))):
            continue
        made = {"label": option} if isinstance(option, str) else option
        if isinstance(made, dict) and _is_text(made.get("label")) and is_blank(made.get("value")):
            made = {"value": new_key(made["label"], taken, underscore=True, fallback="option"), "label": made["label"]}
            taken.add(made["value"])
        filled.append(made)
    question["options"] = filled


def _columns(columns: list[Any]) -> list[Any]:
    taken = {column["key"] for column in columns if isinstance(column, dict) and _is_text(column.get("key"))}
    filled = []
    for column in columns:
        if isinstance(column, dict):
            made = {name: value for name, value in column.items() if not is_blank(value)}
            if "key" not in made:
                words = made.get("label")
                words = words if isinstance(words, str) else ""
                made["key"] = new_key(words, taken, underscore=True, fallback="column")
                taken.add(made["key"])
            _fill_options(made)
            filled.append(made)
        elif not is_blank(column):
            filled.append(column)
    return filled


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def settled_head(*, key: str, title: Any, part: Any, introduction: Any = None, when: Any = None) -> dict[str, Any]:
    """A section's own properties as they are stored. Raises EditRefused without a title or with an unknown part."""
    head: dict[str, Any] = {"key": key, "title": needed_text(title, "Give the section a title.", 200), "part": part}
    if part not in PARTS:
        raise EditRefused("Choose who fills in the section.")
    paragraphs = plain(introduction)
    paragraphs = [paragraphs] if isinstance(paragraphs, str) else paragraphs
    if isinstance(paragraphs, list):
        paragraphs = [text.strip() if isinstance(text, str) else text for text in paragraphs if not is_blank(text)]
    if not is_blank(paragraphs):
        head["introduction"] = paragraphs
    if not is_blank(condition := plain(when)):
        head["when"] = settled_condition(condition, key)
    return head


def settled_condition(condition: Any, section: str) -> Any:
    """A condition as the engine would write it, or as it is when it cannot be read yet."""
    problems = Problems()
    read = FormReader(problems, {}, {}).when(Fields({"when": condition}, problems), section)
    return condition_to_json(read) if read is not None and not problems.found else condition


def needed_text(value: Any, missing: str, limit: int) -> str:
    """A text that nothing can be made without. Raises EditRefused, with ``missing`` when it is blank."""
    if is_blank(value):
        raise EditRefused(missing)
    problems = Problems()
    text = Fields({"text": plain(value)}, problems).text("text", limit=limit)
    if problems.found:
        reason = problems.found[0].reason.removeprefix("text ")
        raise EditRefused(f"The title {reason}." if not reason.startswith("must be text") else "A title must be text.")
    return text
