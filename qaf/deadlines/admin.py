"""The organisation's closure days, and deadlines to look at."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from qaf.deadlines.models import ClosureDay, Deadline
from qaf.deadlines.subjects import without_hidden
from qaf.deadlines.sweep import recalculate_reminders
from qaf.trail.admin import ReadOnlyAdmin, RecordedAdmin


@admin.register(ClosureDay)
class ClosureDayAdmin(RecordedAdmin):
    """A change moves the reminders of open deadlines; the due dates that were promised stay."""

    list_display = ["day", "name"]
    date_hierarchy = "day"
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: ClosureDay, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._recalculate(request)

    def delete_model(self, request: HttpRequest, obj: ClosureDay) -> None:
        super().delete_model(request, obj)
        self._recalculate(request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ClosureDay]) -> None:
        super().delete_queryset(request, queryset)
        self._recalculate(request)

    def _recalculate(self, request: HttpRequest) -> None:
        moved = recalculate_reminders()
        if moved:
            self.message_user(
                request,
                f"The next reminder of {moved} open {'deadline' if moved == 1 else 'deadlines'} moved. "
                "Due dates stay as they are.",
                messages.INFO,
            )


@admin.register(Deadline)
class DeadlineAdmin(ReadOnlyAdmin):
    list_display = ["title", "owner", "due_on", "first_due_on", "next_reminder_on", "met_at", "dropped_at"]
    list_select_related = ["owner"]
    list_filter = ["kind"]
    search_fields = ["title", "owner__name"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deadline]:
        return without_hidden(super().get_queryset(request))
