"""Rows that repeat: family members, professionals, actions. Each cell is a question of a simple kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from audits.kloe.fields import Fields
from audits.kloe.kinds.asking import question_from, question_to_json
from audits.kloe.kinds.base import Control, Data, FieldMessage, Kind, Pair, Reading, one
from audits.kloe.kinds.simple import COLUMNS
from audits.kloe.questions import FormDefinition, Question
from audits.kloe.scales import Scale

MAX_ROWS = 100
MAX_COLUMNS = 50
# What rows that become actions need to have, and of which kind it may be.
ACTION_COLUMNS = {"action": ("short_text", "long_text"), "owner": ("short_text", "person"), "due": ("date",)}


class Rows(Kind):
    name = "rows"
    own_keys = frozenset({"columns", "minimum_rows", "maximum_rows", "row_name", "becomes"})
    in_rows = False

    def options_from(self, fields: Fields) -> dict[str, Any]:
        columns: list[Question] = []
        for index, item in fields.items("columns", required=True, most=MAX_COLUMNS):
            column = self._column(fields, index, item)
            if column is None or not column.key:
                continue
            if column.key in [other.key for other in columns]:
                fields.wrong(f"column ‘{column.key}’ is there twice", "columns", index, "key")
            columns.append(column)
        minimum = fields.whole("minimum_rows", 0, most=MAX_ROWS)
        maximum = fields.whole("maximum_rows", 30, least=1, most=MAX_ROWS)
        if minimum > maximum:
            fields.wrong("minimum_rows is larger than maximum_rows", "minimum_rows")
        becomes = fields.one_of("becomes", ("actions",))
        if becomes == "actions":
            self._check_action_columns(fields, columns)
        return {
            "columns": tuple(columns),
            "minimum_rows": minimum,
            "maximum_rows": maximum,
            "row_name": fields.text("row_name", limit=60, default="row"),
            "becomes": becomes,
        }

    def _column(self, fields: Fields, index: int, item: Any) -> Question | None:
        named = item.get("key") if isinstance(item, dict) else None
        inner = fields.inner(item, f"{fields.where}, column {named or index + 1}", "columns", index)
        for key in ("when", "prefill"):
            if inner.has(key):
                inner.take(key)
                inner.wrong(f"a column cannot have {key}", key)
        return question_from(inner, COLUMNS)

    @staticmethod
    def _check_action_columns(fields: Fields, columns: list[Question]) -> None:
        kinds = {column.key: column.kind for column in columns}
        for key, allowed in ACTION_COLUMNS.items():
            if key not in kinds:
                fields.wrong(f"rows that become actions need a column ‘{key}’", "columns")
            elif kinds[key] not in allowed:
                fields.wrong(f"column ‘{key}’ of actions must be of kind {' or '.join(allowed)}", "columns")

    def options_to_json(self, question: Question) -> dict[str, Any]:
        written: dict[str, Any] = {
            "columns": [question_to_json(column, COLUMNS[column.kind]) for column in question.columns]
        }
        usual = {"minimum_rows": 0, "maximum_rows": 30, "row_name": "row", "becomes": ""}
        return written | {
            key: getattr(question, key) for key, value in usual.items() if getattr(question, key) != value
        }

    def count(self, question: Question, data: Data, prefix: str = "") -> int:
        """How many rows were submitted: by the hidden count, or by the highest number in a field's name."""
        name = f"{prefix}{question.key}-"
        declared = one(data, f"{name}rows")
        count = int(declared) if re.fullmatch("[0-9]{1,4}", declared) else 0
        for field in data:
            if field.startswith(name) and (found := re.match("[0-9]{1,4}(?=-)", field[len(name) :])):
                count = max(count, int(found[0]) + 1)
        return count

    def drawn_count(self, question: Question, data: Data) -> int:
        """How many rows the page shows: at least one, and as many as there must be."""
        return min(max(self.count(question, data), question.minimum_rows, 1), question.maximum_rows)

    def row_label(self, question: Question, index: int) -> str:
        return f"{question.row_name[:1].upper()}{question.row_name[1:]} {index + 1}"

    def read(
        self,
        question: Question,
        data: Data,
        prefix: str = "",
        *,
        scale: Scale | None = None,
        today: date | None = None,
        keep_blank: bool = False,
    ) -> Reading:
        rows, errors = [], []
        count = self.count(question, data, prefix)
        if count > question.maximum_rows:
            text = f"‘{question.label}’ can have no more than {question.maximum_rows} rows"
            errors.append(FieldMessage(text, self.anchor(question)))
        for index in range(min(count, question.maximum_rows)):
            row: dict[str, Any] = {}
            inner = f"{question.key}-{index}-"
            for column in question.columns:
                reading = COLUMNS[column.kind].read(column, data, prefix + inner, scale=scale, today=today)
                if reading.answer is not None:
                    row[column.key] = reading.answer
                errors += [
                    FieldMessage(f"{self.row_label(question, index)}: {error}", inner + error.field)
                    for error in reading.errors
                ]
            if row or keep_blank:
                rows.append(row)
        raw = self.raw_of(question, data, prefix) if errors else None
        return Reading(rows or None, raw, tuple(errors))

    def rearranged(self, question: Question, data: Data, prefix: str, *, remove: int | None) -> dict[str, Any]:
        """The submitted rows without row ``remove``, or with one more when it is None; the other rows move up."""
        count = min(self.count(question, data, prefix), question.maximum_rows)
        raw = self.raw_of(question, data, prefix)
        kept = [index for index in range(max(count, 1)) if index != remove]
        numbers = {old: new for new, old in enumerate(kept)}
        moved: dict[str, Any] = {}
        for name, value in raw.items():
            found = re.match("([0-9]{1,4})-", name[len(question.key) + 1 :])
            if found and int(found[1]) in numbers:
                rest = name[len(question.key) + 1 + found.end() :]
                moved[f"{prefix}{question.key}-{numbers[int(found[1])]}-{rest}"] = value
        rows = len(kept) + (1 if remove is None and len(kept) < question.maximum_rows else 0)
        moved[f"{prefix}{question.key}-rows"] = str(rows)
        return moved

    def fields(self, question: Question, answer: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {f"{question.key}-rows": str(len(answer))}
        for index, row in enumerate(answer):
            for column in question.columns:
                if column.key in row:
                    cell = COLUMNS[column.kind].fields(column, row[column.key])
                    shown |= {f"{question.key}-{index}-{name}": value for name, value in cell.items()}
        return shown

    def check(self, question: Question, answer: Any, scale: Scale | None = None) -> list[str]:
        if not isinstance(answer, list) or not answer or not all(isinstance(row, dict) for row in answer):
            return [f"‘{question.label}’ must be a list of rows, and not an empty one"]
        if len(answer) > question.maximum_rows:
            return [f"‘{question.label}’ can have no more than {question.maximum_rows} rows"]
        wrong = []
        columns = {column.key: column for column in question.columns}
        for index, row in enumerate(answer):
            label = self.row_label(question, index)
            wrong += [f"{label}: there is no column ‘{key}’" for key in row if key not in columns]
            for key, column in columns.items():
                if key in row:
                    cell = COLUMNS[column.kind].check(column, row[key], scale)
                    wrong += [f"{label}: {reason}" for reason in cell]
        return wrong

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        # Drawn row by row; see audits.kloe.drawing.
        return []

    def _cells(self, question: Question, row: dict[str, Any], form: FormDefinition) -> Iterator[Pair]:
        for column in question.columns:
            if column.key in row:
                pairs = COLUMNS[column.kind].display(column, row[column.key], form)
                yield column.label, "\n".join(f"{head}: {text}" if head else text for head, text in pairs)

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        return [
            (f"{self.row_label(question, index)}, {label}", text)
            for index, row in enumerate(row for row in answer if row)
            for label, text in self._cells(question, row, form)
        ]

    def export(self, question: Question, answer: Any, form: FormDefinition) -> str:
        lines = []
        for index, row in enumerate(row for row in answer if row):
            cells = "; ".join(f"{label}: {text}" for label, text in self._cells(question, row, form))
            lines.append(f"{index + 1}. {cells}")
        return "\n".join(lines)

    def is_empty(self, answer: Any) -> bool:
        return not answer or not any(answer)

    def missing(self, question: Question, answer: Any) -> list[FieldMessage]:
        filled = [(index, row) for index, row in enumerate(answer or []) if row]
        least = max(question.minimum_rows, 1 if question.required else 0)
        if len(filled) < least:
            many = f"at least {least} rows" if least > 1 else f"at least one {question.row_name}"
            return [FieldMessage(f"Add {many} to ‘{question.label}’", self.anchor(question))]
        messages = []
        for index, row in filled:
            for column in question.columns:
                inner = f"{question.key}-{index}-"
                messages += [
                    FieldMessage(f"{self.row_label(question, index)}: {message}", inner + message.field)
                    for message in COLUMNS[column.kind].missing(column, row.get(column.key))
                ]
        return messages

    def anchor(self, question: Question) -> str:
        first = question.columns[0]
        return f"{question.key}-0-{COLUMNS[first.kind].anchor(first)}"
