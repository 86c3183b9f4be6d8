"""Addresses of capacity: whose time is asked, and what new work or an inspection would do to it."""

from django.urls import path

from audits.views import capacity, clashes

app_name = "capacity"

urlpatterns = [
    path("", capacity.year, name="year"),
    path("export/csv/", capacity.export, {"file_format": "csv"}, name="csv"),
    path("export/xlsx/", capacity.export, {"file_format": "xlsx"}, name="xlsx"),
    path("hours/", capacity.effort, name="effort"),
    path("inspection/", clashes.inspection, name="inspection"),
    path("people/<int:pk>/", capacity.person, name="person"),
    path("work/<slug:reference>/", clashes.work, name="work"),
]
