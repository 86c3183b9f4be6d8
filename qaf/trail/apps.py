from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "qaf.trail"
    verbose_name = "Trail"
