"""Addresses of coverage. What is narrowed to stands in the query: keys of services, teams and types, and months."""

from django.urls import path

from audits.views import clinic, coverage, observations

app_name = "coverage"

urlpatterns = [
    path("", coverage.overview, name="overview"),
    path("teams/", coverage.teams, name="teams"),
    path("people/", coverage.people, name="people"),
    path("observations/", observations.page, name="observations"),
    path("clinic/", clinic.clinic, name="clinic"),
    path("clinic/pdf/", clinic.pdf, name="clinic_pdf"),
    path("clinic/xlsx/", clinic.xlsx, name="clinic_xlsx"),
    path("observations/csv/", observations.export, {"file_format": "csv"}, name="observations_csv"),
    path("observations/xlsx/", observations.export, {"file_format": "xlsx"}, name="observations_xlsx"),
    *(
        path(
            f"{'' if table == 'overview' else f'{table}/'}{file_format}/",
            coverage.export,
            {"table": table, "file_format": file_format},
            name=f"{table}_{file_format}",
        )
        for table in ("overview", "teams", "people")
        for file_format in ("csv", "xlsx")
    ),
]
