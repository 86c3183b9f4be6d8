"""Addresses under /scorecard/lenses/."""

from django.urls import path

from scorecard.views import lenses as views

app_name = "lenses"
urlpatterns = [
    path("", views.matrix, name="matrix"),
    path("four-lenses.<str:file_format>", views.export, name="export"),
    path("new/", views.add, name="add"),
    path("<int:pk>/", views.evidence, name="evidence"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/remove/", views.remove, name="remove"),
]
