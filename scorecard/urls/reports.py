"""Addresses under /reports/."""

from django.urls import path

from scorecard.views import reports as views

app_name = "scorecard"
urlpatterns = [
    path("", views.reports, name="reports"),
    path("new/", views.new_report, name="new_report"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/cancel/", views.cancel_report, name="cancel_report"),
    path("<int:pk>/again/", views.retry_report, name="retry_report"),
    path("<int:pk>/report.pdf", views.report_pdf, name="report_pdf"),
    path("<int:pk>/figures.xlsx", views.report_xlsx, name="report_xlsx"),
]
