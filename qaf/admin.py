"""The administration site: its name, its way in, and the schedules of background work."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django_celery_beat import admin as beat
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from qaf.trail.admin import RecordedAdmin

admin.site.site_header = admin.site.site_title = "QAF administration"
admin.site.index_title = "Administration"
# One way in for everybody, with its limits on tries and its second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

for model in (ClockedSchedule, SolarSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(RecordedAdmin, beat.PeriodicTaskAdmin):
    """When each piece of background work runs."""


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(RecordedAdmin, beat.CrontabScheduleAdmin):
    """Times of day."""


@admin.register(IntervalSchedule)
class IntervalScheduleAdmin(RecordedAdmin, beat.IntervalScheduleAdmin):
    """Every so many minutes."""
