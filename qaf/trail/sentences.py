"""What an entry of the trail says in words. Each app adds the sentences of its own verbs in ``ready()``."""

from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Any

_sentences: dict[str, str] = {}
# What people call the files that the system hands out.
FORMATS = {"csv": "CSV", "docx": "Word document", "pdf": "PDF", "xlsx": "spreadsheet"}


def register_sentences(sentences: Mapping[str, str]) -> None:
    """Add sentences by verb: ``{"audit.extended": "Moved the deadline from {before} to {after}"}``.

    A name in braces is replaced by that detail of the entry. Registering a verb again replaces its sentence.
    """
    _sentences.update(sentences)


def sentence(verb: str, details: Mapping[str, Any]) -> str:
    """The words for an entry; a verb nobody registered is shown as its own last part."""
    template = _sentences.get(verb)
    if template is None:
        return verb.rsplit(".", 1)[-1].replace("_", " ").capitalize()
    return _Formatter().vformat(template, (), {name: _detail(name, value) for name, value in details.items()})


def _detail(name: str, value: Any) -> str:
    return FORMATS.get(value, in_words(value)) if name == "format" and isinstance(value, str) else in_words(value)


def in_words(value: Any) -> str:
    """A detail as people read it: days in full, lists with commas, yes and no, "nothing" for what is empty."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "" or value == []:
        return "nothing"
    if isinstance(value, list):
        return ", ".join(in_words(one) for one in value)
    if isinstance(value, str) and len(value) == 10:
        try:
            return f"{date.fromisoformat(value):%-d %B %Y}"
        except ValueError:
            pass
    return str(value)


class _Formatter(Formatter):
    """Replaces names only: no attributes, no positions; a detail that is not there becomes an ellipsis."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(field_name, "…"), field_name
