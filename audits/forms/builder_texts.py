"""Lists of texts typed into one box: paragraphs, sentences, options."""

import re
from difflib import SequenceMatcher, get_close_matches
from typing import Any

from django import forms

from audits.kloe.kinds.options import value_of

Json = dict[str, Any]
MAX_PARAGRAPH = 4000
# More lines than this make, each with each, are another list; and to compare them would take long.
MOST_COMPARED = 1000


def one_line(text: str) -> str:
    """A text without line breaks and blanks around it."""
    return " ".join(text.split())


def paragraphs_of(value: Any) -> str:
    """Stored paragraphs as one text with an empty line between them; a single text counts as a list of one."""
    return "\n\n".join([value] if isinstance(value, str) else [str(item) for item in value or []])


def lines_of(options: Any) -> str:
    """Stored options as one text, a label a line."""
    return "\n".join(option["label"] if isinstance(option, dict) else str(option) for option in options or [])


class TextList(forms.CharField):
    """Several texts in one box, split by ``between``; a base."""

    between = r"\n"
    limit = MAX_PARAGRAPH

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows, "spellcheck": "true"}))
        super().__init__(max_length=100_000, **kwargs)

    def clean(self, value: Any) -> list[str]:
        text = str(super().clean(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        found = [part.strip() for part in re.split(self.between, text) if part.strip()]
        for part in found:
            if len(part) > self.limit:
                begins = part[:40]
                raise forms.ValidationError(
                    f"The text that begins “{begins}…” must be {self.limit:,} characters or fewer; it has {len(part):,}"
                )
        return found


class Paragraphs(TextList):
    """Paragraphs, with an empty line between them."""

    between = r"\n[ \t]*\n"


class Lines(TextList):
    """Sentences, one a line."""


def options_from_lines(text: str, before: list[Any]) -> list[Json]:
    """The options that these lines make. A line keeps the value it had, also when its words have changed.

    Answers are stored by value, so it is a value's meaning that counts: a line with the same words keeps its value
    wherever it stands now; lines that were changed where they stand are taken for the same option in other words.
    """
    labels = [one_line(line) for line in text.splitlines() if line.strip()]
    old = [(str(one["value"]), str(one["label"])) for one in before if isinstance(one, dict)]
    old += [(value_of(one), one) for one in before if isinstance(one, str)]
    known = {label: value for value, label in old}
    kept = {label: known[label] for label in labels if label in known}
    gone = [(value, label) for value, label in old if label not in kept]
    renamed = _renamed([label for _, label in old], labels, {label for _, label in gone}, set(labels) - kept.keys())
    values = kept | {new: known[was] for was, new in renamed.items()}
    taken = set(known.values())
    made = []
    for label in labels:
        if label not in values:
            values[label] = _new_value(label, taken)
            taken.add(values[label])
        made.append({"value": values[label], "label": label})
    return made


def _renamed(old: list[str], new: list[str], gone: set[str], come: set[str]) -> dict[str, str]:
    """Old labels by the new words that stand in their place: equally many in the same gap, or nearly the same words."""
    pairs: dict[str, str] = {}
    for _, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left = [label for label in old[start:end] if label in gone]
        right = [label for label in new[begin:stop] if label in come]
        if len(left) == len(right):
            pairs |= dict(zip(left, right, strict=True))
            continue
        if len(left) * len(right) > MOST_COMPARED:
            continue
        for label in left:
            if alike := _nearest(label, right):
                pairs[label] = alike
                right.remove(alike)
    return pairs


def _nearest(label: str, others: list[str]) -> str:
    """The one of the others that is nearly the same words; empty for none."""
    words, folded = label.casefold(), [other.casefold() for other in others]
    # Words that were only added to, or cut down, are the same words.
    for other, kept in zip(others, folded, strict=True):
        if words in kept or kept in words:
            return other
    close = get_close_matches(words, folded, n=1, cutoff=0.6)
    return others[folded.index(close[0])] if close else ""


def _new_value(label: str, taken: set[str]) -> str:
    base = value_of(label) or "answer"
    value, number = base, 2
    while value in taken:
        value = f"{base[:55].rstrip('_')}_{number}"
        number += 1
    return value
