"""Addresses of moderation; an audit is named by its reference."""

from django.urls import path

from audits import addresses  # noqa: F401 (registers the kind of path that a reference is)
from moderation import views

app_name = "moderation"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("<reference:reference>/", views.review, name="review"),
    path("<reference:reference>/decide/", views.decide, name="decide"),
    path("<reference:reference>/reopen/", views.reopen, name="reopen"),
    path("<reference:reference>/hand-over/", views.hand_over, name="hand_over"),
]
