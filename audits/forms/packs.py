"""What a pack that ships would bring, or change, before anybody loads it; and the choice of what to load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from audits.forms.differences import Change, Domains, Group, domains, groups
from audits.kloe.definition import FormDefinition
from audits.kloe.packs import Pack as PackFiles
from audits.kloe.types import AuditType as TypeFiles
from audits.models import AuditType, Form, Pack, ProcessMap
from audits.pack_parts import PackPart, parts_of_packs
from audits.queries.packs import forms_by_key, packs_by_key, types_by_key
from audits.workflow.packs import Shipped, as_stored, fields_of, process_of


@dataclass(frozen=True)
class FormReview:
    """A form of a pack beside what is there: new, same, changed, retired (here), or clash (another's)."""

    title: str
    key: str
    sections: int
    questions: int
    state: str
    groups: list[Group]
    domains: Domains | None = None
    owner: str = ""


@dataclass(frozen=True)
class TypeReview:
    """A type of audit of a pack beside what is there: new, same, edited (here), or clash (another's)."""

    title: str
    key: str
    state: str
    changes: tuple[Change, ...] = ()
    owner: str = ""


@dataclass(frozen=True)
class PackReview:
    """A pack, what it brings, and what is there of it already. ``files`` is None when it has mistakes."""

    shipped: Shipped
    pack: Pack | None
    forms: tuple[FormReview, ...] = ()
    types: tuple[TypeReview, ...] = ()
    # What upper floors make of it.
    parts: tuple[PackPart, ...] = ()

    @property
    def name(self) -> str:
        return self.shipped.name

    @property
    def title(self) -> str:
        return self.shipped.files.title if self.shipped.files else self.shipped.name

    @property
    def questions(self) -> int:
        return sum(form.questions for form in self.forms)

    @property
    def _states(self) -> set[str]:
        rows = {row.state for part in self.parts for row in part.rows}
        return {form.state for form in self.forms} | {kind.state for kind in self.types} | rows

    @property
    def clashes(self) -> bool:
        return "clash" in self._states

    @property
    def loadable(self) -> bool:
        return self.shipped.files is not None and not self.clashes

    @property
    def edited_types(self) -> list[TypeReview]:
        return [one for one in self.types if one.state == "edited"]

    @property
    def edited(self) -> bool:
        """Whether something of the pack was changed here and can be put back."""
        return "edited" in self._states

    @property
    def retired_forms(self) -> list[FormReview]:
        return [one for one in self.forms if one.state == "retired"]

    @property
    def changes(self) -> bool:
        """Whether loading it would publish or make anything, without anybody's asking for more."""
        return bool({"new", "changed"} & self._states)


def summaries(shipped: Sequence[Shipped]) -> list[PackReview]:
    """The packs for a list: what each holds, and whether it is loaded. One query."""
    packs = packs_by_key([one.files.key for one in shipped if one.files])
    return [
        PackReview(
            one,
            packs.get(one.files.key) if one.files else None,
            forms=tuple(_form_summary(form, "") for form in one.files.forms) if one.files else (),
            types=tuple(TypeReview(kind.title, kind.key, "") for kind in one.files.types) if one.files else (),
        )
        for one in shipped
    ]


def reviews(shipped: Sequence[Shipped]) -> list[PackReview]:
    """The packs compared with what is there, in a fixed number of queries."""
    read = [one.files for one in shipped if one.files]
    packs = packs_by_key([files.key for files in read])
    there = forms_by_key([form.key for files in read for form in files.forms])
    types = types_by_key([kind.key for files in read for kind in files.types])
    parts = parts_of_packs(read)
    return [_review(one, packs, there, types, parts) for one in shipped]


def _review(
    shipped: Shipped,
    packs: dict[str, Pack],
    there: dict[str, Form],
    types: dict[str, AuditType],
    parts: dict[str, list[PackPart]],
) -> PackReview:
    files = shipped.files
    if files is None:
        return PackReview(shipped, None)
    return PackReview(
        shipped,
        packs.get(files.key),
        forms=tuple(_form_review(files, form, there.get(form.key)) for form in files.forms),
        types=tuple(_type_review(files, kind, types.get(kind.key)) for kind in files.types),
        parts=tuple(parts[files.key]),
    )


def _form_summary(
    form: FormDefinition, state: str, found: list[Group] | None = None, joined: Domains | None = None, owner: str = ""
) -> FormReview:
    questions = sum(len(section.questions) for section in form.sections)
    return FormReview(form.title, form.key, len(form.sections), questions, state, found or [], joined, owner)


def _owner(pack: Pack | None) -> str:
    return f"the pack “{pack}”" if pack else "this site itself"


def _form_review(files: PackFiles, form: FormDefinition, there: Form | None) -> FormReview:
    if there is None:
        return _form_summary(form, "new")
    if there.pack is None or there.pack.key != files.key:
        return _form_summary(form, "clash", owner=_owner(there.pack))
    published = there.standing[0] if there.standing else None  # type: ignore[attr-defined]
    if published is None:
        return _form_summary(form, "retired")
    if published.definition == as_stored(form):
        return _form_summary(form, "same")
    return _form_summary(form, "changed", groups(published.parsed, form), domains(published.parsed, form))


def _type_review(files: PackFiles, kind: TypeFiles, there: AuditType | None) -> TypeReview:
    if there is None:
        return TypeReview(kind.title, kind.key, "new")
    if there.form.pack is None or there.form.pack.key != files.key:
        return TypeReview(kind.title, kind.key, "clash", owner=_owner(there.form.pack))
    changes = tuple(_type_changes(kind, there))
    return TypeReview(kind.title, kind.key, "edited" if changes else "same", changes)


def _type_changes(kind: TypeFiles, there: AuditType) -> list[Change]:
    """Where a type here differs from the pack's: here, and in the pack."""
    found = []
    for name, wanted in fields_of(kind).items():
        if getattr(there, name) != wanted:
            found.append(Change(_name(AuditType, name), _said(getattr(there, name)), _said(wanted)))
    process = there.process
    for name, wanted in process_of(kind).items():
        if getattr(process, name) != wanted:
            found.append(Change(_name(ProcessMap, name), _said(getattr(process, name)), _said(wanted)))
    reaudit = process.reaudit_type.key if process.reaudit_type else None
    if reaudit != kind.process.reaudit:
        found.append(Change("Re-audit type", _said(reaudit), _said(kind.process.reaudit)))
    return found


def _name(model: type[AuditType] | type[ProcessMap], name: str) -> str:
    words = str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return words[:1].upper() + words[1:]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "None" if value in (None, "") else str(value)


class ChoosePacks(forms.Form):
    """Which packs to look at."""

    pack = forms.MultipleChoiceField(
        error_messages={
            "required": "Choose at least one pack",
            "invalid_choice": "There is no pack “%(value)s”. Choose from the list",
        }
    )

    def __init__(self, *args: Any, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]


class LoadPacks(ChoosePacks):
    """Which packs to load, and what of the site's own decisions to put back."""

    optional_unmarked = True

    reset_process = forms.BooleanField(
        label="Put the pack’s process maps back, and so undo what was changed here in its types of audit and in its "
        "rules of who moderates",
        required=False,
    )
    bring_back = forms.BooleanField(
        label="Bring back forms that were retired here: they are published again as the pack has them",
        required=False,
    )
