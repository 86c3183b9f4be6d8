"""The kinds of question, one small class each (docs/forms.md, *Kinds and their answers*)."""

from audits.kloe.kinds.base import Control, FieldMessage, Kind, Option, Reading
from audits.kloe.kinds.rows import Rows
from audits.kloe.kinds.simple import SIMPLE

KINDS: dict[str, Kind] = {**SIMPLE, Rows.name: Rows()}

__all__ = ["KINDS", "Control", "FieldMessage", "Kind", "Option", "Reading", "Rows"]
