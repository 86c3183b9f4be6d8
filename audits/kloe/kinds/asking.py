"""Reading a question from a definition, by whatever kinds are allowed in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audits.kloe.fields import Fields, shown, suggestion
from audits.kloe.kinds.base import Kind
from audits.kloe.questions import Question


def question_from(fields: Fields, kinds: Mapping[str, Kind], more: Mapping[str, Any] | None = None) -> Question | None:
    """The question of one mapping, or None when it cannot be told what it is; problems are noted on ``fields``.

    ``more`` holds what the caller read itself (condition, prefill).
    """
    key = fields.key("key", joint="_")
    name = fields.text("kind", required=True)
    common: dict[str, Any] = {
        "label": fields.text("label", required=True),
        "hint": fields.text("hint", limit=1000),
        "guidance": fields.texts("guidance"),
        "required": fields.flag("required"),
    }
    kind = kinds.get(name)
    if kind is None:
        if name:
            fields.wrong(
                f"unknown kind {shown(name)}{suggestion(name, kinds) or '; known are ' + ', '.join(kinds)}", "kind"
            )
        return None
    own = kind.options_from(fields)
    fields.finish(also=kind.own_keys)
    return Question(key=key, kind=name, **common, **(more or {}), **own)


def question_to_json(question: Question, kind: Kind) -> dict[str, Any]:
    """A question as a definition writes it, but for its condition; what is as by default is left out."""
    written: dict[str, Any] = {"key": question.key, "kind": question.kind, "label": question.label}
    if question.hint:
        written["hint"] = question.hint
    if question.guidance:
        written["guidance"] = list(question.guidance)
    if question.required:
        written["required"] = True
    if question.prefill:
        written["prefill"] = question.prefill
    return written | kind.options_to_json(question)
