"""Putting a framework pack into the system, and bringing one that is there up to date.

What a site has decided for itself is left alone unless it is asked otherwise: how audits of a type go (the type's
words and its process map), what a row of the schedule says, and that a form is retired. Upper floors hear of it by a
signal, in the same transaction, and make their own of what the pack brings for them (who moderates).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audits import signals
from audits.access import may_load_packs
from audits.kloe.definition import FormDefinition, to_json
from audits.kloe.packs import Pack as PackFiles
from audits.kloe.packs import PackError, PackErrors, read_pack
from audits.kloe.types import AuditType as TypeFiles
from audits.models import AuditType, Form, FormVersion, Pack, ProcessMap
from audits.workflow.pack_schedule import load_expectations
from audits.workflow.types import settled_by_audits, steps_in_use
from audits.workflow.versions import PARTS
from qaf.errors import NotAllowed, Refused
from qaf.people.models import User
from qaf.trail.chain import record


class PackClash(Refused):
    """The pack brings a form or a type that another pack has brought already."""

    title = "This pack cannot be loaded"


class CannotReset(Refused):
    """Audits under way hang on what was to be put back as the pack has it."""

    title = "This pack cannot be loaded"


@dataclass(frozen=True)
class Shipped:
    """A folder with a pack, by its name: what was read from it, or everything that is wrong with it."""

    name: str
    files: PackFiles | None
    errors: tuple[PackError, ...] = ()


def packs_folder() -> Path:
    """Where the packs that ship with the product are."""
    return Path(getattr(settings, "PACKS_FOLDER", None) or Path(settings.BASE_DIR) / "fixtures" / "packs")


def shipped_names() -> list[str]:
    """The names of the packs that can be loaded by name, in order."""
    return sorted(folder.name for folder in packs_folder().iterdir() if (folder / "pack.yaml").is_file())


def shipped(name: str) -> Shipped:
    """The pack of this name, read; KeyError when there is none. Read once for as long as its files stay as they are."""
    if name not in shipped_names():
        raise KeyError(name)
    folder = packs_folder() / name
    stamps = sorted((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in folder.rglob("*.yaml"))
    return _shipped(folder, tuple(stamps))


@lru_cache(maxsize=100)
def _shipped(folder: Path, stamps: tuple[tuple[str, int, int], ...]) -> Shipped:
    try:
        return Shipped(folder.name, read_pack(folder))
    except PackErrors as wrong:
        return Shipped(folder.name, None, tuple(wrong.errors))


@dataclass
class Loaded:
    """What loading a pack did.

    ``edited_processes`` are the types that differ from the pack, in themselves or in their process map, and were left;
    ``left_retired`` the forms that were retired here and were left so. ``brought`` and ``left`` say in words what came
    of its schedule, what upper floors made of the pack, and what of the site's own was left alone.
    """

    pack: Pack
    published: list[FormVersion] = field(default_factory=list)
    new_types: list[AuditType] = field(default_factory=list)
    reset_processes: list[AuditType] = field(default_factory=list)
    edited_processes: list[AuditType] = field(default_factory=list)
    left_retired: list[Form] = field(default_factory=list)
    brought: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.published or self.new_types or self.reset_processes or self.brought)

    @property
    def silent(self) -> bool:
        """Whether there is nothing to tell: nothing changed, and nothing was left that differs."""
        return not (self.changed or self.edited_processes or self.left_retired or self.left)


@transaction.atomic
def load_pack(
    files: PackFiles, *, by: User | None = None, reset_process: bool = False, bring_back: bool = False
) -> Loaded:
    """Load a pack that was read from its folder; loading the same again changes nothing.

    A form gets a new version only when it differs from the published one, which is then retired; audits that have
    begun stay on theirs. A type that is there already, with its process map, is the site's, and is left as it is
    unless ``reset_process``; a form that was retired here stays so unless ``bring_back``. ``by`` None is the system
    (the command line). Raises PackClash, CannotReset, or NotAllowed.
    """
    if by is not None and not may_load_packs(by):
        raise NotAllowed("Administrators load framework packs. Nothing was loaded.")
    pack, _ = Pack.objects.update_or_create(
        key=files.key, defaults={"title": files.title, "source": files.source, "loaded_at": timezone.now()}
    )
    # Locked so that two loads at the same moment number their versions one after the other.
    pack = Pack.objects.select_for_update().get(pk=pack.pk)
    loaded = Loaded(pack)
    forms = {form.key: _load_form(form, loaded, bring_back=bring_back) for form in files.forms}
    types = {one.key: _load_type(one, forms[one.form], loaded, reset=reset_process) for one in files.types}
    # Only now, since a type's re-audit can be a type further down.
    for one in files.types:
        _load_process(types[one.key], one, types, loaded, reset=reset_process)
    _demand_every_part(files.forms, forms)
    loaded.brought, loaded.left = load_expectations(files, pack, by=by, reset=reset_process)
    signals.pack_loaded.send(sender=Pack, files=files, loaded=loaded, by=by, reset=reset_process)
    if loaded.changed:
        record(
            "pack.loaded",
            pack,
            by=by,
            published=[str(version) for version in loaded.published],
            new_types=[kind.key for kind in loaded.new_types],
            reset_processes=[kind.key for kind in loaded.reset_processes],
            brought=loaded.brought,
        )
    return loaded


def _load_form(definition: FormDefinition, loaded: Loaded, *, bring_back: bool) -> Form:
    form, _ = Form.objects.get_or_create(key=definition.key, defaults={"pack": loaded.pack, "title": definition.title})
    if form.pack_id != loaded.pack.pk:
        raise PackClash(
            f"The form “{form.key}” is there already, from {form.pack or 'this site itself'}. Give the form in the "
            "new pack another key."
        )
    form = Form.objects.select_for_update().get(pk=form.pk)
    wanted = as_stored(definition)
    published = form.published_version
    if published is not None and published.definition == wanted:
        return form
    last = form.versions.aggregate(last=Max("number"))["last"] or 0
    if published is None and last and not bring_back:
        loaded.left_retired.append(form)
        return form
    if form.title != definition.title:
        form.title = definition.title
        form.save(update_fields=["title"])
    if published is not None:
        published.state, published.retired_at = FormVersion.State.RETIRED, timezone.now()
        published.save()
    loaded.published.append(
        FormVersion.objects.create(
            form=form,
            number=last + 1,
            state=FormVersion.State.PUBLISHED,
            definition=wanted,
            published_at=timezone.now(),
        )
    )
    return form


def _demand_every_part(definitions: Iterable[FormDefinition], forms: Mapping[str, Form]) -> None:
    """Refuse a form without the part that a type of audit begins with; it may be one that was made here."""
    for definition in definitions:
        for kind in forms[definition.key].types.filter(is_active=True):
            if not definition.sections_of(kind.part):
                raise PackClash(
                    f"Audits of the type “{kind}” begin with {PARTS[kind.part]}, and the form “{definition.title}” in "
                    "the pack has no section for it. Switch the type off first."
                )


def as_stored(definition: FormDefinition) -> dict[str, Any]:
    """A definition as the database gives it back, so that equal ones compare equal."""
    stored: dict[str, Any] = json.loads(json.dumps(to_json(definition)))
    return stored


def fields_of(files: TypeFiles) -> dict[str, Any]:
    """What a pack says of a type itself."""
    return {name: getattr(files, name) for name in ("title", "part", "reference_prefix", "about", "confidential")}


def process_of(files: TypeFiles) -> dict[str, Any]:
    """What a pack says of a type's process map, but for its re-audit, which is a type of its own."""
    said = {name: getattr(files.process, name) for name in SAME_NAMES}
    return {**said, "reminder_steps": list(files.process.reminder_steps)}


def _load_type(files: TypeFiles, form: Form, loaded: Loaded, *, reset: bool) -> AuditType:
    said = fields_of(files)
    kind = AuditType.objects.select_related("form").filter(key=files.key).first()
    if kind is None:
        kind = AuditType.objects.create(key=files.key, form=form, **said)
        loaded.new_types.append(kind)
        return kind
    if kind.form.pack_id != loaded.pack.pk:
        raise PackClash(
            f"The type of audit “{kind.key}” is there already, from {kind.form.pack or 'this site itself'}. Give the "
            "type in the new pack another key."
        )
    moved = kind.form_id != form.pk
    if moved or any(getattr(kind, name) != value for name, value in said.items()):
        if not (moved or reset):
            loaded.edited_processes.append(kind)
            return kind
        _demand_nothing_in_use(kind, settled_by_audits(kind, said))
        for name, value in {**said, "form": form}.items():
            setattr(kind, name, value)
        kind.save()
        loaded.reset_processes.append(kind)
    return kind


def _load_process(
    kind: AuditType, files: TypeFiles, types: dict[str, AuditType], loaded: Loaded, *, reset: bool
) -> None:
    wanted = process_of(files) | {"reaudit_type": types[files.process.reaudit] if files.process.reaudit else None}
    stored = ProcessMap.objects.filter(type=kind).first()
    if stored is None:
        ProcessMap.objects.create(type=kind, **wanted)
    elif any(getattr(stored, name) != value for name, value in wanted.items()):
        told = loaded.reset_processes if reset else loaded.edited_processes
        if kind not in told:
            told.append(kind)
        if not reset:
            return
        _demand_nothing_in_use(kind, steps_in_use(kind, wanted))
        for name, value in wanted.items():
            setattr(stored, name, value)
        stored.save()


def _demand_nothing_in_use(kind: AuditType, faults: list[tuple[str, str]]) -> None:
    if faults:
        reasons = " ".join(dict.fromkeys(text for _, text in faults))
        raise CannotReset(f"The type of audit “{kind}” cannot be made as the pack has it. {reasons}")


SAME_NAMES = (
    "audit_days", "audit_weeks", "qa_check", "qa_check_days", "moderation", "moderation_days",
    "moderator_analysis", "distribution", "distribution_days", "feedback", "feedback_days", "reaudit_weeks",
    "action_review_months", "reminder_repeat", "copy_manager_from",
)  # fmt: skip
