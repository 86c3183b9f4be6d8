"""Addresses of people."""

from django.urls import path, re_path

from qaf.people import views

app_name = "people"
urlpatterns = [
    path("", views.people, name="directory"),
    path("import/", views.import_people, name="import"),
    path("import/<int:pk>/", views.import_preview, name="import_preview"),
    re_path(r"^import/people\.(?P<kind>csv|xlsx)$", views.import_template, name="import_template"),
]
