"""Addresses of concerns."""

from django.urls import path

from moderation.views import concern_list, concerns

urlpatterns = [
    path("", concern_list.concerns, name="concerns"),
    path("list.csv", concern_list.export, {"file_format": "csv"}, name="concerns_csv"),
    path("list.xlsx", concern_list.export, {"file_format": "xlsx"}, name="concerns_xlsx"),
    path("raise/<reference:reference>/", concerns.raise_concern, name="raise_concern"),
    path("<int:pk>/", concerns.concern, name="concern"),
    path("<int:pk>/acknowledge/", concerns.acknowledge, name="concern_acknowledge"),
    path("<int:pk>/resolve/", concerns.resolve, name="concern_resolve"),
    path("<int:pk>/reassign/", concerns.reassign, name="concern_reassign"),
]
