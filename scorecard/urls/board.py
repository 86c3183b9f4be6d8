"""Addresses under /scorecard/."""

from django.urls import path

from scorecard.views import board, board_comments, drill_down

app_name = "board"
urlpatterns = [
    path("", board.scorecard, name="scorecard"),
    path("compare/", board.compare, name="compare"),
    path("export/csv/", board.export, {"file_format": "csv"}, name="scorecard_csv"),
    path("export/xlsx/", board.export, {"file_format": "xlsx"}, name="scorecard_xlsx"),
    path("<slug:code>/", board.indicator, name="indicator"),
    path("<slug:code>/points/csv/", board.indicator_export, {"file_format": "csv"}, name="indicator_csv"),
    path("<slug:code>/points/xlsx/", board.indicator_export, {"file_format": "xlsx"}, name="indicator_xlsx"),
    path("<slug:code>/<str:quarter>/comment/", board_comments.comment, name="comment"),
    path("<slug:code>/<str:quarter>/comment/earlier/", board_comments.earlier, name="comment_earlier"),
    path("<slug:code>/<str:quarter>/audits/", drill_down.behind, name="behind"),
    path("<slug:code>/<str:quarter>/audits/csv/", drill_down.export, {"file_format": "csv"}, name="behind_csv"),
    path("<slug:code>/<str:quarter>/audits/xlsx/", drill_down.export, {"file_format": "xlsx"}, name="behind_xlsx"),
]
