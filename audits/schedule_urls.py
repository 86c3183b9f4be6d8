"""Addresses of the schedule."""

from django.urls import URLPattern, path

from audits.views import cycles, dry_run, expected

app_name = "schedule"

urlpatterns: list[URLPattern] = []

# Cycles, what is expected in them, and the dry run.
urlpatterns += [
    path("dry-run/", dry_run.show, name="dry_run"),
    path("dry-run/export/csv/", dry_run.export, {"file_format": "csv"}, name="dry_run_csv"),
    path("dry-run/export/xlsx/", dry_run.export, {"file_format": "xlsx"}, name="dry_run_xlsx"),
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<int:pk>/export/", cycles.cycle_export, name="cycle_export"),
    path("rows/<int:pk>/open/", cycles.cycle_open, name="cycle_open"),
    path("mine/", expected.mine, name="mine"),
    path("expected/<int:pk>/select/", expected.select, name="select"),
    path("expected/<int:pk>/excuse/", expected.excuse, name="excuse"),
    path("expected/<int:pk>/put-back/", expected.put_back, name="put_back"),
]
