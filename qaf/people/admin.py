"""People, places and posts on the administration pages. Every change is in the trail."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from qaf.people.models import Agency, Post, Service, Team, User
from qaf.people.workflow import promise_welcome
from qaf.trail.admin import RecordedAdmin

# Rights follow from posts; groups would be a second way to them.
admin.site.unregister(Group)


class PostInline(admin.TabularInline):
    model = Post
    extra = 0
    autocomplete_fields = ["agency", "service", "team"]


@admin.register(User)
class UserAdmin(RecordedAdmin):
    """A person with their posts. Nobody is removed, since the trail names them: take away "may sign in"."""

    fields = ["name", "email", "is_active"]
    list_display = ["name", "email", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "email"]
    inlines = [PostInline]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            promise_welcome(obj)


@admin.register(Post)
class PostAdmin(RecordedAdmin):
    list_display = ["person", "role", "scope_name", "starts_on", "ends_on"]
    list_filter = ["role"]
    list_select_related = ["person", "agency", "service", "team"]
    search_fields = ["person__name", "person__email"]
    autocomplete_fields = ["person", "agency", "service", "team"]


class _PlaceAdmin(RecordedAdmin):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}


@admin.register(Agency)
class AgencyAdmin(_PlaceAdmin):
    pass


@admin.register(Service)
class ServiceAdmin(_PlaceAdmin):
    list_display = ["name", "code", "agency"]
    list_select_related = ["agency"]


@admin.register(Team)
class TeamAdmin(_PlaceAdmin):
    list_display = ["name", "code", "service"]
    list_select_related = ["service"]
