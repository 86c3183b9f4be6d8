"""Addresses under /reports/actions/."""

from django.urls import path

from scorecard.views import improvement as views

app_name = "improvement"
urlpatterns = [
    path("", views.actions, name="list"),
    path("actions.<str:file_format>", views.export, name="export"),
    path("recommendations/<int:pk>/new/", views.new, name="new"),
    path("<slug:reference>/", views.action, name="action"),
    path("<slug:reference>/change/", views.change, name="change"),
]
