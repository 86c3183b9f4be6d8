"""Addresses of the programme."""

from django.urls import path

from audits.views import programme, work, work_parts, work_steps

app_name = "programme"

urlpatterns = [
    path("", programme.year, name="year"),
    path("year.<slug:file_format>", programme.export, name="year_export"),
    path("expected/", programme.expected_plan_all, name="expected_plan_all"),
    path("expected/<int:pk>/", programme.expected_plan, name="expected_plan"),
    path("new/", work.new, name="work_new"),
    path("<slug:reference>/", work.work, name="work"),
    path("<slug:reference>/change/", work.change, name="work_change"),
    path("<slug:reference>/agencies/", work_parts.agencies, name="work_agencies"),
    path("<slug:reference>/people/", work_parts.people, name="work_people"),
    path("<slug:reference>/steps/<slug:step>/", work_steps.work_step, name="work_step"),
]
