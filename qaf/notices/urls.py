"""Addresses of notices."""

from django.urls import path

from qaf.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<int:pk>/open/", views.open_notice, name="open"),
    path("read-all/", views.read_all, name="read_all"),
    path("preferences/", views.preferences, name="preferences"),
    path("preferences/calendar/create/", views.create_feed, name="create_feed"),
    path("preferences/calendar/revoke/", views.revoke_feed, name="revoke_feed"),
    path("calendar/<str:token>.ics", views.calendar_feed, name="calendar_feed"),
]
