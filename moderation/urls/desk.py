"""Addresses of the moderator's desk; an audit is named by its reference."""

from django.urls import path

from moderation.views import desk

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("<reference:reference>/", desk.review, name="review"),
    path("<reference:reference>/decide/", desk.decide, name="decide"),
    path("<reference:reference>/reopen/", desk.reopen, name="reopen"),
    path("<reference:reference>/hand-over/", desk.hand_over, name="hand_over"),
]
