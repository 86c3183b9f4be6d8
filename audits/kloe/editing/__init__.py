"""Changing a form that is being built: small edits of its stored JSON, each of which gives a new document.

A draft may be incomplete; ``problems`` says what still stands against publishing it. Every edit either gives a
document whose keys are unique, or raises EditRefused (it cannot be done at all) or PieceChanged (somebody else changed
the piece since it was read). Nothing here knows Django.
"""

from audits.kloe.editing.adopting import adopted
from audits.kloe.editing.faults import Fault, problems, question_problems
from audits.kloe.editing.grading import (
    AddDescriptor,
    ChangeDescriptor,
    ChangeForm,
    ChangeScale,
    RemoveDescriptor,
    form_title,
)
from audits.kloe.editing.pieces import Edit, EditRefused, PieceChanged, mark, new_key, piece
from audits.kloe.editing.previewing import parse_leniently
from audits.kloe.editing.questions import (
    AddQuestion,
    ChangeQuestion,
    DuplicateQuestion,
    MoveQuestion,
    RemoveQuestion,
)
from audits.kloe.editing.sections import AddSection, ChangeSection, DuplicateSection, MoveSection, RemoveSection

__all__ = [
    "AddDescriptor",
    "AddQuestion",
    "AddSection",
    "ChangeDescriptor",
    "ChangeForm",
    "ChangeQuestion",
    "ChangeScale",
    "ChangeSection",
    "DuplicateQuestion",
    "DuplicateSection",
    "Edit",
    "EditRefused",
    "Fault",
    "MoveQuestion",
    "MoveSection",
    "PieceChanged",
    "RemoveDescriptor",
    "RemoveQuestion",
    "RemoveSection",
    "adopted",
    "form_title",
    "mark",
    "new_key",
    "parse_leniently",
    "piece",
    "problems",
    "question_problems",
]
