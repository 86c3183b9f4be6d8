"""What every kind of question can do, and the small parts kinds are made of.

Fields of a page are named ``section__question``; a question with several fields adds ``-part``
(``details__audit_date-day``), a row its number and column (``action-plan__actions-0-due-day``). Section keys have
no underscore and question keys no hyphen, so a name says without doubt what it belongs to. Inside a section's
document and in this package the names are used without ``section__``; the prefix is given where it is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from audits.kloe.conditions import Scalar
from audits.kloe.fields import Fields
from audits.kloe.questions import FormDefinition, Question
from audits.kloe.scales import Scale

Data = Mapping[str, Any]
Pair = tuple[str, str]
MAX_TEXT = 20_000
# What a person may type into a field that is no text (a number, part of a date) before it is no use reading on.
MAX_TYPED = 100


class FieldMessage(str):
    """A message for a person about one field; ``field`` is its name within the section."""

    field: str

    def __new__(cls, text: str, field: str) -> FieldMessage:
        message = super().__new__(cls, text)
        message.field = field
        return message


@dataclass(frozen=True)
class Reading:
    """What was made of submitted fields: an answer, or None; and, if not all could be read, the fields as typed."""

    answer: Any = None
    raw: dict[str, Any] | None = None
    errors: tuple[FieldMessage, ...] = ()


@dataclass(frozen=True)
class Option:
    """One radio or checkbox as it is drawn; ``sentences`` are groups (title, sentences) that unfold beside it."""

    value: str
    label: str
    hint: str = ""
    sentences: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def area_by_area(self) -> bool:
        """Whether there is so much to unfold that each group had better unfold by itself."""
        groups = len(self.sentences)
        return groups > 2 or (groups > 1 and sum(len(lines) for _, lines in self.sentences) > 10)


@dataclass(frozen=True)
class Control:
    """One thing to fill in on the page. An empty label means: the question's own label is the label."""

    widget: str  # text | textarea | radios | checkboxes | date
    name: str
    label: str = ""
    value: str | tuple[str, ...] = ""
    hint: str = ""
    options: tuple[Option, ...] = ()
    inputmode: str = ""
    width: str = ""
    max_length: int = 0
    inline: bool = False
    half: bool = False
    parts: tuple[Control, ...] = field(default=())

    @property
    def lines(self) -> int:
        """How many lines a textarea opens with: room for what is in it, and some more."""
        return min(max(5, str(self.value).count("\n") + len(str(self.value)) // 80 + 2), 20)


class Kind:
    """A kind of question. One instance each, without state; the question is given to every method."""

    name: ClassVar[str]
    # Keys in the YAML beside those of every question.
    own_keys: ClassVar[frozenset[str]] = frozenset()
    # May it be a column of rows?
    in_rows: ClassVar[bool] = True
    # May an answer be filled in from what the system knows?
    can_prefill: ClassVar[bool] = False
    # Begins the sentence about a missing answer.
    ask: ClassVar[str] = "Answer"

    def options_from(self, fields: Fields) -> dict[str, Any]:
        """Read the kind's own keys of a definition; problems are noted on ``fields``."""
        return {}

    def options_to_json(self, question: Question) -> dict[str, Any]:
        """The kind's own keys, as a definition writes them; what is as by default is left out."""
        return {}

    def condition_values(self, question: Question, scale: Scale | None) -> tuple[Scalar, ...] | None:
        """The values a condition may compare with: None for any text or number, empty for ``answered`` only."""
        return ()

    def read(
        self, question: Question, data: Data, prefix: str = "", *, scale: Scale | None = None, today: date | None = None
    ) -> Reading:
        """Read the answer from submitted fields. Grades need the ``scale``, dates that must be past need ``today``."""
        raise NotImplementedError

    def fields(self, question: Question, answer: Any) -> dict[str, Any]:
        """The fields that show this answer: reading them gives the same answer again."""
        raise NotImplementedError

    def check(self, question: Question, answer: Any, scale: Scale | None = None) -> list[str]:
        """What is wrong with a stored answer; empty when nothing is."""
        raise NotImplementedError

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        """What to draw, filled with ``data`` (fields as ``fields`` gives them or as a person typed them)."""
        raise NotImplementedError

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        """The answer in plain text: pairs of a small heading (often empty) and a text."""
        raise NotImplementedError

    def export(self, question: Question, answer: Any, form: FormDefinition) -> str:
        """The answer as the text of one spreadsheet cell (not yet made safe for spreadsheets)."""
        return "\n".join(f"{head}: {text}" if head else text for head, text in self.display(question, answer, form))

    def is_empty(self, answer: Any) -> bool:
        """Whether the question counts as unanswered."""
        return answer is None or answer == ""

    def missing(self, question: Question, answer: Any) -> list[FieldMessage]:
        """Why the answer does not do for submission; empty when it does."""
        if question.required and self.is_empty(answer):
            return [FieldMessage(f"{self.ask} ‘{question.label}’", self.anchor(question))]
        return []

    def anchor(self, question: Question) -> str:
        """The name of the first field, for a link to it."""
        return question.key

    def from_fact(self, question: Question, fact: Any) -> Any:
        """An answer made from something the system knows, or None when it does not fit."""
        return None

    def raw_of(self, question: Question, data: Data, prefix: str) -> dict[str, Any]:
        """The question's submitted fields as typed, named without the prefix."""
        own = prefix + question.key
        return {
            name[len(prefix) :]: keepable(many(data, name)) if len(many(data, name)) != 1 else keepable(one(data, name))
            for name in data
            if name == own or name.startswith(own + "-")
        }


def one(data: Data, name: str) -> str:
    """The last value submitted under a name; empty when there is none."""
    values = many(data, name)
    return values[-1] if values else ""


def many(data: Data, name: str) -> list[str]:
    """All values submitted under a name, from a request's data or from a plain dictionary."""
    getlist = getattr(data, "getlist", None)
    if getlist is not None:
        return [str(value) for value in getlist(name)]
    value = data.get(name)
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def keepable(typed: Any) -> Any:
    """Typed input with what no database keeps (NUL, half characters) replaced by a mark that can be seen."""
    if isinstance(typed, list):
        return [keepable(item) for item in typed]
    return _UNSTORABLE.sub("\ufffd", typed)


def normal(text: str) -> str:
    """Text as it is kept: as written, with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def blank(text: str) -> bool:
    return not text.strip()


def text_problem(text: str, limit: int, *, one_line: bool = False) -> str:
    """What is wrong with a text that a person wrote, as the end of a sentence; empty when nothing is."""
    if _UNSTORABLE.search(text):
        return "contains a character that cannot be stored, shown here as \ufffd; please remove it"
    if len(text) > limit:
        return f"must be {limit:,} characters or fewer; it has {len(text):,}"
    if "\r" in text or (one_line and "\n" in text):
        return "must not contain line breaks of this kind"
    return ""


def read_text(data: Data, name: str, *, one_line: bool = False) -> str:
    """A text field as it is kept; empty when it is blank."""
    text = normal(one(data, name))
    if one_line:
        text = text.replace("\n", " ")
    return "" if blank(text) else text


def check_text(value: Any, limit: int, label: str, *, one_line: bool = False, may_be_empty: bool = False) -> list[str]:
    """What is wrong with a stored text."""
    if not isinstance(value, str):
        return [f"{label} must be text"]
    if may_be_empty and value == "":
        return []
    if blank(value):
        return [f"{label} is blank; leave it out instead"]
    problem = text_problem(value, limit, one_line=one_line)
    return [f"{label} {problem}"] if problem else []


def check_object(value: Any, keys: Iterable[str], label: str) -> list[str]:
    """What is wrong with the shape of a stored answer that is an object of texts."""
    keys = set(keys)
    if not isinstance(value, dict) or set(value) != keys or not all(isinstance(item, str) for item in value.values()):
        return [f"{label} must be an object with the texts {', '.join(sorted(keys))}"]
    return []
