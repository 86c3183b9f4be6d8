"""What the pages about forms ask of the database. None of it loads a definition that it does not show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from audits.models import Audit, AuditType, Form, FormVersion

State = FormVersion.State
STATES = [("published", "Published"), ("draft", "With a draft"), ("retired", "Retired")]
# The value of the pack filter for the forms that no pack brought.
OWN = "own"


@dataclass(frozen=True)
class FormRow:
    """A form in the list: the versions that stand, and the types of audit that use it."""

    form: Form
    published: FormVersion | None
    draft: FormVersion | None
    types: list[AuditType]
    # There were published versions, and none stands.
    is_retired: bool


def in_use(draft: FormVersion) -> list[bool]:
    """For each other version of a draft's form, whether there is an audit on it."""
    others = FormVersion.objects.filter(form_id=draft.form_id).exclude(pk=draft.pk)
    audits = Audit.objects.filter(form_version=OuterRef("pk")).order_by()
    return list(others.annotate(in_use=Exists(audits)).values_list("in_use", flat=True))


def without_definition() -> QuerySet[FormVersion]:
    """Versions for a list: a definition may be hundreds of kilobytes."""
    return FormVersion.objects.defer("definition")


def readable(*, drafts: bool) -> QuerySet[Form]:
    """The forms that a person may know of; ``drafts``: also those that were never published."""
    forms = Form.objects.select_related("pack")
    if drafts:
        return forms
    published = FormVersion.objects.filter(form=OuterRef("pk")).exclude(state=State.DRAFT)
    return forms.filter(Exists(published))


def find(*, words: str = "", pack: str = "", state: str = "", drafts: bool) -> list[FormRow]:
    """The forms whose title, key, pack or types have every word, from one pack, in one state."""
    forms = readable(drafts=drafts).order_by("title", "key")
    for word in words.split():
        named = AuditType.objects.filter(form=OuterRef("pk"), title__icontains=word)
        forms = forms.filter(
            Q(title__icontains=word) | Q(key__icontains=word) | Q(pack__title__icontains=word) | Exists(named)
        )
    if pack == OWN:
        forms = forms.filter(pack=None)
    elif pack:
        forms = forms.filter(pack__key=pack)
    if state:
        of_form = FormVersion.objects.filter(form=OuterRef("pk"))
        forms = forms.filter(Exists(of_form.filter(state=state)))
        if state == State.RETIRED:
            forms = forms.exclude(Exists(of_form.filter(state=State.PUBLISHED)))
    retired = FormVersion.objects.filter(form=OuterRef("pk"), state=State.RETIRED)
    forms = forms.annotate(was_published=Exists(retired))
    standing = without_definition().exclude(state=State.RETIRED)
    return [
        _row(form, drafts=drafts)
        for form in forms.prefetch_related(Prefetch("versions", standing, to_attr="standing"), "types")
    ]


def _row(form: Form, *, drafts: bool) -> FormRow:
    standing: dict[str, FormVersion] = {version.state: version for version in form.standing}  # type: ignore[attr-defined]
    return FormRow(
        form,
        published=standing.get(State.PUBLISHED),
        draft=standing.get(State.DRAFT) if drafts else None,
        types=list(form.types.all()),
        is_retired=State.PUBLISHED not in standing and form.was_published,  # type: ignore[attr-defined]
    )


def versions_of(form: Form, *, drafts: bool) -> list[FormVersion]:
    """A form's versions, the newest first, each with the number of its audits as ``used``."""
    versions = without_definition().filter(form=form)
    if not drafts:
        versions = versions.exclude(state=State.DRAFT)
    return list(versions.select_related("saved_by").annotate(used=Count("audits")).order_by("-number"))


def types_of(form: Form) -> list[AuditType]:
    """The types of audit that use a form, with their process maps."""
    return list(form.types.select_related("process__reaudit_type").order_by("title"))
