"""The outbox for administrators: what was sent, what failed and why, and trying again."""

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from qaf.notices.models import OutboxEmail
from qaf.trail.admin import ReadOnlyAdmin
from qaf.trail.chain import record


@admin.register(OutboxEmail)
class OutboxEmailAdmin(ReadOnlyAdmin):
    """How each e-mail fares; its words are for its reader alone."""

    list_display = ["pk", "person", "state", "attempts", "created_at", "not_before", "sent_at", "last_error"]
    list_filter = ["state"]
    list_select_related = ["person"]
    search_fields = ["person__name", "person__email"]
    fields = ["person", "state", "attempts", "created_at", "claimed_at", "not_before", "sent_at", "last_error"]
    show_full_result_count = False
    actions = ["try_again"]

    @admin.action(description="Try again to send those that were given up")
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutboxEmail]) -> None:
        with transaction.atomic():
            failed = list(queryset.filter(state=OutboxEmail.State.FAILED).select_for_update())
            for email in failed:
                OutboxEmail.objects.filter(pk=email.pk).update(
                    state=OutboxEmail.State.WAITING, attempts=0, not_before=timezone.now()
                )
                record("outbox.tried_again", email, by=request.user)  # type: ignore[arg-type]
        self.message_user(request, f"{len(failed)} will be sent again.", messages.SUCCESS)
