"""The project's addresses, and those of the bare views."""

from django.urls import path

from bench import views
from qaf.urls import handler400, handler403, handler404, handler500
from qaf.urls import urlpatterns as project_urls

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("bare/rows/", views.rows),
    path("bare/save/", views.save),
    path("bare/form/", views.form),
    path("bare/scorecard/", views.scorecard),
    *project_urls,
]
