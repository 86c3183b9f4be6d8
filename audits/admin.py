"""Administration of audits: types, process maps, forms. Never the content of an audit."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audits.models import AuditType, Form, FormVersion, Pack, ProcessMap
from qaf.trail.admin import ReadOnlyAdmin, RecordedAdmin


class ProcessMapInline(admin.StackedInline):
    model = ProcessMap
    fk_name = "type"
    can_delete = False


@admin.register(AuditType)
class AuditTypeAdmin(RecordedAdmin):
    list_display = ["title", "form", "part", "reference_prefix", "is_active"]
    list_select_related = ["form"]
    inlines = [ProcessMapInline]
    readonly_fields = ["key", "form", "part"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Types come from packs.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Form)
class FormAdmin(ReadOnlyAdmin):
    list_display = ["title", "key", "pack"]
    list_select_related = ["pack"]


@admin.register(FormVersion)
class FormVersionAdmin(ReadOnlyAdmin):
    list_display = ["form", "number", "state", "published_at"]
    list_select_related = ["form"]


@admin.register(Pack)
class PackAdmin(ReadOnlyAdmin):
    list_display = ["title", "key", "source", "loaded_at"]
