"""Reports in the administration pages: whether and when they were made, not what they say."""

from django.contrib import admin

from qaf.trail.admin import ReadOnlyAdmin
from scorecard.models import Report


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """To look at only: reports are asked for and called off on their own pages, where the trail is kept."""

    list_display = ("title", "scope_name", "state", "requested_by", "requested_at", "made_at", "attempts", "error")
    list_filter = ("state", "kind")
    list_select_related = ("agency", "requested_by")
    fields = (
        "kind",
        "period_from",
        "period_to",
        "agency",
        "state",
        "requested_by",
        "requested_at",
        "claimed_at",
        "heartbeat_at",
        "attempts",
        "step",
        "error",
        "made_at",
        "snapshot_digest",
    )
