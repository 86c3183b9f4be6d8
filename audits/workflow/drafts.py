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
from audits.kloe.editing import Edit, PieceChanged, form_title, new_key
from audits.kloe.editing.pieces import Place
from audits.models import Form, FormVersion
from audits.models.forms import DraftRevision
from audits.workflow.versions import locked_form
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record

# Names of pages in the place where a form's key stands in addresses.
RESERVED_KEYS = frozenset({"new", "packs", "types"})
# How many changes of a draft can be taken back.
KEPT_REVISIONS = 200


class Clash(Stale):
    """Somebody else changed the same piece meanwhile; nothing was changed.

    ``theirs`` is the piece as it stands now (None: it is gone), ``yours`` as it would have become (None: removed or
    moved), ``place`` where it is, as ``audits.kloe.editing.piece`` takes it.
    """

    def __init__(self, place: Place, theirs: Any, yours: Any) -> None:
        what = "taken this out of the draft" if theirs is None else "changed this"
        super().__init__(f"Somebody else has {what} while you were working on it. Nothing was changed.")
        self.place = place
        self.theirs = theirs
        self.yours = yours


def start_form(
    *, title: str, by: User, copy_of: FormVersion | None = None, definition: dict[str, Any] | None = None
) -> FormVersion:
    """A new form of this site's own with its first draft: empty, a copy of a version, or a definition read from YAML.

    Its key is made from the title. Raises NotAllowed; EditRefused for a title that cannot be used.
    """
    _require_builder(by)
    title = form_title(title)
    content = deepcopy(copy_of.definition if copy_of is not None else definition or {"sections": []})
    while True:
        # The database has the last word on who was first with a key.
        key = new_key(title, RESERVED_KEYS | set(Form.objects.values_list("key", flat=True)), fallback="form")
        try:
            with transaction.atomic():
                form = Form.objects.create(key=key, title=title)
                draft = _new_draft(form, {**content, "form": key, "title": title}, by=by)
                record("form.started", form, by=by, copy_of=str(copy_of) if copy_of is not None else "")
                return draft
        except IntegrityError:
            if not Form.objects.filter(key=key).exists():
                raise


def start_draft(form: Form, *, by: User) -> FormVersion:
    """The draft of an own form: the one that is there already, else a copy of the published (or else last) version.

    Raises NotAllowed; Refused for a form of a pack, which is not edited here; Stale when the form is gone.
    """
    _require_builder(by)
    if form.pack_id is not None:
        raise Refused(
            "This form comes from a framework pack and is not changed here. Make a copy of it and change that."
        )
    with transaction.atomic():
        form = locked_form(form.pk)
        versions = {version.state: version for version in form.versions.order_by("number")}
        if draft := versions.get(FormVersion.State.DRAFT):
            return draft
        source = versions.get(FormVersion.State.PUBLISHED) or versions.get(FormVersion.State.RETIRED)
        empty = {"form": form.key, "title": form.title, "sections": []}
        draft = _new_draft(form, deepcopy(source.definition) if source else empty, by=by)
        record("form.draft_started", form, by=by, number=draft.number, copy_of=source.number if source else None)
        return draft


def _new_draft(form: Form, definition: dict[str, Any], *, by: User) -> FormVersion:
    last = form.versions.aggregate(last=Max("number"))["last"] or 0
    return FormVersion.objects.create(form=form, number=last + 1, definition=definition, saved_by=by)


def change(draft: FormVersion, *, edit: Edit, by: User) -> FormVersion:
    """Apply an edit to the draft as it stands now; an edit that changes nothing leaves the draft as it is.

    Raises NotAllowed, Clash, Stale when the draft was published or discarded meanwhile, and EditRefused when the edit
    cannot be done at all.
    """
    _require_builder(by)
    with transaction.atomic():
        draft = _locked(draft)
        before = draft.definition
        try:
            after = edit.apply(before)
        except PieceChanged as changed:
            raise Clash(changed.place, changed.theirs, edit.yours) from None
        if after != before:
            _store(draft, after, said=edit.describe(before), by=by)
        return draft


def landing(draft: FormVersion, edit: Edit) -> Place:
    """Where to look after ``change`` gave this draft: the place of what the edit added or changed."""
    revision = draft.revisions.filter(revision=draft.revision - 1).first()
    try:
        return edit.lands(revision.definition if revision else draft.definition)
    except PieceChanged:
        # The edit changed nothing, and the last change made what it is about.
        return edit.lands(draft.definition)


def undo(draft: FormVersion, *, seen_revision: int, by: User) -> FormVersion:
    """Back to the draft before its last change.

    Raises NotAllowed, Stale when it was changed since ``seen_revision``, Refused when there is nothing to take back.
    """
    _require_builder(by)
    with transaction.atomic():
        draft = _locked(draft)
        if draft.revision != seen_revision:
            raise Stale("The draft was changed meanwhile. Look at it as it is now before you take anything back.")
        last = draft.revisions.order_by("-revision").first()
        if last is None:
            raise Refused("There is no change to take back.")
        _save(draft, last.definition, by=by)
        last.delete()
        return draft


def replace(draft: FormVersion, *, definition: dict[str, Any], seen_revision: int, by: User) -> FormVersion:
    """Put a whole definition, such as one read from YAML, in place of the draft's; it can be taken back.

    The form keeps its own key. Raises NotAllowed, and Clash when the draft was changed since ``seen_revision``.
    """
    _require_builder(by)
    with transaction.atomic():
        draft = _locked(draft)
        wanted = {**deepcopy(definition), "form": draft.form.key}
        if draft.revision != seen_revision:
            raise Clash((), draft.definition, wanted)
        if wanted != draft.definition:
            _store(draft, wanted, said="Whole form replaced from a file", by=by)
            record("form.replaced", draft.form, by=by, number=draft.number)
        return draft


def discard(draft: FormVersion, *, by: User) -> None:
    """Throw the draft away with all its revisions; a form that never had another version goes with it.

    Raises NotAllowed, and Stale when it was changed since ``draft`` was read, or published or discarded already.
    """
    _require_builder(by)
    with transaction.atomic():
        seen, draft = draft.revision, _locked(draft)
        if draft.revision != seen:
            raise Stale("The draft was changed meanwhile. Look at it as it is now before you discard it.")
        form = draft.form
        record("form.draft_discarded", form, by=by, number=draft.number, title=draft.definition.get("title", ""))
        draft.delete()
        if not form.versions.exists() and not form.types.exists():
            form.delete()


def _require_builder(by: User) -> None:
    if not may_build_forms(by):
        raise NotAllowed("Forms are built by QA managers and administrators.")


def _locked(draft: FormVersion) -> FormVersion:
    """The draft as it stands now, held until the transaction ends."""
    # The form first, as starting and publishing do, so that no two wait for one another.
    form = Form.objects.select_for_update().filter(pk=draft.form_id).first()
    found = FormVersion.objects.select_for_update().filter(pk=draft.pk).first() if form else None
    if form is None or found is None:
        raise Stale("This draft was discarded meanwhile. Nothing was changed.")
    if found.state != FormVersion.State.DRAFT:
        raise Stale("This draft was published meanwhile. Start a new draft to change the form. Nothing was changed.")
    found.form = form
    return found


def _store(draft: FormVersion, definition: dict[str, Any], *, said: str, by: User) -> None:
    """Keep the draft as it is for going back, then change it."""
    DraftRevision.objects.create(
        version=draft, revision=draft.revision, definition=draft.definition, change=said[:200], by=by
    )
    draft.revisions.filter(revision__lt=draft.revision - KEPT_REVISIONS + 1).delete()
    _save(draft, definition, by=by)


def _save(draft: FormVersion, definition: dict[str, Any], *, by: User) -> None:
    draft.definition = definition
    draft.revision += 1
    draft.saved_by, draft.saved_at = by, timezone.now()
    draft.save(update_fields=["definition", "revision", "saved_by", "saved_at"])
    title = definition.get("title")
    # Until a form is published its draft says what it is called; after that its published version does.
    if draft.number == 1 and isinstance(title, str) and title and title != draft.form.title:
        draft.form.title = title
        draft.form.save(update_fields=["title"])
