"""Addresses under /scorecard/returns/."""

from django.urls import path

from scorecard.views import return_files, return_page, return_steps, returns

app_name = "returns"
urlpatterns = [
    path("", returns.returns, name="list"),
    path("returns.csv", returns.export, {"file_format": "csv"}, name="csv"),
    path("returns.xlsx", returns.export, {"file_format": "xlsx"}, name="xlsx"),
    path("ask/", returns.ask, name="ask"),
    path("<int:pk>/", return_page.show, name="return"),
    path("<int:pk>/send/", return_steps.send, name="send"),
    path("<int:pk>/template.xlsx", return_files.template, name="template"),
    path("<int:pk>/upload/", return_files.upload, name="upload"),
    path("<int:pk>/query/", return_steps.query, name="query"),
    path("<int:pk>/accept/", return_steps.accept, name="accept"),
    path("<int:pk>/extend/", return_steps.extend, name="extend"),
    path("<int:pk>/remind/", return_steps.remind, name="remind"),
    path("<int:pk>/correct/", return_steps.correct, name="correct"),
    path("<int:pk>/withdraw/", return_steps.withdraw, name="withdraw"),
    path("<int:pk>/history/", return_steps.history, name="history"),
    path("<str:quarter>/chase/", returns.chase, name="chase"),
]
