"""Addresses under /scorecard/indicators/."""

from django.urls import path

from scorecard.views import benchmarks, change_requests, changes, earlier_figures, indicators, priorities

app_name = "indicators"
# Words that stand where a code would are no codes: scorecard.definitions.TAKEN_WORDS.
urlpatterns = [
    path("", indicators.indicators, name="list"),
    path("export/<str:file_format>/", indicators.export, name="export"),
    path("new/", change_requests.request_addition, name="request"),
    path("changes/", changes.changes, name="changes"),
    path("changes/export/<str:file_format>/", changes.export, name="changes_export"),
    path("changes/<int:pk>/", changes.change, name="change"),
    path("changes/<int:pk>/decide/", changes.decide, name="decide"),
    path("changes/<int:pk>/withdraw/", changes.withdraw, name="withdraw"),
    path("priorities/", priorities.priorities, name="priorities"),
    path("priorities/reset/", priorities.reset, name="reset"),
    path("<slug:code>/", indicators.indicator, name="indicator"),
    path("<slug:code>/change/", change_requests.request_change, name="request_change"),
    path("<slug:code>/retire/", change_requests.request_retirement, name="request_retirement"),
    path("<slug:code>/limits/", change_requests.request_rebase, name="request_rebase"),
    path("<slug:code>/benchmarks/", benchmarks.benchmarks, name="benchmarks"),
    path("<slug:code>/benchmarks/<int:pk>/correct/", benchmarks.correct, name="benchmark_correct"),
    path("<slug:code>/benchmarks/<int:pk>/remove/", benchmarks.remove, name="benchmark_remove"),
    path("<slug:code>/earlier/", earlier_figures.earlier, name="earlier"),
]
