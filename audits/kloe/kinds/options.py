"""The option list of a question: written as values and labels, or as plain texts."""

from __future__ import annotations

import re
import unicodedata

from audits.kloe.fields import Fields, shown
from audits.kloe.questions import Choice

MAX_OPTIONS = 200


def value_of(label: str) -> str:
    """The stored value that a plain label gets: "Mental ill health" becomes "mental_ill_health"."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "_", plain).strip("_")[:60].strip("_")


def options_from(fields: Fields, *, least: int) -> tuple[Choice, ...]:
    """Read ``options``, noting missing and duplicate ones."""
    read: list[Choice] = []
    for index, item in fields.items("options", required=True, most=MAX_OPTIONS):
        if isinstance(item, str):
            label = item.strip()
            value = value_of(label)
            if not value or len(label) > 500:
                fields.wrong(f"option {shown(item)} needs a value and a label written out", "options", index)
                continue
        else:
            inner = fields.inner(item, "", "options", index)
            value, label = inner.key("value", joint="_"), inner.text("label", required=True)
            inner.finish()
        if value and value in [option.value for option in read]:
            fields.wrong(f"option {shown(value)} is there twice", "options", index)
        elif label and label in [option.label for option in read]:
            fields.wrong(f"option {shown(label)} is there twice", "options", index)
        elif value and label:
            read.append(Choice(value, label))
    if len(read) == 1 < least:
        fields.wrong("one option is no choice; give at least two", "options")
    return tuple(read)


def options_to_json(options: tuple[Choice, ...]) -> list[dict[str, str]]:
    return [{"value": option.value, "label": option.label} for option in options]
