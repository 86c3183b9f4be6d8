from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "qaf.people"
    verbose_name = "People"
