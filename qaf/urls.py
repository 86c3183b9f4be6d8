"""The addresses of the whole site; each app adds its own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from qaf import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("account/", views.account, name="account_settings"),
    # The address a person signs in with is the administrators' to change, so the library's own page is closed.
    path("accounts/email/", RedirectView.as_view(pattern_name="account_settings"), name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("people/", include("qaf.people.urls")),
    path("notices/", include("qaf.notices.urls")),
    path("audits/", include("audits.urls")),
    path("forms/", include("audits.form_urls")),
    path("schedule/", include("audits.schedule_urls")),
    path("coverage/", include("audits.coverage_urls")),
    path("programme/", include("audits.programme_urls")),
    path("capacity/", include("audits.capacity_urls")),
    path("moderation/", include("moderation.urls")),
    path("reports/actions/", include("scorecard.urls.improvement")),
    path("reports/", include("scorecard.urls.reports")),
    path("scorecard/indicators/", include("scorecard.urls.indicators")),
    path("scorecard/returns/", include("scorecard.urls.returns")),
    path("scorecard/lenses/", include("scorecard.urls.lenses")),
    path("scorecard/", include("scorecard.urls.board")),
    path("administration/", admin.site.urls),
]

handler400 = "qaf.views.bad_request"
handler403 = "qaf.views.forbidden"
handler404 = "qaf.views.not_found"
handler500 = "qaf.views.server_error"
