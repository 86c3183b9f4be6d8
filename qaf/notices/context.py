"""The unread count in every page's navigation."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from qaf.notices.models import Notice


def unread_notices(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``unread_notice_count``; asked of the database only by pages that show it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_notice_count": 0}
    return {"unread_notice_count": SimpleLazyObject(lambda: Notice.objects.unread_by(user).count())}
