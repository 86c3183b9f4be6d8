"""The administration pages' two links to the trail: reading it, and writing down what is done on them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest

from qaf.trail.chain import record
from qaf.trail.models import Entry
from qaf.trail.sentences import sentence


def _shown(value: Any) -> Any:
    """A field's value as the trail keeps it: texts, numbers and days as they are, a person or place by its name."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def changes_of(form: ModelForm[Any]) -> dict[str, list[Any]]:
    """What a bound form changed: by the field's label, before and after."""
    old = type(form.instance)._base_manager.filter(pk=form.instance.pk).first() if form.instance.pk else None
    found = {}
    for name in form.changed_data:
        label = str(form.fields[name].label or name)
        before = getattr(old, name, None) if old else None
        found[label] = [_shown(before), _shown(form.cleaned_data.get(name))]
    return found


class RecordedAdmin(admin.ModelAdmin):
    """Administration pages whose every change is in the trail, with what was there before and after."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        changes = changes_of(form)
        super().save_model(request, obj, form, change)
        if changes or not change:
            self._record("changed" if change else "added", obj, request, changes=changes)

    def save_formset(
        self, request: HttpRequest, form: Any, formset: BaseInlineFormSet[Any, Any, Any], change: bool
    ) -> None:
        edited = [
            (one, changes_of(one), one.instance.pk is None)
            for one in formset.forms
            if one.has_changed() and one not in formset.deleted_forms
        ]
        removed = [one.instance for one in formset.deleted_forms if one.instance.pk]
        for thing in removed:
            self._record("removed", thing, request)
        super().save_formset(request, form, formset, change)
        for one, changes, is_new in edited:
            self._record("added" if is_new else "changed", one.instance, request, changes=changes)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            self._record("removed", obj, request)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            for thing in queryset:
                self._record("removed", thing, request)
            super().delete_queryset(request, queryset)

    def _record(self, verb: str, thing: models.Model, request: HttpRequest, **details: Any) -> None:
        what = f"{thing._meta.verbose_name}: {thing}"
        record(f"admin.{verb}", thing, by=request.user, what=what, **details)  # type: ignore[arg-type]


class ReadOnlyAdmin(admin.ModelAdmin):
    """Pages to look at, where nothing can be added, changed or removed."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "at", "actor", "in_words", "subject_type", "subject_id"]
    list_select_related = ["actor", "subject_type"]
    list_filter = ["verb"]
    search_fields = ["verb", "actor__name", "actor__email"]
    show_full_result_count = False
    list_per_page = 50

    @admin.display(description="what was done")
    def in_words(self, entry: Entry) -> str:
        return sentence(entry.verb, entry.details)
