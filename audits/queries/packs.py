"""What is there already of packs that are to be loaded."""

from collections.abc import Iterable

from django.db.models import Prefetch

from audits.models import AuditType, Form, FormVersion, Pack


def packs_by_key(keys: Iterable[str]) -> dict[str, Pack]:
    """The packs that are loaded."""
    return {pack.key: pack for pack in Pack.objects.filter(key__in=list(keys))}


def forms_by_key(keys: Iterable[str]) -> dict[str, Form]:
    """The forms that are there, with the pack each came from and its published version as ``standing``."""
    published = FormVersion.objects.filter(state=FormVersion.State.PUBLISHED)
    forms = Form.objects.filter(key__in=list(keys)).select_related("pack")
    return {form.key: form for form in forms.prefetch_related(Prefetch("versions", published, to_attr="standing"))}


def types_by_key(keys: Iterable[str]) -> dict[str, AuditType]:
    """The types of audit that are there, with their process maps."""
    types = AuditType.objects.filter(key__in=list(keys))
    return {kind.key: kind for kind in types.select_related("form__pack", "process__reaudit_type")}
