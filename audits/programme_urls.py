"""Addresses of the programme."""

from django.urls import path

from audits.views import fieldwork, programme, triangulation, work, work_parts, work_steps

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

# Fieldwork and triangulation. Children are named by their number in the matrix, never by anything of theirs.
urlpatterns += [
    path("<slug:reference>/fieldwork/", fieldwork.fieldwork, name="fieldwork"),
    path("<slug:reference>/fieldwork/add/", fieldwork.case_add, name="work_case_add"),
    path("<slug:reference>/fieldwork/open/", fieldwork.open_page, name="fieldwork_open"),
    path("<slug:reference>/fieldwork/close/", fieldwork.close, name="fieldwork_close"),
    path("<slug:reference>/fieldwork/remind/", fieldwork.remind, name="fieldwork_remind"),
    path("<slug:reference>/fieldwork/<int:number>/remove/", fieldwork.case_remove, name="work_case_remove"),
    path("<slug:reference>/fieldwork/<int:number>/<int:agency>/", fieldwork.audit, name="work_audit"),
    path("<slug:reference>/triangulation/", triangulation.triangulation, name="triangulation"),
    path("<slug:reference>/triangulation/<int:number>/", triangulation.child, name="triangulation_child"),
    path("<slug:reference>/triangulation.<slug:file_format>", triangulation.export, name="triangulation_export"),
]
