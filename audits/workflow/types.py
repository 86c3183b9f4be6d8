"""Types of audit: which form, what about, and how an audit goes on from there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from audits.models import Audit, AuditType, Form, FormVersion, ProcessMap, State
from audits.models.audits import ENDED
from audits.workflow.versions import PARTS, demand_building, locked_form
from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record

# The optional steps, what they are called, and the states of audits that wait for them.
OPTIONAL_STEPS = {
    "qa_check": ("QA check", (State.SUBMITTED,)),
    "moderation": ("Moderation", (State.MODERATING,)),
    "distribution": ("Distribution", (State.MODERATED,)),
    "feedback": ("Feedback", (State.DISTRIBUTED,)),
}
PROCESS_FIELDS = tuple(field.name for field in ProcessMap._meta.fields if field.name not in ("id", "type"))


class CannotSave(Refused):
    """What was said of a type of audit does not fit together; ``faults`` names each with the field it is about."""

    title = "This type of audit cannot be saved"

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__(" ".join(text for _, text in faults))
        self.faults = faults


@dataclass(frozen=True)
class TypeFields:
    """What is said of a type itself, besides its process map."""

    title: str
    reference_prefix: str
    part: str = "audit"
    about: str = "case"
    confidential: bool = False
    is_active: bool = True


# What audits that are there already were started on.
SETTLED = ("part", "about")


def fingerprint(kind: AuditType) -> str:
    """A mark of everything that a page shows of a type, to tell later whether somebody else changed it meanwhile."""
    said = {field.name: getattr(kind, field.name) for field in fields(TypeFields)}
    process = ProcessMap.objects.get(type=kind)
    said |= {name: str(getattr(process, name)) for name in PROCESS_FIELDS}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def parts_of(form: Form) -> list[tuple[str, str]]:
    """The parts of a form that the auditor of a type can begin with, each with its words."""
    version = latest_version(form)
    sections = (version.definition.get("sections") or []) if version else []
    present = {section.get("part", "audit") for section in sections if isinstance(section, dict)}
    return [(part, words[:1].upper() + words[1:]) for part, words in PARTS.items() if part in present]


@transaction.atomic
def save_type(
    *, form: Form, said: TypeFields, process: Mapping[str, Any], by: User, kind: AuditType | None = None, seen: str = ""
) -> AuditType:
    """Make a type of audit of a form (``kind`` None), or change one, with its process map.

    ``process`` holds fields of ProcessMap; those left out stay as they are. ``seen`` is the fingerprint of what the
    page showed. Raises NotAllowed, Stale when somebody else changed it meanwhile, CannotSave with every fault.
    """
    demand_building(by)
    # Whoever loads a pack or publishes locks the form as well.
    form = locked_form(form.pk)
    if kind is not None:
        kind = AuditType.objects.select_for_update(no_key=True).get(pk=kind.pk)
        if seen and seen != fingerprint(kind):
            raise Stale("Somebody else changed this type of audit meanwhile. Nothing was changed; open it again.")
    faults = _faults(form, said, process, kind)
    if faults:
        raise CannotSave(faults)
    before = _described(kind) if kind else {}
    saved = kind or AuditType(form=form)
    for field in fields(TypeFields):
        setattr(saved, field.name, getattr(said, field.name))
    _store(saved)
    stored = ProcessMap.objects.filter(type=saved).first() or ProcessMap(type=saved)
    for name, value in process.items():
        setattr(stored, name, value)
    stored.save()
    saved = AuditType.objects.select_related("form", "process").get(pk=saved.pk)
    after = _described(saved)
    changes = {name: [before[name], value] for name, value in after.items() if before.get(name, value) != value}
    if kind is None:
        record("type.made", saved, by=by, type=saved.title, form=form.key)
    elif changes:
        record("type.changed", saved, by=by, type=saved.title, changes=changes)
    return saved


def _faults(form: Form, said: TypeFields, process: Mapping[str, Any], kind: AuditType | None) -> list[tuple[str, str]]:
    found = []
    if said.part not in [part for part, _ in parts_of(form)]:
        found.append(("part", "The form has no section for this part. Choose another part."))
    if said.part in OPTIONAL_STEPS and process.get(
        said.part, getattr(kind.process if kind else ProcessMap(), said.part)
    ):
        step = OPTIONAL_STEPS[said.part][0]
        found.append(("part", f"This part is filled in the step “{step}”. Switch the step off or choose another part."))
    if kind is not None:
        found += settled_by_audits(kind, {name: getattr(said, name) for name in SETTLED})
        found += steps_in_use(kind, process)
        found += _needed_for_reaudits(kind, said)
    reaudit = process.get("reaudit_type")
    if reaudit is not None and kind is not None and reaudit.pk == kind.pk:
        found.append(("reaudit_type", "A type cannot be its own re-audit. Choose another type, or none."))
    elif reaudit is not None and reaudit.about != said.about:
        found.append(("reaudit_type", f"“{reaudit}” is about something else. Choose a type about the same."))
    elif reaudit is not None and reaudit.form_id != form.pk and reaudit.form.published_version is None:
        found.append(("reaudit_type", f"The form of “{reaudit}” is not published. Publish it first."))
    return found


def settled_by_audits(kind: AuditType, said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What would change in a type that the audits of it were started on."""
    changed = [name for name in SETTLED if getattr(kind, name) != said[name]]
    if not changed or not kind.audits.exists():
        return []
    text = "Audits of this type have been started, so this stays as it is. Make another type instead."
    return [(name, text) for name in changed]


def _needed_for_reaudits(kind: AuditType, said: TypeFields) -> list[tuple[str, str]]:
    """A re-audit about something else than the audit before it could not be opened."""
    first = AuditType.objects.filter(process__reaudit_type=kind).exclude(about=said.about)
    if said.about == kind.about or not (names := ", ".join(f"“{one}”" for one in first)):
        return []
    return [("about", f"Re-audits of {names} are of this type, so this stays as it is. Make another type instead.")]


def steps_in_use(kind: AuditType, process: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A step that is switched off while audits stand in it would leave them there for good."""
    found = []
    for step, (words, states) in OPTIONAL_STEPS.items():
        if process.get(step, True) or not getattr(kind.process, step):
            continue
        number = Audit.objects.filter(type=kind, state__in=[state.value for state in states]).count()
        if number:
            audits = "1 audit is" if number == 1 else f"{number} audits are"
            found.append((step, f"{words} cannot be switched off yet: {audits} in this step. See to them first."))
    return found


def _described(kind: AuditType) -> dict[str, str]:
    """A type and its process map as pairs of words, for the trail."""
    process = ProcessMap.objects.select_related("reaudit_type").get(type=kind)
    said = {_words(AuditType, field.name): getattr(kind, field.name) for field in fields(TypeFields)}
    said |= {_words(ProcessMap, name): getattr(process, name) for name in PROCESS_FIELDS}
    words = {True: "yes", False: "no", None: "none"}
    return {name: words[value] if isinstance(value, bool | None) else str(value) for name, value in said.items()}


def _words(model: type[AuditType] | type[ProcessMap], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _store(kind: AuditType) -> None:
    """Save a type; a new one under a key of its own, of which the database has the last word on who was first."""
    if kind.pk:
        kind.save()
        return
    while True:
        kind.key = _free_key(kind.title)
        try:
            with transaction.atomic():
                kind.save()
                return
        except IntegrityError:
            if not AuditType.objects.filter(key=kind.key).exists():
                raise


def _free_key(title: str) -> str:
    """A key for a new type, made from its title; "new" is a page's."""
    stem = slugify(title)[:70].strip("-") or "audit"
    key, number = stem, 2
    while key == "new" or AuditType.objects.filter(key=key).exists():
        key, number = f"{stem}-{number}", number + 1
    return key


def open_audits(kind: AuditType) -> int:
    """How many audits of a type are under way."""
    return Audit.objects.filter(type=kind).exclude(state__in=[state.value for state in ENDED]).count()


def latest_version(form: Form) -> FormVersion | None:
    """The version that stands, else the last one."""
    return form.published_version or form.versions.order_by("-number").first()
