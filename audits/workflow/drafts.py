"""Building a form: starting one, starting a draft of one, and changing the draft step by step.

Several people may build at once. A change is applied to what stands at that moment, and is refused only when the very
piece that it is about was changed by somebody else since it was read.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from audits.access import may_build_forms
from audits.kloe.editing import Edit, PieceChanged, new_key
from audits.kloe.editing.pieces import Place
from audits.models import AuditType, Form, FormVersion
from audits.models.forms import DraftRevision
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record

# Names of pages in the place where a form's key stands in addresses.
RESERVED_KEYS = ("new", "packs", "types")
# How many changes can be taken back.
KEPT_REVISIONS = 200


class Clash(Stale):
    """Somebody else changed the same piece meanwhile; nothing was changed.

    ``theirs`` is the piece as it stands now (None: it is gone), ``yours`` as it would have become (None: removed or
    moved), ``place`` where it is, as ``audits.kloe.editing.piece`` takes it.
    """

    def __init__(self, place: Place, theirs: Any, yours: Any) -> None:
        gone = theirs is None
        super().__init__(
            "Somebody else has taken this out of the draft while you were changing it. Nothing was changed."
            if gone
            else "Somebody else has changed this while you were changing it. Nothing was changed."
        )
        self.place = place
        self.theirs = theirs
        self.yours = yours


def start_form(
    *, title: str, by: User, copy_of: FormVersion | None = None, definition: dict[str, Any] | None = None
) -> FormVersion:
    """A new form of this site's own with its first draft: empty, a copy of a version, or a definition read from YAML.

    Its key is made from the title. Raises NotAllowed; EditRefused for a title that cannot be used.
    """
    raise NotImplementedError


def start_draft(form: Form, *, by: User) -> FormVersion:
    """The draft of an own form: the one that is there already, else a copy of the published (or else last) version.

    Raises NotAllowed; Refused for a form of a pack, which is not edited here.
    """
    raise NotImplementedError


def change(draft: FormVersion, *, edit: Edit, by: User) -> FormVersion:
    """Apply an edit to the draft as it stands now; an edit that changes nothing leaves the draft as it is.

    Raises NotAllowed, Clash, Stale when the draft was published or discarded meanwhile, and EditRefused when the edit
    cannot be done at all.
    """
    raise NotImplementedError


def landing(draft: FormVersion, edit: Edit) -> Place:
    """Where to look after ``change`` gave this draft: the place of what the edit added or changed."""
    raise NotImplementedError


def undo(draft: FormVersion, *, seen_revision: int, by: User) -> FormVersion:
    """Back to the draft before its last change. Raises NotAllowed, Stale when it was changed since, Refused at the start."""
    raise NotImplementedError


def replace(draft: FormVersion, *, definition: dict[str, Any], seen_revision: int, by: User) -> FormVersion:
    """Put a whole definition, such as one read from YAML, in place of the draft's; it can be taken back.

    The form keeps its own key. Raises NotAllowed, and Clash when the draft was changed since ``seen_revision``.
    """
    raise NotImplementedError


def discard(draft: FormVersion, *, by: User) -> None:
    """Throw the draft away with all its revisions; a form that never had another version goes with it.

    Raises NotAllowed, and Stale when it was published or discarded already.
    """
    raise NotImplementedError
