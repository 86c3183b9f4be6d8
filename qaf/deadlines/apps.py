from importlib import import_module

from django.apps import AppConfig

from qaf import home
from qaf.people.administration import allow_administrators


class DeadlinesConfig(AppConfig):
    name = "qaf.deadlines"
    verbose_name = "Deadlines"

    def ready(self) -> None:
        # Importing the module registers its checks; it reads the calendar, so not before the models are there.
        import_module("qaf.deadlines.checks")
        home.register_panel(5, import_module("qaf.deadlines.coverage_of_calendar").calendar_ends)
        allow_administrators("deadlines.closureday", "view", "add", "change", "delete")
        allow_administrators("deadlines.deadline", "view")
        for model in ("crontabschedule", "intervalschedule"):
            allow_administrators(f"django_celery_beat.{model}", "view", "add", "change")
        allow_administrators("django_celery_beat.periodictask", "view", "change")
