"""The Celery application. Tasks live in each app's ``tasks.py``; schedules live in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qaf.settings")

app = Celery("qaf")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
