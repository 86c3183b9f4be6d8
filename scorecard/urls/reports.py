"""Addresses under /reports/."""

from django.urls import path

from audits import addresses  # noqa: F401 (registers the kind of path that a reference is)
from scorecard.views import (
    publication,
    quotations,
    recommendations,
    report_asking,
    report_steps,
    report_versions,
    report_writing,
    themes,
)
from scorecard.views import reports as views

app_name = "scorecard"
urlpatterns = [
    path("", views.reports, name="reports"),
    path("list.<str:file_format>", views.reports_export, name="reports_export"),
    path("published/", publication.published, name="published"),
    path("published/list.<str:file_format>", publication.published_export, name="published_export"),
    path("new/", report_asking.new_report, name="new_report"),
    path("new/<slug:kind>/", report_asking.new_report_kind, name="new_report_kind"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/cancel/", views.cancel_report, name="cancel_report"),
    path("<int:pk>/again/", views.retry_report, name="retry_report"),
    path("<int:pk>/report.pdf", views.report_pdf, name="report_pdf"),
    path("<int:pk>/report.docx", views.report_docx, name="report_docx"),
    path("<int:pk>/slides.pptx", views.report_pptx, name="report_pptx"),
    path("<int:pk>/figures.xlsx", views.report_xlsx, name="report_xlsx"),
    # Writing it.
    path("<int:pk>/writing/", report_writing.writing, name="writing"),
    path("<int:pk>/writing/<str:section>/", report_writing.write_section, name="write_section"),
    path("<int:pk>/writing/<str:section>/earlier/", report_writing.earlier_texts, name="earlier_texts"),
    path("<int:pk>/recommendations/", recommendations.recommendations, name="recommendations"),
    path(
        "<int:pk>/recommendations/<int:recommendation>/",
        recommendations.recommendation_change,
        name="recommendation_change",
    ),
    path(
        "<int:pk>/recommendations/<int:recommendation>/move/",
        recommendations.recommendation_move,
        name="recommendation_move",
    ),
    path(
        "<int:pk>/recommendations/<int:recommendation>/remove/",
        recommendations.recommendation_remove,
        name="recommendation_remove",
    ),
    # What runs through the audits, in the words of those concerned.
    path("<int:pk>/themes/", themes.themes, name="themes"),
    path("<int:pk>/themes/<int:theme>/", themes.theme, name="theme"),
    path("<int:pk>/themes/<int:theme>/move/", themes.theme_move, name="theme_move"),
    path("<int:pk>/themes/<int:theme>/remove/", themes.theme_remove, name="theme_remove"),
    path("<int:pk>/themes/<int:theme>/evidence/", quotations.evidence, name="evidence"),
    path("<int:pk>/themes/<int:theme>/evidence/<reference:reference>/<str:key>/", quotations.quote, name="quote"),
    path("<int:pk>/quotations/<int:quotation>/", quotations.quotation, name="quotation"),
    path("<int:pk>/quotations/<int:quotation>/remove/", quotations.quotation_remove, name="quotation_remove"),
    # Its way to the board.
    path("<int:pk>/steps/<slug:step>/", report_steps.report_step, name="report_step"),
    path("<int:pk>/versions/", report_versions.versions, name="versions"),
    path("<int:pk>/versions/differences/", report_versions.report_differences, name="report_differences"),
]
