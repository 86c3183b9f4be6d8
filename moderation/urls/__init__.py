"""Addresses of moderation, one file a family."""

from django.urls import include, path

from audits import addresses  # noqa: F401 (registers the kind of path that a reference is)
from moderation.urls import agreement, concerns, desk, panels, rules

app_name = "moderation"

urlpatterns = [
    path("concerns/", include(concerns.urlpatterns)),
    path("rules/", include(rules.urlpatterns)),
    path("panels/", include(panels.urlpatterns)),
    path("agreement/", include(agreement.urlpatterns)),
    path("", include(desk.urlpatterns)),
]
