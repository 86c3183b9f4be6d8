from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "qaf.deadlines"
    verbose_name = "Deadlines"
