"""Putting a framework pack into the system, and bringing one that is there up to date."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audits.kloe.definition import FormDefinition, to_json
from audits.kloe.packs import Pack as PackFiles
from audits.kloe.types import AuditType as TypeFiles
from audits.kloe.types import Process
from audits.models import AuditType, Form, FormVersion, Pack, ProcessMap
from qaf.errors import Refused
from qaf.people.models import User
from qaf.trail.chain import record


class PackClash(Refused):
    """The pack brings a form or a type that another pack has brought already."""

    title = "This pack cannot be loaded"


@dataclass
class Loaded:
    """What loading a pack did. ``edited_processes`` are the process maps that differ from the pack and were left."""

    pack: Pack
    published: list[FormVersion] = field(default_factory=list)
    new_types: list[AuditType] = field(default_factory=list)
    reset_processes: list[AuditType] = field(default_factory=list)
    edited_processes: list[AuditType] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.published or self.new_types or self.reset_processes)


@transaction.atomic
def load_pack(files: PackFiles, *, by: User | None = None, reset_process: bool = False) -> Loaded:
    """Load a pack that was read from its folder; loading the same again changes nothing.

    A form gets a new version only when it differs from the published one, which is then retired; audits that have
    begun stay on theirs. A process map that is there already is an administrator's, and is left as it is unless
    ``reset_process``. ``by`` None is the system (the command line). Raises PackClash.
    """
    pack, _ = Pack.objects.update_or_create(
        key=files.key, defaults={"title": files.title, "source": files.source, "loaded_at": timezone.now()}
    )
    # Locked so that two loads at the same moment number their versions one after the other.
    pack = Pack.objects.select_for_update().get(pk=pack.pk)
    loaded = Loaded(pack)
    forms = {form.key: _load_form(form, loaded) for form in files.forms}
    types = {one.key: _load_type(one, forms[one.form], loaded) for one in files.types}
    # Only now, since a type's re-audit can be a type further down.
    for one in files.types:
        _load_process(types[one.key], one.process, types, loaded, reset=reset_process)
    if loaded.changed:
        record(
            "pack.loaded",
            pack,
            by=by,
            published=[str(version) for version in loaded.published],
            new_types=[kind.key for kind in loaded.new_types],
            reset_processes=[kind.key for kind in loaded.reset_processes],
        )
    return loaded


def _load_form(definition: FormDefinition, loaded: Loaded) -> Form:
    form, _ = Form.objects.get_or_create(key=definition.key, defaults={"pack": loaded.pack, "title": definition.title})
    if form.pack_id != loaded.pack.pk:
        raise PackClash(
            f"The form “{form.key}” is there already, from {form.pack or 'this site itself'}. Give the form in the "
            "new pack another key."
        )
    # As the database gives it back, so that equal definitions compare equal.
    wanted: dict[str, Any] = json.loads(json.dumps(to_json(definition)))
    published = form.published_version
    if published is not None and published.definition == wanted:
        return form
    if form.title != definition.title:
        form.title = definition.title
        form.save(update_fields=["title"])
    form.versions.filter(state=FormVersion.State.PUBLISHED).update(
        state=FormVersion.State.RETIRED, retired_at=timezone.now()
    )
    last = form.versions.aggregate(last=Max("number"))["last"] or 0
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


def _load_type(files: TypeFiles, form: Form, loaded: Loaded) -> AuditType:
    fields = {
        "title": files.title,
        "form": form,
        "part": files.part,
        "reference_prefix": files.reference_prefix,
        "about": files.about,
        "confidential": files.confidential,
    }
    kind = AuditType.objects.select_related("form").filter(key=files.key).first()
    if kind is None:
        kind = AuditType.objects.create(key=files.key, **fields)
        loaded.new_types.append(kind)
        return kind
    if kind.form.pack_id != loaded.pack.pk:
        raise PackClash(
            f"The type of audit “{kind.key}” is there already, from {kind.form.pack or 'this site itself'}. Give the "
            "type in the new pack another key."
        )
    for name, value in fields.items():
        setattr(kind, name, value)
    kind.save()
    return kind


def _load_process(
    kind: AuditType, process: Process, types: dict[str, AuditType], loaded: Loaded, *, reset: bool
) -> None:
    wanted = {
        **{name: getattr(process, name) for name in _SAME_NAMES},
        "reaudit_type": types[process.reaudit] if process.reaudit else None,
        "reminder_steps": list(process.reminder_steps),
    }
    stored = ProcessMap.objects.filter(type=kind).first()
    if stored is None:
        ProcessMap.objects.create(type=kind, **wanted)
    elif any(getattr(stored, name) != value for name, value in wanted.items()):
        if not reset:
            loaded.edited_processes.append(kind)
            return
        for name, value in wanted.items():
            setattr(stored, name, value)
        stored.save()
        loaded.reset_processes.append(kind)


_SAME_NAMES = (
    "audit_days", "audit_weeks", "qa_check", "qa_check_days", "moderation", "moderation_days", "distribution",
    "distribution_days", "feedback", "feedback_days", "reaudit_weeks", "action_review_months", "reminder_repeat",
    "copy_manager_from",
)  # fmt: skip
