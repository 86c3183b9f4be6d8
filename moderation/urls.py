"""Addresses of moderation; an audit is named by its reference."""

from django.urls import path

from moderation import views

app_name = "moderation"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("<str:reference>/", views.review, name="review"),
    path("<str:reference>/decide/", views.decide, name="decide"),
    path("<str:reference>/reopen/", views.reopen, name="reopen"),
    path("<str:reference>/hand-over/", views.hand_over, name="hand_over"),
]
