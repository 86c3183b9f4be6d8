"""Addresses of the schedule."""

from django.urls import URLPattern, path, re_path

from audits.views import absences, cycles, dry_run, expected, schedule

app_name = "schedule"

# The rows, and who is away.
urlpatterns: list[URLPattern] = [
    path("", schedule.expectations, name="expectations"),
    re_path(r"^export/(?P<file_format>csv|xlsx)/$", schedule.export, name="expectations_export"),
    path("rows/new/", schedule.new, name="expectation_new"),
    path("rows/<int:pk>/", schedule.change, name="expectation_change"),
    path("rows/<int:pk>/remove/", schedule.remove, name="expectation_remove"),
    path("rows/<int:pk>/service/", schedule.service, name="expectation_service"),
    path("rows/<int:pk>/opening/", schedule.opening, name="expectation_opening"),
    path("absences/", absences.absences, name="absences"),
    path("absences/<int:pk>/remove/", absences.remove, name="absence_remove"),
]

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
