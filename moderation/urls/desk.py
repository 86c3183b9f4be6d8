"""Addresses of the moderator's desk; an audit is named by its reference."""

from django.urls import path

from moderation.views import deciding, desk, earlier, review

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("<reference:reference>/", review.review, name="review"),
    path("<reference:reference>/domains/<slug:domain>/", review.domain, name="domain"),
    path("<reference:reference>/domains/<slug:domain>/earlier/", earlier.earlier, name="domain_earlier"),
    path("<reference:reference>/decide/", deciding.decide, name="decide"),
    path("<reference:reference>/reopen/", deciding.reopen, name="reopen"),
    path("<reference:reference>/hand-over/", deciding.hand_over, name="hand_over"),
]
