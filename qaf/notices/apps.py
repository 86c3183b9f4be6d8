from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "qaf.notices"
    verbose_name = "Notices"
