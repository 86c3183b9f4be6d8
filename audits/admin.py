"""Administration of audits: types, process maps, forms. Never the content of an audit."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audits.models import AuditType, Form, FormVersion, Pack, ProcessMap
from qaf.trail.admin import ReadOnlyAdmin


class ProcessMapInline(admin.StackedInline):
    model = ProcessMap
    fk_name = "type"
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditType)
class AuditTypeAdmin(ReadOnlyAdmin):
    """To look at: they are changed under Forms, which asks whether audits stand in the way."""

    list_display = ["title", "form", "part", "about", "reference_prefix", "is_active"]
    list_select_related = ["form"]
    inlines = [ProcessMapInline]


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
